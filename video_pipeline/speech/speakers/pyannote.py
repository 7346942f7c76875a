"""pyannote.audio 4 as a diarizer: its pipeline `community-1`, for which Hugging Face asks for a token and consent to its terms.

`HF_TOKEN` holds the token; `VIDEO_PIPELINE_PYANNOTE` may name a folder with a pipeline instead, which needs neither token nor
network. The whole sound is kept in memory, 230 MB an hour, since the pipeline takes it at once.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from video_pipeline.core.errors import BadValue
from video_pipeline.core.waveform import RATE_HZ, Samples, Waveform
from video_pipeline.speech.speakers.base import MOST, CountRange, Turn

PIPELINE = "pyannote/speaker-diarization-community-1"
FOLDER_VARIABLE = "VIDEO_PIPELINE_PYANNOTE"
TOKEN_VARIABLE = "HF_TOKEN"


class PyannoteDiarizer:
    """Needs the extra `pyannote`."""

    identity = f"pyannote-1 {PIPELINE}"

    def __init__(self) -> None:
        self._pipeline = _opened()
        self._sound: list[Samples] = []

    def hear(self, block: Waveform) -> None:
        self._sound.append(block.samples)

    def finish(self, count: CountRange) -> Sequence[Turn]:
        import torch

        samples = np.concatenate(self._sound or [np.zeros(0, np.float32)])
        if not len(samples):
            return []
        file = {"waveform": torch.from_numpy(samples)[None], "sample_rate": RATE_HZ}
        found = self._pipeline(file, **_asked(count))
        tracks = getattr(found, "speaker_diarization", found).itertracks(yield_label=True)
        return _numbered(sorted((span.start, span.end, label) for span, _, label in tracks), len(samples) / RATE_HZ)


def _opened() -> Any:
    """Raises ImportError without the extra, BadValue where the pipeline cannot be fetched."""
    os.environ.setdefault("PYANNOTE_METRICS_ENABLED", "false")  # else it tells its makers how long the sound is
    import torch
    from pyannote.audio import Pipeline

    folder, token = os.environ.get(FOLDER_VARIABLE, ""), os.environ.get(TOKEN_VARIABLE, "")
    if not folder and not token:
        raise BadValue(
            "speakers.diarizer",
            f"pyannote asks for a token: accept the terms of {PIPELINE} on Hugging Face, and set {TOKEN_VARIABLE}",
        )
    try:
        pipeline = Pipeline.from_pretrained(folder or PIPELINE, token=token or None)
    except Exception as error:  # of many libraries; what they say is what a person needs
        raise BadValue("speakers.diarizer", f"{folder or PIPELINE} cannot be opened: {error}") from error
    if pipeline is None:
        raise BadValue("speakers.diarizer", f"{PIPELINE} was refused: its terms have to be accepted on Hugging Face")
    if torch.cuda.is_available():
        pipeline.to(torch.device("cuda"))
    return pipeline


def _asked(count: CountRange) -> dict[str, int]:
    if count.least == count.most:
        return {"num_speakers": count.least}
    most = {"max_speakers": count.most} if count.most < MOST else {}
    return {"min_speakers": count.least, **most}


def _numbered(found: Sequence[tuple[float, float, str]], end_s: float) -> list[Turn]:
    """Speakers called "1", "2" ... in the order in which they are first heard."""
    names: dict[str, str] = {}
    for _, _, label in found:
        names.setdefault(label, str(len(names) + 1))
    return [Turn(max(0.0, start_s), min(stop_s, end_s), names[label]) for start_s, stop_s, label in found if start_s < end_s]
