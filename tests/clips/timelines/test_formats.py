"""Every member of `TIMELINES`, written and read back by a reader that is not ours, at every rate editors know."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
import warnings
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import opentimelineio as otio
import pytest

from video_pipeline.clips.timelines import TIMELINES
from video_pipeline.clips.timelines.cutlist import Caption, CutList, Edit, Mark, Media
from video_pipeline.clips.timelines.marks import COLOURS
from video_pipeline.clips.timelines.rate import RATES, Rate
from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.core.timecode import smpte_frame

NAME = "Tom's talk 100% 日本 😀 & <co>.mov"
DROPPING = [Rate(rate.nominal_fps, ntsc=True, drop=True) for rate in RATES if rate.ntsc and rate.nominal_fps != 24]
Read = Callable[[str, CutList], list["Seen"]]


def cut_list(rate: Rate, *, width_px: int = 1920, channels: int = 2) -> CutList:
    """Two clips, the second of the source being the better one, with a laugh, an emotion and, outside them, applause."""
    start = smpte_frame("09:58:30;00" if rate.drop else "09:58:30:00", rate.nominal_fps)
    media = Media(
        path=Path("/films/a b") / NAME,
        start=start,
        frames=60 * 30 * rate.nominal_fps,
        width_px=width_px,
        height_px=width_px * 9 // 16,
        channels=channels,
        rate_hz=48_000,
    )
    at = [start + round(minutes * 60 * rate.nominal_fps) for minutes in (1.26, 1.95, 4.1, 4.9, 29.0)]
    laugh = Mark(at[0] + 50, at[0] + 75, "laughter", "0.93", COLOURS[Sound.LAUGHTER])
    joy = Mark(at[2] + 3, at[2] + 90, "happy", "so | glad", COLOURS[Emotion.HAPPY])
    clap = Mark(at[4], at[4] + 100, "applause", "0.99, canned", COLOURS[Sound.APPLAUSE])
    record = CutList("", rate, media, (), ()).record_start
    first = Edit(
        rank=2,
        score=61.4,
        title="=A title & <more>",
        why="a laugh",
        source_in=at[0],
        source_out=at[1],
        record_in=record,
        marks=(laugh,),
    )
    second = Edit(
        rank=1,
        score=87.2,
        title="笑った 😀",
        why="two laughs, and applause",
        source_in=at[2],
        source_out=at[3],
        record_in=first.record_out,
        marks=(joy,),
    )
    return CutList("Tom's talk highlights", rate, media, (first, second), (laugh, joy, clap))


class Seen:
    """A clip as a reader found it: frames of source and programme, its markers as frames of the source."""

    def __init__(self, name: str, source: tuple[int, int], record: tuple[int, int], marks: list[tuple[str, int, str]]) -> None:
        self.name, self.source, self.record, self.marks = name, source, record, marks


def frames(span: Any) -> tuple[int, int]:
    end = span.end_time_exclusive()
    assert span.start_time.value == int(span.start_time.value)
    return int(span.start_time.value), int(end.value)


def clips_of(timeline: Any, kind: str) -> list[Any]:
    return [clip for track in timeline.tracks if track.kind == kind for clip in track if isinstance(clip, otio.schema.Clip)]


def read_otio(text: str, cuts: CutList) -> list[Seen]:
    timeline = otio.adapters.read_from_string(text, "otio_json")
    assert timeline.name == cuts.title
    assert timeline.global_start_time.value == cuts.record_start
    assert timeline.global_start_time.rate == pytest.approx(float(cuts.rate.fps), rel=1e-12)
    seen = []
    for clip in clips_of(timeline, "Video" if cuts.media.has_picture else "Audio"):
        assert clip.media_reference.target_url == cuts.media.url
        assert frames(clip.media_reference.available_range) == (cuts.media.start, cuts.media.start + cuts.media.frames)
        start, end = frames(clip.range_in_parent())
        marks = [(marker.name, frames(marker.marked_range)[0], marker.color) for marker in clip.markers]
        record = (start + cuts.record_start, end + cuts.record_start)
        seen.append(Seen(clip.name, frames(clip.source_range), record, marks))
    return seen


def read_premiere(text: str, cuts: CutList) -> list[Seen]:
    timeline = otio.adapters.read_from_string(text, "fcp_xml")
    assert timeline.name == cuts.title
    told = otio.opentime.to_timecode(timeline.global_start_time, float(cuts.rate.fps), cuts.rate.drop)
    assert told == cuts.rate.timecode(cuts.record_start)
    sounds = [track for track in timeline.tracks if track.kind == "Audio"]
    assert len(sounds) == cuts.media.channels
    for track in sounds:  # picture and sound are the same pieces
        assert [frames(clip.source_range) for clip in track] == [(e.source_in, e.source_out) for e in cuts.edits]
    markers = [(marker.name, frames(marker.marked_range), marker.metadata["fcp_xml"]) for marker in timeline.tracks.markers]
    seen = []
    for clip in clips_of(timeline, "Video" if cuts.media.has_picture else "Audio")[:2]:
        assert clip.media_reference.target_url == cuts.media.url.replace("file:///", "file://localhost/")
        assert frames(clip.media_reference.available_range) == (cuts.media.start, cuts.media.start + cuts.media.frames)
        source, (start, end) = frames(clip.source_range), frames(clip.range_in_parent())
        own = [(name, span, more) for name, span, more in markers if start <= span[0] < end]
        named = {colours.premiere: colours.otio for colours in COLOURS.values()}
        marks = [
            (f"{name} {more['comment']}", source[0] + span[0] - start, named[int(more["pproColor"])]) for name, span, more in own
        ]
        seen.append(Seen(clip.name, source, (start + cuts.record_start, end + cuts.record_start), marks))
    return seen


def read_edl(text: str, cuts: CutList) -> list[Seen]:
    fps = float(cuts.rate.fps)
    timeline = otio.adapters.read_from_string(text, "cmx_3600", rate=fps)
    assert timeline.name == cuts.title
    kinds = [track.name for track in timeline.tracks]
    assert ("V" in kinds) == cuts.media.has_picture
    assert len([kind for kind in kinds if kind.startswith("A")]) == min(cuts.media.channels, 2)
    # the adapter takes no locators of drop frames
    blocks = zip(cuts.edits, text.split("\n\n")[1:], strict=False)
    locators = {edit.rank: re.findall(r"^\* LOC: (\S+) (\w+) +(.*)$", block, re.MULTILINE) for edit, block in blocks}
    seen, clock, first = [], otio.opentime, timeline.tracks[0]
    for clip, edit in zip(first, cuts.edits, strict=True):
        assert clip.name == cuts.media.name
        assert clip.media_reference.target_url == cuts.media.place
        start, end = frames(clip.range_in_parent())
        first_in = round(first.source_range.start_time.value)  # the reader's way to keep it: how far before 0 the track begins
        marks = [
            (words, clock.from_timecode(at, fps).to_frames() - edit.record_in + edit.source_in, colour)
            for at, colour, words in locators[edit.rank]
        ]
        seen.append(Seen(edit.name, frames(clip.source_range), (start - first_in, end - first_in), marks))
    return seen


def read_fcpxml(text: str, cuts: CutList) -> list[Seen]:
    """By the adapter, which knows whole rates only: at others it gives times that are right to a frame of its own."""
    (timeline,) = otio.adapters.read_from_string(text, "fcpx_xml")
    assert timeline.name == cuts.title
    for edit, clip in zip(cuts.edits, clips_of(timeline, "Video"), strict=True):
        assert clip.name == edit.name
        assert clip.media_reference.target_url == cuts.media.url
        assert [marker.name for marker in clip.markers] == [mark.text for mark in edit.marks]
        for read, meant in ((clip.source_range.start_time, edit.source_in), (clip.source_range.duration, edit.frames)):
            seconds = float(cuts.rate.seconds(meant))
            assert read.to_seconds() == pytest.approx(seconds, abs=0 if not cuts.rate.ntsc else 1.01 / read.rate)
    return exact_fcpxml(text, cuts)


def exact_fcpxml(text: str, cuts: CutList) -> list[Seen]:
    """By the numbers in it: all are whole frames."""

    def frame(value: str) -> int:
        frames = Fraction(value.removesuffix("s")) / Fraction(spacing.removesuffix("s"))
        assert frames.denominator == 1, value
        return int(frames)

    root = ElementTree.fromstring(text.encode())
    spacing = root.find("resources/format").attrib["frameDuration"]  # type: ignore[union-attr]
    asset = root.find("resources/asset")
    assert asset is not None
    assert (frame(asset.attrib["start"]), frame(asset.attrib["duration"])) == (cuts.media.start, cuts.media.frames)
    assert asset.get("audioChannels") == (str(cuts.media.channels) if cuts.media.channels else None)
    assert (asset.get("hasVideo") == "1") == cuts.media.has_picture
    colours = {mark.text: mark.colours.otio for mark in cuts.marks}
    seen = []
    for clip in root.iter("asset-clip"):
        assert clip.attrib["tcFormat"] == ("DF" if cuts.rate.drop else "NDF")
        start, offset, length = (frame(clip.attrib[name]) for name in ("start", "offset", "duration"))
        marks = [(m.attrib["value"], frame(m.attrib["start"]), colours[m.attrib["value"]]) for m in clip.iter("marker")]
        assert all(colours[m.attrib["value"]].lower() in m.attrib["note"] for m in clip.iter("marker"))
        seen.append(Seen(clip.attrib["name"], (start, start + length), (offset, offset + length), marks))
    return seen


READERS: dict[str, Read] = {"otio": read_otio, "premiere": read_premiere, "edl": read_edl, "fcpxml": read_fcpxml}


def written(name: str, cuts: CutList) -> str:
    text: str = TIMELINES.load(name)().render(cuts)
    return text


def test_every_format_has_a_reader() -> None:
    assert {*READERS, "markers", "csv"} == set(TIMELINES)
    assert len({TIMELINES.load(name).file_name for name in TIMELINES}) == len(TIMELINES)


@pytest.mark.parametrize("rate", [*RATES, *DROPPING], ids=lambda rate: f"{float(rate.fps):.2f}{'df' if rate.drop else ''}")
@pytest.mark.parametrize("name", READERS)
def test_read_back_clips_are_the_same_frames(name: str, rate: Rate) -> None:
    cuts = cut_list(rate)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        seen = READERS[name](written(name, cuts), cuts)
    assert [clip.source for clip in seen] == [(edit.source_in, edit.source_out) for edit in cuts.edits]
    assert [clip.record for clip in seen] == [(edit.record_in, edit.record_out) for edit in cuts.edits]
    assert [clip.name for clip in seen] == [edit.name for edit in cuts.edits]
    meant = [[(mark.text, mark.start, mark.colours.otio) for mark in edit.marks] for edit in cuts.edits]
    assert [clip.marks for clip in seen] == meant


@pytest.mark.parametrize(
    ("width_px", "channels"), [(0, 1), (0, 6), (1280, 0), (1280, 1)], ids=["mono", "5.1", "mute", "filmed mono"]
)
@pytest.mark.parametrize("name", READERS)
def test_sound_alone_no_sound_and_other_channels(name: str, width_px: int, channels: int) -> None:
    cuts = cut_list(Rate(25), width_px=width_px, channels=channels)
    seen = READERS[name](written(name, cuts), cuts)
    assert [clip.source for clip in seen] == [(edit.source_in, edit.source_out) for edit in cuts.edits]


def test_picture_and_sound_are_linked_for_premiere() -> None:
    root = ElementTree.fromstring(written("premiere", cut_list(Rate(25))).encode())
    items = {item.attrib["id"] for item in root.iter("clipitem")}
    assert len(items) == 6
    for item in root.iter("clipitem"):
        linked = [link.text for link in item.iter("linkclipref")]
        assert len(linked) == 3
        assert item.attrib["id"] in linked
        assert set(linked) <= items
    (file,) = (file for file in root.iter("file") if len(file))
    assert file.findtext("media/audio/channelcount") == "2"
    assert file.findtext("media/video/samplecharacteristics/width") == "1920"


def test_the_cmx_list_has_one_event_per_clip_and_tells_drop_frames() -> None:
    for rate, told, between in ((Rate(25), "NON-DROP FRAME", ":"), (DROPPING[0], "DROP FRAME", ";")):
        text = written("edl", cut_list(rate))
        assert f"FCM: {told}\n" in text
        events = re.findall(r"^(\d{3})  AX       AA/V  C        (\S+) (\S+) (\S+) (\S+)$", text, re.MULTILINE)
        assert [event[0] for event in events] == ["001", "002"]
        assert all(time[8] == between for event in events for time in event[1:])
        assert events[0][3] == f"01:00:00{between}00"


def test_markers_of_the_whole_source_for_resolve() -> None:
    cuts = cut_list(DROPPING[0])
    together = Mark(cuts.marks[1].start, cuts.marks[1].end, "laughter", "0.5", COLOURS[Sound.LAUGHTER])
    cuts = CutList(cuts.title, cuts.rate, cuts.media, cuts.edits, (*cuts.marks[:2], together, cuts.marks[2]))
    text = written("markers", cuts)
    timeline = otio.adapters.read_from_string(text, "cmx_3600", rate=float(cuts.rate.fps))
    starts = [frames(clip.source_range)[0] for clip in clips_of(timeline, "Video")]
    assert starts == [cuts.marks[0].start, cuts.marks[1].start, cuts.marks[1].start + 1, cuts.marks[3].start]
    told = re.findall(r"^ \|C:ResolveColor(\w+) \|M:(.+) \|D:(\d+)$", text, re.MULTILINE)
    assert told == [
        ("Yellow", "laughter 0.93", "25"),
        ("Lemon", "happy so / glad", "87"),
        ("Yellow", "laughter 0.5", "86"),
        ("Sky", "applause 0.99, canned", "100"),
    ]


def test_the_table() -> None:
    cuts = cut_list(Rate(25))
    text = written("csv", cuts)
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert [(row["kind"], row["name"], row["rank"]) for row in rows] == [
        ("clip", "笑った 😀", "1"),
        ("clip", "'=A title & <more>", "2"),
        ("marker", "laughter", ""),
        ("marker", "happy", ""),
        ("marker", "applause", ""),
    ]
    best = cuts.edits[1]
    assert rows[0]["start_timecode"] == cuts.rate.timecode(best.source_in)
    assert float(rows[0]["start_s"]) == pytest.approx((best.source_in - cuts.media.start) / 25)
    assert rows[2]["colour"] == "YELLOW"
    assert {row["file"] for row in rows} == {NAME}


def test_the_track_that_was_heard_is_named_by_its_channels() -> None:
    """Two stereo tracks and one of 5.1, of which the last is used."""
    cuts = cut_list(Rate(25), channels=6)
    cuts = dataclasses.replace(cuts, media=dataclasses.replace(cuts.media, channels_before=4, channels_in_file=10))
    root = ElementTree.fromstring(written("premiere", cuts).encode())
    tracks = [item.find("sourcetrack") for item in root.iter("clipitem")]
    heard = {track.findtext("trackindex") for track in tracks if track is not None and track.findtext("mediatype") == "audio"}
    assert heard == {"5", "6", "7", "8", "9", "10"}
    assert root.findtext(".//file/media/audio/channelcount") == "10"
    root = ElementTree.fromstring(written("fcpxml", cuts).encode())
    assert {one.get("srcCh") for one in root.iter("audio-channel-source")} == {"5, 6, 7, 8, 9, 10"}


@pytest.mark.parametrize(
    ("size", "aspect", "told"),
    [
        ((720, 576), (64, 45), ("720", "576", "TRUE", "PAL-601")),
        ((720, 576), (16, 15), ("720", "576", "FALSE", "PAL-601")),
        ((1440, 1080), (4, 3), ("1440", "1080", "FALSE", "HD-(1440x1080)")),
        ((640, 480), (4, 3), ("853", "480", "FALSE", "square")),
        ((1920, 1080), (1, 1), ("1920", "1080", "FALSE", "square")),
    ],
)
def test_pixels_that_are_not_square_are_described(size: tuple[int, int], aspect: tuple[int, int], told: tuple[str, ...]) -> None:
    cuts = cut_list(Rate(25))
    media = dataclasses.replace(cuts.media, width_px=size[0], height_px=size[1], pixel_aspect=aspect)
    cuts = dataclasses.replace(cuts, media=media)
    root = ElementTree.fromstring(written("premiere", cuts).encode())
    picture = root.find(".//file/media/video/samplecharacteristics")
    assert picture is not None
    assert tuple(picture.findtext(name) for name in ("width", "height", "anamorphic", "pixelaspectratio")) == told
    form = ElementTree.fromstring(written("fcpxml", cuts).encode()).find("resources/format")
    assert form is not None
    assert (form.get("width"), form.get("height")) == tuple(map(str, size))
    assert (form.get("paspH"), form.get("paspV")) == (tuple(map(str, aspect)) if aspect != (1, 1) else (None, None))


def captioned(rate: Rate) -> CutList:
    cuts = cut_list(rate)
    first, second = cuts.edits
    start, end = first.source_in, first.source_out
    said = (Caption(start, start + 40, "Well <then>,\nlet us go."), Caption(start + 60, end, "行こう"))
    edits = (dataclasses.replace(first, captions=said), second)
    return dataclasses.replace(cuts, edits=edits, language=Language.JA)


@pytest.mark.parametrize("rate", [Rate(25), *DROPPING], ids=lambda rate: f"{float(rate.fps):.2f}")
def test_words_are_a_caption_track_for_final_cut(rate: Rate) -> None:
    cuts = captioned(rate)
    root = ElementTree.fromstring(written("fcpxml", cuts).encode())
    clip = next(root.iter("asset-clip"))
    assert [child.tag for child in clip] == ["note", "caption", "caption", "marker"]  # the order that its DTD wants
    frame = 1 / cuts.rate.fps
    for one, meant in zip(clip.iter("caption"), cuts.edits[0].captions, strict=True):
        offset, length = (Fraction(one.attrib[name].removesuffix("s")) / frame for name in ("offset", "duration"))
        assert (offset, offset + length) == (meant.start, meant.end)  # on the clock of the clip that holds it
        assert one.findtext("text/text-style") == meant.text
        assert one.attrib["role"] == "iTT?captionFormat=ITT.ja"
        assert one.find("text/text-style").get("ref") == one.find("text-style-def").get("id")  # type: ignore[union-attr]
    assert len({style.attrib["id"] for style in root.iter("text-style-def")}) == 2
    exact_fcpxml(written("fcpxml", cuts), cuts)


def test_words_are_titles_on_a_track_above_the_picture_for_premiere() -> None:
    cuts = captioned(Rate(25))
    timeline = otio.adapters.read_from_string(written("premiere", cuts), "fcp_xml")
    picture, titles = (track for track in timeline.tracks if track.kind == "Video")
    assert [frames(clip.source_range) for clip in picture] == [(edit.source_in, edit.source_out) for edit in cuts.edits]
    shown = [title for title in titles if isinstance(title, otio.schema.Clip)]
    assert [title.media_reference.generator_kind for title in shown] == ["Text", "Text"]
    edit = cuts.edits[0]
    moved = [(one.start - edit.source_in, one.end - edit.source_in) for one in edit.captions]
    assert [frames(title.range_in_parent()) for title in shown] == moved
    root = ElementTree.fromstring(written("premiere", cuts).encode())
    texts = [item.findtext("effect/parameter[parameterid='str']/value") for item in root.iter("generatoritem")]
    assert texts == [one.text for one in edit.captions]


@pytest.mark.parametrize("rate", [Rate(25), Rate(24, ntsc=True), *DROPPING], ids=lambda rate: f"{float(rate.fps):.2f}")
def test_a_clip_over_midnight_ends_after_it_begins(rate: Rate) -> None:
    cuts = cut_list(rate)
    day = smpte_frame("24:00:00;00" if rate.drop else "24:00:00:00", rate.nominal_fps)
    edits = []
    for edit, start in zip(cuts.edits, (day - 100, day + 500), strict=True):
        edits.append(dataclasses.replace(edit, source_in=start, source_out=start + edit.frames, marks=()))
    text = written("edl", dataclasses.replace(cuts, edits=tuple(edits), marks=()))
    timeline = otio.adapters.read_from_string(text, "cmx_3600", rate=float(rate.fps))
    spans = [frames(clip.source_range) for clip in timeline.tracks[0]]
    assert spans == [(day - 100, day - 100 + edits[0].frames), (500, 500 + edits[1].frames)]  # the next day begins at 0
