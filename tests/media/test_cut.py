"""Clips start on their frame, last as long as asked, play everywhere, and appear whole or not at all."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from video_pipeline.core.errors import CannotWrite, PipelineError
from video_pipeline.core.span import Span
from video_pipeline.media.cut import cut, suffix
from video_pipeline.media.cutting.base import CutOptions, Piece
from video_pipeline.media.errors import NoSuchTrack
from video_pipeline.media.ffmpeg import find_ffmpeg
from video_pipeline.media.frame import frame
from video_pipeline.media.probe import probe
from video_pipeline.media.targets import whole

FRAME_S = 1 / 25
COLOURS = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255)}


def colours(path: Path) -> list[str]:
    """The colour of each frame."""
    line = [find_ffmpeg(), "-v", "error", "-i", str(path), "-vf", "scale=1:1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    raw = subprocess.run(line, capture_output=True, check=True).stdout
    pixels = [tuple(raw[at : at + 3]) for at in range(0, len(raw), 3)]
    return [min(COLOURS, key=lambda name: sum(abs(a - b) for a, b in zip(COLOURS[name], p, strict=True))) for p in pixels]


def sound_s(path: Path) -> float:
    line = [find_ffmpeg(), "-v", "error", "-i", str(path), "-f", "s16le", "-ar", "16000", "-ac", "1", "-"]
    return len(subprocess.run(line, capture_output=True, check=True).stdout) / 32_000


def test_a_clip_starts_and_ends_on_its_frame(media: Any, tmp_path: Path) -> None:
    target = tmp_path / "clip.mp4"
    cut(Piece(probe(media("colours")), 0, Span(2.0, 4.0)), target, CutOptions())
    assert colours(target) == ["lime"] * 50
    assert sound_s(target) == pytest.approx(2.0, abs=FRAME_S)


@pytest.mark.parametrize("span", [Span(0.0, 1.0), Span(1.96, 2.96), Span(3.52, 5.4), Span(5.0, 6.0)])
def test_picture_and_sound_last_as_long_as_asked(media: Any, tmp_path: Path, span: Span) -> None:
    target = tmp_path / "clip.mp4"
    cut(Piece(probe(media("colours")), 0, span), target, CutOptions())
    assert len(colours(target)) * FRAME_S == pytest.approx(span.duration_s, abs=FRAME_S * 1.01)
    assert sound_s(target) == pytest.approx(span.duration_s, abs=FRAME_S)


def test_a_clip_inside_a_shot_holds_no_frame_of_the_next(media: Any, tmp_path: Path) -> None:
    cut(Piece(probe(media("colours")), 0, Span(1.0, 2.0)), tmp_path / "clip.mp4", CutOptions())
    assert set(colours(tmp_path / "clip.mp4")) == {"red"}


def test_sound_alone_becomes_sound_alone(media: Any, tmp_path: Path) -> None:
    info = probe(media("sound"))
    target = tmp_path / f"clip{suffix(info)}"
    cut(Piece(info, 0, Span(0.5, 1.5)), target, CutOptions())
    assert target.suffix == ".m4a" and probe(target).video is None
    assert sound_s(target) == pytest.approx(1.0, abs=FRAME_S)


@pytest.mark.parametrize(("name", "size"), [("odd-size", (160, 120)), ("anamorphic", (192, 144))])
def test_any_size_becomes_one_that_players_take(media: Any, tmp_path: Path, name: str, size: tuple[int, int]) -> None:
    target = tmp_path / "clip.mp4"
    cut(Piece(probe(media(name)), 0, Span(0.0, 0.5)), target, CutOptions())
    video = probe(target).video
    assert video is not None and (video.width_px, video.height_px) == size


def test_a_turned_video_stays_upright(media: Any, tmp_path: Path) -> None:
    target = tmp_path / "clip.mp4"
    cut(Piece(probe(media.rotated()), 0, Span(0.0, 0.5)), target, CutOptions())
    video = probe(target).video
    assert video is not None and (video.width_px, video.height_px) == (120, 160)


def test_the_second_track_is_taken_where_asked(media: Any, tmp_path: Path) -> None:
    from video_pipeline.media.decode import audio_blocks

    np = pytest.importorskip("numpy")
    cut(Piece(probe(media("two-tracks")), 1, Span(0.0, 1.0)), tmp_path / "clip.mp4", CutOptions())
    samples = np.concatenate([block.samples for block in audio_blocks(tmp_path / "clip.mp4")])
    assert np.argmax(np.abs(np.fft.rfft(samples))) * 16_000 / len(samples) == pytest.approx(880, abs=3)


def test_a_late_track_stays_in_time_with_the_picture(media: Any, tmp_path: Path) -> None:
    from video_pipeline.media.decode import audio_blocks

    np = pytest.importorskip("numpy")
    cut(Piece(probe(media("late-audio")), 0, Span(0.5, 1.5)), tmp_path / "clip.mp4", CutOptions())
    samples = np.concatenate([block.samples for block in audio_blocks(tmp_path / "clip.mp4")])
    heard_s = np.flatnonzero(np.abs(samples) > 0.05)[0] / 16_000
    assert heard_s == pytest.approx(0.5, abs=0.06)


def test_a_failed_clip_leaves_nothing(media: Any, tmp_path: Path) -> None:
    with pytest.raises(NoSuchTrack):
        cut(Piece(probe(media("tone")), 3, Span(0.0, 1.0)), tmp_path / "clip.mp4", CutOptions())
    assert not list(tmp_path.iterdir())


def test_an_old_clip_survives_a_failed_new_one(media: Any, tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"old")
    with pytest.raises(NoSuchTrack):
        cut(Piece(probe(media("tone")), 3, Span(0.0, 1.0)), tmp_path / "clip.mp4", CutOptions())
    assert (tmp_path / "clip.mp4").read_bytes() == b"old"


def test_a_file_in_place_of_the_folder_is_said(media: Any, tmp_path: Path) -> None:
    (tmp_path / "clips").write_text("not a folder")
    with pytest.raises(CannotWrite, match="clips"):
        cut(Piece(probe(media("tone")), 0, Span(0.0, 1.0)), tmp_path / "clips" / "clip.mp4", CutOptions())


def test_an_interrupted_write_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), whole(tmp_path / "clip.mp4") as part:
        part.write_bytes(b"half")
        raise KeyboardInterrupt
    assert not list(tmp_path.iterdir())


def test_a_writer_that_leaves_scraps_does_not_hide_its_own_error(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), whole(tmp_path / "clip.mp4") as part:
        part.with_name("scrap.m4a").write_bytes(b"half")
        raise ZeroDivisionError
    assert not list(tmp_path.iterdir())


def test_what_a_killed_run_left_is_no_hindrance(tmp_path: Path) -> None:
    for _ in range(2):
        folder = tmp_path / ".clip.mp4.part"
        folder.mkdir(exist_ok=True)
        (folder / "scrap").write_bytes(b"half")
        with whole(tmp_path / "clip.mp4") as part:
            part.write_bytes(b"whole")
        assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]


def test_a_frame_is_the_picture_at_its_time(media: Any, tmp_path: Path) -> None:
    info = probe(media("colours"))
    for at_s, colour in ((0.0, "red"), (1.96, "red"), (2.04, "lime"), (5.5, "blue")):
        frame(info, at_s, tmp_path / "frame.jpg", width_px=64)
        assert colours(tmp_path / "frame.jpg") == [colour]
    assert [path.name for path in tmp_path.iterdir()] == ["frame.jpg"]


def test_a_frame_with_subtitles_differs(media: Any, tmp_path: Path) -> None:
    from video_pipeline.core.cue import Cue
    from video_pipeline.subtitles import FORMATS
    from video_pipeline.subtitles.formats.base import Appearance

    words = FORMATS.load("ass")().render([Cue(1.0, 3.0, ("Hello",))], Appearance())
    info = probe(media("colours"))
    frame(info, 1.5, tmp_path / "bare.jpg")
    frame(info, 1.5, tmp_path / "written.jpg", subtitles=words)
    frame(info, 3.5, tmp_path / "after.jpg", subtitles=words)
    frame(info, 3.5, tmp_path / "after-bare.jpg")
    assert (tmp_path / "bare.jpg").read_bytes() != (tmp_path / "written.jpg").read_bytes()
    assert (tmp_path / "after.jpg").read_bytes() == (tmp_path / "after-bare.jpg").read_bytes()


def test_a_frame_past_the_end_is_an_error_and_leaves_nothing(media: Any, tmp_path: Path) -> None:
    with pytest.raises(PipelineError):
        frame(probe(media("tone")), 99.0, tmp_path / "frame.jpg")
    assert not list(tmp_path.iterdir())
