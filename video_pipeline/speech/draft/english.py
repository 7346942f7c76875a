"""Whether speech is English: how well English words explain it, before it is transcribed.

A decoder that may only use English words finds some for any speech. For English they fit the sound nearly as well as free phones
do, and follow each other as English words do; for another language they fit worse, and are rare words in odd order. A logistic
regression over a few such figures decides. `tools/train_english_check.py` makes its weights.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from video_pipeline.core.waveform import RATE_HZ, Waveform
from video_pipeline.speech.draft.decoding import FRAME_S, SCALE, decoded
from video_pipeline.speech.errors import OtherLanguage

WEIGHTS = Path(__file__).with_name("english.json")
BLOCK_S = 20.0
"""Speech that is judged at a time. More hardly helps, and takes time before the first word."""
AGAIN_S = 300.0
"""Speech after which a file that was English so far is judged again."""
_LEAST = 5e-324
"""The smallest number above 0: a likelihood may be smaller than any."""
_MEMORY = "english"
"""Key of the state in an engine's memory of a file."""
_SHORT_FRAMES = 15
"""Frames of a short word: below the length of most English syllables."""
_QUICK = {
    "fwdflat": False,
    "maxhmmpf": 6000,
    "maxwpf": 10,
    "beam": 1e-40,
    "wbeam": 1e-25,
    "pbeam": 1e-40,
    "pl_window": 5,
}
"""Options of the decoder of words: four times as fast as its defaults. Narrower beams lose English words, too."""
_PHONE_MODEL = "en-us/en-us-phone.lm.bin"
_PHONE_WEIGHT = 2.0
"""Of the model of phone sequences against the sound, as pocketsphinx recommends for phone decoding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Sums over the English words that were found in some speech."""

    words: int = 0
    frames: int = 0
    """Length of the words; pauses and noises do not count."""
    short: int = 0
    """Short ones among the words."""
    acoustic: float = 0.0
    """Log-likelihood of the sound, given the words, against the best sound for each frame."""
    grammar: float = 0.0
    """Log-probability of the words by the language model."""
    certain: float = 0.0
    """Frames times the posterior of their word."""
    phones: int = 0
    """Phones that a decoder without a dictionary found in the same speech."""
    phone_frames: int = 0
    """Length of the phones."""
    phone_acoustic: float = 0.0
    """Log-likelihood of the sound, given the phones."""

    def __add__(self, other: Evidence) -> Evidence:
        names = self.__dataclass_fields__
        return Evidence(**{name: getattr(self, name) + getattr(other, name) for name in names})

    @property
    def speech_s(self) -> float:
        return self.frames * FRAME_S

    def figures(self) -> tuple[float, ...]:
        """What the regression decides by, in the order of `FIGURES`."""
        words, frames, phone_frames = max(1, self.words), max(1, self.frames), max(1, self.phone_frames)
        ratio = self.acoustic / frames - self.phone_acoustic / phone_frames
        return (
            self.grammar / words,
            ratio,
            ratio + self.grammar / frames,
            self.certain / frames,
            math.log(frames / words),
            math.log(phone_frames / max(1, self.phones)),
            self.short / words,
        )


FIGURES = ("grammar", "ratio", "total", "certain", "word_length", "phone_length", "short")
"""Log-probability per word; likelihood against free phones per frame, without and with the grammar's; mean posterior; log of the
frames of a word, of a phone; share of short words."""


class Judge(msgspec.Struct, frozen=True):
    """A logistic regression over the figures: the weights file."""

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    threshold: float
    """Log-odds for English below which speech is refused."""
    least_s: float
    """Seconds of words without which nothing is decided."""

    def log_odds(self, evidence: Evidence) -> float:
        parts = zip(evidence.figures(), self.mean, self.scale, self.weights, strict=True)
        return self.bias + sum(weight * (figure - mean) / scale for figure, mean, scale, weight in parts)

    def is_english(self, evidence: Evidence) -> bool | None:
        """None if there is too little speech to tell."""
        return None if evidence.speech_s < self.least_s else self.log_odds(evidence) >= self.threshold


