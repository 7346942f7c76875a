"""Settles one language per file if one dominates: window by window, the model flips between languages on short windows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from video_pipeline.core.labels import Language
from video_pipeline.core.waveform import Waveform
from video_pipeline.speech.sensevoice.forward import Answer
from video_pipeline.speech.sensevoice.vocabulary import Vocabulary

SETTLING_WINDOWS = 16
"""Number of first windows that settle the language: fixed, so that the batch size does not change the result."""
_DOMINANT_SHARE = 0.7
"""Share of the pooled probability from which a language is the file's: high, because a bilingual file must stay mixed."""
_CERTAIN = 0.9
"""A window with at least this probability of another language keeps it: people quote and switch languages."""


def dominant(windows: Sequence[Waveform], answers: Sequence[Answer | None], vocabulary: Vocabulary) -> Language | None:
    """The language of most of the speech, weighted by time; None if none dominates, or nobody speaks."""
    shares: dict[Language, float] = {}
    for window, answer in zip(windows, answers, strict=True):
        if answer is not None:
            for label, p in zip(vocabulary.languages.labels, answer.languages.tolist(), strict=True):
                if label is not None:
                    shares[label] = shares.get(label, 0.0) + p * window.duration_s
    total = sum(shares.values())
    best = max(shares, key=lambda label: shares[label], default=None)
    return best if best is not None and total > 0 and shares[best] >= _DOMINANT_SHARE * total else None


def strays(answer: Answer | None, settled: Language, vocabulary: Vocabulary) -> bool:
    """Whether a window was recognised in another language than the file's, without certainty."""
    if answer is None:
        return False
    best = int(np.argmax(answer.languages))
    label = vocabulary.languages.labels[best]
    return label is not None and label is not settled and float(answer.languages[best]) < _CERTAIN
