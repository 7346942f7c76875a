"""Animals, weather, machines, children: what a detector of laughter and applause hears wrongly most. None of it is either."""

from __future__ import annotations

import numpy as np
from synthesise_sounds import (
    RATE_HZ,
    VOWELS_HZ,
    Rng,
    Samples,
    _add,
    _breath,
    _count,
    _finished,
    _formant_gain,
    _note,
    _shaped,
    _voice,
    reverberated,
)


def waves(rng: Rng, duration_s: float) -> Samples:
    """Sea or wind: noise that swells and falls over seconds, its colour with it."""
    n = _count(duration_s)
    bright = _shaped(rng.standard_normal(n), np.linspace(0.2, 1, 257) ** float(rng.uniform(-0.5, 1.0)))
    dark = _shaped(rng.standard_normal(n), np.linspace(1, 0.02, 257) ** float(rng.uniform(1, 4)))
    points = rng.uniform(0.05, 1.0, max(3, int(duration_s / float(rng.uniform(0.8, 3)))))
    swell = np.interp(np.linspace(0, len(points) - 1, n), np.arange(len(points)), points)
    return _finished(bright / bright.std() * swell**2 + float(rng.uniform(0.1, 1.0)) * dark / dark.std() * swell)


def pulses(rng: Rng, duration_s: float) -> Samples:
    """A saw, a rotor, steps, a knock, scraping: bursts of coloured noise 1 to 18 times a second, more even than a laugh."""
    n, rate_hz = _count(duration_s), float(np.exp(rng.uniform(np.log(1), np.log(18))))
    colour = _formant_gain(np.exp(rng.uniform(np.log(200), np.log(6000), 3)), float(rng.uniform(1, 10)))
    air = _shaped(rng.standard_normal(n), colour)
    phase = np.cumsum(rate_hz * (1 + 0.08 * np.interp(np.arange(n), np.linspace(0, n, 12), rng.standard_normal(12)))) / RATE_HZ
    beat = (phase % 1.0) if rng.random() < 0.5 else 0.5 + 0.5 * np.sin(2 * np.pi * phase)
    gate = np.exp(-float(rng.uniform(3, 20)) * beat) if rng.random() < 0.6 else beat ** float(rng.uniform(0.5, 4))
    return _finished(reverberated(rng, air * (float(rng.uniform(0, 0.3)) + gate), float(rng.uniform(0.05, 0.8))))


def barks(rng: Rng, duration_s: float) -> Samples:
    """A dog, a crow, a duck, a goose: short rough calls, alike, with pauses."""
    out, at_s = np.zeros(_count(duration_s)), float(rng.uniform(0, 0.3))
    base_hz, length_s = float(np.exp(rng.uniform(np.log(150), np.log(1200)))), float(rng.uniform(0.07, 0.35))
    formants = np.exp(rng.uniform(np.log([400, 1000, 2000, 3000]), np.log([1000, 2200, 3500, 5000])))
    rough, pause_s = float(rng.uniform(0.1, 1.0)), float(rng.uniform(0.1, 1.0))
    while at_s < duration_s - 0.05:
        n = _count(length_s * float(rng.uniform(0.8, 1.2)))
        x = np.arange(n) / n
        call = _voice(
            base_hz * (1 + 0.3 * np.sin(np.pi * x)) * float(rng.normal(1, 0.04)), formants, float(rng.uniform(0.2, 1.0))
        )
        air = _shaped(rng.standard_normal(n), _formant_gain(formants, 3))
        _add(out, (call + rough * air) * np.sin(np.pi * x**0.4) ** 0.7, at_s)
        at_s += n / RATE_HZ + pause_s * float(rng.uniform(0.6, 1.8))
    return _finished(reverberated(rng, out, float(rng.uniform(0.05, 0.6))))


def chirps(rng: Rng, duration_s: float) -> Samples:
    """Birds and crickets: high tones that glide, in groups."""
    out, at_s = np.zeros(_count(duration_s)), 0.0
    base_hz = float(np.exp(rng.uniform(np.log(1800), np.log(6000))))
    while at_s < duration_s - 0.1:
        for _ in range(int(rng.integers(1, 9))):
            n = _count(float(rng.uniform(0.03, 0.2)))
            glide = np.linspace(*(base_hz * rng.uniform(0.75, 1.3, 2)), n)
            _add(out, np.sin(2 * np.pi * np.cumsum(glide) / RATE_HZ) * np.hanning(n), at_s)
            at_s += n / RATE_HZ + float(rng.uniform(0.01, 0.08))
        at_s += float(rng.uniform(0.1, 1.0))
    return _finished(reverberated(rng, out, float(rng.uniform(0.1, 0.8))))


