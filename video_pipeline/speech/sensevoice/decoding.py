"""Turns the model's answers per frame into words with times, a language, an emotion and sounds.

Times are those of the greedy CTC path: a piece lasts for the frames that chose it, 60 ms each, moved 30 ms earlier to the middle
of the stacked frame, as funasr's `output_timestamp` does. Nothing is parsed from text, so no tag can be mistaken for a word, and
a sentence that is only "The." stays.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import groupby

import numpy as np

from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Segment, Token
from video_pipeline.speech.base import EmotionOptions
from video_pipeline.speech.sensevoice.forward import BLANK, QUERIES, Answer
from video_pipeline.speech.sensevoice.vocabulary import Vocabulary

FRAME_S = 0.060
"""From one output frame to the next."""
SHIFT_S = 0.030
"""Half a frame."""
_EMOTIONS = EmotionOptions()
_TINY = 1e-30

_WORD_START = "▁"
_CLOSING = frozenset(".,!?;:%)]}…，。！？；：、）】》」』”’")
"""Marks that belong to the word before them even if the model puts a space between."""

_CJK_RANGES = (
    (0x3005, 0x3007),  # iteration mark, closing mark, ideographic zero
    (0x3040, 0x30FF),  # hiragana, katakana
    (0x31F0, 0x31FF),  # small katakana for Ainu
    (0x3400, 0x4DBF),  # Han, extension A
    (0x4E00, 0x9FFF),  # Han
    (0xF900, 0xFAFF),  # Han, compatibility
    (0xFF66, 0xFF9F),  # half-width katakana
    (0x20000, 0x3FFFF),  # Han, further extensions
)
"""Han and kana: scripts without spaces, where each character is a unit. Hangul has spaces and forms words."""


class _Kind(Enum):
    WORD = auto()
    CJK = auto()
    MARK = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the tokenizer and the speech frames `[start, end)` that chose it; `p` is the best of their probabilities."""

    text: str
    start: float
    end: float
    p: float


@dataclass(slots=True)
class _Unit:
    """An unfinished token. Marks are not spoken: they add to the text, not to the time or the confidence."""

    text: str
    start: float
    end: float
    ps: list[float]
    kind: _Kind


def segment(
    answer: Answer,
    window: Span,
    vocabulary: Vocabulary,
    language: str = "auto",
    emotions: EmotionOptions = _EMOTIONS,
) -> Segment | None:
    """The speech in `window`; None if the model finds none, or nothing but marks.

    Args:
        language: the language that was given to the model, or `auto`.
        emotions: how sure the model must be of an emotion.
    """
    heard = vocabulary.languages.labels[int(np.argmax(answer.languages))]
    tokens = tuple(words(pieces(answer, vocabulary.pieces), len(answer.ids) - QUERIES, window))
    text = "".join(token.text for token in tokens).strip()
    if heard is None or not any(character.isalnum() for character in text):
        return None
    emotion, emotion_p = strongest_emotion(answer, vocabulary, emotions)
    spoken = heard if language == "auto" else Language(language)
    return Segment(
        tokens[0].start_s,
        max(token.end_s for token in tokens),
        text,
        tokens=tokens,
        language=spoken,
        emotion=emotion,
        emotion_p=emotion_p,
    )


def sounds(answer: Answer, vocabulary: Vocabulary) -> dict[Sound, float]:
    """The probability of each sound in the window. Those of speech, noise and "unknown" are left out and not redistributed."""
    found: dict[Sound, float] = {}
    for label, p in zip(vocabulary.events.labels, answer.events, strict=True):
        if label is not None:
            found[label] = found.get(label, 0.0) + float(p)
    return found


def strongest_emotion(
    answer: Answer, vocabulary: Vocabulary, options: EmotionOptions = _EMOTIONS
) -> tuple[Emotion | None, float]:
    """The most probable emotion and its probability among those with a name.

    None and 0 if that is below `options.least`, or if "unknown" wins clearly (`options.unknown`). A narrow win of "unknown" does
    not count: most speech is "unknown" to the published model, and its published scores exclude it.
    """
    labels = vocabulary.emotions.labels
    weights = np.asarray(answer.emotions, np.float64) ** (1.0 / options.temperature)
    ps = weights / max(float(weights.sum()), _TINY)
    unknown = sum(float(p) for p, label in zip(ps, labels, strict=True) if label is None)
    p, label = max(
        ((float(p), label) for p, label in zip(ps, labels, strict=True) if label is not None), key=lambda pair: pair[0]
    )
    if (options.unknown < 1 and unknown >= options.unknown) or unknown >= 1:
        return None, 0.0
    share = p / (1.0 - unknown)
    return (label, min(1.0, share)) if share >= options.least else (None, 0.0)


