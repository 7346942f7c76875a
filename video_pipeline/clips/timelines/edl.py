"""CMX 3600, the edit list that every editing program reads. One event per clip, picture and sound together.

Written here, because OpenTimelineIO's adapter omits the sound and the line that states drop frames.
"""

from __future__ import annotations

from collections.abc import Iterator

from video_pipeline.clips.timelines.cutlist import CutList, Edit

_REEL = "AX"
"""Reel name for a file that is not a tape; editing programs find the file by its name."""


class CmxEdl:
    """The file name is in a comment, by which Premiere and Resolve relink; markers are locators."""

    file_name = "highlights.edl"
    holds_words = False

    def render(self, cuts: CutList) -> str:
        return heading(cuts) + "".join("\n".join(_edit(number, edit, cuts)) + "\n\n" for number, edit in enumerate(cuts.edits, 1))


def heading(cuts: CutList) -> str:
    return f"TITLE: {cuts.title}\nFCM: {'DROP FRAME' if cuts.rate.drop else 'NON-DROP FRAME'}\n\n"


def edit_line(number: int, channels: str, times: tuple[str, str, str, str], reel: str = _REEL) -> str:
    """Number, reel, channels, a cut, then source in and out, record in and out."""
    return f"{number:03d}  {reel:8} {channels:5} C        {' '.join(times)}"


def _edit(number: int, edit: Edit, cuts: CutList) -> Iterator[str]:
    clock, media = cuts.rate, cuts.media
    sound = {0: "", 1: "A"}.get(media.channels, "AA")
    channels = {"A": "B", "AA": "AA/V", "": "V"}[sound] if media.has_picture else sound
    times = (*clock.timecodes(edit.source_in, edit.source_out), *clock.timecodes(edit.record_in, edit.record_out))
    yield edit_line(number, channels, times)
    yield f"* FROM CLIP NAME: {media.name}"
    yield f"* FROM FILE: {media.place}"
    yield f"* COMMENT: {edit.name}: {edit.why}"
    for mark in edit.marks:
        at = edit.record_in + mark.start - edit.source_in
        yield f"* LOC: {clock.timecode(at)} {mark.colours.otio:7} {mark.text}"
