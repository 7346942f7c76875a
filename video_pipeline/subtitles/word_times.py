"""When each word on screen is spoken: the times of a cue's tokens transferred to its lines as they are shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import Language
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Token
from video_pipeline.subtitles.breaks import NEVER, PHRASE, penalties
from video_pipeline.subtitles.rules import SPACELESS

_LONGEST_PHRASE = 6
"""Characters that the eye takes in at once. Longer phrases are divided."""


@dataclass(frozen=True, slots=True)
class ShownWord(Span):
    """A piece of a line and when it is spoken. The pieces of a line joined are the line."""

    text: str


def shown_words(cue: Cue) -> list[list[ShownWord]]:
    """The words of each line, in order of time and within the cue. In languages without spaces a word is a phrase.

    If a cue has no tokens, or tokens with another text, each line is one word with a time in proportion to its length.
    """
    words = _words(cue)
    if not words:
        return _in_proportion(cue)
    lines: list[list[ShownWord]] = []
    k, at_s = 0, cue.start_s
    for line in cue.lines:
        pieces, at = [], 0
        while k < len(words) and (end := _end(line, at, words[k].text)) > at:
            pieces.append(ShownWord(words[k].start_s, words[k].end_s, line[at:end]))
            at, at_s, k = end, words[k].end_s, k + 1
        if not pieces:  # punctuation, or a speaker's name, that is not spoken
            pieces.append(ShownWord(at_s, at_s, line))
        elif at < len(line):
            pieces[-1] = ShownWord(pieces[-1].start_s, pieces[-1].end_s, pieces[-1].text + line[at:])
        lines.append(pieces)
    return lines if k == len(words) else _in_proportion(cue)


def _words(cue: Cue) -> list[Token]:
    """The tokens joined to words and clipped to the cue. Each starts no earlier than the one before ends."""
    tokens = [token for token in cue.tokens if token.text.strip()]
    groups: list[list[Token]] = []
    for token, joined in zip(tokens, _joined(tokens, cue.language), strict=True):
        if groups and joined:
            groups[-1].append(token)
        else:
            groups.append([token])
    out, at_s = [], cue.start_s
    for group in groups:
        text = group[0].text if len(group) == 1 else "".join(token.text for token in group)
        if not any(map(str.isalnum, text)):
            continue  # punctuation belongs to the word before
        start_s = min(max(at_s, group[0].start_s), cue.end_s)
        at_s = min(max(start_s, group[-1].end_s), cue.end_s)
        out.append(Token(start_s, at_s, text))
    return out


def _joined(tokens: Sequence[Token], language: Language) -> list[bool]:
    """Which tokens belong to the same word as the token before them."""
    if language in SPACELESS:
        return list(_of_phrase(tokens, penalties([token.text for token in tokens], language))) if tokens else []
    ends = [True, *(token.text[-1].isspace() for token in tokens)]
    return [not (token.text[0].isspace() or end) for token, end in zip(tokens, ends, strict=False)]


def _of_phrase(tokens: Sequence[Token], before: Sequence[float]) -> Iterator[bool]:
    """Phrases longer than `_LONGEST_PHRASE` are divided."""
    size = 0
    for token, penalty in zip(tokens, before, strict=True):
        joined = penalty >= PHRASE and (penalty == NEVER or size + len(token.text) <= _LONGEST_PHRASE)
        size = size + len(token.text) if joined else len(token.text)
        yield joined


def _end(line: str, at: int, word: str) -> int:
    """Where `word` ends in `line` if it starts at `at`, or after punctuation and spaces there; `at` if it does not."""
    found = line.startswith(word, at)
    position = at + len(word) if found else at
    for letter in () if found else word:
        if not letter.isalnum():
            continue
        while position < len(line) and not line[position].isalnum():
            position += 1
        if position == len(line) or line[position] != letter:
            return at
        position += 1
    while position < len(line) and not line[position].isalnum() and not line[position].isspace():
        position += 1
    return position


def _in_proportion(cue: Cue) -> list[list[ShownWord]]:
    total, at = max(1, sum(map(len, cue.lines))), 0
    lines = []
    for line in cue.lines:
        start_s = cue.start_s + cue.duration_s * at / total
        at += len(line)
        lines.append([ShownWord(start_s, max(start_s, cue.start_s + cue.duration_s * at / total), line)])
    return lines
