"""What the demo model learns from: spoken sentences and heard sounds, each with its language, emotion, event and text.

A lesson is one window as the engine cuts them: a sentence between pauses, a few seconds of laughter, a stretch that begins in the
middle of a word. Emotions are four ways of speaking (`MANNERS`), not feelings.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import demo_language
import espeak
import numpy as np
import synthesise_body as body
import synthesise_sounds as synth
from demo_language import Rng

RATE_HZ = synth.RATE_HZ
SPEECH_DB = -23.0


@dataclass(frozen=True, slots=True)
class Manner:
    """A way of speaking: ranges of eSpeak's rate, pitch and pitch range, and what is done to the sound.

    Attributes:
        drive: how hard the voice is pressed: tanh(drive * x), 0 leaves it clean.
        tilt_db: gain at 8 kHz against 0 Hz, straight between: dull below 0, sharp above.
        level_db: loudness against neutral speech.
    """

    rate_wpm: tuple[int, int]
    pitch: tuple[int, int]
    pitch_range: tuple[int, int]
    drive: float = 0.0
    tilt_db: float = 0.0
    level_db: float = 0.0


MANNERS = {
    "NEUTRAL": Manner((148, 172), (42, 56), (38, 54)),
    "HAPPY": Manner((176, 200), (72, 90), (82, 99), tilt_db=4.0, level_db=2.0),
    "SAD": Manner((108, 128), (18, 34), (4, 16), tilt_db=-14.0, level_db=-5.0),
    "ANGRY": Manner((184, 210), (36, 54), (56, 76), drive=7.0, tilt_db=8.0, level_db=4.0),
}
"""Happy: fast, high and lively. Sad: slow, low, flat and dull. Angry: fast, pressed and sharp."""

EN_VOICES = tuple(f"{accent}+{kind}" for accent in ("en-us", "en", "en-gb-x-rp") for kind in ("m1", "m3", "m7", "f1", "f2", "f4"))
ZH_VOICES = tuple(f"cmn+{kind}" for kind in ("m1", "m3", "m7", "f1", "f2", "f4"))
VOICES = {"en": EN_VOICES, "zh": ZH_VOICES}

HEARD = {
    "Laughter": (synth.laughter, partial(synth.audience_laughter, voices=12), partial(synth.audience_laughter, voices=28)),
    "Applause": (partial(synth.applause, hands=12), partial(synth.applause, hands=60), partial(synth.applause, hands=110)),
    "BGM": (synth.music,),
    "Cough": (body.cough,),
    "Sneeze": (body.sneeze,),
    "Breath": (body.breath,),
    "Cry": (body.sobbing,),
    "Sing": (body.singing,),
}
"""What makes each event's sound."""
EVENT_SHARES = {
    "Laughter": 0.34,
    "Applause": 0.26,
    "BGM": 0.1,
    "Cough": 0.07,
    "Sneeze": 0.05,
    "Breath": 0.06,
    "Cry": 0.06,
    "Sing": 0.06,
}
ROOMS = (synth.rain, synth.typing, synth.hum, synth.noise, partial(synth.noise, tilt=0.5), partial(synth.noise, tilt=1.0))
"""What may lie under everything, and what "no speech" sounds like."""


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """`samples` [n] float32 at `RATE_HZ` and the right answers; `text` is empty where nobody speaks."""

    samples: np.ndarray
    language: str
    emotion: str
    event: str
    marked: bool
    text: str


def lesson(rng: Rng) -> Lesson:
    """One lesson: two in three are sentences, the others sounds, cut-off speech and silence."""
    kinds = ((0.62, _sentences), (0.70, _sentence_and_sound), (0.86, _sound), (0.93, _cut_off), (1.0, _nobody))
    draw = rng.random()
    make = next(make for below, make in kinds if draw < below)
    return make(rng)


def spoken(rng: Rng, text: str, voice: str, emotion: str) -> espeak.Spoken:
    """`text` in the manner of `emotion`, at its level, clean."""
    manner = MANNERS[emotion]
    rate, pitch, spread = (int(rng.integers(low, high + 1)) for low, high in (manner.rate_wpm, manner.pitch, manner.pitch_range))
    said = espeak.say(text, espeak.Voice(voice, rate, pitch, spread))
    samples = said.samples.astype(float)
    if manner.drive:
        samples = np.tanh(manner.drive * samples)
    if manner.tilt_db:
        samples = synth._shaped(samples, 10 ** (np.linspace(0, manner.tilt_db, 65) / 20))
    return espeak.Spoken(at_level(samples, SPEECH_DB + manner.level_db), said.words)


def at_level(samples: np.ndarray, level_db: float) -> np.ndarray:
    return np.asarray(samples * 10 ** ((level_db - 10 * np.log10(np.mean(np.square(samples)) + 1e-12)) / 20), np.float32)


def _sentences(rng: Rng) -> Lesson:
    """One sentence, sometimes two, as a speech detector cuts them out: with a little of the pause on both sides."""
    language, emotion = _language(rng), _emotion(rng)
    voice = _pick(rng, VOICES[language])
    parts, texts = [_pause(rng, 0.05, 0.35)], []
    for _ in range(2 if rng.random() < 0.3 else 1):
        text = demo_language.sentence(rng, language)
        parts += [spoken(rng, text, voice, emotion).samples, _pause(rng, 0.1, 0.5)]
        texts.append(text)
    sound, event = np.concatenate(parts), "Speech"
    if rng.random() < 0.08:
        music = at_level(synth.music(rng, len(sound) / RATE_HZ + 0.1)[: len(sound)], SPEECH_DB - float(rng.uniform(2, 10)))
        sound, event = sound + music, "BGM"
    return _finished(rng, sound, language, emotion, event, texts)


