"""Subtitles: from a transcript and events to cues, from cues to files, and from files back to cues.

`FORMATS` is the table of file formats. `formats/base.py` holds their contract and explains how to add one.
"""

from collections.abc import Iterator, Mapping

from video_pipeline.core.errors import BrokenExtension
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
        "scc": "video_pipeline.subtitles.formats.scc:SccFormat",
        "stl": "video_pipeline.subtitles.formats.ebu_stl:EbuStlFormat",
        "csv": "video_pipeline.subtitles.formats.table:CsvFormat",
        "xlsx": "video_pipeline.subtitles.formats.table:XlsxFormat",
        "json3": "video_pipeline.subtitles.formats.json3:Json3Format",
        "srv3": "video_pipeline.subtitles.formats.srv:SrvFormat",
        "bilibili": "video_pipeline.subtitles.formats.bilibili:BilibiliFormat",
        "whisper": "video_pipeline.subtitles.formats.whisper:WhisperFormat",
        "console": "video_pipeline.subtitles.formats.console:ConsoleFormat",
        "spruce": "video_pipeline.subtitles.formats.spruce:SpruceFormat",
        "mpl2": "video_pipeline.subtitles.formats.mpl2:Mpl2Format",
        "tmplayer": "video_pipeline.subtitles.formats.tmplayer:TmPlayerFormat",
        "avid": "video_pipeline.subtitles.formats.avid:AvidFormat",
        "textgrid": "video_pipeline.subtitles.formats.textgrid:TextGridFormat",
    },
    group="video_pipeline.formats",
)
"""Every format that can be read, written or both. If a text matches several formats equally well, the first one reads it."""


class _FormatsWith(Mapping[str, str]):
    """The members of `FORMATS` whose class has one of some methods. A member is loaded when it is asked for."""

    def __init__(self, *methods: str) -> None:
        self._methods = methods

    def __contains__(self, name: object) -> bool:
        """Raises BrokenExtension if the format is that of another package and cannot be loaded."""
        return isinstance(name, str) and name in FORMATS and self._can(name)

    def __getitem__(self, name: str) -> str:
        if name not in self:
            raise KeyError(name)
        return FORMATS[name]

    def __iter__(self) -> Iterator[str]:
        """The names in the order of the table, without formats of other packages that cannot be loaded."""
        return (name for name in FORMATS if self._has(name))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _can(self, name: str) -> bool:
        member = FORMATS.load(name)
        return any(hasattr(member, method) for method in self._methods)

    def _has(self, name: str) -> bool:
        try:
            return name in self
        except BrokenExtension:
            return False


READERS = _FormatsWith("read", "read_bytes")
"""The formats that can be read."""
WRITERS = _FormatsWith("render")
"""The formats that can be written. A file ends in the first suffix of its format."""
