"""The SHA-256 of a model's files, recorded beside them when they were fetched."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from video_pipeline.speech.errors import WeightsDamaged

CHECKSUMS = "checksums.json"


def verify(folder: Path) -> None:
    """Compare every file of `folder` with its `checksums.json`; reads all files, so it takes seconds.

    Raises:
        WeightsDamaged: a file is missing or changed (the reason names the first), or there is no `checksums.json`.
    """
    try:
        recorded: dict[str, str] = json.loads((folder / CHECKSUMS).read_text(encoding="utf-8"))["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise WeightsDamaged(folder, f"it has no readable {CHECKSUMS}: {_first_line(error)}") from None
    for name, expected in recorded.items():
        if not (folder / name).is_file():
            raise WeightsDamaged(folder, f"{name} is missing")
        if sha256(folder / name) != expected:
            raise WeightsDamaged(folder, f"{name} is not what was downloaded (its SHA-256 has changed)")


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
