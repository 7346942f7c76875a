"""FCPXML 1.8, which Resolve and Final Cut Pro since 10.4 read.

Written here, because OpenTimelineIO's adapter rounds 29.97 frames to 29 and needs ffprobe.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from xml.etree.ElementTree import Element

from video_pipeline.clips.timelines.cutlist import RECORD_START_S, Caption, CutList, Edit, Mark, Media
from video_pipeline.clips.timelines.xml import document, element
from video_pipeline.core.labels import Language

_SOUND_RATES = {32_000: "32k", 44_100: "44.1k", 48_000: "48k", 88_200: "88.2k", 96_000: "96k", 176_400: "176.4k", 192_000: "192k"}
"""The names of the sample rates that FCPXML knows."""
_SIZE_OF_SOUND = (1920, 1080)
"""Size of the picture of a timeline with sound alone; FCPXML requires one."""
_CAPTION_LOOK = {
    "font": "Helvetica",
    "fontSize": "13",
    "fontFace": "Regular",
    "fontColor": "1 1 1 1",
    "backgroundColor": "0 0 0 1",
}
"""What Final Cut Pro gives captions that it makes itself."""
_FORMAT = "r1"
_ASSET = "r2"
"""Ids of the two resources."""


class Fcpxml:
    """One project with the clips as its primary storyline. All times are whole frames, as fractions of a second."""

    file_name = "highlights.fcpxml"
    holds_words = True

    def render(self, cuts: CutList) -> str:
        name = cuts.title
        spine = element("spine", *(_clip(cuts, edit) for edit in cuts.edits))
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
    pixels = dict(zip(("paspH", "paspV"), cuts.media.pixel_aspect, strict=True)) if cuts.media.pixel_aspect != (1, 1) else {}
    return element("format", id=_FORMAT, frameDuration=duration, width=width_px, height=height_px, **pixels)


def _asset(cuts: CutList) -> Element:
    media = cuts.media
    what: dict[str, str | int] = {"id": _ASSET, "name": media.name, "src": media.url, "format": _FORMAT}
    what |= {"start": _seconds(cuts, media.start), "duration": _seconds(cuts, media.frames)}
    if media.has_picture:
        what["hasVideo"] = 1
    if media.channels:
        what |= {
            "hasAudio": 1,
            "audioSources": 1,
            "audioChannels": media.channels_in_file or media.channels,
            "audioRate": media.rate_hz,
        }
    return element("asset", **what)


def _sequence(cuts: CutList) -> dict[str, str | int]:
    times = {"tcStart": _seconds(cuts, cuts.record_start), "duration": _seconds(cuts, cuts.frames)}
    what: dict[str, str | int] = {"format": _FORMAT, **times, "tcFormat": _time_code(cuts), **_layout(cuts.media)}
    return what


def _layout(media: Media) -> dict[str, str]:
    layout = {1: "mono", 2: "stereo"}.get(media.channels, "surround")
    rate = {"audioRate": _SOUND_RATES[media.rate_hz]} if media.rate_hz in _SOUND_RATES else {}
    return {"audioLayout": layout, **rate} if media.channels else {}


def _clip(cuts: CutList, edit: Edit) -> Element:
    note = element("note", f"{edit.score:.0f} points: {edit.why}")
    captions = (_caption(cuts, f"ts{edit.rank}-{number}", one) for number, one in enumerate(edit.captions, 1))
    inside = (*captions, *(_marker(cuts, mark) for mark in edit.marks), *_sources(cuts.media))
    where = {"offset": edit.record_in, "start": edit.source_in, "duration": edit.frames}
    times = {name: _seconds(cuts, frames) for name, frames in where.items()}
    return element("asset-clip", note, *inside, ref=_ASSET, name=edit.name, **times, tcFormat=_time_code(cuts))


def _caption(cuts: CutList, style: str, caption: Caption) -> Element:
    """In a caption track of its own, in the format of iTunes, which holds any script."""
    language = "en" if cuts.language is Language.UNKNOWN else cuts.language.value
    where = {"offset": caption.start, "duration": caption.end - caption.start}
    return element(
        "caption",
        element("text", element("text-style", caption.text, ref=style), placement="bottom"),
        element("text-style-def", element("text-style", **_CAPTION_LOOK), id=style),
        name=caption.text.replace("\n", " "),
        lane=1,
        **{name: _seconds(cuts, frames) for name, frames in where.items()},
        start=f"{RECORD_START_S}s",
        role=f"iTT?captionFormat=ITT.{language}",
    )


def _sources(media: Media) -> Iterator[Element]:
    """Which channels of the file are heard, if it has several audio tracks."""
    if media.channels_in_file > media.channels:
        numbers = range(media.channels_before + 1, media.channels_before + media.channels + 1)
        yield element("audio-channel-source", srcCh=", ".join(map(str, numbers)), role="dialogue")


def _marker(cuts: CutList, mark: Mark) -> Element:
    """Final Cut Pro has no marker colours, so each marker begins with its label."""
    times = {"start": _seconds(cuts, mark.start), "duration": _seconds(cuts, 1)}
    return element("marker", value=mark.text, note=f"{mark.colours.otio.lower()}, {mark.end - mark.start} frames", **times)
