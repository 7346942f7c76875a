"""Why the system refuses a file, in words. Imports nothing heavy: the command line needs it before a command runs."""

from __future__ import annotations

import errno
import os
from pathlib import Path

DISK_FULL = "the disk is full"
NOT_OURS = "the folder is read-only or belongs to another user"
_REASONS = {
    errno.ENOSPC: DISK_FULL,
    errno.EDQUOT: "no more may be stored there (a quota)",
    errno.EACCES: NOT_OURS,
    errno.EPERM: NOT_OURS,
    errno.EROFS: NOT_OURS,
    errno.ENAMETOOLONG: "the name is too long",
    errno.EISDIR: "it is a folder",
    errno.ELOOP: "a link there leads to itself",
}


def reason(error: OSError) -> str:
    """Why the system refused, in words."""
    if error.errno in (errno.EEXIST, errno.ENOTDIR) and error.filename:
        return _in_the_way(Path(os.fsdecode(error.filename))) or error.strerror or str(error)
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)


def _in_the_way(path: Path) -> str:
    """What stands where a folder is needed; empty if nothing does."""
    for place in (path, *path.parents):
        if os.path.lexists(place) and not place.is_dir():
            return f"{place} is a link that leads nowhere" if place.is_symlink() else f"{place} is a file, not a folder"
    return ""


def unreadable(error: OSError) -> str:
    """Why the system does not let a file be read, in words."""
    if error.errno in (errno.EACCES, errno.EPERM):
        return "its permissions, or those of a folder above it, do not allow that"
    return reason(error)
