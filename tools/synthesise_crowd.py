"""Crowds that do not laugh: a stadium's roar, children cheering, boos, "aww", a gasp, a babble. For training the event detector.

A roar, children and shouts count as cheers; the others are what laughter and cheers are easily taken for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from synthesise_sounds import (
    RATE_HZ,
    VOWELS_HZ,
    Array,
    Rng,
    Samples,
    _add,
    _breath,
    _call,
    _count,
    _finished,
    _formant_gain,
    _shaped,
    _voice,
    _whistle,
    cheer,
    reverberated,
)


def roar(rng: Rng, duration_s: float) -> Samples:
    """Thousands of voices: noise with the formants of open vowels that swells and breathes, voices and whistles out of it."""
    n = _count(duration_s)
    vowel = np.array(VOWELS_HZ[int(rng.choice([0, 1, 4]))]) * float(rng.uniform(0.8, 1.3))
    out = _shaped(rng.standard_normal(n), _formant_gain(vowel, float(rng.uniform(1.5, 5))))
    out = out * slow(rng, n, 0.25, 1.5) * slow(rng, n, 0.12, 8.0)
    out = out / (np.abs(out).max() + 1e-9)
    near = cheer(rng, duration_s, int(rng.integers(3, 20))).astype(float)
    out += float(rng.uniform(0.1, 0.9)) * near / (np.abs(near).max() + 1e-9)
    for _ in range(int(rng.integers(0, 4))):
        length_s = min(float(rng.uniform(0.3, 1.0)), duration_s / 2)
        _add(out, float(rng.uniform(0.1, 0.4)) * _whistle(rng, length_s), float(rng.uniform(0, duration_s - length_s)))
    return _finished(reverberated(rng, out, float(rng.uniform(0.5, 1.8))) * swell(rng, n))


def children(rng: Rng, duration_s: float) -> Samples:
    """A class shouting: high voices, long vowels, close together."""
    out = np.zeros(_count(duration_s))
    for _ in range(int(rng.integers(6, 26))):
        length_s = min(float(rng.uniform(0.6, 2.5)), duration_s)
        start_s = float(rng.uniform(0, max(0.01, duration_s - length_s)))
        _add(out, float(np.exp(rng.normal(0, 0.5))) * held(rng, length_s, Vowel((380, 900), (0.9, 1.5, 0.9), (0, 3))), start_s)
    return _finished(reverberated(rng, out, float(rng.uniform(0.2, 0.9))) * swell(rng, len(out)))


def shout(rng: Rng, duration_s: float) -> Samples:
    """One to four people calling "woo" or "yeah", once or again and again."""
    out = np.zeros(_count(duration_s))
    for _ in range(int(rng.integers(1, 5))):
        at_s = float(rng.uniform(0, 0.3))
        while at_s < duration_s - 0.3:
            length_s = min(float(rng.uniform(0.4, 1.6)), duration_s - at_s)
            _add(out, float(np.exp(rng.normal(0, 0.4))) * _call(rng, length_s), at_s)
            at_s += length_s + float(rng.uniform(0.02, 0.6))
    return _finished(reverberated(rng, out, float(rng.uniform(0.1, 0.8))))


def boo(rng: Rng, duration_s: float) -> Samples:
    """Low, long, rounded vowels of many."""
    return _choir(rng, duration_s, Vowel((90, 260), (1.0, 1.0, 0.85), (3, 3)), 400.0)


def aww(rng: Rng, duration_s: float) -> Samples:
    """An audience moved: open vowels, all falling together."""
    return _choir(rng, min(duration_s, 2.5), Vowel((150, 420), (1.1, 1.05, 0.7), (0, 5)), 700.0)


def gasp(rng: Rng, duration_s: float) -> Samples:
    """Many breaths drawn at once, with a little voice."""
    out = np.zeros(_count(duration_s))
    for _ in range(int(rng.integers(1, 16))):
        length_s = min(float(rng.uniform(0.3, 0.9)), duration_s)
        _add(out, float(np.exp(rng.normal(0, 0.4))) * _breath(rng, length_s, rising=True), float(rng.exponential(0.08)))
    if rng.random() < 0.5:
        _add(out, 0.05 * held(rng, min(0.5, duration_s), Vowel((220, 520), (0.9, 1.2, 1.3), (0, 5))), 0.05)
    return _finished(reverberated(rng, out, float(rng.uniform(0.1, 0.7))))


def babble(rng: Rng, duration_s: float) -> Samples:
    """A full room talking: short syllables of many voices, none of them laughing."""
    out = np.zeros(_count(duration_s))
    for _ in range(int(rng.integers(4, 14))):
        base_hz, at_s = float(np.exp(rng.uniform(np.log(90), np.log(260)))), float(rng.uniform(0, 0.4))
        loud = float(np.exp(rng.normal(0, 0.5)))
        while at_s < duration_s - 0.1:
            length_s = min(float(rng.uniform(0.08, 0.28)), duration_s - at_s)
            tone = base_hz * float(rng.normal(1, 0.1))
            vowel = Vowel((tone, tone * 1.01), (1.0, float(rng.normal(1, 0.08)), 0.95), (0, 5))
            _add(out, loud * held(rng, length_s, vowel), at_s)
            at_s += length_s + (float(rng.uniform(0.0, 0.06)) if rng.random() < 0.85 else float(rng.uniform(0.2, 0.8)))
    return _finished(reverberated(rng, out, float(rng.uniform(0.3, 1.0))))


@dataclass(frozen=True, slots=True)
class Vowel:
    """`pitch_hz` and the number in `VOWELS_HZ` lie between two bounds; the pitch bends along `glide`."""

    pitch_hz: tuple[float, float]
    glide: tuple[float, ...]
    numbers: tuple[int, int]


def held(rng: Rng, duration_s: float, vowel: Vowel) -> Array:
    """One voice [n] on one vowel."""
    n = _count(duration_s)
    x, (low_hz, high_hz), (first, last) = np.linspace(0, 1, n), vowel.pitch_hz, vowel.numbers
    base_hz = float(np.exp(rng.uniform(np.log(low_hz), np.log(high_hz))))
    bend = np.interp(x, np.linspace(0, 1, len(vowel.glide)), np.array(vowel.glide) * rng.normal(1, 0.04, len(vowel.glide)))
    formants = np.array(VOWELS_HZ[int(rng.integers(first, max(first + 1, last)))]) * float(rng.uniform(0.9, 1.25))
    return _voice(base_hz * bend, formants, float(rng.uniform(0.4, 1.2))) * np.sin(np.pi * x**0.6)


def slow(rng: Rng, n: int, depth: float, rate_hz: float) -> Array:
    """1 wavering by about `depth`, `rate_hz` times a second."""
    points = max(4, int(n / RATE_HZ * rate_hz))
    return np.clip(
        1 + depth * np.interp(np.linspace(0, points, n), np.arange(points + 1), rng.standard_normal(points + 1)), 0.05, 3
    )


def swell(rng: Rng, n: int) -> Array:
    return np.interp(
        np.linspace(0, 1, n), [0, float(rng.uniform(0.02, 0.3)), float(rng.uniform(0.6, 0.9)), 1], [0.2, 1, 0.9, 0.15]
    )


def _choir(rng: Rng, duration_s: float, vowel: Vowel, low_hz: float) -> Samples:
    out = np.zeros(_count(duration_s))
    for _ in range(int(rng.integers(6, 30))):
        start_s = float(min(rng.exponential(0.15), duration_s / 3))
        length_s = max(0.2, (duration_s - start_s) * float(rng.beta(5, 1.5)))
        _add(out, float(np.exp(rng.normal(0, 0.5))) * held(rng, length_s, vowel), start_s)
    air = _shaped(rng.standard_normal(len(out)), _formant_gain(np.array([low_hz, low_hz * 2.2, 2600, 3500]), 3))
    out = out / (np.abs(out).max() + 1e-9) + float(rng.uniform(0.02, 0.3)) * air / np.abs(air).max()
    return _finished(reverberated(rng, out, float(rng.uniform(0.3, 1.2))) * swell(rng, len(out)))
