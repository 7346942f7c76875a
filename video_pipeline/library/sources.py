"""Which videos a library holds: folders, patterns, lists and tables, on this machine and elsewhere."""

from __future__ import annotations

import glob
import logging
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path, PurePath

from video_pipeline.core.errors import CannotRead, NoSuchFile
from video_pipeline.core.printable import path_stored, printable
from video_pipeline.core.refusals import reason, unreadable
from video_pipeline.library.found import Found
from video_pipeline.library.gathered import Gathered
from video_pipeline.library.manifest import is_manifest, read_manifest
from video_pipeline.library.remote import is_remote, listing
from video_pipeline.video.workspace import STATE_FILE

_log = logging.getLogger(__name__)

SUFFIXES = frozenset(
    ".mp4 .m4v .mov .mkv .webm .avi .wmv .flv .mpg .mpeg .ts .m2ts .mts .3gp .ogv .vob .mxf "
    ".mp3 .m4a .aac .flac .wav .ogg .opus .wma .aiff".split()
)


def find_videos(sources: Iterable[str]) -> list[Found]:
    """Every video of the sources, each once, in order of their names. Raises what `each_video` raises."""
    with closing(Gathered(each_video(sources))) as found:
        return [video for video, _ in found]


def each_video(sources: Iterable[str], on_empty: Callable[[str], None] | None = None) -> Iterator[Found]:
    """Every video of the sources, as it is met; one that is named twice comes twice. A list or a table stands for what it names.

    `on_empty` is called for a source that holds none.

    Raises:
        NoSuchFile: a source does not exist. CannotRead: it may not be searched. RemoteError: a remote source is unreachable.
        BadRecord, OptionError: a list is wrong.
    """
    for source in sources:
        is_empty = True
        for video in _expand(source if is_remote(source) else str(path_stored(source))):
            is_empty = False
            yield video
        if is_empty and on_empty is not None:
            on_empty(source)


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
        if matches == [str(source)]:  # a link that leads nowhere matches itself
            raise NoSuchFile(source)
        for match in filter(os.path.exists, matches):
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
            if folder == root and isinstance(error, PermissionError):
                raise CannotRead(root, unreadable(error)) from None
            _log.warning("%s cannot be searched: %s", folder, reason(error))
            continue
        if (stat.st_dev, stat.st_ino) in entered or any(entry.name == STATE_FILE for entry in entries):
            continue
        entered.add((stat.st_dev, stat.st_ino))
        for entry in entries:
            if entry.name.startswith("."):
                continue
            kind = _kind(entry)
            if kind == "folder":
                (linked if entry.is_symlink() else folders).append(Path(entry.path))
            elif kind == "file" and os.path.splitext(entry.name)[1].lower() in SUFFIXES:  # noqa: PTH122 - a million of these
                yield Found(source=entry.path, below=PurePath(printable(str(folder.relative_to(root)))))


def _kind(entry: os.DirEntry[str]) -> str:
    """`folder`, `file`, or empty for what is neither: also links that lead to themselves, or where nobody may look."""
    try:
        return "folder" if entry.is_dir() else "file" if entry.is_file() else ""
    except OSError:
        return ""
