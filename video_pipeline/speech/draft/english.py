"""Whether speech is English, judged before it is transcribed.

Two quick decoders listen to it: one of phones, and one of words that searches less far than the engine's own. In English the
phones come in English shares, the words fit the sound, are likely after those before, and hardly any others would do; another
language is forced into phones and words of which this is not true. A logistic regression over
these figures decides. `tools/train_english_check.py` makes its weights.
"""

from __future__ import annotations

import hashlib
import math
import operator
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from video_pipeline.core import timecode
from video_pipeline.core.waveform import RATE_HZ, Waveform
from video_pipeline.speech.draft.decoding import FRAME_S, SCALE, decoded
from video_pipeline.speech.errors import OtherLanguage

WEIGHTS = Path(__file__).with_name("english.json")
BLOCK_S = 20.0
"""Speech that is judged at a time. More hardly helps, and takes time before the first word."""
ENOUGH_S = 5.0
"""Speech that is judged by the full threshold: what a recording of 8 s holds."""
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
_QUICK = {"fwdflat": False, "maxhmmpf": 3000, "ds": 2}
"""Of the decoder of words: one pass, few hypotheses, every second frame. Three times as fast as the engine's own."""
_LEAST_FIT = 1e-300
"""Likelihood of a word's sound below which floating point has lost it."""
_UNSEEN = 1e-9
"""Probability taken for words whose scaled one is zero in the decoder's arithmetic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Sums over the phones and words that were found in some speech."""

    counts: tuple[int, ...] = (0,) * len(PHONES)
    """Of each of `PHONES`."""
    frames: int = 0
    """Length of the phones; pauses and noises do not count."""
    word_frames: int = 0
    """Length of the words, likewise."""
    sure_frames: float = 0.0
    """The same, each word's length times its posterior probability."""
    grammar: float = 0.0
    """Log-probability of the words, each after those before, by the decoder's model of English."""
    fit: float = 0.0
    """Log-likelihood of the sound of words by the decoder's acoustic model, as far as its arithmetic holds it."""
    fit_frames: int = 0
    """Length of these words."""

    def __add__(self, other: Evidence) -> Evidence:
        return Evidence(
            counts=tuple(map(operator.add, self.counts, other.counts)),
            frames=self.frames + other.frames,
            word_frames=self.word_frames + other.word_frames,
            sure_frames=self.sure_frames + other.sure_frames,
            grammar=self.grammar + other.grammar,
            fit=self.fit + other.fit,
            fit_frames=self.fit_frames + other.fit_frames,
        )

    @property
    def speech_s(self) -> float:
        return self.frames * FRAME_S

    def figures(self) -> tuple[float, ...]:
        """What the regression decides by.

        How well the words fit the sound, per frame; share of the common phones; mean posterior of the words; their
        log-probability per second.
        """
        shares = dict(zip(PHONES, self.counts, strict=True))
        phones, word_frames = max(1, sum(self.counts)), max(1, self.word_frames)
        common = sum(shares[phone] for phone in COMMON) / phones
        sure = self.sure_frames / word_frames
        return (self.fit / max(1, self.fit_frames), common, sure, self.grammar / (word_frames * FRAME_S))


class Judge(msgspec.Struct, frozen=True):
    """A logistic regression over the figures: the weights file."""

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    threshold: float
    """Log-odds for English below which speech is refused."""
    slack: float
    """How much lower the threshold is for half of `ENOUGH_S`: little speech has figures of any kind."""
    least_s: float
    """Seconds of speech without which nothing is decided."""
    most_spread: float
    """Time of the words as a share of that of the phones above which nothing is decided: words that are stretched over what the
    other decoder takes for noise tell of the noise."""
    doubt: float = 0.0
    """How far below the threshold `ENOUGH_S` of speech must be to be refused: nearer, another hearing might pass it. Falls with
    the square of the speech."""

    def log_odds(self, evidence: Evidence) -> float:
        parts = zip(evidence.figures(), self.mean, self.scale, self.weights, strict=True)
        return self.bias + sum(weight * (figure - mean) / scale for figure, mean, scale, weight in parts)

    def is_english(self, evidence: Evidence) -> bool | None:
        """None if there is too little speech to tell, too much noise, or a little speech is just below the threshold."""
        if evidence.speech_s < self.least_s or evidence.word_frames > self.most_spread * evidence.frames:
            return None
        above = self.log_odds(evidence) - (self.threshold - self.slack * shortage(evidence))
        is_near = -self.doubt * (ENOUGH_S / evidence.speech_s) ** 2 <= above < 0
        return None if is_near else above >= 0


def shortage(evidence: Evidence) -> float:
    """How much less speech there is than `ENOUGH_S`: 0 for as much or more, 1 for half, 2 for a third."""
    return max(0.0, ENOUGH_S / max(FRAME_S, evidence.speech_s) - 1)


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
    start_s: float = 0.0
    """Of that speech."""
    end_s: float = 0.0
    passed_s: float = math.inf
    """Speech since the last verdict; infinite before the first."""
    was_english: bool = False
    doubtful: bool = False
    """The last block did not sound like English, though those before did."""


class EnglishCheck:
    """Lets windows of speech through while they sound like English."""

    def __init__(self, measure: Callable[[Sequence[Waveform]], Evidence], judge: Judge) -> None:
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

    def doubt(self, memory: Mapping[str, str]) -> str:
        """Whether a file had too little speech to tell its language, in a sentence; empty if it had enough, or none."""
        state = msgspec.json.decode(memory[_MEMORY], type=_State) if _MEMORY in memory else _State()
        if state.was_english or not state.recent.frames:
            return ""
        where = f"from {timecode.clock(state.start_s)} to {timecode.clock(state.end_s)}"
        return f"the speech {where} is too little, too noisy or too unclear to tell whether it is English"

    def _hear(self, block: list[Waveform], state: _State) -> None:
        state.start_s = state.start_s if state.recent.frames else block[0].start_s
        state.end_s = block[-1].end_s
        state.recent += self._measure(block)
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


def measured(windows: Iterable[Waveform]) -> Evidence:
    """The evidence in some windows, by two decoders of their own.

    A decoder answers a little differently after other sounds, so none is kept: the same speech has to give the same verdict,
    whichever file was judged before. Making both takes half a second.
    """
    from pocketsphinx import Decoder, get_model_path

    phone_model = get_model_path(_PHONE_MODEL)
    phones = Decoder(samprate=RATE_HZ, loglevel="FATAL", lm=None, allphone=phone_model, lw=_PHONE_WEIGHT)
    words = Decoder(samprate=RATE_HZ, loglevel="FATAL", **_QUICK)
    return sum((_evidence(decoded(phones, window), decoded(words, window)) for window in windows), Evidence())


def _evidence(phones: Sequence[Any], words: Sequence[Any]) -> Evidence:
    counted = Counter(piece.word for piece in phones)
    fitting = [piece for piece in words if piece.ascore > _LEAST_FIT]
    return Evidence(
        counts=tuple(counted[phone] for phone in PHONES),
        frames=sum(map(_frames, phones)),
        word_frames=sum(map(_frames, words)),
        sure_frames=sum(piece.prob * _frames(piece) for piece in words),
        grammar=SCALE * sum(math.log(max(_UNSEEN, piece.lscore)) for piece in words),
        fit=sum(math.log(piece.ascore) for piece in fitting),
        fit_frames=sum(map(_frames, fitting)),
    )


def _frames(piece: Any) -> int:
    return int(piece.end_frame + 1 - piece.start_frame)


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
