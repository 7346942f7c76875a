"""Sound and picture keep their distance, and pieces hold their frames, in every container and wherever its streams begin.

The truth is how the files were made: every frame carries its number, and no two moments of the sound are alike.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.media.counted import RATE_FPS, RATE_HZ, made, numbers, run, shown, sweep
from video_pipeline.core.span import Span
from video_pipeline.media.cut import cut
from video_pipeline.media.cutting import encoders
from video_pipeline.media.cutting.base import CutOptions, Piece
from video_pipeline.media.cutting.packets import find_frames
from video_pipeline.media.decode import audio_blocks
from video_pipeline.media.ffmpeg import find_ffmpeg
from video_pipeline.media.frame import frame
from video_pipeline.media.probe import probe

X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-bf", 2, "-g", 25)
LONG = ("-c:v", "libx264", "-preset", "ultrafast", "-bf", 2, "-g", 250)
OPEN = (*X264, "-x264-params", "open-gop=1:scenecut=0")
MPEG2 = ("-c:v", "mpeg2video", "-b:v", "3M", "-g", 12, "-bf", 2)
PCM = ("-c:a", "pcm_s16le")
LATE_SOUND = (0.0, 1.3)
LATE_PICTURE = (0.72, 0.0)
BOTH_LATE = (1.0, 2.1)
TOGETHER = (0.0, 0.0)
NEGATIVE = (-0.52, -0.2)
ANY = (LATE_SOUND, LATE_PICTURE, NEGATIVE)
"""Begin of the picture and of the sound, in seconds."""
CASES: dict[str, tuple[str, tuple[object, ...], Sequence[tuple[float, float]]]] = {
    "mpegts": ("ts", (*X264, "-c:a", "aac"), (*ANY, BOTH_LATE)),
    "mpegts-long": ("ts", (*LONG, "-c:a", "mp2"), (TOGETHER,)),
    "mpegts-open": ("ts", (*OPEN, "-c:a", "aac"), (TOGETHER,)),
    "mpegts-mpeg2": ("ts", (*MPEG2, "-c:a", "mp2"), (LATE_SOUND,)),
    "m2ts": ("m2ts", (*X264, "-c:a", "ac3"), (LATE_SOUND, LATE_PICTURE)),
    "mpegps": ("mpg", (*MPEG2, "-c:a", "mp2", "-f", "mpeg"), (LATE_SOUND, LATE_PICTURE)),
    "vob": ("vob", (*MPEG2, "-c:a", "ac3", "-f", "vob"), (BOTH_LATE, NEGATIVE)),
    "ogg": ("ogv", ("-c:v", "libtheora", "-q:v", 8, "-c:a", "libvorbis"), (LATE_SOUND, LATE_PICTURE)),
    "mp4": ("mp4", (*X264, "-c:a", "aac"), (LATE_SOUND, LATE_PICTURE)),
    "mp4-open": ("mp4", (*OPEN, "-c:a", "aac"), (TOGETHER,)),
    "mov": ("mov", (*X264, *PCM), (BOTH_LATE,)),
    "mkv": ("mkv", (*X264, "-c:a", "libopus"), (LATE_SOUND, NEGATIVE)),
    "flv": ("flv", (*X264, "-c:a", "aac"), (TOGETHER, LATE_SOUND)),
    "asf": ("wmv", ("-c:v", "wmv2", "-b:v", "3M", "-c:a", "wmav2"), (LATE_SOUND, LATE_PICTURE)),
    "mxf": ("mxf", (*MPEG2, *PCM), (TOGETHER,)),
    "mxf-h264": ("mxf", (*LONG, *PCM), (TOGETHER,)),
    "avi": ("avi", ("-c:v", "mjpeg", "-q:v", 3, *PCM), (TOGETHER,)),
    "avi-mp3": ("avi", ("-c:v", "mpeg4", "-q:v", 3, "-c:a", "libmp3lame"), (TOGETHER,)),
    "avi-b-frames": ("avi", ("-c:v", "mpeg4", "-q:v", 3, "-bf", 2, *PCM), (TOGETHER,)),
    "nut": ("nut", (*X264, "-c:a", "flac"), (LATE_PICTURE,)),
}
SOUND_S = 0.005
"""How far sound may be off; half of what people notice at best."""
ROWS = [(name, starts_s) for name, (_, _, starts) in CASES.items() for starts_s in starts]

Source = Callable[[str, tuple[float, float]], Path]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    folder = tmp_path_factory.mktemp("containers")
    plain = made(folder / "plain.nut", "-c:v", "ffv1", "-c:a", "pcm_s16le")

    @cache
    def get(name: str, starts_s: tuple[float, float]) -> Path:
        suffix, how, _ = CASES[name]
        path = folder / f"{name}{starts_s[0]}{starts_s[1]}.{suffix}"
        inputs = ("-itsoffset", starts_s[0], "-i", plain, "-itsoffset", starts_s[1], "-i", plain)
        run(*inputs, "-map", "0:v", "-map", "1:a", "-fps_mode", "passthrough", "-ar", RATE_HZ, *how, path)
        return path

    return get


def heard_s(samples: Any) -> float:
    """When the first moment of the sound is heard in 16 kHz samples."""
    own = sweep().reshape(-1, 3).mean(axis=1)
    size = 2 * max(len(own), len(samples))
    match = np.abs(np.fft.irfft(np.fft.rfft(samples, size) * np.conj(np.fft.rfft(own, size)), size))
    best = int(match.argmax())
    return (best if best < size / 2 else best - size) / 16_000


def sound(path: Path) -> Any:
    return np.concatenate([block.samples for block in audio_blocks(path)])


def first_number(path: Path) -> int:
    """The number of the first frame that a file shows."""
    return numbers(shown(path))[0]


@pytest.mark.parametrize(("name", "starts_s"), ROWS)
def test_sound_is_heard_on_the_clock_of_the_picture(source: Source, name: str, starts_s: tuple[float, float]) -> None:
    path = source(name, starts_s)
    found = find_frames(path, probe(path).container, "v:0", Span(0.0, 9.0))
    assert found is not None
    begin_s = found.packets.times_s[0] - first_number(path) / RATE_FPS
    # AVI has no times: FFmpeg shows the first frame when it is decoded, and does not know how late MP3 begins
    delay_s = {"avi-b-frames": 0.04, "avi-mp3": -1105 / RATE_HZ}.get(name, 0.0)
    off_s = heard_s(sound(path)) - begin_s - (starts_s[1] - starts_s[0]) + delay_s
    assert off_s == pytest.approx(0.0, abs=SOUND_S)


@pytest.mark.parametrize(("name", "starts_s"), ROWS)
def test_a_piece_holds_its_frames_and_its_sound(source: Source, tmp_path: Path, name: str, starts_s: tuple[float, float]) -> None:
    path, target = source(name, starts_s), tmp_path / "out.mp4"
    found = find_frames(path, probe(path).container, "v:0", Span(0.0, 9.0))
    assert found is not None
    times_s, first = found.packets.times_s, first_number(path)
    begin_s = times_s[37 - first] + 0.013
    options = CutOptions(speed="ultrafast", encoder=encoders.SOFTWARE)
    report = cut(Piece(probe(path), 0, Span(begin_s, begin_s + 1.4)), target, options)
    assert report.span.start_s == pytest.approx(times_s[37 - first], abs=0.002)
    assert numbers(shown(target)) == list(range(37, 72))
    whole = sound(path)[round(report.span.start_s * 16_000) :][: int(1.3 * 16_000)]
    assert lag_s(whole, sound(target)) == pytest.approx(0.0, abs=SOUND_S)
    assert set(durations(target)) == {1}


def lag_s(a: Any, b: Any) -> float:
    """How much later the same sound is in `b`."""
    size = 2 * max(len(a), len(b))
    match = np.abs(np.fft.irfft(np.fft.rfft(b, size) * np.conj(np.fft.rfft(a, size)), size))
    best = int(match.argmax())
    return (best if best < size / 2 else best - size) / 16_000


def durations(path: Path) -> list[float]:
    """Durations of the frames of a file, in frames."""
    line = [find_ffmpeg(), "-v", "error", "-i", str(path), "-map", "0:v", "-c", "copy", "-f", "framecrc", "-"]
    out = subprocess.run(line, capture_output=True, text=True, check=True).stdout
    tick = next(row.split()[-1] for row in out.splitlines() if row.startswith("#tb 0"))
    unit = int(tick.split("/")[1]) / int(tick.split("/")[0]) / RATE_FPS
    return [int(row.split(",")[3]) / unit for row in out.splitlines() if row.startswith("0,")]


def test_a_picture_that_ends_before_its_sound_is_held(tmp_path: Path) -> None:
    plain, path, target = tmp_path / "plain.mp4", tmp_path / "short.mp4", tmp_path / "out.mp4"
    made(plain, *X264, "-c:a", "aac")
    run("-t", 2, "-i", plain, "-i", plain, "-map", "0:v", "-map", "1:a", *X264, "-c:a", "copy", path)
    report = cut(Piece(probe(path), 0, Span(1.0, 3.6)), target, CutOptions(encoder=encoders.SOFTWARE))
    held = numbers(shown(target))
    last = held[-1]
    assert held == [*range(25, last), *[last] * (90 - last)]
    assert len(sound(target)) / 16_000 == pytest.approx(2.6, abs=0.04)
    assert "before the sound" in report.notes[0]
    after = cut(Piece(probe(path), 0, Span(2.8, 3.6)), target, CutOptions(way="smart", encoder=encoders.SOFTWARE))
    assert numbers(shown(target)) == [last] * 20 and after.way == "exact"
    frame(probe(path), 3.5, tmp_path / "last.jpg", width_px=320)
    assert numbers(shown(tmp_path / "last.jpg")) == [last]


def test_a_picture_held_for_a_moment_is_no_notice(tmp_path: Path) -> None:
    """Its "0.0 s before the sound" would tell nobody anything."""
    plain, path, target = tmp_path / "plain.mp4", tmp_path / "short.mp4", tmp_path / "out.mp4"
    made(plain, *X264, "-c:a", "aac")
    run("-t", 2, "-i", plain, "-i", plain, "-map", "0:v", "-map", "1:a", "-r", 50, *X264, "-c:a", "copy", path)
    report = cut(Piece(probe(path), 0, Span(1.0, 2.045)), target, CutOptions(encoder=encoders.SOFTWARE))
    assert (report.span.end_s, report.notes) == (pytest.approx(2.04), ())
