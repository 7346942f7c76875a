"""Talk with laughter in it, made of nothing but times."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from video_pipeline.core.labels import Language, Sound
from video_pipeline.core.transcript import AudioEvent, Segment, Token
from video_pipeline.highlights.base import Evidence

Sentence = Callable[..., Segment]
Show = Callable[..., Evidence]


def _sentence(start_s: float, end_s: float, text: str = "This is what was said before the laugh.", **more: object) -> Segment:
    parts = text.split(" ")
    step_s = (end_s - start_s) / len(parts)
    tokens = tuple(
        Token(start_s + k * step_s, start_s + (k + 0.9) * step_s, (" " if k else "") + part) for k, part in enumerate(parts)
    )
    return Segment(start_s, tokens[-1].end_s, text, tokens=tokens, **{"language": Language.EN, **more})


def _show(*laughs: tuple[float, float], duration_s: float = 200.0, shift_s: float = 0.0) -> Evidence:
    """Talk in sentences of four seconds with pauses of one, each unlike the others, and laughter at the times given."""
    words = np.random.default_rng(7).integers(0, 10**9, 3000).tolist()
    segments = [
        _sentence(t + shift_s, t + 4 + shift_s, f"We met {words[k]} people near {words[-k]} of them.")
        for k, t in enumerate(np.arange(0, duration_s - 5, 5.0).tolist())
    ]
    events = [AudioEvent(a + shift_s, b + shift_s, Sound.LAUGHTER, 0.9) for a, b in laughs]
    return Evidence(duration_s + shift_s, segments, events)


@pytest.fixture(scope="session")
def sentence() -> Sentence:
    return _sentence


@pytest.fixture(scope="session")
def show() -> Show:
    return _show
