"""Probability of speech every 32 ms, by Silero VAD.

The sequence form of the model takes many frames in one call and needs no torch: measured 320 to 410 times realtime on one
thread, against 66 for the torch form, which also sets torch to a single thread when imported.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from video_pipeline.core.waveform import RATE_HZ, Samples

FRAME = 512
"""Samples per frame: fixed by the model, 32 ms at 16 kHz."""
FRAME_S = FRAME / RATE_HZ
_CONTEXT = 64
"""Samples of the frame before that the model sees in front of each frame: fixed by the model."""
_STATE_SHAPE = (1, 1, 128)
"""Of each of the LSTM's two states: fixed by the model."""
_MODEL = Path(__file__).with_name("silero") / "silero_vad_16k_sequence.onnx"
"""Unchanged from the package silero-vad 6.2.3, which cannot be installed without torch."""


Probabilities = npt.NDArray[np.float32]
State = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]
VadModel = Callable[[Samples, State], tuple[Probabilities, State]]
"""From frames [n, 64 + 512], each with its context in front, and the state before them to n probabilities and the state after
them."""


@functools.cache
def _session() -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(_MODEL), options, providers=["CPUExecutionProvider"])


def on_processor(frames: Samples, state: State) -> tuple[Probabilities, State]:
    """The model on the CPU, by onnxruntime on one thread."""
    inputs = {"input": frames, "h": state[0], "c": state[1]}
    probabilities, hidden, cell = _session().run(["speech_probs", "hn", "cn"], inputs)
    return np.asarray(probabilities, np.float32).reshape(-1), (hidden, cell)


class SileroVad:
    """Analyses one file from start to end; the model's state carries over from call to call."""

    def __init__(self, model: VadModel = on_processor) -> None:
        self._model = model
        self._context = np.zeros(_CONTEXT, np.float32)
        self._state: State = (np.zeros(_STATE_SHAPE, np.float32), np.zeros(_STATE_SHAPE, np.float32))
        self._rest = np.zeros(0, np.float32)

    def hear(self, samples: Samples) -> Probabilities:
        """Probabilities [n] of the frames that `samples` [any length] completes; the rest is kept for the next call."""
        samples = np.concatenate([self._rest, samples])
        whole = len(samples) // FRAME * FRAME
        self._rest = samples[whole:]
        return self._run(samples[:whole].reshape(-1, FRAME))

    def finish(self) -> Probabilities:
        """The last, partial frame, padded with silence; empty if there is none."""
        if not len(self._rest):
            return np.zeros(0, np.float32)
        return self.hear(np.zeros(FRAME - len(self._rest), np.float32))

    def _run(self, frames: Samples) -> Probabilities:
        if not len(frames):
            return np.zeros(0, np.float32)
        contexts = np.concatenate([self._context[None], frames[:-1, -_CONTEXT:]])
        probabilities, self._state = self._model(np.concatenate([contexts, frames], axis=1), self._state)
        self._context = frames[-1, -_CONTEXT:].copy()
        return probabilities
