"""Where Hugging Face's tools store models, and whether a network may be asked for them."""

from __future__ import annotations

import os
from pathlib import Path

OFFLINE = "VIDEO_PIPELINE_OFFLINE"
"""If set to 1 in the environment, the network is never asked."""


def offline_reason(asked: bool = False) -> str:
    """Why downloads are not allowed; empty if they are. Reads the switches of Hugging Face's tools too."""
    if asked:
        return "offline mode was requested"
    for name in (OFFLINE, "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"):
        if os.environ.get(name, "").upper() in ("1", "ON", "YES", "TRUE"):
            return f"offline mode: {name} is set"
    return ""


def snapshots(repo: str, pinned: str = "") -> list[Path]:
    """The stored revisions of a model, `owner/name`: the pinned one first, then the newest."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = Path(os.environ.get("HF_HOME") or cache / "huggingface")
    base = Path(os.environ.get("HF_HUB_CACHE") or home / "hub").expanduser()
    return revisions(base / f"models--{repo.replace('/', '--')}", pinned)


def revisions(repo: Path, pinned: str = "") -> list[Path]:
    """The same inside a model's folder of any cache in that form."""
    found = [path for path in (repo / "snapshots").glob("*") if path.is_dir()]
    return sorted(found, key=lambda path: (path.name != pinned, -path.stat().st_mtime))
