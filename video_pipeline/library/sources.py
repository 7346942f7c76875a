"""Which videos a library holds: folders, patterns, lists and tables, on this machine and elsewhere."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any

from video_pipeline.core.errors import NoSuchFile
from video_pipeline.library.manifest import is_manifest, read_manifest
from video_pipeline.library.remote import is_remote, listing, name_of

SUFFIXES = frozenset(
    ".mp4 .m4v .mov .mkv .webm .avi .wmv .flv .mpg .mpeg .ts .m2ts .mts .3gp .ogv .vob .mxf "
    ".mp3 .m4a .aac .flac .wav .ogg .opus .wma .aiff".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A video of a library."""

    source: str
    """An absolute path, or an address."""
    below: PurePath = field(default_factory=PurePath)
    """Its folder below the one that was named; results are laid out like the sources."""
    bytes: int = 0
    """Of a remote video, as its listing says; 0 if unknown."""
    etag: str = ""
    """Of a remote video, as its listing says; empty if unknown."""
    preset: str = ""
    """From a table, for this video alone; empty if the table has none."""
    overrides: Mapping[str, Any] = field(default_factory=dict)
    """From a table, for this video alone."""

    @property
    def name(self) -> str:
        return name_of(self.source) if is_remote(self.source) else Path(self.source).name


def find_videos(sources: Iterable[str]) -> list[Found]:
    """Every video of the sources, each once, in order. A source that is a list or a table stands for what it names.

    Raises:
        NoSuchFile: a source does not exist. RemoteError: a remote source is unreachable. BadRecord, OptionError: a list is wrong.
    """
    found: dict[str, Found] = {}
    for source in sources:
        for video in _expand(source.removeprefix("file://")):
            if video.source not in found or video.preset or video.overrides:  # a table wins over other mentions
                found[video.source] = video
    return [found[source] for source in sorted(found)]


def _expand(source: str) -> Iterator[Found]:
    if is_manifest(source) and (is_remote(source) or Path(source).expanduser().is_file()):
        for entry in read_manifest(source if is_remote(source) else str(Path(source).expanduser())):
            for video in _listed(entry.source):
                yield replace(video, preset=entry.preset, overrides=entry.overrides)
    elif is_remote(source):
        for remote in listing(source, SUFFIXES):
            yield Found(source=remote.url, below=remote.below, bytes=remote.bytes, etag=remote.etag)
    else:
        yield from _local(Path(source).expanduser().absolute())


def _listed(source: str) -> Iterator[Found]:
    """What a line of a list stands for. One file that is missing is that item's failure, not the list's."""
    if Path(source).is_dir() or (is_remote(source) and source.endswith("/")):
        yield from _expand(source)
    else:
        yield Found(source=source)


def _local(source: Path) -> Iterator[Found]:
    if source.is_dir():
        for path in source.rglob("*"):
            below = path.relative_to(source)
            if path.suffix.lower() in SUFFIXES and path.is_file() and not any(part.startswith(".") for part in below.parts):
                yield Found(source=str(path), below=below.parent)
    elif source.is_file():
        yield Found(source=str(source))
    elif matches := glob.glob(str(source), recursive=True):  # noqa: PTH207 - Path.glob takes no absolute patterns
        for match in matches:
            yield from _expand(match)
    else:
        raise NoSuchFile(source)
