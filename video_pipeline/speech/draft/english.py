"""Whether speech is English: by the English phones that fit it best, before it is transcribed.

A decoder of phones needs no words, so it is ten times as fast as the engine. In English the phones come in English shares and
with the length that they have there; another language is forced into them, and gives rarer and shorter ones. A logistic
regression over these figures decides. `tools/train_english_check.py` makes its weights.
"""

from __future__ import annotations

import hashlib
import math
import operator
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import msgspec

from video_pipeline.core.waveform import RATE_HZ, Waveform
from video_pipeline.speech.draft.decoding import FRAME_S, SCALE, decoded
from video_pipeline.speech.errors import OtherLanguage

WEIGHTS = Path(__file__).with_name("english.json")
BLOCK_S = 20.0
"""Speech that is judged at a time. More hardly helps, and takes time before the first word."""
AGAIN_S = 300.0
"""Speech after which a file that was English so far is judged again."""
_MEMORY = "english"
"""Key of the state in an engine's memory of a file."""
_PHONE_MODEL = "en-us/en-us-phone.lm.bin"
_PHONE_WEIGHT = 2.0
"""Of the model of phone sequences against the sound, as pocketsphinx recommends for phone decoding."""


PHONES = tuple("AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH".split())
"""Of the acoustic model."""
COMMON = ("AH", "IH", "T", "N", "S", "D", "R", "L", "DH")
"""The most frequent phones of English."""
RARE = ("UW", "UH", "OY", "AW", "HH", "NG", "ZH", "JH", "CH", "SH", "W", "Y")
"""Phones that are seldom in English, and that other languages are often forced into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Sums over the phones that were found in some speech."""

    counts: tuple[int, ...] = (0,) * len(PHONES)
    """Of each of `PHONES`."""
    frames: int = 0
    """Length of the phones; pauses and noises do not count."""
    grammar: float = 0.0
    """Log-probability of the phones, each after those before, by the model of English phone sequences."""

    def __add__(self, other: Evidence) -> Evidence:
        counts = tuple(map(operator.add, self.counts, other.counts))
        return Evidence(counts=counts, frames=self.frames + other.frames, grammar=self.grammar + other.grammar)

    @property
    def speech_s(self) -> float:
        return self.frames * FRAME_S

    def figures(self) -> tuple[float, ...]:
        """What the regression decides by: log of the frames of a phone, shares of the common and of the rare phones."""
        shares = dict(zip(PHONES, self.counts, strict=True))
        phones = max(1, sum(self.counts))
        common, rare = (sum(shares[phone] for phone in group) / phones for group in (COMMON, RARE))
        return (math.log(max(1, self.frames) / phones), common, rare)


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
    """Measures the evidence in a window with a decoder of phones."""

    def __init__(self) -> None:
        from pocketsphinx import Decoder, get_model_path

        model = get_model_path(_PHONE_MODEL)
        self._decoder = Decoder(samprate=RATE_HZ, loglevel="FATAL", lm=None, allphone=model, lw=_PHONE_WEIGHT)

    def __call__(self, window: Waveform) -> Evidence:
        found = decoded(self._decoder, window)
        counted = Counter(piece.word for piece in found)
        return Evidence(
            counts=tuple(counted[phone] for phone in PHONES),
            frames=sum(piece.end_frame + 1 - piece.start_frame for piece in found),
            grammar=SCALE * sum(math.log(piece.lscore) for piece in found),
        )


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
