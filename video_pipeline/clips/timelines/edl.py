"""CMX 3600: the list every editor reads. One event per clip, picture and sound together.

Written here, since OpenTimelineIO's adapter leaves out the sound and the line that tells drop frames.
"""

from __future__ import annotations

from collections.abc import Iterator

from video_pipeline.clips.timelines.cutlist import CutList, Event

_REEL = "AX"
"""What editors write for a file that is no tape; they find it by its name."""


class CmxEdl:
    """The file is named in a comment, as Premiere and Resolve relink by it; markers stand as locators."""

    file_name = "highlights.edl"

    def render(self, cuts: CutList) -> str:
        return heading(cuts) + "".join(
            "\n".join(_event(number, event, cuts)) + "\n\n" for number, event in enumerate(cuts.events, 1)
        )


def heading(cuts: CutList) -> str:
    return f"TITLE: {cuts.title}\nFCM: {'DROP FRAME' if cuts.rate.drop else 'NON-DROP FRAME'}\n\n"


def event_line(number: int, channels: str, times: tuple[str, str, str, str], reel: str = _REEL) -> str:
    """Number, reel, channels, a cut, then source in and out, record in and out."""
    return f"{number:03d}  {reel:8} {channels:5} C        {' '.join(times)}"


def _event(number: int, event: Event, cuts: CutList) -> Iterator[str]:
    clock, media = cuts.rate.timecode, cuts.media
    sound = {0: "", 1: "A"}.get(media.channels, "AA")
    channels = {"A": "B", "AA": "AA/V", "": "V"}[sound] if media.has_picture else sound
    frames = (event.source_in, event.source_out, event.record_in, event.record_out)
    yield event_line(number, channels, (clock(frames[0]), clock(frames[1]), clock(frames[2]), clock(frames[3])))
    yield f"* FROM CLIP NAME: {media.name}"
    yield f"* FROM FILE: {media.place}"
    yield f"* COMMENT: {event.name}: {event.why}"
    for mark in event.marks:
        at = event.record_in + mark.start - event.source_in
        yield f"* LOC: {clock(at)} {mark.colours.otio:7} {mark.text}"
