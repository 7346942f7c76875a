"""The folder of a model that a person named: itself, or the only one inside it, as in a hub's cache or a folder of models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_DEEPEST = 3
"""Levels below: a cache of Hugging Face has `snapshots/REVISION` below the model's name."""
_MOST = 200
"""Folders that are looked into, so that a whole disk is not searched."""


def model_folder(named: str, weights: str) -> Path:
    """The named folder, or the only folder inside it that holds a file `weights`; with several the named one."""
    folder = Path(named).expanduser()
    found = model_folders(folder, weights)
    return found[0] if len(found) == 1 else folder


def model_folders(folder: Path, weights: str) -> list[Path]:
    """The folders that hold a file `weights`: the folder itself if it does, else those inside it."""
    return sorted(_holding(folder, weights))


def _holding(folder: Path, weights: str) -> Iterator[Path]:
    level = [folder]
    looked_at = 0
    for depth in range(_DEEPEST + 1):
        below: list[Path] = []
        for one in level:
            looked_at += 1
            if looked_at > _MOST:
                return
            try:
                if (one / weights).is_file():
                    yield one
                elif depth < _DEEPEST:
                    below += [child for child in one.iterdir() if child.is_dir() and not child.name.startswith(".")]
            except OSError:
                continue
        level = sorted(below)
