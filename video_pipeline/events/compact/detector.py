"""`CompactDetector`: runs the small network over a stream of sound, in flat memory."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from video_pipeline.core.labels import Sound
from video_pipeline.core.posterior import Posterior, Values
from video_pipeline.core.span import Span
from video_pipeline.core.waveform import RATE_HZ, Waveform
from video_pipeline.events.base import HOP_S
from video_pipeline.events.compact.features import BANDS, HOP, LogMelStream

MODEL = Path(__file__).with_name("model.onnx")
LABELS = ("laughter", "applause", "cheer", "music", "speech")
"""The order of the model's outputs."""
STRIDE = round(HOP_S * RATE_HZ / HOP)
"""Feature frames in one frame of the common grid."""
CHUNK = 400 * STRIDE
"""Feature frames classified at a time: 20 s."""
CONTEXT = 80 * STRIDE
"""Feature frames that the network sees on both sides of a chunk: 4 s, longer than almost every laugh, so that the edge of a chunk
changes nothing."""
AFTER = 20 * STRIDE
"""Feature frames of silence, one second, after the end of a file: the network cannot classify a sound that is cut off at once."""
SILENT = -4.0
"""A frame with no band above this (log10 of the power, about -80 dBFS) is inaudible."""
SILENCE = -5.0
"""log10 of the power in each band of silence: that of `LOWEST_POWER`."""


@lru_cache(maxsize=1)
def _session() -> Any:
    """The network, loaded once per process. One thread: several files are processed in parallel instead."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(MODEL), options, providers=["CPUExecutionProvider"])


@lru_cache(maxsize=1)
def _digest() -> str:
    return hashlib.sha256(MODEL.read_bytes()).hexdigest()[:16]


class CompactDetector:
    """Detects laughter, applause, cheers, music and speech without a speech engine, network access or GPU.

    Chunks lie at fixed places of the file, so the posterior does not depend on how the sound is cut into blocks.
    """

    labels: tuple[str, ...] = LABELS

    def __init__(self) -> None:
        self.identity = f"compact-3-{_digest()}"
        self._stream = LogMelStream()
        self._mel = np.zeros((0, BANDS), np.float32)
        self._before = 0
        """How many of the first rows of `_mel` are context, classified already."""
        self._decided: list[Values] = []

    def hear(self, block: Waveform) -> None:
        """The next block of 16 kHz sound, of any length."""
        groups = self._stream.push(block.samples)
        if groups:
            self._mel = np.concatenate([self._mel, *groups])
        while len(self._mel) >= self._before + CHUNK + CONTEXT:
            self._decide(CHUNK)

    def tag(self, window: Span, sounds: Mapping[Sound, float]) -> None:
        """Ignored: this detector uses the sound only."""

    def finish(self, duration_s: float) -> Posterior:
        """[ceil(duration_s / HOP_S), labels]; 0 after the end of the sound."""
        frames = int(np.ceil(duration_s / HOP_S - 1e-9))
        rest = self._stream.rest()
        missing = -(len(self._mel) + len(rest)) % STRIDE
        silence = np.full((missing + AFTER, BANDS), np.float32(SILENCE))
        self._mel = np.concatenate([self._mel, rest, silence])
        while len(self._mel) > self._before:
            self._decide(min(CHUNK, len(self._mel) - self._before))
        values = np.zeros((frames, len(LABELS)), np.float32)
        heard = np.concatenate([*self._decided, values[:0]])[:frames]
        values[: len(heard)] = heard
        return Posterior(values, LABELS, HOP_S)

    def _decide(self, rows: int) -> None:
        """Classify the next `rows` feature frames; keep the last `CONTEXT` of them for the next chunk."""
        seen = self._mel[: self._before + rows + CONTEXT]
        found: Values = _session().run(None, {"mel": seen[None]})[0][0]
        first = self._before // STRIDE
        loud = seen.reshape(-1, STRIDE, BANDS).max(axis=(1, 2)) > SILENT
        self._decided.append((found * loud[:, None])[first : first + rows // STRIDE].astype(np.float32))
        done = self._before + rows
        kept = min(CONTEXT, done)
        self._mel, self._before = self._mel[done - kept :].copy(), kept
