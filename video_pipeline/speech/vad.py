"""How likely speech is, every 32 ms, by Silero VAD.

The sequence form of the model takes many frames in one call and needs no torch: measured 320 to 410 times realtime on one
thread against 66 for the torch form, which also sets torch to a single thread when it is imported.
"""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from video_pipeline.core.errors import EngineUnavailable
from video_pipeline.core.waveform import RATE_HZ, Samples

FRAME = 512
"""Samples per frame: fixed by the model, 32 ms at 16 kHz."""
FRAME_S = FRAME / RATE_HZ
_CONTEXT = 64  # samples of the frame before that the model sees in front of each frame
_STATE_SHAPE = (1, 1, 128)
_MODEL = "data/silero_vad_16k_sequence.onnx"


def model_path() -> Path:
    """The file inside the installed silero-vad package, found without importing it (that would load torch)."""
    spec = importlib.util.find_spec("silero_vad")
    folders = spec.submodule_search_locations if spec else None
    path = Path(next(iter(folders)), _MODEL) if folders else None
    if path is None or not path.is_file():
        raise EngineUnavailable("vad", f"the package silero-vad with its {_MODEL} is not installed; `pip install silero-vad`")
    return path


@functools.cache
def _session() -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(model_path()), options, providers=["CPUExecutionProvider"])


class SileroVad:
    """Listens to one file from start to end; what it has heard carries over from call to call."""

    def __init__(self) -> None:
        self._session = _session()
        self._context = np.zeros(_CONTEXT, np.float32)
        self._hidden = np.zeros(_STATE_SHAPE, np.float32)
        self._cell = np.zeros(_STATE_SHAPE, np.float32)
        self._rest = np.zeros(0, np.float32)

    def hear(self, samples: Samples) -> npt.NDArray[np.float32]:
        """Probabilities [n] of the frames that `samples` [any length] completes; the rest waits for the next call."""
        samples = np.concatenate([self._rest, samples])
        whole = len(samples) // FRAME * FRAME
        self._rest = samples[whole:]
        return self._run(samples[:whole].reshape(-1, FRAME))

    def finish(self) -> npt.NDArray[np.float32]:
        """The last, partial frame, filled up with silence. Empty where nothing is left."""
        if not len(self._rest):
            return np.zeros(0, np.float32)
        return self.hear(np.zeros(FRAME - len(self._rest), np.float32))

    def _run(self, frames: Samples) -> npt.NDArray[np.float32]:
        if not len(frames):
            return np.zeros(0, np.float32)
        contexts = np.concatenate([self._context[None], frames[:-1, -_CONTEXT:]])
        inputs = {"input": np.concatenate([contexts, frames], axis=1), "h": self._hidden, "c": self._cell}
        probabilities, self._hidden, self._cell = self._session.run(["speech_probs", "hn", "cn"], inputs)
        self._context = frames[-1, -_CONTEXT:].copy()
        return np.asarray(probabilities, np.float32).reshape(-1)
