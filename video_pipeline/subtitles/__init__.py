"""Subtitles: from a transcript and events to cues, from cues to files, and from files back to cues.

`FORMATS` is the table of file formats. `formats/base.py` holds their contract and explains how to add one.
"""

from collections.abc import Iterator, Mapping

from video_pipeline.core.errors import UnknownName
from video_pipeline.core.registry import Registry

FORMATS = Registry(
    "subtitle format",
    {
        "srt": "video_pipeline.subtitles.formats.srt:SrtFormat",
        "ass": "video_pipeline.subtitles.formats.ass:AssFormat",
        "vtt": "video_pipeline.subtitles.formats.vtt:VttFormat",
        "ttml": "video_pipeline.subtitles.formats.ttml:TtmlFormat",
        "lrc": "video_pipeline.subtitles.formats.lrc:LrcFormat",
        "txt": "video_pipeline.subtitles.formats.txt:TxtFormat",
        "json": "video_pipeline.subtitles.formats.json_cues:JsonFormat",
        "tsv": "video_pipeline.subtitles.formats.tsv:TsvFormat",
        "sami": "video_pipeline.subtitles.formats.sami:SamiFormat",
        "sbv": "video_pipeline.subtitles.formats.sbv:SbvFormat",
        "microdvd": "video_pipeline.subtitles.formats.microdvd:MicroDvdFormat",
    },
    group="video_pipeline.formats",
)
"""Every format that can be read, written or both. If a text matches several formats equally well, the first one reads it."""


class _Writable(Mapping[str, str]):
    """The members of `FORMATS` that can be written. Asking for one name loads that member alone."""

    def __getitem__(self, name: str) -> str:
        if name not in self:
            raise KeyError(name)
        return FORMATS[name]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in FORMATS and _can(name, "render")

    def __iter__(self) -> Iterator[str]:
        return iter(writable())

    def __len__(self) -> int:
        return len(writable())


WRITABLE = _Writable()


def writable() -> tuple[str, ...]:
    """Names of the formats that can be written, in the order of the table. The name is also the suffix of the file."""
    return tuple(name for name in FORMATS if _can(name, "render"))


def readable() -> tuple[str, ...]:
    """Names of the formats that can be read, in the order of the table."""
    return tuple(name for name in FORMATS if _can(name, "read"))


def require_writable(name: str) -> None:
    """Raises UnknownName, which suggests the nearest name, if no format called `name` can be written."""
    if name not in FORMATS or not _can(name, "render"):
        raise UnknownName(FORMATS.kind, name, writable())


def _can(name: str, method: str) -> bool:
    return hasattr(FORMATS.load(name), method)
