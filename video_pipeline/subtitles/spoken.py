"""Leaves out words that are not words: what a recogniser writes down for a laugh, applause or music.

A speech detector lets laughter pass, and a recogniser writes "ha ha ha" or guesses at words. As subtitles they push the label of
the sound aside. The transcript keeps them: only what is shown changes.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from video_pipeline.core.labels import REACTIONS, Sound
from video_pipeline.core.transcript import AudioEvent, Segment, Token

CERTAIN = 0.5
"""Score of a sound from which words inside it are doubted."""
_BELIEVED = 0.5
"""Mean confidence of a run of words inside a sound from which they are words: people talk over laughs and music."""
_INSIDE = 0.7
"""Share of a word's time that lies in the sound, of a word inside it."""
_LAUGHED = re.compile(
    r"(?:[\W_]*(?:(?:a?h[aeiou]{1,3}h?|heh|haw){1,20}|[哈呵嘿嘻]+|[はハひヒふフへヘほホ]+[っッ]?|[하허호히흐헤ㅋㅎ]+))+[\W_]*",
    re.IGNORECASE,
)
"""Laughing as it is written in the five languages: "Ha ha", "hehehe", 哈哈, ははは, 하하, ㅋㅋ."""
_LEAST_SYLLABLES = 2
"""A single "ha" or "he" may be a word."""


def spoken(segments: Sequence[Segment], events: Sequence[AudioEvent]) -> list[Segment]:
    """The segments without words that a certain sound explains better; those without any word left are left out.

    Args:
        segments: in order of their start.
        events: in order of their start.
    """
    sounds = [event for event in events if event.score >= CERTAIN and event.label in (*REACTIONS, Sound.MUSIC)]
    return [kept for segment in segments for kept in _kept(segment, sounds)]


def _kept(segment: Segment, sounds: Sequence[AudioEvent]) -> Iterator[Segment]:
    around = [event for event in sounds if event.start_s < segment.end_s and event.end_s > segment.start_s]
    if not around or not segment.tokens:
        yield segment
        return
    tokens: list[Token] = []
    for event, run in groupby(segment.tokens, key=lambda token: _inside(token, around)):
        words = list(run)
        if event is None or not _is_made_up(words, event):
            tokens += words
    if len(tokens) == len(segment.tokens):
        yield segment
    elif any(character.isalnum() for token in tokens for character in token.text):
        tokens[0] = dataclasses.replace(tokens[0], text=tokens[0].text.lstrip())
        text = "".join(token.text for token in tokens).strip()
        yield dataclasses.replace(
            segment, start_s=tokens[0].start_s, end_s=max(token.end_s for token in tokens), text=text, tokens=tuple(tokens)
        )


def _inside(token: Token, events: Sequence[AudioEvent]) -> AudioEvent | None:
    """The sound that a word lies in."""
    for event in events:
        shared_s = min(token.end_s, event.end_s) - max(token.start_s, event.start_s)
        if shared_s >= _INSIDE * token.duration_s:
            return event
    return None


def _is_made_up(words: Sequence[Token], event: AudioEvent) -> bool:
    text = "".join(word.text for word in words)
    if event.label is Sound.LAUGHTER and _LAUGHED.fullmatch(text) and _syllables(text) >= _LEAST_SYLLABLES:
        return True
    return sum(word.confidence for word in words) / len(words) < _BELIEVED


def _syllables(text: str) -> int:
    """Of laughter: in Latin letters each vowel after a consonant, else each letter."""
    letters = "".join(filter(str.isalpha, text)).lower()
    return len(re.findall(r"h[aeiou]", letters)) if letters.isascii() else len(letters)
