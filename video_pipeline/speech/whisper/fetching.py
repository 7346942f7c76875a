"""Fetches a size of Whisper from Hugging Face; see `core.hub_files`."""

from __future__ import annotations

from pathlib import Path

from video_pipeline.core import hub_files
from video_pipeline.core.download import DownloadFailed
from video_pipeline.core.hub_files import HubModel, OnProgress
from video_pipeline.speech.errors import FetchFailed
from video_pipeline.speech.whisper.weights import FILES, SIZES, SMALL_FILES, WEIGHTS, own_folder


def fetch(size: str, *, offline: bool = False, again: bool = False, on_progress: OnProgress) -> Path:
    """Download a size into its own folder and return that.

    Raises:
        FetchFailed: offline, no space on the disk, or the hub cannot be reached; the reason says which.
    """
    target, model = own_folder(size), HubModel(SIZES[size], SMALL_FILES, WEIGHTS)
    try:
        hub_files.fetch(model, target, offline=offline, again=again, on_progress=on_progress)
    except DownloadFailed as failure:
        raise FetchFailed(f"Whisper {size}", target, FILES, failure.reason) from None
    return target
