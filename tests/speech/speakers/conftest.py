"""A conversation of two voices of the sample with known turns."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from video_pipeline.core.span import Span
from video_pipeline.core.waveform import RATE_HZ, Samples
from video_pipeline.media.decode import audio_blocks
from video_pipeline.speech.speakers.base import Turn

Conversation = tuple[Samples, list[Turn]]
_VOICES = ("Tom", "Ian")
_PAUSE_S = 0.4


@pytest.fixture(scope="session")
def conversation() -> Conversation:
    """Six turns by turns, with a pause after each; the last begins 0.8 s before the one before it ends."""
    examples = Path(__file__).parents[3] / "examples"
    truth = json.loads((examples / "sample.truth.json").read_text(encoding="utf-8"))
    sound = np.concatenate([block.samples for block in audio_blocks(examples / "sample.mp4")])
    said = {name: [Span(s["start_s"], s["end_s"]) for s in truth["segments"] if s["speaker"] == name] for name in _VOICES}
    samples, turns, at_s = np.zeros(30 * RATE_HZ, np.float32), list[Turn](), 0.5
    for number in range(6):
        name = _VOICES[number % 2]
        part = said[name][number // 2]
        voice = sound[round(part.start_s * RATE_HZ) : round(part.end_s * RATE_HZ)]
        start_s = at_s - (_PAUSE_S + 0.8 if number == 5 else 0.0)
        first = round(start_s * RATE_HZ)
        samples[first : first + len(voice)] += voice
        turns.append(Turn(start_s, start_s + len(voice) / RATE_HZ, name))
        at_s = turns[-1].end_s + _PAUSE_S
    return samples[: round(at_s * RATE_HZ)], turns
