"""The models that can be fetched, by the names that people know: SenseVoiceSmall, and each size of Whisper."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from video_pipeline.speech import ENGINES
from video_pipeline.speech.base import FetchesWeights, SpeechOptions
from video_pipeline.speech.checksums import verify
from video_pipeline.speech.errors import WeightsMissing
from video_pipeline.speech.whisper.weights import SIZES

SENSEVOICE, WHISPER = "sensevoice", "whisper"
MODELS: Mapping[str, SpeechOptions] = {
    SENSEVOICE: SpeechOptions(engine=SENSEVOICE),
    WHISPER: SpeechOptions(engine=WHISPER),
    **{size: SpeechOptions(engine=WHISPER, model=size) for size in SIZES},
}
"""The options that choose each model; `whisper` is the size that suits this machine."""


def factory_of(name: str) -> FetchesWeights:
    """The engine that reads a model of `MODELS`."""
    factory: FetchesWeights = ENGINES.load(MODELS[name].engine)
    return factory


def folder_of(name: str) -> Path:
    """Where a model is on this machine. Raises WeightsMissing."""
    return factory_of(name).folder(MODELS[name])


def here() -> dict[str, Path]:
    """The models that are on this machine, each by its first name."""
    found: dict[str, Path] = {}
    for name in MODELS:
        try:
            folder = folder_of(name)
        except WeightsMissing:
            continue
        if name != WHISPER and folder not in found.values():
            found[name] = folder
    return found


def verify_model(name: str) -> Path:
    """Compare every file with the checksums that were recorded when it was fetched, and give the folder.

    Raises:
        WeightsMissing, WeightsDamaged.
    """
    folder = folder_of(name)
    verify(folder)
    return folder
