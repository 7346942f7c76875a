"""Which videos a library holds: folders, patterns, lists and tables, on this machine and elsewhere."""

from __future__ import annotations

import glob
import logging
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any

from video_pipeline.core.errors import NoSuchFile
from video_pipeline.core.files import reason
from video_pipeline.core.printable import path_stored, stored_path
from video_pipeline.library.addresses import identity
from video_pipeline.library.manifest import is_manifest, read_manifest
from video_pipeline.library.remote import is_remote, listing, name_of
from video_pipeline.video.workspace import STATE_FILE

_log = logging.getLogger(__name__)

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

    metadata: Mapping[str, str] = field(default_factory=dict)
    """From a table: its further columns."""

    @property
    def name(self) -> str:
        return name_of(self.source) if is_remote(self.source) else Path(self.source).name

    @property
    def is_from_table(self) -> bool:
        return bool(self.preset or self.overrides or self.metadata)

    @property
    def item(self) -> str:
        """What the catalogue calls it."""
        return identity(self.source) if is_remote(self.source) else stored_path(Path(self.source))


def find_videos(sources: Iterable[str], on_empty: Callable[[str], None] | None = None) -> list[Found]:
    """Every video of the sources, each once, in order. A source that is a list or a table stands for what it names.

    `on_empty` is called for a source that holds none.

    Raises:
        NoSuchFile: a source does not exist. RemoteError: a remote source is unreachable. BadRecord, OptionError: a list is wrong.
    """
    found: dict[str, Found] = {}
    for source in sources:
        is_empty = True
        for video in _expand(source if is_remote(source) else str(path_stored(source))):
            is_empty = False
            if video.item not in found or video.is_from_table:  # a table wins over other mentions
                found[video.item] = video
        if is_empty and on_empty is not None:
            on_empty(source)
    return [found[source] for source in sorted(found)]


def _expand(source: str) -> Iterator[Found]:
    if is_manifest(source) and (is_remote(source) or Path(source).expanduser().is_file()):
        for entry in read_manifest(source if is_remote(source) else str(Path(source).expanduser())):
            for video in _listed(entry.source):
                yield replace(video, preset=entry.preset, overrides=entry.overrides, metadata=entry.metadata)
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
        yield from _walk(source)
    elif source.is_file():
        yield Found(source=str(source))
    elif matches := glob.glob(str(source), recursive=True):  # noqa: PTH207 - Path.glob takes no absolute patterns
        for match in matches:
            yield from _expand(match)
    else:
        raise NoSuchFile(source)


def _walk(root: Path) -> Iterator[Found]:
    """Every video below a folder. Linked folders are followed, after all others, and none is entered twice: links may form rings.

    Folders that hold the results of a video are left out: their clips are none of the library's videos.
    """
    entered: set[tuple[int, int]] = set()
    folders, linked = [root], deque[Path]()
    while folders or linked:
        folder = folders.pop() if folders else linked.popleft()
        try:
            stat, entries = folder.stat(), list(os.scandir(folder))
        except OSError as error:
            _log.warning("%s cannot be searched: %s", folder, reason(error))
            continue
        if (stat.st_dev, stat.st_ino) in entered or any(entry.name == STATE_FILE for entry in entries):
            continue
        entered.add((stat.st_dev, stat.st_ino))
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                (linked if entry.is_symlink() else folders).append(Path(entry.path))
            elif entry.is_file() and os.path.splitext(entry.name)[1].lower() in SUFFIXES:  # noqa: PTH122 - a million of these
                yield Found(source=entry.path, below=folder.relative_to(root))
