"""What a file is that holds no subtitles of text, told by its first bytes."""

from __future__ import annotations

HEAD_BYTES = 64
"""How much of a file is enough to tell."""
_PICTURES = "it holds pictures of letters ({}), which a program for text recognition (OCR) can turn into text first"
_PGS_SEGMENTS = frozenset((0x14, 0x15, 0x16, 0x17, 0x80))
"""Types of the segments of a PGS stream, in the byte after their two times."""
_FIRST_BYTES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x00\x00\x01\xba", _PICTURES.format("VobSub")),
    (0, b"# VobSub index file", _PICTURES.format("VobSub")),
    (0, b"\x1a\x45\xdf\xa3", "it is a video (Matroska or WebM)"),
    (4, b"ftyp", "it is a video or a recording (MP4)"),
    (0, b"OggS", "it is a recording or a video (Ogg)"),
    (0, b"fLaC", "it is a recording (FLAC)"),
    (8, b"WAVE", "it is a recording (WAV)"),
    (8, b"AVI ", "it is a video (AVI)"),
    (0, b"ID3", "it is a recording (MP3)"),
    (0, b"%PDF-", "it is a PDF document"),
    (0, b"\xd0\xcf\x11\xe0", "it is a document of an old Office program"),
    (0, b"\x1f\x8b", "it is packed (gzip): unpack it first"),
    (0, b"7z\xbc\xaf\x27\x1c", "it is packed (7z): unpack it first"),
    (0, b"Rar!", "it is packed (RAR): unpack it first"),
    (0, b"\x89PNG", "it is a picture (PNG)"),
    (0, b"\xff\xd8\xff", "it is a picture (JPEG)"),
)
"""Offset, bytes and what they mean. ZIP is missing: spreadsheets and Word files are packed so."""


def other_kind(head: bytes) -> str:
    """A sentence on what the file is; empty where it may hold subtitles. `head` is its first `HEAD_BYTES`."""
    if head[:2] == b"PG" and len(head) > 10 and head[10] in _PGS_SEGMENTS:
        return _PICTURES.format("PGS")
    return next((words for at, first, words in _FIRST_BYTES if head[at : at + len(first)] == first), "")
