"""From clips in seconds to frames with the source's own time code."""

from __future__ import annotations

import dataclasses
import subprocess
from pathlib import Path
from typing import Any

import opentimelineio as otio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from video_pipeline.clips import EXPORTS
from video_pipeline.clips.base import ClipJob, ClipOptions, MadeClip, SourceVideo
from video_pipeline.clips.timelines.cutlist import cut_list
from video_pipeline.clips.timelines.rate import RATES, Rate, first_frame, rate_for
from video_pipeline.core.clip import Clip
from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.core.span import Span
from video_pipeline.core.timecode import smpte, smpte_frame
from video_pipeline.core.transcript import AudioEvent, Segment
from video_pipeline.media.ffmpeg import find_ffmpeg
from video_pipeline.media.probe import probe

DAY_S = 24 * 3600


def job(video: Path, *clips: Clip, **more: Any) -> ClipJob:
    source = SourceVideo(info=probe(video), **more)
    return ClipJob(source=source, clips=clips, folder=video.parent / "clips", options=ClipOptions())


@given(st.sampled_from([*RATES, Rate(30, ntsc=True, drop=True), Rate(60, ntsc=True, drop=True)]), st.integers(0, DAY_S * 23))
def test_time_code_is_that_of_opentimelineio(rate: Rate, frame: int) -> None:
    text = smpte(frame, rate.nominal_fps, drop=rate.drop)
    time = otio.opentime.RationalTime(frame, float(rate.fps))
    if frame < rate.nominal_fps * (DAY_S - 100):
        assert text == otio.opentime.to_timecode(time, float(rate.fps), rate.drop)
        assert smpte_frame(text, rate.nominal_fps) == frame


@pytest.mark.parametrize(
    ("told", "nominal_fps", "ntsc"),
    [
        (23.98, 24, True), (24.0, 24, False), (25.0, 25, False), (29.97, 30, True), (30.0, 30, False), (59.94, 60, True),
        (10.0, 30, False), (12.0, 24, False), (15.0, 30, False), (14.99, 30, True), (12.5, 25, False), (120.0, 60, False),
        (100.0, 50, False), (119.88, 60, True), (240.0, 60, False), (29.83, 30, True), (24.4, 24, False), (17.0, 24, True),
        (1000.0, 50, False), (0.5, 24, False),
    ],
)  # fmt: skip
def test_the_rate_is_the_sources_or_one_that_holds_its_frames(told: float, nominal_fps: int, ntsc: bool) -> None:
    rate = rate_for(told)
    assert (rate.nominal_fps, rate.ntsc) == (nominal_fps, ntsc)


def test_drop_frames_as_the_source_has_them() -> None:
    assert rate_for(29.97, "01:00:00;00").drop
    assert not rate_for(29.97, "01:00:00:00").drop
    assert rate_for(59.94).drop
    assert not rate_for(23.98).drop
    assert not rate_for(30.0, "01:00:00;00").drop
    assert rate_for(None) == Rate(25)
    assert first_frame("01:00:00;00", rate_for(29.97, "01:00:00;00")) == 107_892
    assert first_frame("", Rate(25)) == 0
    assert first_frame("10:00:00;15", rate_for(59.94, "10:00:00;15"), 30) == 2 * 1_078_935
    assert first_frame("00:00:01:00", Rate(50), 25) == 50


@pytest.mark.parametrize(
    ("rate", "timecode", "first"),
    [("30000/1001", "01:02:03;04", 111_704 - 0), ("25", "10:00:00:00", 900_000)],
)
def test_the_cameras_time_code_is_kept(rate: str, timecode: str, first: int, tmp_path: Path) -> None:
    path = tmp_path / "Tom's film 日本.mov"
    source = ("-f", "lavfi", "-i", f"testsrc2=s=64x36:r={rate}:d=4", "-f", "lavfi", "-i", "sine=440:d=4")
    made = ("-ac", "2", "-preset", "ultrafast", "-timecode", timecode, str(path))
    subprocess.run([find_ffmpeg(), "-v", "error", "-y", *source, *made], check=True, timeout=60)
    info = probe(path)
    assert info.timecode == timecode
    cuts = cut_list(job(path, Clip(1.0, 3.0, 50.0, "one")), {})
    fps = float(cuts.rate.fps)
    expected = otio.opentime.from_timecode(timecode, fps).to_frames()
    assert cuts.media.start == expected
    (edit,) = cuts.edits
    assert (edit.source_in, edit.source_out) == (expected + round(fps), expected + round(3 * fps))
    assert cuts.rate.timecode(cuts.media.start) == timecode
    assert cuts.media.channels == 2
    assert cuts.media.url == path.absolute().as_uri()
    assert "%20" in cuts.media.url
    assert cuts.media.url.isascii()