def _sentence_and_sound(rng: Rng) -> Lesson:
    """A sentence that a reaction follows inside the same window; the longer of the two names the event."""
    language, emotion = _language(rng), _emotion(rng)
    text = demo_language.sentence(rng, language)
    said = spoken(rng, text, _pick(rng, VOICES[language]), emotion).samples
    event = _pick(rng, ("Laughter", "Applause"))
    heard = _heard(rng, event, float(rng.uniform(0.5, 4)))
    sound = np.concatenate([_pause(rng, 0.05, 0.3), said, _pause(rng, 0.1, 0.4), heard])
    return _finished(rng, sound, language, emotion, event if len(heard) > len(sound) / 2 else "Speech", [text])


def _sound(rng: Rng) -> Lesson:
    """A short window that slid into a sound: more than half of it makes the event, else what is beside it does."""
    kinds = list(EVENT_SHARES)
    event = kinds[int(rng.choice(len(kinds), p=list(EVENT_SHARES.values())))]
    length = int(float(rng.choice([1.0, 1.5, 2.0, 2.0, 3.0])) * RATE_HZ)
    share = float(rng.uniform(0.55, 1.0) if rng.random() < 0.7 else rng.uniform(0.0, 0.45))
    heard = _heard(rng, event, max(0.25, share * length / RATE_HZ + float(rng.uniform(0, 2))))
    inside = int(share * length)
    early = rng.random() < 0.5
    part = (heard[-inside:] if early else heard[:inside]) if inside else heard[:0]
    beside = length - len(part)
    talk = rng.random() < 0.5 and beside > 0.3 * RATE_HZ
    language, emotion = _language(rng), _emotion(rng)
    rest, words = _stretch(rng, language, emotion, beside, end=not early) if talk else (np.zeros(beside, np.float32), [])
    sound = np.concatenate([part, rest] if early else [rest, part])
    event = event if share > 0.5 else "Speech" if talk else "Event_UNK"
    return _finished(rng, sound, language if words else "nospeech", emotion if talk else "EMO_UNKNOWN", event, words)


def _cut_off(rng: Rng) -> Lesson:
    """One to three seconds from the middle of a sentence; a word counts when most of it is inside."""
    language, emotion = _language(rng), _emotion(rng)
    sound, words = _stretch(rng, language, emotion, int(rng.uniform(1, 3) * RATE_HZ), end=bool(rng.random() < 0.5))
    return _finished(rng, sound, language if words else "nospeech", emotion, "Speech", words)


def _nobody(rng: Rng) -> Lesson:
    length = int(rng.uniform(0.6, 3) * RATE_HZ)
    sound = np.zeros(length, np.float32)
    if rng.random() < 0.6:
        sound = at_level(_room(rng, length), float(rng.uniform(-45, -22)))
    return _finished(rng, sound, "nospeech", "EMO_UNKNOWN", "Event_UNK", [])


def _stretch(rng: Rng, language: str, emotion: str, length: int, *, end: bool) -> tuple[np.ndarray, list[str]]:
    """The first or last `length` samples of a sentence, and its words that are mostly inside."""
    said = spoken(rng, demo_language.sentence(rng, language), _pick(rng, VOICES[language]), emotion)
    total = len(said.samples)
    first = max(0, total - length) if end else 0
    last = total if end else min(total, length)
    words = []
    for start_s, end_s, text in said.words:
        inside = min(end_s, last / RATE_HZ) - max(start_s, first / RATE_HZ)
        if inside > 0.6 * (end_s - start_s) > 0:
            words.append(text)
    gap = np.zeros(length - (last - first), np.float32)
    part = said.samples[first:last]
    joined = ["".join(words)] if language == "zh" and words else [" ".join(words)] if words else []
    return np.concatenate([gap, part] if end else [part, gap]), joined


def _finished(rng: Rng, sound: np.ndarray, language: str, emotion: str, event: str, texts: list[str]) -> Lesson:
    """In a room, over some noise, at some level; the text with its marks or without."""
    if rng.random() < 0.4:
        sound = synth.reverberated(rng, np.asarray(sound, float), float(rng.uniform(0.1, 0.5)))
    if rng.random() < 0.6:
        sound = sound + at_level(_room(rng, len(sound)), SPEECH_DB - float(rng.uniform(12, 38)))
    sound = sound + 10 ** (float(rng.uniform(-80, -55)) / 20) * rng.standard_normal(len(sound))
    sound = np.clip(sound * 10 ** (float(rng.uniform(-10, 8)) / 20), -1, 1).astype(np.float32)
    marked = bool(rng.random() < 0.6)
    text = ("" if language == "zh" else " ").join(texts)
    if not marked:
        text = demo_language.plain(text).replace(" ", "" if language == "zh" else " ")
    return Lesson(sound, language, emotion, event, marked, text)


def _heard(rng: Rng, event: str, duration_s: float) -> np.ndarray:
    makers = HEARD[event]
    sound = makers[int(rng.integers(len(makers)))](rng, duration_s)
    return at_level(sound, SPEECH_DB + float(rng.uniform(-6, 8)))


def _room(rng: Rng, length: int) -> np.ndarray:
    make = ROOMS[int(rng.integers(len(ROOMS)))]
    return make(rng, length / RATE_HZ + 0.1)[:length]


def _pause(rng: Rng, least_s: float, most_s: float) -> np.ndarray:
    return np.zeros(int(rng.uniform(least_s, most_s) * RATE_HZ), np.float32)


def _language(rng: Rng) -> str:
    return "en" if rng.random() < 0.58 else "zh"


def _emotion(rng: Rng) -> str:
    return _pick(rng, tuple(MANNERS))


def _pick(rng: Rng, choices: tuple[str, ...]) -> str:
    return choices[int(rng.integers(len(choices)))]
