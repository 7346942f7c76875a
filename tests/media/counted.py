"""Videos whose every frame carries its own number as black and white squares, so that a cut can be checked to the frame."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import numpy as np

from video_pipeline.media.ffmpeg import find_ffmpeg

BITS = 8
SIDE_PX = 40
WIDTH_PX, HEIGHT_PX = BITS * SIDE_PX, 180
RATE_FPS = 25
FRAMES = 100
RATE_HZ = 48_000


def run(*words: Any) -> None:
    line = [find_ffmpeg(), "-v", "error", "-nostdin", "-y", "-threads", "1", *map(str, words)]
    subprocess.run(line, check=True, timeout=60)


def pictures() -> Any:
    """Bit k of a frame's number is the k-th square of its first row; below it waves move. [frames, height, width], 8 bits."""
    n, y, x = np.ogrid[:FRAMES, :HEIGHT_PX, :WIDTH_PX]
    waves = 128 + 60 * np.sin((x + 4 * n) / 25) * np.cos((y - 3 * n) / 30)
    return np.where(y < SIDE_PX, 255 * (n >> (x // SIDE_PX) & 1), waves).astype(np.uint8)


def sweep() -> Any:
    """Four seconds of a rising tone in bursts: no two moments of it sound alike."""
    t = np.arange(FRAMES * RATE_HZ // RATE_FPS) / RATE_HZ
    return (0.4 * np.sin(2 * np.pi * (300 + 80 * t) * t) * (0.3 + 0.7 * (t % 0.37 < 0.12))).astype(np.float32)


def made(path: Path, *how: Any, sound: bool = True) -> Path:
    """A counted video, encoded by the words of `how`."""
    raw = path.with_suffix(".raw")
    raw.write_bytes(pictures().tobytes())
    words = ["-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{WIDTH_PX}x{HEIGHT_PX}", "-r", RATE_FPS, "-i", raw]
    if sound:
        raw.with_suffix(".f32").write_bytes(sweep().tobytes())
        words += ["-f", "f32le", "-ar", RATE_HZ, "-ac", 1, "-i", raw.with_suffix(".f32")]
    run(*words, "-pix_fmt", "yuv420p", *how, path)
    return path


def shown(path: Path) -> Any:
    """The frames of a file as players show them, in grey: [frames, height, width]."""
    line = [find_ffmpeg(), "-v", "error", "-nostdin", "-i", str(path), "-vf", f"scale={WIDTH_PX}:{HEIGHT_PX},format=gray"]
    raw = subprocess.run([*line, "-fps_mode", "passthrough", "-f", "rawvideo", "-"], capture_output=True, check=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, HEIGHT_PX, WIDTH_PX)


def numbers(frames: Any) -> list[int]:
    """The number on each frame, read from its pixels."""
    bits = frames[:, SIDE_PX // 2, SIDE_PX // 2 :: SIDE_PX] > 128
    return [int(sum(1 << k for k in range(BITS) if row[k])) for row in bits]
