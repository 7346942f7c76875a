"""The content check finds what is wrong with a piece, and nothing wrong with one that is right."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from tests.media.counted import made, run
from video_pipeline.core.span import Span
from video_pipeline.core.waveform import RATE_HZ
from video_pipeline.media import cut as cutting
from video_pipeline.media.cut import cut, estimated_bytes
from video_pipeline.media.cutting.base import CutOptions, Piece
from video_pipeline.media.cutting.check import offset_s, require_same
from video_pipeline.media.cutting.plan import Plan, planned
from video_pipeline.media.errors import NotAsWritten
from video_pipeline.media.loudness import LoudnessOptions, measure
from video_pipeline.media.probe import probe

FAST = CutOptions(speed="ultrafast", encoder="libx264")
SPAN = Span(1.0, 2.2)


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("counted") / "counted.mp4"
    return made(path, "-c:v", "libx264", "-preset", "veryfast", "-g", 25, "-bf", 2, "-c:a", "aac")


def plan_of(video: Path, span: Span = SPAN) -> Plan:
    return planned(Piece(probe(video), 0, span))


def piece(video: Path, target: Path, span: Span) -> Path:
    cut(Piece(probe(video), 0, span), target, FAST)
    return target


def test_a_right_piece_passes_at_any_quality(video: Path, tmp_path: Path) -> None:
    for crf in (12, 28, 40):
        report = cut(Piece(probe(video), 0, SPAN), tmp_path / "out.mp4", dataclasses.replace(FAST, crf=crf))
        assert report.check == "2 pictures compared, 30 frames on time; sound off by 0 ms at most"


@pytest.mark.parametrize("late_s", [-0.2, -0.04, 0.04, 0.2])
def test_a_piece_that_is_a_frame_off_does_not_pass(video: Path, tmp_path: Path, late_s: float) -> None:
    target = piece(video, tmp_path / "out.mp4", SPAN.shifted(late_s))
    with pytest.raises(NotAsWritten, match=r"frame 1 of 30 differs from the source's at 1\.000 s"):
        require_same(plan_of(video), target, target)


def test_a_piece_that_is_too_short_does_not_pass(video: Path, tmp_path: Path) -> None:
    target = piece(video, tmp_path / "out.mp4", Span(1.0, 2.1))
    with pytest.raises(NotAsWritten, match=r"lasts 1\.08"):
        require_same(plan_of(video), target, target)


def test_a_frame_that_is_missing_inside_is_found(video: Path, tmp_path: Path) -> None:
    whole = piece(video, tmp_path / "whole.mp4", SPAN)
    lost = ("-vf", "select='not(eq(n,10))'", "-fps_mode", "vfr", "-preset", "ultrafast", "-c:a", "copy")
    run("-i", whole, *lost, tmp_path / "out.mp4")
    with pytest.raises(NotAsWritten, match="29 frames instead of 30"):
        require_same(plan_of(video), tmp_path / "out.mp4", tmp_path / "out.mp4")


@pytest.mark.parametrize("late_s", [0.08, 0.3])
def test_sound_that_is_late_is_found(video: Path, tmp_path: Path, late_s: float) -> None:
    whole = piece(video, tmp_path / "whole.mp4", SPAN)
    run("-i", whole, "-af", f"adelay={late_s * 1000:.0f},atrim=end=1.2", "-c:v", "copy", tmp_path / "out.mp4")
    with pytest.raises(NotAsWritten, match=rf"its sound is \+0?{late_s:.2f}\d s off at 0.00 s"):
        require_same(plan_of(video), tmp_path / "out.mp4", tmp_path / "out.mp4")


def test_other_sound_is_found(video: Path, tmp_path: Path) -> None:
    whole = piece(video, tmp_path / "whole.mp4", SPAN)
    noise = ("-f", "lavfi", "-i", "anoisesrc=d=1.2:r=48000:a=0.3", "-map", "0:v", "-map", "1:a", "-c:v", "copy")
    run("-i", whole, *noise, tmp_path / "out.mp4")
    with pytest.raises(NotAsWritten, match="is not the source's"):
        require_same(plan_of(video), tmp_path / "out.mp4", tmp_path / "out.mp4")


@pytest.mark.parametrize("picture", ["color=black:s=320x180:r=25:d=3", "color=gray:s=320x180:r=25:d=3"])
def test_pictures_that_stand_still_and_silence_pass(tmp_path: Path, picture: str) -> None:
    video = tmp_path / "still.mp4"
    silence = ("-f", "lavfi", "-i", "anullsrc=r=48000:cl=mono:d=3")
    run("-f", "lavfi", "-i", picture, *silence, "-c:v", "libx264", "-preset", "ultrafast", "-g", 10, "-c:a", "aac", video)
    for way in ("exact", "smart"):
        report = cut(Piece(probe(video), 0, Span(0.52, 2.2)), tmp_path / "out.mp4", dataclasses.replace(FAST, way=way))
        assert (report.way, report.fallback) == (way, "")
        assert "sound" not in report.check


def test_a_piece_that_does_not_pass_is_not_left_behind(video: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(plan: Plan, part: Path, target: Path, seams: object) -> str:
        assert part.is_file()
        raise NotAsWritten(part, "it never is")

    monkeypatch.setattr(cutting, "require_same", never)
    (tmp_path / "out.mp4").write_bytes(b"old")
    for way in ("smart", "exact"):
        with pytest.raises(NotAsWritten):
            cut(Piece(probe(video), 0, SPAN), tmp_path / "out.mp4", dataclasses.replace(FAST, way=way))
        assert [path.name for path in tmp_path.iterdir()] == ["out.mp4"]
    assert (tmp_path / "out.mp4").read_bytes() == b"old"


def test_offsets_of_sound() -> None:
    rng = np.random.default_rng(0)
    speech = (rng.standard_normal(2 * RATE_HZ) * np.repeat(rng.random(40), 800)).astype(np.float32)
    assert offset_s(speech, 0.3 * speech, 0.04) == 0
    assert offset_s(speech, np.roll(speech, 1600), 0.04) == pytest.approx(0.1)
    assert offset_s(speech, rng.standard_normal(2 * RATE_HZ).astype(np.float32), 0.04) is None
    assert offset_s(speech, np.zeros_like(speech), 0.04) is None
    tone = np.sin(np.arange(2 * RATE_HZ) * 0.1).astype(np.float32)
    assert abs(offset_s(tone, tone, 0.04) or 0.0) <= 0.04


def test_loudness_comes_to_what_platforms_ask_for(video: Path, tmp_path: Path) -> None:
    asked = LoudnessOptions()
    quiet = tmp_path / "quiet.mp4"
    run("-i", video, "-af", "volume=-24dB", "-c:v", "copy", quiet)
    report = cut(Piece(probe(quiet), 0, Span(0.0, 4.0), loudness=asked), tmp_path / "out.mp4", FAST)
    assert "sound off by" in report.check
    from video_pipeline.media import ffmpeg

    heard = measure(ffmpeg.source(tmp_path / "out.mp4")["a:0"], ffmpeg.Task("measuring", quiet))
    assert heard is not None
    assert heard.integrated_lufs == pytest.approx(asked.integrated_lufs, abs=0.7)
    assert heard.true_peak_dbtp <= asked.true_peak_dbtp


def test_silence_stays_silent(media: object, tmp_path: Path) -> None:
    info = probe(media("silent"))  # type: ignore[operator]
    cut(Piece(info, 0, Span(0.0, 1.5), loudness=LoudnessOptions()), tmp_path / "out.mp4", FAST)
    from video_pipeline.media.decode import audio_blocks

    assert max(float(np.abs(block.samples).max()) for block in audio_blocks(tmp_path / "out.mp4")) < 1e-3


def test_the_room_that_pieces_need_grows_with_size_length_and_quality(video: Path) -> None:
    info = probe(video)
    small = estimated_bytes(info, (320, 180), 10.0, FAST)
    assert estimated_bytes(info, (640, 360), 10.0, FAST) > 2 * small
    assert estimated_bytes(info, (320, 180), 20.0, FAST) == pytest.approx(2 * small, rel=0.01)
    assert estimated_bytes(info, (320, 180), 10.0, dataclasses.replace(FAST, crf=14)) > small
    assert estimated_bytes(info, None, 10.0, FAST) < small
