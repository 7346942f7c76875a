"""Containers that can hold a subtitle track. To add one, add its line to `CONTAINERS`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from video_pipeline.core.errors import UnknownName
from video_pipeline.core.labels import Language
from video_pipeline.core.languages import track_code

TEXT = frozenset({"subrip", "srt", "ass", "ssa", "webvtt", "mov_text", "text"})
"""Text subtitle codecs, which can be converted into one another; all other subtitles are pictures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A container format."""

    suffix: str
    muxer: str
    """FFmpeg's name of its writer."""
    reads: str
    """Format, one of `subtitles.FORMATS`, in which a new track is supplied."""
    codec: str
    """Codec of that track inside the file."""
    holds: frozenset[str]
    """Text subtitle codecs that it holds unchanged; others are converted to `codec_of_others`."""
    codec_of_others: str
    bibliographic: bool = False
    """Language codes are ISO 639-2/B (chi), else 639-2/T (zho)."""
    loses: str = ""
    """Features of subtitles that it cannot hold, in words."""

    def codec_for(self, subtitle: str) -> str:
        """Codec for a subtitle stream of another file: text is converted if necessary, pictures are copied."""
        return self.codec_of_others if subtitle in TEXT - self.holds else "copy"

    def language_code(self, language: Language, tag: str = "") -> str:
        """The code of ISO 639-2 that tracks are marked with; `tag` (BCP 47) says more than `language`."""
        return track_code(tag or str(language), bibliographic=self.bibliographic)


_MATROSKA = frozenset({"subrip", "srt", "ass", "ssa", "webvtt", "text"})
_MOV_TEXT = frozenset({"mov_text"})
_PLAIN = "colours, positions and karaoke, which mov_text does not have"

CONTAINERS: dict[str, Container] = {
    "mkv": Container(
        suffix=".mkv", muxer="matroska", reads="ass", codec="copy", holds=_MATROSKA, codec_of_others="srt", bibliographic=True
    ),
    "mp4": Container(
        suffix=".mp4", muxer="mp4", reads="srt", codec="mov_text", holds=_MOV_TEXT, codec_of_others="mov_text", loses=_PLAIN
    ),
    # QuickTime has its own list of languages; FFmpeg finds them by the bibliographic codes
    "mov": Container(
        suffix=".mov",
        muxer="mov",
        reads="srt",
        codec="mov_text",
        holds=_MOV_TEXT,
        codec_of_others="mov_text",
        bibliographic=True,
        loses=_PLAIN,
    ),
    "webm": Container(
        suffix=".webm",
        muxer="webm",
        reads="vtt",
        codec="copy",
        holds=frozenset({"webvtt"}),
        codec_of_others="webvtt",
        bibliographic=True,
        loses="colours and karaoke",
    ),
}

_BY_SUFFIX = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".qt": "mov", ".webm": "webm"}


def container_for(video: Path, wanted: str = "") -> Container:
    """The container `wanted`; if empty the video's own, or Matroska if that cannot hold subtitles. Raises UnknownName."""
    if wanted and wanted not in CONTAINERS:
        raise UnknownName("container", wanted, tuple(CONTAINERS))
    return CONTAINERS[wanted or _BY_SUFFIX.get(video.suffix.lower(), "mkv")]
