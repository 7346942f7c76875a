"""Whether a model's files are still those that were fetched."""

from __future__ import annotations

from pathlib import Path

from video_pipeline.core.checksums import damage
from video_pipeline.speech.errors import WeightsDamaged


def verify(folder: Path) -> None:
    """Compare every file of `folder` with its `checksums.json`; reads all files, so it takes seconds.

    Raises:
        WeightsDamaged: a file is missing or changed (the reason names the first), or there is no `checksums.json`.
    """
    if reason := damage(folder):
        raise WeightsDamaged(folder, reason)
