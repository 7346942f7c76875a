"""Sentences spoken by eSpeak NG, with the time of every word. Needs the package `espeakng-loader`, which brings the library.

The library is free software under GPL-3.0; what it says is nobody's. It runs in this process, one sentence at a time.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

RATE_HZ = 16_000
_RETRIEVAL, _UTF8, _PHONEMES_OFF = 1, 1, 0
_RATE, _VOLUME, _PITCH, _RANGE = 1, 2, 3, 4
_END, _WORD = 0, 1


@dataclass(frozen=True, slots=True)
class Voice:
    """How a sentence is spoken.

    Attributes:
        name: an eSpeak voice and variant, such as `en-us+f2`.
        rate_wpm: words per minute, 80 to 450.
        pitch: 0 to 99; 50 is the variant's own.
        pitch_range: 0 (flat) to 99 (lively); 50 is the variant's own.
    """

    name: str
    rate_wpm: int = 165
    pitch: int = 50
    pitch_range: int = 50


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """`samples` [n] float32 at `RATE_HZ`, peak below 1; `words` are (start_s, end_s, text) in order."""

    samples: np.ndarray
    words: tuple[tuple[float, float, str], ...]


class _Id(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    """`espeak_EVENT` of speak_lib.h."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    )


_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


class _Library:
    """The library, opened once in a process. It holds one voice at a time."""

    def __init__(self) -> None:
        import espeakng_loader

        self.library: Any = ctypes.CDLL(espeakng_loader.get_library_path())
        self.native_hz = int(self.library.espeak_Initialize(_RETRIEVAL, 200, espeakng_loader.get_data_path().encode(), 0))
        if self.native_hz <= 0:
            raise RuntimeError("eSpeak NG could not be started: reinstall espeakng-loader")
        self._blocks: list[np.ndarray] = []
        self._marks: list[tuple[int, int, int]] = []
        self._callback = _CALLBACK(self._hear)  # kept: the library holds no reference of its own
        self.library.espeak_SetSynthCallback(self._callback)

    def _hear(self, samples: Any, count: int, events: Any) -> int:
        if samples and count > 0:
            self._blocks.append(np.ctypeslib.as_array(samples, (count,)).astype(np.float32) / 32768)
        for k in range(10_000):
            if events[k].type == _END:
                break
            if events[k].type == _WORD:
                self._marks.append((events[k].text_position, events[k].length, events[k].audio_position))
        return 0

    def say(self, text: str, voice: Voice) -> tuple[np.ndarray, list[tuple[int, int, int]]]:
        if self.library.espeak_SetVoiceByName(voice.name.encode()) != 0:
            raise ValueError(f"eSpeak NG has no voice {voice.name!r}")
        for number, value in ((_RATE, voice.rate_wpm), (_VOLUME, 100), (_PITCH, voice.pitch), (_RANGE, voice.pitch_range)):
            self.library.espeak_SetParameter(number, value, 0)
        self._blocks, self._marks = [], []
        data = text.encode() + b"\0"
        if self.library.espeak_Synth(data, len(data), 0, 1, 0, _UTF8, None, None) != 0:
            raise RuntimeError(f"eSpeak NG could not say {text!r}")
        self.library.espeak_Synchronize()
        return np.concatenate([np.zeros(0, np.float32), *self._blocks]), self._marks


@lru_cache(maxsize=1)
def _library() -> _Library:
    return _Library()


def say(text: str, voice: Voice) -> Spoken:
    """`text` spoken by `voice`, without the silence around it.

    Raises:
        ValueError: there is no such voice.
    """
    from scipy.signal import resample_poly

    library = _library()
    native, marks = library.say(text, voice)
    loud = np.flatnonzero(np.abs(native) > 0.004)
    if not len(loud):
        return Spoken(np.zeros(0, np.float32), ())
    first, last = int(loud[0]), int(loud[-1]) + 1
    gcd = int(np.gcd(RATE_HZ, library.native_hz))
    samples = resample_poly(native[first:last], RATE_HZ // gcd, library.native_hz // gcd).astype(np.float32)
    return Spoken(samples, tuple(_words(text, marks, first / library.native_hz, last / library.native_hz)))


def _words(text: str, marks: list[tuple[int, int, int]], first_s: float, last_s: float) -> Iterator[tuple[float, float, str]]:
    """Each word or Chinese character with its time. eSpeak marks some pairs ("on the") once: they share it by their letters."""
    until = [*((position - 1, at_ms / 1000) for position, _, at_ms in marks[1:]), (len(text), last_s)]
    for (position, _, at_ms), (stop, stop_s) in zip(marks, until, strict=True):
        parts = re.findall(r"[A-Za-z']+|[\u4e00-\u9fff]", text[position - 1 : stop])
        start_s = max(0.0, at_ms / 1000 - first_s)
        step_s = max(0.0, stop_s - first_s - start_s) / max(1, sum(map(len, parts)))
        for part in parts:
            yield start_s, start_s + len(part) * step_s, part
            start_s += len(part) * step_s
