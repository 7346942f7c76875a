"""The SHA-256 of a model's files, recorded beside them when they were fetched."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

CHECKSUMS = "checksums.json"


def damage(folder: Path) -> str:
    """How the files of `folder` differ from its `checksums.json`; empty if they do not. Reads all files, so it takes seconds."""
    try:
        recorded: dict[str, str] = json.loads((folder / CHECKSUMS).read_text(encoding="utf-8"))["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        return f"it has no readable {CHECKSUMS}: {_first_line(error)}"
    for name, expected in recorded.items():
        if not (folder / name).is_file():
            return f"{name} is missing"
        if sha256(folder / name) != expected:
            return f"{name} is not what was downloaded (its SHA-256 has changed)"
    return ""


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
