"""Sounds made of nothing but numpy: laughter, applause, cheers, music, and noises that are easily taken for them.

For tests, for the sample video and for training the small event detector. Every function takes a seeded `rng` and returns
mono float32 [n] at `RATE_HZ` with a peak of `PEAK`; the same seed gives the same samples.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
Array = npt.NDArray[np.float64]
Rng = np.random.Generator

RATE_HZ = 16_000
PEAK = 0.5
VOWELS_HZ = (
    (750, 1250, 2600, 3500),
    (560, 1750, 2500, 3500),
    (500, 950, 2500, 3300),
    (350, 2200, 2900, 3600),
    (640, 1200, 2400, 3400),
)
"""First four formants of a, e, o, i and a neutral vowel; laughter is mostly the first and the last."""


def laughter(rng: Rng, duration_s: float) -> Samples:
    """One person laughing: bouts of "ha" at 4 to 6 Hz, pitch and loudness falling, a breath drawn between bouts."""
    out = np.zeros(_count(duration_s))
    base_hz = float(np.exp(rng.uniform(np.log(130), np.log(480))))
    shift, vowel = float(rng.uniform(0.9, 1.2)), int(rng.choice([0, 0, 0, 1, 2, 3, 4, 4]))
    at_s = 0.0
    while at_s < duration_s - 0.12:
        bout_s = min(float(rng.uniform(0.7, 2.6)), duration_s - at_s)
        _add(out, _bout(rng, bout_s, base_hz, np.array(VOWELS_HZ[vowel]) * shift), at_s)
        at_s += bout_s
        if duration_s - at_s > 0.5:
            breath_s = float(rng.uniform(0.18, 0.4))
            _add(out, 0.12 * _breath(rng, breath_s, rising=True), at_s)
            at_s += breath_s + float(rng.uniform(0.0, 0.12))
    return _finished(out)


def audience_laughter(rng: Rng, duration_s: float, voices: int = 24) -> Samples:
    """A room laughing: `voices` people who start within half a second of each other and stop one after another."""
    out = np.zeros(_count(duration_s))
    for _ in range(voices):
        start_s = float(min(rng.exponential(0.15), duration_s / 3))
        length_s = max(0.35, (duration_s - start_s) * float(rng.beta(4, 1.3)))
        near = float(np.exp(rng.normal(0, 0.6)))
        voice = laughter(rng, min(length_s, duration_s - start_s)).astype(float)
        duller = 1 / (1 + (np.linspace(0, 1, 65) / float(rng.uniform(0.15, 0.8))) ** 2)  # the further away
        _add(out, near * _shaped(voice, duller), start_s)
    swell = np.interp(np.arange(len(out)) / len(out), [0, 0.06, 0.25, 0.7, 1], [0.5, 0.9, 1.0, 0.7, 0.25])
    return _finished(reverberated(rng, out * swell, float(rng.uniform(0.3, 0.9))))


def applause(rng: Rng, duration_s: float, hands: int = 60) -> Samples:
    """`hands` people clapping 2.5 to 5 times a second, each pair with a resonance of its own; it swells and dies away."""
    n, kinds = _count(duration_s), min(hands, 14)
    out = np.zeros(n)
    trains = np.zeros((kinds, n))
    for person in range(hands):
        period_s, at_s = 1 / float(rng.uniform(2.5, 5.0)), float(rng.exponential(0.25))
        end_s, loud = duration_s * float(rng.beta(5, 1.2)), float(np.exp(rng.normal(0, 0.5)))
        while at_s < end_s:
            trains[person % kinds, min(n - 1, int(at_s * RATE_HZ))] += loud * float(rng.uniform(0.6, 1.0))
            at_s += period_s * float(rng.normal(1, 0.06))
    for train in trains:
        out += _convolved(train, _clap(rng))[:n]
    return _finished(reverberated(rng, out, float(rng.uniform(0.2, 0.8))) * _envelope(n, 0.15, 0.4))


def cheer(rng: Rng, duration_s: float, voices: int = 18) -> Samples:
    """A crowd calling "yeah" and "woo" over its own roar, with a whistle now and then."""
    n = _count(duration_s)
    out = np.zeros(n)
    for _ in range(voices):
        start_s = float(rng.uniform(0, max(0.01, duration_s * 0.6)))
        length_s = min(float(rng.uniform(0.5, 2.2)), duration_s - start_s)
        if length_s > 0.2:
            _add(out, float(np.exp(rng.normal(0, 0.5))) * _call(rng, length_s), start_s)
    roar = _shaped(rng.standard_normal(n), _formant_gain(np.array(VOWELS_HZ[0]) * rng.uniform(0.9, 1.2), 2.5))
    out = out / (np.abs(out).max() + 1e-9) + float(rng.uniform(0.1, 0.5)) * roar / np.abs(roar).max()
    if rng.random() < 0.3:
        _add(out, 0.4 * _whistle(rng, min(0.8, duration_s / 2)), float(rng.uniform(0, duration_s / 2)))
    return _finished(reverberated(rng, out, float(rng.uniform(0.3, 1.2))) * _envelope(n, 0.2, 0.5))


def music(rng: Rng, duration_s: float) -> Samples:
    """A chord progression, held or as an arpeggio, with a bass and sometimes a drum."""
    n, out = _count(duration_s), np.zeros(_count(duration_s))
    beat_s, root = 60 / float(rng.uniform(70, 150)), int(rng.integers(45, 60))
    chords = [np.array([0, 4, 7, 12]), np.array([-3, 0, 4, 9]), np.array([5, 9, 12, 17]), np.array([7, 11, 14, 19])]
    bright, held, drum = float(rng.uniform(0.8, 2.0)), rng.random() < 0.35, rng.random() < 0.5
    for beat in range(int(duration_s / beat_s) + 1):
        chord = root + chords[(beat // 4) % 4]
        notes = chord if held and beat % 4 == 0 else [] if held else [chord[beat % 4], chord[(beat * 3) % 4] + 12]
        for note in [*notes, *([chord[0] - 12] if beat % 2 == 0 else [])]:
            _add(out, _note(440 * 2 ** ((note - 69) / 12), beat_s * (4 if held else 1.8), bright), beat * beat_s)
        if drum:
            _add(out, 0.6 * rng.standard_normal(900) * np.exp(-np.arange(900) / 150), (beat + 0.5) * beat_s)
    return _finished(reverberated(rng, out[:n], 0.3))


def noise(rng: Rng, duration_s: float, tilt: float = 0.0) -> Samples:
    """Steady noise whose amplitude falls as frequency to the power `tilt`: 0 white, 0.5 pink, 1 brown."""
    n = _count(duration_s)
    freqs_hz = np.maximum(np.fft.rfftfreq(n, 1 / RATE_HZ), 20.0)
    return _finished(np.fft.irfft(np.fft.rfft(rng.standard_normal(n)) * freqs_hz**-tilt, n))


def rain(rng: Rng, duration_s: float) -> Samples:
    """Hiss and hundreds of drops: what applause is most often mistaken for."""
    n = _count(duration_s)
    drops = np.zeros(n)
    drops[rng.integers(0, n, int(duration_s * rng.uniform(50, 900)))] = rng.uniform(0.1, 1.0)
    ring = rng.standard_normal(160) * np.exp(-np.arange(160) / float(rng.uniform(6, 40)))
    hiss = noise(rng, duration_s, float(rng.uniform(0.0, 0.5))).astype(float)
    return _finished(hiss + float(rng.uniform(0.1, 1.5)) * _convolved(drops, ring)[:n])


def typing(rng: Rng, duration_s: float) -> Samples:
    """Key strokes: short clicks 3 to 9 times a second, in bursts."""
    out, at_s = np.zeros(_count(duration_s)), 0.0
    while at_s < duration_s - 0.1:
        click = rng.standard_normal(500) * np.exp(-np.arange(500) / float(rng.uniform(15, 90)))
        _add(out, float(rng.uniform(0.3, 1.0)) * click, at_s)
        at_s += float(rng.uniform(0.07, 0.3)) if rng.random() < 0.9 else float(rng.uniform(0.4, 1.2))
    return _finished(reverberated(rng, out, 0.1))


def beeps(rng: Rng, duration_s: float) -> Samples:
    """An alarm in the rhythm of laughter: tones 2 to 7 times a second."""
    out, period_s, tone_hz = np.zeros(_count(duration_s)), 1 / float(rng.uniform(2, 7)), float(rng.uniform(250, 2500))
    tone = _note(tone_hz, period_s * float(rng.uniform(0.3, 0.8)), 1.5)
    for k in range(int(duration_s / period_s)):
        _add(out, tone, k * period_s)
    return _finished(out)


def hum(rng: Rng, duration_s: float) -> Samples:
    """Mains or an engine: harmonics of one low tone that wavers, over a little noise."""
    t_s = np.arange(_count(duration_s)) / RATE_HZ
    phase = 2 * np.pi * float(rng.uniform(30, 140)) * (t_s + 0.02 * np.sin(2 * np.pi * float(rng.uniform(0.1, 3)) * t_s))
    out = sum(np.sin(k * phase) * float(rng.uniform(0, 1)) / k for k in range(1, 20))
    return _finished(out + 0.3 * noise(rng, duration_s, 0.7))


def reverberated(rng: Rng, samples: Array, decay_s: float) -> Array:
    """`samples` [n] in a room whose sound falls by 60 dB in `decay_s`; the length stays n."""
    m = max(2, int(decay_s * RATE_HZ))
    tail = rng.standard_normal(m) * 10 ** (-3 * np.arange(m) / m) * 0.06
    tail[0] = 1.0
    return _convolved(samples, tail)[: len(samples)]


def _count(duration_s: float) -> int:
    return max(1, int(duration_s * RATE_HZ))


def _finished(samples: Array) -> Samples:
    return (samples * (PEAK / (np.abs(samples).max() + 1e-9))).astype(np.float32)


def _add(track: Array, sound: Array, at_s: float) -> None:
    start = int(at_s * RATE_HZ)
    part = sound[: max(0, len(track) - start)]
    track[start : start + len(part)] += part


def _convolved(samples: Array, kernel: Array) -> Array:
    n = len(samples) + len(kernel) - 1
    size = 1 << (n - 1).bit_length()
    return np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(kernel, size), size)[:n]


def _shaped(samples: Array, gain: Array) -> Array:
    """`samples` with the amplitude response `gain`, given at equal steps from 0 to half of `RATE_HZ`."""
    size = 1 << (len(samples) - 1).bit_length()  # a prime length would take numpy twenty times as long
    spectrum = np.fft.rfft(samples, size)
    where = np.linspace(0, 1, len(spectrum))
    return np.fft.irfft(spectrum * np.interp(where, np.linspace(0, 1, len(gain)), gain), size)[: len(samples)]


def _formant_gain(formants_hz: Array, width: float = 1.0) -> Array:
    """Amplitude at 257 frequencies of resonances 90 Hz wide and wider upwards, each 4 dB weaker than the one below."""
    freqs_hz = np.linspace(0, RATE_HZ / 2, 257)[:, None]
    widths_hz = (70 + 0.05 * formants_hz) * width
    peaks = 1 / np.sqrt(1 + ((freqs_hz - formants_hz) / widths_hz) ** 2)
    return np.asarray(0.02 + (peaks * 10 ** (-4 * np.arange(len(formants_hz)) / 20)).sum(axis=1))


def _voice(f0_hz: Array, formants_hz: Array, tilt: float) -> Array:
    """A vowel with the pitch contour `f0_hz` [n]: harmonics falling as k ** -tilt, weighted by the formants."""
    phase, gain = 2 * np.pi * np.cumsum(f0_hz) / RATE_HZ, _formant_gain(formants_hz)
    out, mean_hz = np.zeros(len(f0_hz)), float(f0_hz.mean())
    for k in range(1, min(40, int(7000 / float(f0_hz.max()))) + 1):
        out += np.sin(k * phase) * k**-tilt * gain[min(256, int(k * mean_hz / (RATE_HZ / 2) * 256))]
    return out


def _bout(rng: Rng, duration_s: float, base_hz: float, formants_hz: Array) -> Array:
    out = np.zeros(_count(duration_s))
    rate_hz, duty, at_s = float(rng.uniform(3.8, 6.2)), float(rng.uniform(0.35, 0.65)), 0.0
    tilt, breathy, voiced = float(rng.uniform(0.5, 1.3)), float(rng.uniform(0.05, 0.6)), rng.random() > 0.12
    peak, fall = float(rng.uniform(1.1, 1.7)), float(rng.uniform(0.15, 0.7))
    while at_s < duration_s - 0.05:
        done = at_s / duration_s
        n = _count(duty / rate_hz * float(rng.uniform(0.85, 1.2)))
        x = np.arange(n) / n
        rise = np.sin(np.pi * x**0.6) ** 0.8
        pitch = base_hz * (peak - (peak - 0.9) * done) * float(rng.normal(1, 0.05)) * (1.08 - 0.22 * x)
        pitch = pitch * (1 + 0.01 * np.cumsum(rng.standard_normal(n)) / np.sqrt(n))
        sound = _voice(pitch, formants_hz * float(rng.normal(1, 0.03)), tilt) if voiced else np.zeros(n)
        air = _shaped(rng.standard_normal(n), _formant_gain(formants_hz, 3))
        loud = (1 - fall * done) * float(rng.uniform(0.75, 1.1)) * min(1.0, 0.5 + 4 * at_s)
        _add(out, loud * rise * (sound + (breathy if voiced else 1.2) * air), at_s)
        gap_s = (1 - duty) / rate_hz
        _add(out, loud * 0.25 * breathy * _breath(rng, gap_s, rising=True), at_s + n / RATE_HZ)
        at_s += float(rng.normal(1, 0.06)) / rate_hz * (1 + 0.25 * done)
    return out


def _breath(rng: Rng, duration_s: float, *, rising: bool) -> Array:
    n = _count(duration_s)
    ramp = np.linspace(0, 1, n) ** 1.5
    air = _shaped(rng.standard_normal(n), _formant_gain(np.array([900.0, 1900, 3100, 4700]), 4))
    return air * np.sin(np.pi * (ramp if rising else 1 - ramp))


def _clap(rng: Rng) -> Array:
    """Two hands: noise dying in 3 to 12 ms through one resonance between 0.7 and 3 kHz."""
    n = 1200
    burst = rng.standard_normal(n) * np.exp(-np.arange(n) / (RATE_HZ * float(rng.uniform(0.0015, 0.008))))
    centre_hz = float(np.exp(rng.uniform(np.log(700), np.log(3000))))
    return _shaped(burst, _formant_gain(np.array([centre_hz, centre_hz * 2.3]), float(rng.uniform(3, 8))))


def _call(rng: Rng, duration_s: float) -> Array:
    n = _count(duration_s)
    x, base_hz = np.linspace(0, 1, n), float(np.exp(rng.uniform(np.log(180), np.log(650))))
    glide = np.interp(x, [0, float(rng.uniform(0.2, 0.5)), 1], [1, float(rng.uniform(1.1, 1.8)), float(rng.uniform(0.7, 1.1))])
    start, end = (np.array(VOWELS_HZ[int(k)]) for k in rng.choice(5, 2))
    half = [_voice(base_hz * glide, f.astype(float), float(rng.uniform(0.4, 1.0))) for f in (start, end)]
    return (half[0] * (1 - x) + half[1] * x) * np.sin(np.pi * x**0.5)


def _whistle(rng: Rng, duration_s: float) -> Array:
    x = np.linspace(0, 1, _count(duration_s))
    return np.sin(2 * np.pi * np.cumsum(np.interp(x, [0, 0.3, 0.6, 1], rng.uniform(1500, 3200, 4))) / RATE_HZ) * np.sin(np.pi * x)


def _note(tone_hz: float, duration_s: float, tilt: float) -> Array:
    t_s = np.arange(_count(duration_s)) / RATE_HZ
    tones = (np.sin(2 * np.pi * k * tone_hz * t_s) * k**-tilt for k in range(1, 9) if k * tone_hz < 7500)
    return np.asarray(sum(tones)) * np.exp(-2.2 * t_s / duration_s) * _envelope(len(t_s), 0.008, 0.03)


def _envelope(n: int, in_s: float, out_s: float) -> Array:
    """1 with straight ramps at both ends."""
    i, rise, fall = np.arange(n), max(1, int(in_s * RATE_HZ)), max(1, int(out_s * RATE_HZ))
    return np.minimum(1, np.minimum(i / rise, (n - i) / fall))
