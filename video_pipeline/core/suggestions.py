"""What a person most likely meant; for error messages."""

from __future__ import annotations

import difflib
from pathlib import Path

from video_pipeline.core.printable import printable


def nearest(name: str, known: tuple[str, ...]) -> str | None:
    """The known name closest to `name`, None where nothing is close. A dotted name is also known by its last part."""
    ending = [one for one in known if one.endswith(f".{name.lower()}")]
    if ending:
        return ending[0]
    found = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.6)
    return found[0] if found else None


def did_you_mean(name: str, known: tuple[str, ...]) -> str:
    """A hint to put behind the wrong name, empty where nothing is close."""
    guess = nearest(name, known)
    return f" (did you mean {printable(guess)!r}?)" if guess else ""


def link_hint(path: Path) -> str:
    """A hint to put behind a link that leads nowhere; empty for all else."""
    try:
        return f": it is a link to {path.readlink()}, where nothing is" if path.is_symlink() else ""
    except OSError:
        return ""


def sibling_hint(path: Path) -> str:
    """A hint to put behind a path where nothing is: a file of nearly that name in its folder, or that there is no such folder."""
    try:
        names = tuple(p.name for p in path.parent.iterdir() if p.is_file())
    except OSError:
        return f" (nor a folder {path.parent})"
    return did_you_mean(path.name, names)
