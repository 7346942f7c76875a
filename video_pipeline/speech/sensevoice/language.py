"""One language for one file, where one dominates: the model, asked window by window, flips between them on short windows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from video_pipeline.core.labels import Language
from video_pipeline.core.waveform import Waveform
from video_pipeline.speech.sensevoice.forward import Answer
from video_pipeline.speech.sensevoice.vocabulary import Vocabulary

SETTLING_WINDOWS = 16
"""The language is settled by the first so many windows: a fixed number, so that batches do not change the result."""
_DOMINANT = 0.7
"""Share of the pooled probability from which one language is taken to be the file's."""
_SURE = 0.9
"""A window surer than this of another language keeps it: people do quote and switch."""


def dominant(windows: Sequence[Waveform], answers: Sequence[Answer | None], vocabulary: Vocabulary) -> Language | None:
    """The language that most of the sound is in, weighed by time; None where none dominates, or nobody speaks."""
    shares: dict[Language, float] = {}
    for window, answer in zip(windows, answers, strict=True):
        if answer is not None:
            for label, p in zip(vocabulary.languages.labels, answer.languages.tolist(), strict=True):
                if label is not None:
                    shares[label] = shares.get(label, 0.0) + p * window.duration_s
    total = sum(shares.values())
    best = max(shares, key=lambda label: shares[label], default=None)
    return best if best is not None and total > 0 and shares[best] >= _DOMINANT * total else None


def strays(answer: Answer | None, settled: Language, vocabulary: Vocabulary) -> bool:
    """Whether a window was heard in another language than the file's, without being sure of it."""
    if answer is None:
        return False
    best = int(np.argmax(answer.languages))
    label = vocabulary.languages.labels[best]
    return label is not None and label is not settled and float(answer.languages[best]) < _SURE
