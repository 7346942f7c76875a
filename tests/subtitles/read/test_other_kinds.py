"""Files that hold no subtitles of text are called what they are."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from video_pipeline.subtitles.errors import NotSubtitles
from video_pipeline.subtitles.read.other_kinds import HEAD_BYTES, other_kind
from video_pipeline.subtitles.read.reading import read_cues

SRT = b"1\n00:00:01,000 --> 00:00:02,000\nHello\n"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.sub", b"\x00\x00\x01\xba\x44\x02\xc4\x82" + bytes(2000), "VobSub"),
        ("a.idx", b"# VobSub index file, v7 (do not modify this line!)\nsize: 720x576\n", "VobSub"),
        ("a.sup", b"PG" + bytes(8) + b"\x16\x00\x13" + bytes(200), "PGS"),
        ("a.srt", gzip.compress(SRT, mtime=0), "unpack it first"),
        ("a.vtt", b"%PDF-1.7\n" + bytes(200), "PDF"),
        ("a.ass", b"\x1a\x45\xdf\xa3" + bytes(200), "Matroska"),
    ],
)
def test_a_file_of_another_kind_is_named(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(NotSubtitles, match=words):
        read_cues(path)


def test_real_media_are_named_however_large(sample: Path, tmp_path: Path) -> None:
    path = tmp_path / "talk.srt"
    path.write_bytes(sample.read_bytes())
    with path.open("r+b") as file:
        file.truncate(65 << 20)
    with pytest.raises(NotSubtitles, match="MP4"):
        read_cues(path)


@pytest.mark.parametrize("content", [SRT, b"WEBVTT\n\n", b"{1}{2}PG", b"PG-13 is what it says", b"", b"ID: 3"])
def test_text_is_nothing_of_these(content: bytes) -> None:
    assert other_kind(content[:HEAD_BYTES]) == ""
