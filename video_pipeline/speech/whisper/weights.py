"""Finds a Whisper model in CTranslate2's form on this machine; `fetching` downloads one.

Order of search: what the options name (a folder, or a size); the folder in `VIDEO_PIPELINE_WHISPER`; of each size, that for the
device first, the project's data folder and Hugging Face's cache. If something is named, only that is taken. Nothing here imports
faster-whisper.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from video_pipeline.core.hub_cache import snapshots
from video_pipeline.speech.base import SpeechOptions
from video_pipeline.speech.errors import ModelNotCached
from video_pipeline.speech.fingerprint import fingerprint
from video_pipeline.speech.folders import model_folder

ENVIRONMENT = "VIDEO_PIPELINE_WHISPER"
WEIGHTS = "model.bin"
CONFIG = "config.json"
SMALL_FILES = (CONFIG, "tokenizer.json", "preprocessor_config.json", "vocabulary.json", "vocabulary.txt")
FILES = (CONFIG, "tokenizer.json", "vocabulary", WEIGHTS)
"""What belongs into a folder, for messages."""

SIZES = {
    "large-v3-turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "large-v3": "Systran/faster-whisper-large-v3",
    "large-v2": "Systran/faster-whisper-large-v2",
    "distil-large-v3": "Systran/faster-distil-whisper-large-v3",
    "medium": "Systran/faster-whisper-medium",
    "medium.en": "Systran/faster-whisper-medium.en",
    "small": "Systran/faster-whisper-small",
    "small.en": "Systran/faster-whisper-small.en",
    "base": "Systran/faster-whisper-base",
    "base.en": "Systran/faster-whisper-base.en",
    "tiny": "Systran/faster-whisper-tiny",
    "tiny.en": "Systran/faster-whisper-tiny.en",
}
"""Where Hugging Face has each size, the same places as faster-whisper's own. Several hundred MB each; large ones 1.6 to 3 GB."""
_MULTILINGUAL = ("large-v3-turbo", "large-v3", "large-v2", "medium", "small", "base", "tiny")
"""Sizes that are taken without being named, the best first."""
_DEFAULT = {"cpu": "small", "cuda": "large-v3-turbo"}
"""Fetched where none is here: on two cores the large ones take longer than the recording."""


def reads(model: str) -> bool:
    """Whether this names a Whisper model: a size, or a folder with its weights beside a configuration, or around one such."""
    folder = model_folder(model, WEIGHTS)
    return model in SIZES or ((folder / WEIGHTS).is_file() and (folder / CONFIG).is_file())


def locate(options: SpeechOptions, device: str) -> Path | None:
    """The model's folder, None if there is none. Checks names only, so it takes milliseconds."""
    named = _named(options)
    if named and named not in SIZES:
        folder = model_folder(named, WEIGHTS)
        return folder if _is_complete(folder) else None
    sizes = [named] if named else [_default(device), *_MULTILINGUAL]
    found = (folder for size in sizes for folder in _folders(size) if _is_complete(folder))
    return next(found, None)


def absence(options: SpeechOptions) -> str:
    """Why `locate` finds nothing, in a few words."""
    named = _named(options)
    if named and named not in SIZES:
        return f"there is no {WEIGHTS} with a {CONFIG} in {named}"
    return f"its weights{f' ({named})' if named else ''} are not on this machine"


def missing(options: SpeechOptions, device: str) -> ModelNotCached:
    """The error to raise if `locate` finds nothing, with the places it searched."""
    named = _named(options)
    if named and named not in SIZES:
        return ModelNotCached("Whisper", (named,), absence(options))
    size = named or _default(device)
    return ModelNotCached(f"Whisper {size}", (f"${ENVIRONMENT}", str(own_folder(size)), "the cache of Hugging Face"))


def is_fetchable(options: SpeechOptions) -> bool:
    """Whether a hub has what the options name: a folder is taken as it is."""
    named = _named(options)
    return not named or named in SIZES


def size_of(options: SpeechOptions, device: str) -> str:
    """The size that is fetched: the named one, or that for this device."""
    return _named(options) or _default(device)


def own_folder(size: str) -> Path:
    """Where a size is put when it is fetched."""
    return Path(platformdirs.user_data_dir("video-pipeline")) / "models" / SIZES[size].rpartition("/")[2]


def revision(folder: Path) -> str:
    """12 hex digits that identify the content of `folder`; see `fingerprint`."""
    return fingerprint(folder, SMALL_FILES, WEIGHTS)


def model_name(folder: Path) -> str:
    """The hub's name for a model in its cache, else the folder's name."""
    if folder.parent.name == "snapshots":
        return folder.parent.parent.name.removeprefix("models--").replace("--", "/")
    return folder.name


def _folders(size: str) -> list[Path]:
    return [own_folder(size), *snapshots(SIZES[size])]


def _named(options: SpeechOptions) -> str:
    return options.model or os.environ.get(ENVIRONMENT, "")


def _default(device: str) -> str:
    return _DEFAULT["cuda" if device.startswith("cuda") else "cpu"]


def _is_complete(folder: Path) -> bool:
    return all((folder / name).is_file() and (folder / name).stat().st_size > 0 for name in (WEIGHTS, CONFIG))
