"""The XML format of Final Cut Pro 7 (xmeml), which Premiere, Resolve and Avid import.

Written here, because OpenTimelineIO's adapter neither links the picture of a clip to its sound nor states the channels.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from video_pipeline.clips.timelines.cutlist import Caption, CutList, Edit, Mark
from video_pipeline.clips.timelines.rate import Rate
from video_pipeline.clips.timelines.xml import document, element

_MOST_TRACKS = 8
"""Sound is written as a track per channel: in 5.1, speech is in the third."""
_OUTPUTS = 2
"""Most channels of the sequence's own sound."""
_ASPECTS = {
    (720, 576): "PAL-601",
    (720, 480): "NTSC-601",
    (720, 486): "NTSC-601",
    (960, 720): "HD-(960x720)",
    (1280, 1080): "HD-(1280x1080)",
    (1440, 1080): "HD-(1440x1080)",
}
"""The format's names of pixels that are not square, by the size of the picture."""
_WIDE = 1.5
"""Pictures wider than this are 16:9, which the format calls anamorphic in standard definition."""
_TEXT_EFFECT = {
    "name": "Text",
    "effectid": "Text",
    "effectcategory": "Text",
    "effecttype": "generator",
    "mediatype": "video",
}
"""Final Cut Pro 7's generator of titles, which others read as a title of theirs."""
_TEXT_LOOK = (("fontname", "Font", "Arial"), ("fontsize", "Size", 36), ("fontalign", "Alignment", 2))
_FILE = "file-1"
_MASTER = "masterclip-1"


class PremiereXml:
    """A sequence of linked clips, with markers in Premiere's colours."""

    file_name = "highlights.xml"
    holds_words = True

    def render(self, cuts: CutList) -> str:
        tracks = _tracks(cuts)
        sequence = element(
            "sequence",
            element("name", cuts.title),
            element("duration", cuts.frames),
            _rate(cuts.rate),
            _timecode(cuts.rate, cuts.record_start),
            element("media", *_media(cuts, tracks)),
            *(_marker(mark, edit, cuts) for edit in cuts.edits for mark in edit.marks),
            id="sequence-1",
        )
        return document(element("xmeml", sequence, version="4"))


def _tracks(cuts: CutList) -> list[tuple[str, int]]:
    """Media type of each track, and its number among the tracks of that type."""
    sounds = [("audio", number) for number in range(1, min(cuts.media.channels, _MOST_TRACKS) + 1)]
    return [*([("video", 1)] if cuts.media.has_picture else []), *sounds]


def _media(cuts: CutList, tracks: list[tuple[str, int]]) -> Iterator[Element]:
    """The first clip of the first track describes the file; all others refer to it."""
    places = range(1, len(cuts.edits) + 1)
    made = {track: element("track", *(_clip(cuts, place, track, tracks) for place in places)) for track in tracks}
    if cuts.media.has_picture:
        texts = [_title(cuts, edit, caption) for edit in cuts.edits for caption in edit.captions]
        above = [element("track", *texts)] if texts else []
        yield element("video", element("format", _picture(cuts)), made["video", 1], *above)
    if cuts.media.channels:
        channels = [element("numOutputChannels", min(cuts.media.channels, _OUTPUTS)), element("format", _sound(cuts))]
        yield element("audio", *channels, *(made[track] for track in tracks if track[0] == "audio"))


def _clip(cuts: CutList, place: int, track: tuple[str, int], tracks: list[tuple[str, int]]) -> Element:
    edit, start = cuts.edits[place - 1], cuts.media.start
    frames = {
        "start": edit.record_in - cuts.record_start,
        "end": edit.record_out - cuts.record_start,
        "in": edit.source_in - start,
        "out": edit.source_out - start,
    }
    return element(
        "clipitem",
        element("masterclipid", _MASTER),
        element("name", edit.name),
        element("enabled", "TRUE"),
        element("duration", cuts.media.frames),
        _rate(cuts.rate),
        *(element(name, frame) for name, frame in frames.items()),
        _file(cuts) if place == 1 and track == tracks[0] else element("file", id=_FILE),
        element("sourcetrack", element("mediatype", track[0]), element("trackindex", _in_file(cuts, track))),
        *(_link(place, other) for other in tracks if len(tracks) > 1),
        element("comments", element("mastercomment1", f"{edit.score:.0f} points: {edit.why}")),
        id=_id(place, track),
    )


