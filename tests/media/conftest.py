"""Videos with more in them than a picture and a sound, and what a frame of one looks like."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import Language
from video_pipeline.media.ffmpeg import find_ffmpeg
from video_pipeline.subtitles import FORMATS
from video_pipeline.subtitles.formats.base import Appearance

TEXTS = {
    Language.EN: "Hello there, everyone",
    Language.ZH: "你说这样开心",
    Language.YUE: "你係咪嗰啲嘢",
    Language.JA: "こんにちは世界",
    Language.KO: "안녕하세요 여러분",
}

_CHAPTERS = """;FFMETADATA1
title=My film
[CHAPTER]
TIMEBASE=1/1000
START=0
END=2000
title=One
[CHAPTER]
TIMEBASE=1/1000
START=2000
END=4000
title=Two
"""
_OLD_CUES = "1\n00:00:00,500 --> 00:00:01,500\nan old track\n"


def ffmpeg(*words: Any) -> str:
    line = [find_ffmpeg(), "-nostdin", "-y", *map(str, words)]
    return subprocess.run(line, capture_output=True, text=True, check=True, timeout=60).stderr


def said(language: Language, format_name: str, start_s: float = 1.0, end_s: float = 2.0) -> str:
    """A subtitle file with one cue."""
    text: str = FORMATS.load(format_name)().render(
        [Cue(start_s, end_s, (TEXTS[language],), language=language)], Appearance(width_px=320, height_px=180)
    )
    return text


@pytest.fixture(scope="session")
def grey(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds of a grey picture, 320x180 at 10 fps, with a tone."""
    path = tmp_path_factory.mktemp("grey") / "grey.mp4"
    picture = ("-f", "lavfi", "-i", "color=gray:s=320x180:r=10:d=4")
    ffmpeg(*picture, "-f", "lavfi", "-i", "sine=440:d=4", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", path)
    return path


@pytest.fixture(scope="session")
def rich(tmp_path_factory: pytest.TempPathFactory, grey: Path) -> Path:
    """A Matroska file with two sounds, a default subtitle track, a font, a cover, chapters and a title."""
    folder = tmp_path_factory.mktemp("rich")
    for name, text in (("chapters.txt", _CHAPTERS), ("old.srt", _OLD_CUES), ("old.ttf", "not really a font")):
        (folder / name).write_text(text)
    ffmpeg("-f", "lavfi", "-i", "color=red:s=64x64", "-frames:v", 1, folder / "cover.png")
    inputs = ("-i", grey, "-f", "lavfi", "-i", "sine=880:d=4", "-i", folder / "old.srt", "-i", folder / "chapters.txt")
    maps = ("-map", "0", "-map", "1", "-map", "2", "-map_metadata", "3", "-map_chapters", "3")
    codecs = ("-c:v", "copy", "-c:a:0", "copy", "-c:a:1", "aac", "-c:s", "srt", "-disposition:s:0", "default")
    tags = ("-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=ger", "-metadata:s:s:0", "language=fre")
    font = ("-attach", folder / "old.ttf", "-metadata:s:t:0", "mimetype=font/ttf")
    cover = ("-attach", folder / "cover.png", "-metadata:s:t:1", "mimetype=image/png", "-metadata:s:t:1", "filename=cover.png")
    ffmpeg(*inputs, *maps, *codecs, *tags, *font, *cover, folder / "rich.mkv")
    return folder / "rich.mkv"


@pytest.fixture
def frame_at() -> Callable[[Path, float], Any]:
    """The picture at a time, as grey values [height, width]."""

    def look(path: Path, at_s: float) -> Any:
        size = re.search(r"Video: .*?[ ,](\d+)x(\d+)[ ,]", described(path))
        assert size is not None
        line = [find_ffmpeg(), "-v", "error", "-nostdin", "-ss", str(at_s), "-noautorotate", "-i", str(path), "-frames:v", "1"]
        raw = subprocess.run([*line, "-f", "rawvideo", "-pix_fmt", "gray", "-"], capture_output=True, check=True).stdout
        return np.frombuffer(raw, np.uint8).reshape(int(size[2]), int(size[1])).astype(int)

    return look


@pytest.fixture
def packets() -> Callable[[Path, str], list[str]]:
    """A digest of the packets of each stream of a kind (v, a, s, t)."""

    def digest(path: Path, kind: str) -> list[str]:
        line = [find_ffmpeg(), "-v", "error", "-nostdin", "-i", str(path), "-map", f"0:{kind}", "-c", "copy"]
        out = subprocess.run([*line, "-f", "streamhash", "-"], capture_output=True, text=True, check=True).stdout
        return [row.rpartition("=")[2] for row in out.splitlines()]

    return digest


def described(path: Path) -> str:
    """What FFmpeg prints about a file."""
    return subprocess.run([find_ffmpeg(), "-hide_banner", "-i", str(path)], capture_output=True, text=True).stderr
