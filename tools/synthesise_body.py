"""Coughs, sneezes, breaths, sobs and songs, made as `synthesise_sounds` makes laughter, which must not be taken for it.

They are caricatures: enough for the demo model, which is tested on the same; for the event detector an addition to recordings.
"""

from __future__ import annotations

import numpy as np
from synthesise_sounds import RATE_HZ, Array, Rng, Samples, _add, _breath, _count, _finished, _formant_gain, _shaped, _voice


def cough(rng: Rng, duration_s: float) -> Samples:
    """One to four bursts: a hard onset, half a breath of rough noise, sometimes a voiced tail."""
    out, at_s = np.zeros(_count(duration_s)), 0.02
    formants = np.array([650.0, 1300, 2500, 3600]) * float(rng.uniform(0.85, 1.2))
    while at_s < duration_s - 0.2:
        n = _count(float(rng.uniform(0.18, 0.32)))
        fall = np.exp(-np.arange(n) / (RATE_HZ * float(rng.uniform(0.05, 0.09))))
        burst = _shaped(rng.standard_normal(n), _formant_gain(formants, 4)) * fall
        tail = 0.15 * _voice(np.full(n, float(rng.uniform(90, 220))), formants, 0.6) * fall * np.linspace(0, 1, n)
        _add(out, (burst + tail) * float(rng.uniform(0.6, 1.0)), at_s)
        at_s += n / RATE_HZ + float(rng.uniform(0.03, 0.35))
    return _finished(out)


def sneeze(rng: Rng, duration_s: float) -> Samples:
    """A breath drawn in steps, then a hiss that starts at full strength above 3 kHz and falls."""
    out = np.zeros(_count(duration_s))
    draw_s = min(float(rng.uniform(0.3, 0.6)), duration_s * 0.45)
    _add(out, 0.3 * _breath(rng, draw_s, rising=True), 0.0)
    n = _count(min(float(rng.uniform(0.35, 0.6)), duration_s - draw_s))
    hiss = _shaped(rng.standard_normal(n), np.linspace(0, 1, 257) ** 1.5) * np.exp(-np.arange(n) / (RATE_HZ * 0.14))
    vowel = _voice(np.linspace(420, 240, n) * float(rng.uniform(0.6, 1.2)), np.array([600.0, 1400, 2600, 3500]), 0.8)
    _add(out, 1.4 * hiss + 0.12 * vowel * np.exp(-np.arange(n) / (RATE_HZ * 0.07)), draw_s)
    return _finished(out)


def breath(rng: Rng, duration_s: float) -> Samples:
    """In and out, slowly and evenly: air without a voice."""
    out, at_s, rising = np.zeros(_count(duration_s)), 0.0, bool(rng.random() < 0.5)
    while at_s < duration_s - 0.3:
        length_s = min(float(rng.uniform(0.6, 1.1)), duration_s - at_s)
        _add(out, _breath(rng, length_s, rising=rising) * (1.0 if rising else 0.7), at_s)
        at_s, rising = at_s + length_s + float(rng.uniform(0.0, 0.1)), not rising
    return _finished(out)


def sobbing(rng: Rng, duration_s: float) -> Samples:
    """Long trembling vowels that fall in pitch, each after a caught breath."""
    out, at_s = np.zeros(_count(duration_s)), 0.0
    base_hz = float(np.exp(rng.uniform(np.log(220), np.log(480))))
    while at_s < duration_s - 0.3:
        n = _count(min(float(rng.uniform(0.7, 1.4)), duration_s - at_s))
        x = np.arange(n) / n
        tremble = 1 + 0.05 * np.sin(2 * np.pi * float(rng.uniform(7, 10)) * np.arange(n) / RATE_HZ)
        vowel = _voice(base_hz * (1.25 - 0.5 * x) * tremble, np.array([500.0, 1100, 2500, 3400]), 0.7)
        _add(out, vowel * np.sin(np.pi * x**0.5), at_s)
        at_s += n / RATE_HZ
        _add(out, 0.3 * _breath(rng, 0.2, rising=True), at_s)
        at_s += 0.22
    return _finished(out)


def singing(rng: Rng, duration_s: float) -> Samples:
    """One voice that holds the notes of a pentatonic tune, with vibrato, from vowel to vowel."""
    out, at_s = np.zeros(_count(duration_s)), 0.0
    root_hz, vowels = float(np.exp(rng.uniform(np.log(140), np.log(400)))), ((750, 1250, 2600, 3500), (350, 2200, 2900, 3600))
    while at_s < duration_s - 0.15:
        n = _count(min(float(rng.choice([0.3, 0.45, 0.6, 0.9])), duration_s - at_s))
        note_hz = root_hz * 2 ** (float(rng.choice([0, 2, 4, 7, 9, 12])) / 12)
        vibrato = 1 + 0.015 * np.sin(2 * np.pi * 5.5 * np.arange(n) / RATE_HZ)
        vowel = np.array(vowels[int(rng.integers(2))], float)
        _add(out, _voice(note_hz * vibrato, vowel, 0.9) * _swell(n), at_s)
        at_s += n / RATE_HZ
    return _finished(out)


def _swell(n: int) -> Array:
    return np.minimum(1.0, np.minimum(np.arange(n) / 640, (n - np.arange(n)) / 1600))