def test_edits_follow_each_other_in_chronological_order(media: Any) -> None:
    laugh = AudioEvent(3.2, 3.6, Sound.LAUGHTER, 0.93, ("canned",))
    said = [
        Segment(0.5, 0.9, "so", tokens=(), language=Language.EN, emotion=Emotion.HAPPY),
        Segment(1.0, 1.4, "glad", tokens=(), language=Language.EN, emotion=Emotion.HAPPY),
        Segment(5.0, 5.5, "well", tokens=(), language=Language.EN, emotion=Emotion.NEUTRAL),
    ]
    best, other = Clip(3.0, 4.5, 80.0, "the\nbest"), Clip(0.4, 1.52, 60.0, "")
    cuts = cut_list(job(media("colours"), best, other, events=(laugh,), segments=said), {})
    assert [(edit.rank, edit.name) for edit in cuts.edits] == [(2, "02 60"), (1, "01 the best 80")]
    first, second = cuts.edits
    assert second.record_in == first.record_out == cuts.record_start + first.frames
    assert cuts.frames == 28 + 38
    assert [mark.text for mark in first.marks] == ["happy so glad"]
    assert [(mark.text, mark.start, mark.end) for mark in second.marks] == [("laughter 0.93, canned", 80, 90)]


def test_what_was_really_cut_counts(media: Any) -> None:
    asked = job(media("colours"), Clip(3.0, 4.5, 80.0, "one"), Clip(5.0, 9.0, 70.0, "past the end"))
    cuts = cut_list(asked, {0: MadeClip(path=Path("one.mp4"), span=Span(2.0, 4.6))})
    assert [(edit.source_in, edit.source_out) for edit in cuts.edits] == [(50, 115), (125, 225)]


def test_only_the_formats_asked_for(media: Any, tmp_path: Path) -> None:
    options = ClipOptions(timelines=("edl", "csv"))
    clips = (Clip(1.0, 2.0, 50.0, "one"),)
    asked = ClipJob(source=SourceVideo(info=probe(media("colours"))), clips=clips, folder=tmp_path, options=options)
    made = EXPORTS.load("timelines")().export(asked, {}).files
    assert [path.relative_to(tmp_path).as_posix() for path in made] == ["timelines/highlights.edl", "timelines/markers.csv"]


def test_captions_are_the_words_in_the_clip_one_at_a_time(media: Any) -> None:
    cues = [
        Cue(0.2, 1.0, ("before",)),
        Cue(0.8, 1.6, ("a", "b")),
        Cue(1.4, 2.0, ("c",)),
        Cue(1.4, 1.8, ("d",)),
        Cue(1.9, 2.0, ()),
    ]
    clip = Clip(0.5, 1.8, 50.0, "clip")
    made = job(media("colours"), clip, cues=cues)
    (edit,) = cut_list(made, {}).edits
    start = edit.source_in
    seen = [(one.start - start, one.end - start, one.text) for one in edit.captions]
    rate = cut_list(made, {}).rate
    at = [rate.frame(time_s) - rate.frame(0.5) for time_s in (0.8, 1.4, 1.8)]
    assert seen == [(0, at[0], "before"), (at[0], at[1], "a\nb"), (at[1], at[2], "c\nd")]
    without = dataclasses.replace(made, options=ClipOptions(captions="none"))
    assert cut_list(without, {}).edits[0].captions == ()
