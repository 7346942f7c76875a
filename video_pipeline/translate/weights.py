"""The model of `local` where none is named: where it is on this machine, and its download."""

from __future__ import annotations

from pathlib import Path

import platformdirs

from video_pipeline.core import hub_files
from video_pipeline.core.download import DownloadFailed
from video_pipeline.core.hub_cache import snapshots
from video_pipeline.core.hub_files import HubModel, OnProgress
from video_pipeline.translate.errors import TranslatorUnavailable

NAME = "m2m100"
"""M2M-100 with 418 million parameters (MIT): a hundred languages, 1 GB. By this name `models fetch` gets it."""
WEIGHTS = "model.bin"
LETTERS = "sentencepiece.bpe.model"
MODEL = HubModel(
    "michaelfeil/ct2fast-m2m100_418M", ("config.json", "shared_vocabulary.json", "shared_vocabulary.txt", LETTERS), WEIGHTS
)


def own_folder() -> Path:
    """Where the model is put when it is fetched."""
    return Path(platformdirs.user_data_dir("video-pipeline")) / "models" / MODEL.repository.rpartition("/")[2]


def located() -> Path | None:
    """The model's folder: the project's own, or in Hugging Face's cache; None if it is not on this machine."""
    found = (folder for folder in (own_folder(), *snapshots(MODEL.repository)) if _is_complete(folder))
    return next(found, None)


def missing() -> TranslatorUnavailable:
    """The error to raise where `located` finds nothing."""
    places = f"searched: {own_folder()}, the cache of Hugging Face"
    return TranslatorUnavailable("local", f"its model {MODEL.repository} is not on this machine; {places}")


def fetch(on_progress: OnProgress, *, offline: bool = False, again: bool = False) -> Path:
    """Download the model into its own folder and return that; what a broken download left is resumed.

    Nothing is done if it is on this machine, unless `again`.

    Raises:
        TranslatorUnavailable: offline, no space on the disk, or the hub cannot be reached; the reason says which.
    """
    if not again and (folder := located()):
        return folder
    target = own_folder()
    try:
        hub_files.fetch(MODEL, target, offline=offline, again=again or target.is_dir(), on_progress=on_progress)
    except DownloadFailed as failure:
        raise _failed(failure.reason) from None
    if not _is_complete(target):
        raise _failed(f"{MODEL.repository} has no {LETTERS}")
    return target


def _is_complete(folder: Path) -> bool:
    return all((folder / name).is_file() and (folder / name).stat().st_size > 0 for name in (WEIGHTS, LETTERS))


def _failed(reason: str) -> TranslatorUnavailable:
    what = f"its model {MODEL.repository} could not be fetched ({reason})"
    return TranslatorUnavailable(
        "local", f"{what}; its files {', '.join((*MODEL.small_files, WEIGHTS))} belong in {own_folder()}"
    )
