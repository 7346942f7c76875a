"""Texts of neighbours that seem to have changed places: each says what the other's sentence says.

Lengths tell nothing of two sentences that are equally long. What stays the same in a translation does: figures, names and words
of a common root, a question, the characters that Chinese and Japanese share. And the text is its own dictionary: words that are
in the same sentences again and again are translations of each other, whatever the script.
"""

from __future__ import annotations

import math
import re
import statistics
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from video_pipeline.translate.scripts import measure

_REACH = 2
"""Sentences that lie farther apart are hardly taken for each other."""
_FROM = 0.4
"""How much better two texts fit the other way round. Chosen on the dialogues of one game in five languages."""
_QUESTION = re.compile(r"[?？؟;](?=\W*$)|か。?\W*$")
"""Greek asks with a semicolon; Japanese often without a mark."""
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]{3,}")
_HAN = re.compile(r"[\u3400-\u9fff]")
_SPACELESS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_ROOT = 4
"""Letters by which words of one root are known in two languages."""
_STEM = 5
"""Letters by which words of one root are known in one language."""
_FIGURE_COST = 1.0
_MOST_FIGURES = 2.0
_QUESTION_COST = 0.6
_ROOT_GAIN = 0.7
_HAN_GAIN = 0.25
_MOST_GAIN = 2.1
_LENGTH_COST = 1.0
_WORD_GAIN = 0.4
_SHORTEST = 4
"""Letters that are added to a length: one word more says little about a short text."""
_EVERYWHERE = 0.25
"""Share of the sentences, if they are many, from which a word says nothing about one of them."""
_FEW = 5
_LONGEST = 2000
"""Letters of a text that are looked at."""


def swapped(said: Sequence[str], texts: Sequence[str]) -> set[int]:
    """The places of sentences, in the order in which they are said, whose texts would fit better if two changed places."""
    if len(said) < 2:
        return set()
    said, texts = ([text[:_LONGEST] for text in group] for group in (said, texts))
    sources, targets = ([_Traits.of(text) for text in group] for group in (said, texts))
    usual = statistics.median(target.length - source.length for source, target in zip(sources, targets, strict=True))
    words = _Dictionary(said, texts)

    def misfit(source: int, target: int) -> float:
        return _misfit(sources[source], targets[target], usual) - _WORD_GAIN * words.shared(source, target)

    found: set[int] = set()
    for a, b in _pairs(len(said)):
        if misfit(a, a) + misfit(b, b) - misfit(a, b) - misfit(b, a) >= _FROM:
            found |= {a, b}
    return found


def _pairs(count: int) -> Iterator[tuple[int, int]]:
    return ((a, b) for a in range(count) for b in range(a + 1, min(count, a + 1 + _REACH)))


@dataclass(frozen=True, slots=True)
class _Traits:
    """What of a text is there in a translation of it as well."""

    figures: frozenset[str]
    roots: frozenset[str]
    characters: frozenset[str]
    asks: bool
    length: float
    """As a logarithm."""

    @classmethod
    def of(cls, text: str) -> _Traits:
        plain = _plain(text)
        figures = {str(int(number[:18])) for number in _NUMBER.findall(plain)}
        roots = {word[:_ROOT] for word in _WORD.findall(plain)}
        asks = bool(_QUESTION.search(text.strip()))
        length = math.log(measure(text) + _SHORTEST)
        return cls(frozenset(figures), frozenset(roots), frozenset(_HAN.findall(text)), asks, length)


def _misfit(source: _Traits, target: _Traits, usual: float) -> float:
    """How little a text says what a sentence says; `usual` is the middle difference of their lengths."""
    figures = min(_MOST_FIGURES, _FIGURE_COST * len(source.figures ^ target.figures))
    roots = min(_MOST_GAIN, _ROOT_GAIN * len(source.roots & target.roots))
    characters = min(_MOST_GAIN, _HAN_GAIN * len(source.characters & target.characters))
    length = _LENGTH_COST * abs(target.length - source.length - usual)
    return figures + _QUESTION_COST * (source.asks != target.asks) + length - roots - characters


class _Dictionary:
    """Which words of two texts belong together, learnt from all other sentences."""

    def __init__(self, said: Sequence[str], texts: Sequence[str]) -> None:
        self._said, self._texts = ([_words(text) for text in group] for group in (said, texts))
        self._in_said, self._in_texts = (
            Counter(word for words in group for word in words) for group in (self._said, self._texts)
        )
        self._count = len(said)
        for group, counts in ((self._said, self._in_said), (self._texts, self._in_texts)):
            for words in group:
                words -= {word for word in words if not 1 < counts[word] <= max(_FEW, _EVERYWHERE * self._count)}
        self._together: dict[str, Counter[str]] = defaultdict(Counter)
        for before, after in zip(self._said, self._texts, strict=True):
            for word in before:
                self._together[word].update(after)

    def shared(self, source: int, target: int) -> float:
        """How much of a sentence stands in a text, by what the other sentences teach; a rare word counts more."""
        return sum(
            math.log(self._count / self._in_said[word])
            * max((self._likeness(word, other, source, target) for other in self._texts[target]), default=0.0)
            for word in self._said[source]
        )

    def _likeness(self, word: str, other: str, source: int, target: int) -> float:
        """0 to 1: how often two words are in the same sentences, these two left out."""
        together = self._together[word][other] - (other in self._texts[source])
        together -= source != target and word in self._said[target]
        if together < 1:
            return 0.0
        single = self._in_said[word] + self._in_texts[other] - 2
        return 2 * together / single * (1 - 0.75 / together)


def _words(text: str) -> set[str]:
    """Stems; of scripts without spaces all pairs of characters."""
    runs = _SPACELESS.findall(text)
    pairs = {run[k : k + 2] for run in runs for k in range(len(run) - 1)}
    return pairs | {word[:_STEM] for word in _WORD.findall(_plain(_SPACELESS.sub(" ", text)))}


def _plain(text: str) -> str:
    """In small letters without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
