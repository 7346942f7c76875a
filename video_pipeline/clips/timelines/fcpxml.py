"""FCPXML 1.8, which every Final Cut Pro since 10.4 and Resolve read.

Written here, since OpenTimelineIO's adapter counts 29.97 frames as 29 and needs ffprobe.
"""

from __future__ import annotations

from fractions import Fraction
from xml.etree.ElementTree import Element

from video_pipeline.clips.timelines.cutlist import CutList, Event, Mark, Media
from video_pipeline.clips.timelines.xml import document, element

_SOUND_RATES = {32_000: "32k", 44_100: "44.1k", 48_000: "48k", 88_200: "88.2k", 96_000: "96k", 176_400: "176.4k", 192_000: "192k"}
_SIZE_OF_SOUND = (1920, 1080)
_FORMAT, _ASSET = "r1", "r2"


class Fcpxml:
    """One project with the clips as its primary storyline; all times are whole frames, written as fractions of a second."""

    file_name = "highlights.fcpxml"

    def render(self, cuts: CutList) -> str:
        name = cuts.title
        spine = element("spine", *(_clip(cuts, event) for event in cuts.events))
        project = element("project", element("sequence", spine, **_sequence(cuts)), name=name)
        library = element("library", element("event", project, name=name))
        return document(element("fcpxml", element("resources", _format(cuts), _asset(cuts)), library, version="1.8"))


def _seconds(cuts: CutList, frames: int) -> str:
    return _fraction(cuts.rate.seconds(frames))


def _fraction(seconds: Fraction) -> str:
    return f"{seconds.numerator}s" if seconds.denominator == 1 else f"{seconds.numerator}/{seconds.denominator}s"


def _time_code(cuts: CutList) -> str:
    return "DF" if cuts.rate.drop else "NDF"


def _format(cuts: CutList) -> Element:
    width_px, height_px = (cuts.media.width_px, cuts.media.height_px) if cuts.media.has_picture else _SIZE_OF_SOUND
    frame = 1 / cuts.rate.fps
    duration = f"{frame.numerator}/{frame.denominator}s"
    return element("format", id=_FORMAT, frameDuration=duration, width=width_px, height=height_px)


def _asset(cuts: CutList) -> Element:
    media = cuts.media
    what: dict[str, str | int] = {"id": _ASSET, "name": media.name, "src": media.url, "format": _FORMAT}
    what |= {"start": _seconds(cuts, media.start), "duration": _seconds(cuts, media.frames)}
    if media.has_picture:
        what["hasVideo"] = 1
    if media.channels:
        what |= {"hasAudio": 1, "audioSources": 1, "audioChannels": media.channels, "audioRate": media.rate_hz}
    return element("asset", **what)


def _sequence(cuts: CutList) -> dict[str, str | int]:
    times = {"tcStart": _seconds(cuts, cuts.record_start), "duration": _seconds(cuts, cuts.frames)}
    what: dict[str, str | int] = {"format": _FORMAT, **times, "tcFormat": _time_code(cuts), **_layout(cuts.media)}
    return what


def _layout(media: Media) -> dict[str, str]:
    layout = {1: "mono", 2: "stereo"}.get(media.channels, "surround")
    rate = {"audioRate": _SOUND_RATES[media.rate_hz]} if media.rate_hz in _SOUND_RATES else {}
    return {"audioLayout": layout, **rate} if media.channels else {}


def _clip(cuts: CutList, event: Event) -> Element:
    note = element("note", f"{event.score:.0f} points: {event.why}")
    marks = (_marker(cuts, mark) for mark in event.marks)
    where = {"offset": event.record_in, "start": event.source_in, "duration": event.frames}
    times = {name: _seconds(cuts, frames) for name, frames in where.items()}
    return element("asset-clip", note, *marks, ref=_ASSET, name=event.name, **times, tcFormat=_time_code(cuts))


def _marker(cuts: CutList, mark: Mark) -> Element:
    """Final Cut has no colours for markers; the label's name begins each."""
    times = {"start": _seconds(cuts, mark.start), "duration": _seconds(cuts, 1)}
    return element("marker", value=mark.text, note=f"{mark.colours.otio.lower()}, {mark.end - mark.start} frames", **times)