def _title(cuts: CutList, edit: Edit, caption: Caption) -> Element:
    """A title on the track above the picture, since the format knows no captions: as text that can be changed."""
    start = edit.record_in - cuts.record_start + caption.start - edit.source_in
    length = caption.end - caption.start
    frames = {"start": start, "end": start + length, "in": 0, "out": length}
    return element(
        "generatoritem",
        element("name", caption.text.replace("\n", " ")),
        element("enabled", "TRUE"),
        element("duration", length),
        _rate(cuts.rate),
        *(element(name, frame) for name, frame in frames.items()),
        element("anamorphic", "FALSE"),
        element("alphatype", "black"),
        element(
            "effect",
            *(element(name, value) for name, value in _TEXT_EFFECT.items()),
            *(_parameter(*row) for row in (("str", "Text", caption.text), *_TEXT_LOOK)),
            element("parameter", element("parameterid", "origin"), element("name", "Origin"), _low()),
        ),
        element("sourcetrack", element("mediatype", "video")),
        id=f"caption-{edit.rank}-{caption.start}",
    )


def _parameter(name: str, called: str, value: str | int) -> Element:
    return element("parameter", element("parameterid", name), element("name", called), element("value", value))


def _low() -> Element:
    """Near the lower edge, as a share of the picture from its centre."""
    return element("value", element("horiz", 0), element("vert", "0.38"))


def _in_file(cuts: CutList, track: tuple[str, int]) -> int:
    """The number of a track in the source file, where sound is counted by channels."""
    return track[1] + (cuts.media.channels_before if track[0] == "audio" else 0)


def _id(place: int, track: tuple[str, int]) -> str:
    return f"clipitem-{track[0]}{track[1]}-{place}"


def _link(place: int, track: tuple[str, int]) -> Element:
    what = [element("linkclipref", _id(place, track)), element("mediatype", track[0])]
    return element("link", *what, element("trackindex", track[1]), element("clipindex", place))


def _file(cuts: CutList) -> Element:
    media = cuts.media
    kinds = [element("video", _picture(cuts))] if media.has_picture else []
    if media.channels:
        kinds.append(element("audio", _sound(cuts), element("channelcount", media.channels_in_file or media.channels)))
    return element(
        "file",
        element("name", media.name),
        element("pathurl", media.url.replace("file:///", "file://localhost/", 1)),
        _rate(cuts.rate),
        element("duration", media.frames),
        _timecode(cuts.rate, media.start),
        element("media", *kinds),
        id=_FILE,
    )


def _picture(cuts: CutList) -> Element:
    media = cuts.media
    (wide, high), shown = media.pixel_aspect, (media.width_px, media.height_px)
    name = "square" if wide == high else _ASPECTS.get(shown, "")
    if not name:  # no name for such pixels: as large as it is shown
        name, shown = "square", (round(shown[0] * wide / high), shown[1])
    is_wide = name.endswith("-601") and media.width_px * wide > _WIDE * media.height_px * high
    size = [element("width", shown[0]), element("height", shown[1])]
    shape = [element("anamorphic", str(is_wide).upper()), element("pixelaspectratio", name), element("fielddominance", "none")]
    return element("samplecharacteristics", _rate(cuts.rate), *size, *shape)


def _sound(cuts: CutList) -> Element:
    return element("samplecharacteristics", element("depth", 16), element("samplerate", cuts.media.rate_hz))


def _rate(rate: Rate) -> Element:
    return element("rate", element("timebase", rate.nominal_fps), element("ntsc", str(rate.ntsc).upper()))


def _timecode(rate: Rate, frame: int) -> Element:
    what = [element("string", rate.timecode(frame)), element("frame", frame)]
    return element("timecode", _rate(rate), *what, element("displayformat", "DF" if rate.drop else "NDF"))


def _marker(mark: Mark, edit: Edit, cuts: CutList) -> Element:
    """A marker of the sequence, where people see it; it ends with its clip at the latest."""
    start = edit.record_in - cuts.record_start + mark.start - edit.source_in
    end = min(start + mark.end - mark.start, edit.record_out - cuts.record_start)
    where = [element("in", start), element("out", end)]
    return element(
        "marker", element("name", mark.label), element("comment", mark.note), *where, element("pproColor", mark.colours.premiere)
    )
