"""Turns the model's answers per frame into words with times, a language, an emotion and sounds.

Times are those of the greedy CTC path: a piece lasts for the frames that chose it, 60 ms each, moved 30 ms earlier to the middle
of the stacked frame, as funasr's `output_timestamp` does. Nothing is parsed from text, so no tag can be mistaken for a word, and
a sentence that is only "The." stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Segment, Token
from video_pipeline.speech.base import EmotionOptions
from video_pipeline.speech.pieces import Piece, units
from video_pipeline.speech.sensevoice.forward import BLANK, QUERIES, Answer
from video_pipeline.speech.sensevoice.term_search import TermSearch
from video_pipeline.speech.sensevoice.vocabulary import Vocabulary
from video_pipeline.speech.terms import TermFound

FRAME_S = 0.060
"""From one output frame to the next."""
SHIFT_S = 0.030
"""Half a frame."""
_EMOTIONS = EmotionOptions()
_TINY = 1e-30


def segment(
    answer: Answer,
    window: Span,
    vocabulary: Vocabulary,
    language: str = "auto",
    emotions: EmotionOptions = _EMOTIONS,
    path: Sequence[Piece] | None = None,
) -> Segment | None:
    """The speech in `window`; None if the model finds none, or nothing but marks.

    Args:
        language: the language that was given to the model, or `auto`.
        emotions: how sure the model must be of an emotion.
        path: the pieces in the window; by default the greedy ones.
    """
    heard = vocabulary.languages.labels[int(np.argmax(answer.languages))]
    tokens = tuple(words(path or pieces(answer, vocabulary.pieces), len(answer.ids) - QUERIES, window))
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


def with_terms(answer: Answer, vocabulary: Vocabulary, search: TermSearch, window: Span) -> tuple[list[Piece], list[TermFound]]:
    """The greedy pieces with the expected terms among them, and what these changed."""
    path, replaced = search.applied(list(pieces(answer, vocabulary.pieces)), answer.relative[QUERIES:])
    found = [
        TermFound(round(window.start_s + max(one.start * FRAME_S - SHIFT_S, 0.0), 3), one.term, one.words)
        for one in replaced
        if one.term != one.words
    ]
    return path, found


def words(path: Iterator[Piece] | Sequence[Piece], frames: int, window: Span) -> Iterator[Token]:
    """Joins pieces into tokens: words or single CJK characters, each with the marks that belong to it.

    A token keeps its leading space, so that the joined texts are the whole text. Its confidence is the mean of its pieces'.

    Args:
        frames: number of speech frames in the window.
        window: its place on the media clock; tokens are clipped to it.
    """
    for unit in units(path):
        start_s = max(unit.start * FRAME_S - SHIFT_S, 0.0)
        end_s = max(min(unit.end, frames) * FRAME_S - SHIFT_S, start_s)
        start_s, end_s = round(window.start_s + start_s, 3), round(window.start_s + end_s, 3)
        yield Token(start_s, end_s, unit.text, unit.confidence).clipped(window)


def _is_special(text: str) -> bool:
    """Whether a piece is a tag such as `<|en|>`, or the tokenizer's `<unk>`, `<s>` or `</s>`."""
    return len(text) > 2 and text.startswith("<") and text.endswith(">")
