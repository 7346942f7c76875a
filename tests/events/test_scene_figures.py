"""The least the small detector must reach, on scenes composed here: talk from the sample, made sounds, noises that mislead."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest

from tests.conftest import EXAMPLES
from tests.events.test_compact import floor, hear, synth
from video_pipeline.core.labels import Sound
from video_pipeline.core.span import Span
from video_pipeline.core.waveform import RATE_HZ, Samples
from video_pipeline.events.hysteresis import EventOptions, find_events
from video_pipeline.media.decode import audio_blocks

TALK_S = ((4.0, 12.0), (24.0, 31.0), (44.0, 48.0))
"""Where the sample has nothing but speech."""
MAKERS: dict[Sound, Callable[..., Samples]] = {
    Sound.LAUGHTER: synth.audience_laughter,
    Sound.APPLAUSE: synth.applause,
    Sound.CHEER: synth.cheer,
}


@pytest.fixture(scope="module")
def talk() -> list[Samples]:
    samples = np.concatenate([block.samples for block in audio_blocks(EXAMPLES / "sample.mp4")])
    return [samples[int(a * RATE_HZ) : int(b * RATE_HZ)] for a, b in TALK_S]


def composed(talk: list[Samples], label: Sound, seed: int) -> tuple[Samples, list[Span]]:
    """Eight reactions of 1.5 to 5 s, each after some talk, at -3 to +6 dB of it; where they lie."""
    rng, parts, true, at = np.random.default_rng(seed), [], [], 0
    for number, said in zip(range(8), itertools.cycle(talk), strict=False):
        sound = MAKERS[label](rng, float(rng.uniform(1.5, 5)))
        sound = sound * np.sqrt(np.mean(said**2) / np.mean(sound**2)) * 10 ** (float(rng.uniform(-3, 6)) / 20)
        pause = np.zeros(int(rng.uniform(0.2, 1.5) * RATE_HZ), np.float32)
        start = at + len(said) + len(pause)
        true.append(Span(start / RATE_HZ, (start + len(sound)) / RATE_HZ))
        parts += [said, pause, sound.astype(np.float32), pause]
        at = start + len(sound) + len(pause)
        assert number < 8
    track = np.concatenate(parts)
    return np.clip(track + floor(len(track) / RATE_HZ + 1)[: len(track)], -1, 1), true


def spans(samples: Samples, label: Sound) -> list[Span]:
    return [Span(e.start_s, e.end_s) for e in find_events(hear(samples), EventOptions()) if e.label == label]


def iou(one: Span, other: Span) -> float:
    inter_s = min(one.end_s, other.end_s) - max(one.start_s, other.start_s)
    return max(0.0, inter_s) / (max(one.end_s, other.end_s) - min(one.start_s, other.start_s))


@pytest.mark.parametrize(("label", "least"), [(Sound.LAUGHTER, 0.85), (Sound.APPLAUSE, 0.9), (Sound.CHEER, 0.6)])
def test_reactions_after_talk_are_found(talk: list[Samples], label: Sound, least: float) -> None:
    hits = total = 0
    starts_s = []
    for seed in (21, 22):
        samples, true = composed(talk, label, seed)
        found = spans(samples, label)
        pairs = [(t, f) for t in true for f in found if iou(t, f) >= 0.5]
        hits, total = hits + len(pairs), total + len(true) + len(found)
        starts_s += [abs(t.start_s - f.start_s) for t, f in pairs]
    assert 2 * hits / total >= least
    assert float(np.median(starts_s)) <= 0.12


@pytest.mark.parametrize("noise", ["rain", "typing", "hum", "beeps"])
def test_noises_under_talk_are_no_reaction(talk: list[Samples], noise: str) -> None:
    rng = np.random.default_rng(31)
    said = np.concatenate(talk)
    sound = getattr(synth, noise)(rng, len(said) / RATE_HZ + 1)[: len(said)]
    sound = sound * 0.2 * np.sqrt(np.mean(said**2) / np.mean(sound**2))
    for label in (Sound.LAUGHTER, Sound.APPLAUSE, Sound.CHEER):
        assert not spans(np.clip(said + sound, -1, 1).astype(np.float32), label), (noise, label)
