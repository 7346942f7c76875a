"""What SenseVoice's answers say of a file's language; see `speech/language.py`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from video_pipeline.core.labels import Language
from video_pipeline.core.waveform import Waveform
from video_pipeline.speech import language
from video_pipeline.speech.sensevoice.forward import Answer
from video_pipeline.speech.sensevoice.vocabulary import Vocabulary


def dominant(windows: Sequence[Waveform], answers: Sequence[Answer | None], vocabulary: Vocabulary) -> Language | None:
    """The language of most of the speech, weighted by time; None if none dominates, or nobody speaks."""
    labels = vocabulary.languages.labels
    return language.dominant(
        (window.duration_s, {label: p for label, p in zip(labels, answer.languages.tolist(), strict=True) if label is not None})
        for window, answer in zip(windows, answers, strict=True)
        if answer is not None
    )


def strays(answer: Answer | None, settled: Language, vocabulary: Vocabulary) -> bool:
    """Whether a window was recognised in another language than the file's, without certainty."""
    if answer is None:
        return False
    best = int(np.argmax(answer.languages))
    label = vocabulary.languages.labels[best]
    return label is not None and label is not settled and not language.is_certain(float(answer.languages[best]))
