"""All sounds and emotions of the whole source as an EDL of coloured markers, as DaVinci Resolve imports it onto a timeline."""

from __future__ import annotations

from collections.abc import Iterator

from video_pipeline.clips.timelines.cutlist import CutList, Mark
from video_pipeline.clips.timelines.edl import event_line, heading


class MarkerEdl:
    """Marker times are the source's time code; two that begin together are a frame apart, since a frame holds one marker."""

    file_name = "markers.edl"

    def render(self, cuts: CutList) -> str:
        return heading(cuts) + "".join(_lines(cuts))


def _lines(cuts: CutList) -> Iterator[str]:
    free = 0
    for number, mark in enumerate(cuts.marks, 1):
        at = max(mark.start, free)
        free = at + 1
        clock = (cuts.rate.timecode(at), cuts.rate.timecode(at + 1))
        yield event_line(number, "V", (*clock, *clock), reel="001") + "\n"
        yield f" |C:ResolveColor{mark.colours.resolve} |M:{_plain(mark)} |D:{max(1, mark.end - at)}\n\n"


def _plain(mark: Mark) -> str:
    """The bar ends a field."""
    return mark.text.replace("|", "/")
