"""Finds the SenseVoiceSmall checkpoint on this machine; `fetching` downloads it.

Order of search: the folder named in the options (`demo`: the one in this package); `VIDEO_PIPELINE_SENSEVOICE`; the project's
data folder; ModelScope's cache; Hugging Face's cache. If a folder is named, only that one is searched: using other weights
would be worse than an error. Nothing here imports torch.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from video_pipeline.speech.base import SpeechOptions
from video_pipeline.speech.errors import WeightsMissing
from video_pipeline.speech.fingerprint import fingerprint
from video_pipeline.speech.folders import model_folder
from video_pipeline.speech.sensevoice import hubs

ENVIRONMENT = "VIDEO_PIPELINE_SENSEVOICE"
DEMO = "demo"
"""Name of the small model for demonstrations and tests that comes with the package."""

_NEEDED = (hubs.CONFIG, hubs.CMVN, hubs.TOKENIZER, hubs.WEIGHTS)


def default_folder() -> Path:
    """Where `fetch` puts the checkpoint."""
    return Path(platformdirs.user_data_dir("video-pipeline")) / "models" / hubs.MODEL


def demo_folder() -> Path:
    """A checkpoint in SenseVoice's format that recognises only the synthesised voices of the demo video."""
    return Path(__file__).with_name(DEMO)


def locate(options: SpeechOptions) -> Path | None:
    """The checkpoint's folder, None if there is none. Checks names and sizes only, so it takes milliseconds.

    In the known places a folder needs all files. A named folder needs only the weights, so that the loader reports what else is
    missing, instead of "not found".
    """
    named = _named_folder(options)
    if named is not None:
        return named if _filled(named / hubs.WEIGHTS) else None
    return next((folder for folder in _known_folders() if is_complete(folder)), None)


def is_named(options: SpeechOptions) -> bool:
    """Whether a person chose the folder, so that nothing is fetched in its place."""
    return _named_folder(options) is not None


def absence(options: SpeechOptions) -> str:
    """Why `locate` finds nothing, in a few words."""
    named = _named_folder(options)
    return f"there is no {hubs.WEIGHTS} in {named}" if named else "its weights are not on this machine"


def missing(options: SpeechOptions) -> WeightsMissing:
    """The error to raise if `locate` finds nothing, with the places it searched."""
    named = _named_folder(options)
    if named is None:
        return WeightsMissing(hubs.MODEL, tuple(str(folder) for folder in _known_folders()))
    reason = f"the folder has no {hubs.WEIGHTS}" if named.is_dir() else "there is no such folder"
    return WeightsMissing(hubs.MODEL, (str(named),), reason)


def is_complete(folder: Path) -> bool:
    """Whether all files that loading needs exist and are not empty."""
    return all(_filled(folder / name) for name in _NEEDED)


def revision(folder: Path) -> str:
    """12 hex digits that identify the content of `folder`; see `fingerprint`.

    `model.pt` is a zip with the CRC-32 of every tensor in the directory at its end, so any change shows. The same for a
    downloaded and a hand-made folder, unlike `checksums.json`.
    """
    return fingerprint(folder, (hubs.CONFIG, hubs.CMVN, hubs.TOKENIZER), hubs.WEIGHTS)


def model_name(folder: Path) -> str:
    """The hub's name for a model in a hub's cache, else the folder's name."""
    if folder.parent.name == "snapshots":
        return folder.parent.parent.name.removeprefix("models--").replace("--", "/")
    return folder.name


def _named_folder(options: SpeechOptions) -> Path | None:
    named = options.model or os.environ.get(ENVIRONMENT, "")
    if named == DEMO:
        return demo_folder()
    return model_folder(named, hubs.WEIGHTS) if named else None


def _known_folders() -> list[Path]:
    return [default_folder(), *hubs.cached_folders()]


def _filled(path: Path) -> bool:
    try:
        return path.is_file() and path.stat().st_size > 0
    except OSError:
        return False
