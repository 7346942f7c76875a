"""The least the small detector must reach, on scenes composed here: talk from the sample, made sounds, noises that mislead."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest

from tests.conftest import EXAMPLES
from tests.events.test_compact import floor, hear, synth
from tests.overlap import iou
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
    for said in itertools.islice(itertools.cycle(talk), 8):
        sound = MAKERS[label](rng, float(rng.uniform(1.5, 5)))
        sound = sound * np.sqrt(np.mean(said**2) / np.mean(sound**2)) * 10 ** (float(rng.uniform(-3, 6)) / 20)
        pause = np.zeros(int(rng.uniform(0.2, 1.5) * RATE_HZ), np.float32)
        start = at + len(said) + len(pause)
        true.append(Span(start / RATE_HZ, (start + len(sound)) / RATE_HZ))
        parts += [said, pause, sound.astype(np.float32), pause]
        at = start + len(sound) + len(pause)
    track = np.concatenate(parts)
    return np.clip(track + floor(len(track) / RATE_HZ + 1)[: len(track)], -1, 1), true


def spans(samples: Samples, label: Sound) -> list[Span]:
    return [Span(e.start_s, e.end_s) for e in find_events(hear(samples), EventOptions()) if e.label == label]


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


def test_applause_over_talk_is_found(talk: list[Samples]) -> None:
    """Where somebody speaks applause must be surer; most clapping that is louder than the voice is."""
    said = np.concatenate(talk)
    true = [Span(at_s, at_s + 4.0) for at_s in (2.0, 8.0, 14.0)]
    hits = 0
    for seed in range(41, 46):
        rng, track = np.random.default_rng(seed), said + floor(len(said) / RATE_HZ + 1)[: len(said)]
        for span in true:
            sound = synth.applause(rng, span.duration_s)
            start = int(span.start_s * RATE_HZ)
            track[start : start + len(sound)] += sound * np.sqrt(4 * np.mean(said**2) / np.mean(sound**2))
        found = spans(np.clip(track, -1, 1), Sound.APPLAUSE)
        hits += sum(any(iou(one, other) >= 0.5 for other in found) for one in true)
        assert all(any(one.overlaps(other) for other in true) for one in found)
    assert hits >= 9
