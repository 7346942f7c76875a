"""Which files hold a subtitle track, and how. To add one, add its line to `CONTAINERS`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from video_pipeline.core.errors import UnknownName
from video_pipeline.core.labels import Language

TEXT = frozenset({"subrip", "srt", "ass", "ssa", "webvtt", "mov_text", "text"})
"""Subtitles of text, which can be turned into one another; all others are pictures."""


@dataclass(frozen=True, slots=True)
class Container:
    """A kind of file.

    Attributes:
        suffix: of its files.
        muxer: FFmpeg's name for what writes it.
        reads: the format, one of `subtitles.FORMATS`, in which a new track is handed in.
        codec: what FFmpeg makes of it inside the file.
        holds: subtitles of text that it holds as they are; others become `codec_of_others`.
        bibliographic: its language codes are ISO 639-2/B (chi), else 639-2/T (zho).
        loses: what of our subtitles does not survive in it, for people.
    """

    suffix: str
    muxer: str
    reads: str
    codec: str
    holds: frozenset[str]
    codec_of_others: str
    bibliographic: bool = False
    loses: str = ""

    def codec_for(self, subtitle: str) -> str:
        """How a subtitle stream of another file comes in: text is converted where it must be, pictures are copied."""
        return self.codec_of_others if subtitle in TEXT - self.holds else "copy"

    def language_code(self, language: Language) -> str:
        return _CODES[language][0 if self.bibliographic else 1]


_MATROSKA = frozenset({"subrip", "srt", "ass", "ssa", "webvtt", "text"})
_MOV_TEXT = frozenset({"mov_text"})
_PLAIN = "colours, positions and karaoke, which mov_text does not have"

CONTAINERS: dict[str, Container] = {
    "mkv": Container(".mkv", "matroska", "ass", "copy", _MATROSKA, "srt", bibliographic=True),
    "mp4": Container(".mp4", "mp4", "srt", "mov_text", _MOV_TEXT, "mov_text", loses=_PLAIN),
    # QuickTime has a list of languages of its own, which FFmpeg reaches by the bibliographic codes
    "mov": Container(".mov", "mov", "srt", "mov_text", _MOV_TEXT, "mov_text", bibliographic=True, loses=_PLAIN),
    "webm": Container(
        *(".webm", "webm", "vtt", "copy", frozenset({"webvtt"}), "webvtt"), bibliographic=True, loses="colours and karaoke"
    ),
}

_BY_SUFFIX = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".qt": "mov", ".webm": "webm"}

_CODES: dict[Language, tuple[str, str]] = {
    Language.ZH: ("chi", "zho"),
    Language.YUE: ("yue", "yue"),
    Language.EN: ("eng", "eng"),
    Language.JA: ("jpn", "jpn"),
    Language.KO: ("kor", "kor"),
    Language.UNKNOWN: ("und", "und"),
}

TITLES: dict[Language, str] = {
    Language.ZH: "中文",
    Language.YUE: "粵語",
    Language.EN: "English",
    Language.JA: "日本語",
    Language.KO: "한국어",
    Language.UNKNOWN: "Subtitles",
}
"""What players show in their menu of tracks: the language in its own words."""


def container_for(video: Path, wanted: str = "") -> Container:
    """The container `wanted`, else the video's own, else Matroska, which holds nearly everything. Raises UnknownName."""
    if wanted and wanted not in CONTAINERS:
        raise UnknownName("container", wanted, tuple(CONTAINERS))
    return CONTAINERS[wanted or _BY_SUFFIX.get(video.suffix.lower(), "mkv")]