def shipped_judge() -> Judge:
    """The one whose weights come with the package."""
    return msgspec.json.decode(WEIGHTS.read_bytes(), type=Judge)


@lru_cache(maxsize=1)
def weights_digest() -> str:
    """Part of the engine's identity: what is refused depends on it."""
    return hashlib.sha256(WEIGHTS.read_bytes()).hexdigest()[:8]


class _State(msgspec.Struct):
    """What is remembered of a file between stretches of it."""

    recent: Evidence = msgspec.field(default_factory=Evidence)
    """Of speech that was too little to judge."""
    passed_s: float = math.inf
    """Speech since the last verdict; infinite before the first."""
    was_english: bool = False
    doubtful: bool = False
    """The last block did not sound like English, though those before did."""


class EnglishCheck:
    """Lets windows of speech through while they sound like English."""

    def __init__(self, measure: Callable[[Waveform], Evidence], judge: Judge) -> None:
        self._measure, self._judge = measure, judge

    def passing(self, windows: Iterable[Waveform], memory: dict[str, str]) -> Iterator[Waveform]:
        """The same windows, at most one block later. The start of the file is judged, and a block after every `AGAIN_S`.

        A file that starts in English is refused only when two blocks in a row sound otherwise: one may be noise or a quotation.

        Raises:
            OtherLanguage: the speech does not sound like English.
        """
        state = msgspec.json.decode(memory[_MEMORY], type=_State) if _MEMORY in memory else _State()
        state.passed_s = AGAIN_S if not state.was_english else state.passed_s
        for block in _blocks(windows):
            if state.passed_s >= AGAIN_S:
                self._hear(block, state)
            else:
                state.passed_s += _length_s(block)
            yield from block
        memory[_MEMORY] = msgspec.json.encode(state).decode()

    def _hear(self, block: list[Waveform], state: _State) -> None:
        state.recent = sum(map(self._measure, block), state.recent)
        english = self._judge.is_english(state.recent)
        if english is None:
            return
        state.recent = Evidence()
        if english:
            state.passed_s, state.was_english, state.doubtful = 0.0, True, False
        elif state.was_english and not state.doubtful:
            state.doubtful = True
        else:
            raise OtherLanguage("draft", "English", block[0].start_s, block[-1].end_s)


class Measure:
    """Measures the evidence in a window, with a decoder of words and one of phones."""

    def __init__(self) -> None:
        from pocketsphinx import Decoder, get_model_path

        self._words = Decoder(samprate=RATE_HZ, loglevel="FATAL", **_QUICK)
        phones = get_model_path(_PHONE_MODEL)
        self._phones = Decoder(samprate=RATE_HZ, loglevel="FATAL", lm=None, allphone=phones, lw=_PHONE_WEIGHT)

    def __call__(self, window: Waveform) -> Evidence:
        words, phones = decoded(self._words, window), decoded(self._phones, window)
        frames = [_frames(word) for word in words]
        return Evidence(
            words=len(words),
            frames=sum(frames),
            short=sum(count < _SHORT_FRAMES for count in frames),
            acoustic=sum(math.log(max(word.ascore, _LEAST)) for word in words),
            grammar=SCALE * sum(math.log(max(word.lscore, _LEAST)) for word in words),
            certain=sum(count * word.prob for count, word in zip(frames, words, strict=True)),
            phones=len(phones),
            phone_frames=sum(map(_frames, phones)),
            phone_acoustic=SCALE * sum(math.log(max(phone.ascore, _LEAST)) for phone in phones),
        )


def _frames(piece: Any) -> int:
    count: int = piece.end_frame + 1 - piece.start_frame
    return count


def _blocks(windows: Iterable[Waveform]) -> Iterator[list[Waveform]]:
    block: list[Waveform] = []
    for window in windows:
        block.append(window)
        if _length_s(block) >= BLOCK_S:
            yield block
            block = []
    if block:
        yield block


def _length_s(block: list[Waveform]) -> float:
    return sum(window.duration_s for window in block)
