"""The two networks, by onnxruntime on one thread."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from video_pipeline.core.waveform import Samples
from video_pipeline.speech.speakers.own.fbank import Features

WINDOW = 160_000
"""Samples that the segmentation sees at a time, 10 s: fixed by its training."""
STEP = 270
"""Samples between its frames: fixed by its convolutions (10 x 3 x 3 x 3)."""
CENTRE = 495
"""Sample at the middle of the first frame's view of 991."""
FRAMES = 589
"""Of a window."""
TRACKS = 3
"""People whom it can tell apart within a window, two of them at the same time."""
_CLASSES = np.array(
    [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1]],
    np.float32,
)
"""Who speaks in each of the network's seven classes."""

Activity = npt.NDArray[np.float32]
"""[frames, TRACKS]: the probability that each speaks."""


def activity(window: Samples) -> Activity:
    """Who speaks in ten seconds [WINDOW samples]: [FRAMES, TRACKS]. Which of them is which changes from window to window."""
    (logs,) = _session("segmentation.onnx").run(None, {"input": window[None, None].astype(np.float32)})
    return np.asarray(np.exp(logs[0]) @ _CLASSES, np.float32)


def voice_prints(features: Features, starts: npt.NDArray[np.int64], length: int) -> npt.NDArray[np.float32]:
    """Unit vectors [len(starts), 192], alike (cosine) for the same voice, of parts of a stretch.

    Args:
        features: of the stretch, centred [frames, 80].
        starts: first frame of each part.
        length: frames of every part.
    """
    (heard,) = _session("voice.onnx").run(None, {"input": features[None]})
    parts = [heard[0, start // 2 : max(start // 2 + 2, (start + length) // 2)] for start in starts]
    pooled = np.stack([np.concatenate([part.mean(axis=0), part.std(axis=0, ddof=1)]) for part in parts])
    matrix, shift = _last_layer()
    vectors = pooled @ matrix.T + shift
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), np.float32)


def without_telephone(vectors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Voice prints of narrow sound [prints, 192] without what a telephone adds to all of them, which makes voices alike."""
    rest = vectors - _telephone()
    return np.asarray(rest / np.maximum(np.linalg.norm(rest, axis=1, keepdims=True), 1e-9), np.float32)


@functools.cache
def _telephone() -> npt.NDArray[np.float32]:
    """The mean voice print of many people through telephones: 192 numbers."""
    return np.asarray(np.load(Path(__file__).with_name("telephone.npy")), np.float32)


@functools.cache
def _last_layer() -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """What turns the mean and deviation of a voice into its vector: [192, 1024] and [192]."""
    with np.load(Path(__file__).with_name("voice.npz")) as stored:
        return stored["matrix"].astype(np.float32), stored["shift"].astype(np.float32)


@functools.cache
def _session(name: str) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(Path(__file__).with_name(name)), options, providers=["CPUExecutionProvider"])