def meow(rng: Rng, duration_s: float) -> Samples:
    """A cat: one long vowel that opens, rises and falls."""
    out, at_s = np.zeros(_count(duration_s)), 0.0
    while at_s < duration_s - 0.3:
        n = _count(min(float(rng.uniform(0.4, 1.3)), duration_s - at_s))
        x = np.arange(n) / n
        pitch = float(rng.uniform(380, 800)) * (1 + 0.35 * np.sin(np.pi * x) - 0.2 * x)
        closed, opened = (_voice(pitch, np.array(v, float) * 1.3, 0.7) for v in ((500, 2300, 3200, 4200), VOWELS_HZ[0]))
        _add(out, (closed * (1 - np.sin(np.pi * x)) + opened * np.sin(np.pi * x)) * np.sin(np.pi * x**0.7), at_s)
        at_s += n / RATE_HZ + float(rng.uniform(0.2, 1.5))
    return _finished(reverberated(rng, out, float(rng.uniform(0.05, 0.5))))


def baby(rng: Rng, duration_s: float) -> Samples:
    """A baby crying: hard, long, rough vowels about once a second, breath drawn between."""
    out, at_s = np.zeros(_count(duration_s)), float(rng.uniform(0, 0.3))
    base_hz, rough = float(rng.uniform(330, 620)), float(rng.uniform(0.0, 0.6))
    while at_s < duration_s - 0.2:
        n = _count(min(float(rng.uniform(0.5, 1.5)), duration_s - at_s))
        x = np.arange(n) / n
        pitch = base_hz * (0.85 + 0.3 * np.sin(np.pi * x**0.6)) * (1 + 0.01 * np.cumsum(rng.standard_normal(n)) / np.sqrt(n))
        cry = _voice(pitch, np.array([1100.0, 1700, 3300, 4500]) * float(rng.uniform(0.9, 1.1)), 0.3)
        wave = 1 + rough * np.sin(2 * np.pi * np.cumsum(pitch / 2) / RATE_HZ)
        _add(out, cry * wave * np.minimum(1, np.minimum(x * 12, (1 - x) * 6)), at_s)
        at_s += n / RATE_HZ
        _add(out, 0.2 * np.abs(cry).max() * _breath(rng, 0.25, rising=True), at_s)
        at_s += float(rng.uniform(0.25, 0.5))
    return _finished(reverberated(rng, out, float(rng.uniform(0.1, 0.6))))


def screams(rng: Rng, duration_s: float) -> Samples:
    """Children playing: high, long, gliding, rough; alone or a few together."""
    out = np.zeros(_count(duration_s))
    for _ in range(int(rng.integers(1, 3 + int(duration_s)))):
        n = _count(min(float(rng.uniform(0.3, 1.8)), duration_s))
        x, base_hz = np.arange(n) / n, float(np.exp(rng.uniform(np.log(500), np.log(1500))))
        pitch = base_hz * np.interp(x, [0, 0.3, 0.7, 1], rng.uniform(0.75, 1.3, 4))
        wave = 1 + float(rng.uniform(0, 0.8)) * np.sin(2 * np.pi * float(rng.uniform(40, 120)) * np.arange(n) / RATE_HZ)
        scream = _voice(pitch, np.array([900.0, 1600, 2900, 4200]), float(rng.uniform(0.1, 0.6))) * wave
        _add(out, scream * np.sin(np.pi * x**0.4), float(rng.uniform(0, max(0.01, duration_s - n / RATE_HZ))))
    return _finished(reverberated(rng, out, float(rng.uniform(0.1, 1.0))))


def ringing(rng: Rng, duration_s: float) -> Samples:
    """Bells, glasses, coins, a horn: tones that are struck and die, or are held."""
    out, at_s = np.zeros(_count(duration_s)), 0.0
    while at_s < duration_s - 0.05:
        length_s = float(rng.uniform(0.1, 1.2))
        for partial in rng.uniform(1, 6, int(rng.integers(1, 5))):
            _add(out, float(rng.uniform(0.2, 1)) * _note(float(rng.uniform(300, 1200)) * partial, length_s, 2.0), at_s)
        at_s += float(rng.exponential(0.4)) + 0.03
    return _finished(reverberated(rng, out, float(rng.uniform(0.1, 0.8))))
