"""Which videos a library holds."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Iterator
from pathlib import Path

from video_pipeline.core.errors import BadRecord, NoSuchFile

SUFFIXES = frozenset(
    ".mp4 .m4v .mov .mkv .webm .avi .wmv .flv .mpg .mpeg .ts .m2ts .mts .3gp .ogv .vob .mxf "
    ".mp3 .m4a .aac .flac .wav .ogg .opus .wma .aiff".split()
)
LIST_SUFFIXES = frozenset({".txt", ".lst"})


def find_videos(sources: Iterable[str]) -> list[tuple[Path, Path]]:
    """Every video of folders (searched to any depth), globs, list files (one path a line) and files, each once, in order.

    Returns `(video, relative folder)` pairs: results are laid out like the sources. Raises NoSuchFile for a source that is none.
    """
    found: dict[Path, Path] = {}
    for source in sources:
        for video, below in _expand(Path(source).expanduser()):
            found.setdefault(video, below)
    return sorted(found.items())


def _expand(source: Path) -> Iterator[tuple[Path, Path]]:
    if source.is_dir():
        for path in source.rglob("*"):
            hidden = any(part.startswith(".") for part in path.relative_to(source).parts)
            if path.suffix.lower() in SUFFIXES and path.is_file() and not hidden:
                yield path, path.relative_to(source).parent
    elif source.is_file() and source.suffix.lower() in LIST_SUFFIXES:
        for line in _lines(source):
            if line.strip() and not line.startswith("#"):
                yield Path(line.strip()).expanduser(), Path()
    elif source.is_file():
        yield source, Path()
    elif matches := glob.glob(str(source), recursive=True):  # noqa: PTH207 - Path.glob takes no absolute patterns
        for match in matches:
            yield from _expand(Path(match))
    else:
        raise NoSuchFile(source)


def _lines(source: Path) -> list[str]:
    try:
        return source.read_text(encoding="utf-8-sig").splitlines()  # editors on Windows put a byte order mark first
    except (OSError, UnicodeDecodeError) as error:
        raise BadRecord(source, f"a list of videos is UTF-8 text with one path a line: {error}") from None