def pieces(answer: Answer, texts: Sequence[str]) -> Iterator[Piece]:
    """The text pieces of the greedy path over the speech frames: repeats joined, blanks and special pieces left out."""
    start = 0
    for number, run in groupby(answer.ids[QUERIES:].tolist()):
        end = start + len(list(run))
        text = texts[number]
        if number != BLANK and not _is_special(text):
            yield Piece(text, start, end, float(answer.probabilities[QUERIES + start : QUERIES + end].max()))
        start = end


def words(path: Iterator[Piece] | Sequence[Piece], frames: int, window: Span) -> Iterator[Token]:
    """Joins pieces into tokens: words or single CJK characters, each with the marks that belong to it.

    A token keeps its leading space, so that the joined texts are the whole text. Its confidence is the mean of its pieces'.

    Args:
        frames: number of speech frames in the window.
        window: its place on the media clock; tokens are clipped to it.
    """
    for unit in _units(path):
        start_s = max(unit.start * FRAME_S - SHIFT_S, 0.0)
        end_s = max(min(unit.end, frames) * FRAME_S - SHIFT_S, start_s)
        confidence = min(1.0, sum(unit.ps) / len(unit.ps))
        start_s, end_s = round(window.start_s + start_s, 3), round(window.start_s + end_s, 3)
        yield Token(start_s, end_s, unit.text, round(confidence, 4)).clipped(window)


def _units(path: Iterator[Piece] | Sequence[Piece]) -> list[_Unit]:
    units: list[_Unit] = []
    space = ""
    for piece in path:
        for atom, kind in _atoms(piece):
            if atom.text.isspace():
                space = " " if units else ""
                continue
            last = units[-1] if units else None
            if last is not None and _belongs(last, atom.text, kind, bool(space)):
                _extend(last, space, atom, kind)
            else:
                units.append(_Unit(space + atom.text, atom.start, atom.end, [atom.p], kind))
            space = ""
    return units


def _belongs(last: _Unit, text: str, kind: _Kind, spaced: bool) -> bool:
    """Whether an atom belongs to the last unit instead of starting a new one."""
    if text in _CLOSING:
        return True
    if spaced:
        return False
    if kind is _Kind.MARK:
        return unicodedata.category(text) not in ("Ps", "Pi")  # an opening bracket or quote belongs to what follows
    if last.kind is _Kind.WORD and kind is _Kind.WORD:
        return last.text[-1].isascii() or _kind(last.text[-1]) is _Kind.WORD  # "don't" and "3.5" are words, "好，ok" is not
    return last.kind is _Kind.MARK


def _extend(unit: _Unit, space: str, atom: Piece, kind: _Kind) -> None:
    unit.text += space + atom.text
    if kind is _Kind.MARK:
        return
    if unit.kind is _Kind.MARK:  # so far only an opening mark
        unit.start, unit.ps = atom.start, []
    unit.kind, unit.end = kind, atom.end
    unit.ps.append(atom.p)


def _atoms(piece: Piece) -> Iterator[tuple[Piece, _Kind]]:
    """Splits a piece into stretches of letters, single CJK characters, marks and spaces; its time is divided by length."""
    text = piece.text.replace(_WORD_START, " ")
    length = len(text.replace(" ", "")) or 1
    step = (piece.end - piece.start) / length
    at = 0
    for _, run in groupby(enumerate(text), key=lambda item: item[0] if _stands_alone(item[1]) else -1):
        part = "".join(character for _, character in run)
        until = at + (0 if part == " " else len(part))
        yield Piece(part, piece.start + at * step, piece.start + until * step, piece.p), _kind(part)
        at = until


def _stands_alone(character: str) -> bool:
    return character == " " or _kind(character) is not _Kind.WORD


def _kind(text: str) -> _Kind:
    if unicodedata.category(text[0]).startswith("P"):
        return _Kind.MARK
    return _Kind.CJK if any(first <= ord(text[0]) <= last for first, last in _CJK_RANGES) else _Kind.WORD


def _is_special(text: str) -> bool:
    """Whether a piece is a tag such as `<|en|>`, or the tokenizer's `<unk>`, `<s>` or `</s>`."""
    return len(text) > 2 and text.startswith("<") and text.endswith(">")
