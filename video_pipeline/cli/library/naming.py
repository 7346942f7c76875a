"""Find the items of a library that a user names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from video_pipeline.core.errors import NoSuchFile
from video_pipeline.core.printable import stored_path
from video_pipeline.library.remote import is_remote


def matching(names: Sequence[str], sources: Iterable[str]) -> list[str]:
    """The sources that `names` match: paths, folders, URLs, patterns or file names. No names match all.

    Raises NoSuchFile for a name that matches nothing.
    """
    known = list(sources)
    if not names:
        return known
    found: dict[str, None] = {}
    for name in names:
        hits = [source for source in known if _means(name, source)]
        if not hits:
            raise NoSuchFile(Path(name))
        found.update(dict.fromkeys(hits))
    return list(found)


def _means(name: str, source: str) -> bool:
    whole = name.rstrip("/") if is_remote(name) else stored_path(Path(name).expanduser().absolute())
    return (
        source == whole
        or source.startswith(whole + "/")
        or fnmatchcase(source, whole)
        or fnmatchcase(source.rpartition("/")[2], name)
    )
