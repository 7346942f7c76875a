"""All sounds and emotions of the source as an EDL of coloured markers, which DaVinci Resolve imports into a timeline."""

from __future__ import annotations

from collections.abc import Iterator

from video_pipeline.clips.timelines.cutlist import CutList, Mark
from video_pipeline.clips.timelines.edl import edit_line, heading


class MarkerEdl:
    """Times are the time code of the source. A frame holds one marker, so markers that begin together are a frame apart."""

    file_name = "markers.edl"
    holds_words = False

    def render(self, cuts: CutList) -> str:
        return heading(cuts) + "".join(_lines(cuts))


def _lines(cuts: CutList) -> Iterator[str]:
    free = 0
    for number, mark in enumerate(cuts.marks, 1):
        at = max(mark.start, free)
        free = at + 1
        clock = cuts.rate.timecodes(at, at + 1)
        yield edit_line(number, "V", (*clock, *clock), reel="001") + "\n"
        yield f" |C:ResolveColor{mark.colours.resolve} |M:{_plain(mark)} |D:{max(1, mark.end - at)}\n\n"


def _plain(mark: Mark) -> str:
    """Without bars, because a bar ends a field."""
    return mark.text.replace("|", "/")
