"""Finds expected names and terms in the model's frames, where greedy decoding writes something that sounds alike.

A term is a chain of pieces. It may stand over any frames that begin and end between the words of the greedy path, at the price of
the likelihood that is lost there, and it earns a bonus for each of its pieces; where the bonus is greater, it replaces the words
that it covers. All else stays the greedy path itself. The terms form a trie, so that shared beginnings are searched once, with
the best way to every node kept for each frame (Viterbi). Compare the "CTC-based word spotter" of Andrusenko et al., 2024
(arXiv:2406.07096), which is where the bonus comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from video_pipeline.speech.pieces import Piece, units
from video_pipeline.speech.terms import Term

PIECE_BONUS = 3.0
"""Earned by each piece of a term, in nats, times the term's weight: a piece may be 20 times less likely than the best one."""
_FIRST_SHARE = 0.5
"""Of the bonus, for the first piece: a term of one piece is a frequent word, which the model knows without help."""
_BLANK = 0
_WORD_START = "▁"
_UNKNOWN = "<unk>"
_INSIDE_WORDS = "'’-"
_NEVER = -1e30
"""Log-likelihood of what cannot be. Finite, so that differences of two are numbers."""

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Spelling:
    """A term in one way of writing: the piece ids of each of its words."""

    term: Term
    words: tuple[tuple[int, ...], ...]

    @property
    def ids(self) -> tuple[int, ...]:
        return tuple(number for word in self.words for number in word)

    @property
    def bonus(self) -> float:
        return PIECE_BONUS * self.term.weight * (len(self.ids) - 1 + _FIRST_SHARE)


@dataclass(frozen=True, slots=True)
class _Place:
    """A spelling over the speech frames `start` to `end` (exclusive); `worth` is bonus less price."""

    worth: float
    start: int
    end: int
    spelling: _Spelling


@dataclass(frozen=True, slots=True)
class Replaced:
    """A term that was written from speech frame `start` on, and the greedy words in whose place."""

    start: int
    term: str
    words: str


@dataclass(slots=True)
class _Trie:
    """Nodes in the order of their making: a node follows its parent. -1 is the root."""

    ids: list[int] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    ends: dict[int, _Spelling] = field(default_factory=dict)
    """The spelling that is complete at a node: of several, the one that is worth most."""
    _children: dict[tuple[int, int], int] = field(default_factory=dict)

    def add(self, spelling: _Spelling) -> None:
        node = -1
        for number in spelling.ids:
            if (node, number) not in self._children:
                self._children[node, number] = len(self.ids)
                self.ids.append(number)
                self.parents.append(node)
            node = self._children[node, number]
        if node not in self.ends or self.ends[node].bonus < spelling.bonus:
            self.ends[node] = spelling


class TermSearch:
    """The search for a list of terms. Any number of threads may use it.

    Args:
        encode: the tokenizer's, from text to piece ids.
        pieces: the text of each piece.
    """

    def __init__(self, terms: Sequence[Term], encode: Callable[[str], list[int]], pieces: Sequence[str]) -> None:
        self._trie = _Trie()
        number_of = {piece: number for number, piece in enumerate(pieces)}
        unwritable: list[str] = []
        for term in terms:
            written = [words for text in _cases(term.text) if (words := _encoded(text, encode, pieces, number_of))]
            for words in written:
                self._trie.add(_Spelling(term, words))
            if not written:
                unwritable.append(term.text)
        self.unwritable = tuple(unwritable)
        """Terms with letters that the model has no piece for: they are not searched."""
        self.kept: tuple[int, ...] = (_BLANK, *sorted(set(self._trie.ids)))
        """The pieces whose likelihood in each frame is needed."""
        column = {number: k for k, number in enumerate(self.kept)}
        self._columns = np.array([column[number] for number in self._trie.ids], np.int64)
        self._parents = np.array(self._trie.parents, np.int64)
        self._is_first = self._parents < 0
        ids = np.array([*self._trie.ids, -1])
        self._repeats = ids[self._parents] == ids[:-1]
        """Nodes with the same piece as their parent: CTC needs a blank between."""

    def applied(self, path: Sequence[Piece], relative: Floats) -> tuple[list[Piece], list[Replaced]]:
        """The greedy path with the terms in it, and which were found.

        Args:
            path: the pieces of the greedy path, in frames.
            relative: [frames, len(kept)] how much less likely each kept piece is than the frame's best one, in nats, at most 0.
        """
        if not self._trie.ids or not path:
            return list(path), []
        changed, found = list(path), []
        for place in sorted(_apart(self._places(path, relative)), key=lambda place: -place.start):
            covered = [k for k, piece in enumerate(changed) if place.start < piece.end and piece.start < place.end]
            words = "".join(unit.text for unit in units(changed[covered[0] : covered[-1] + 1])).strip()
            changed[covered[0] : covered[-1] + 1] = self._written(place, relative)
            found.append(Replaced(place.start, place.spelling.term.text, words))
        return changed, found[::-1]

    def _places(self, path: Sequence[Piece], relative: Floats) -> Iterator[_Place]:
        """Where a term is worth more than the greedy path."""
        may_start, may_end, begun = _boundaries(path, len(relative))
        complete = [(node, spelling) for node, spelling in self._trie.ends.items()]
        for frame, (score, since) in enumerate(self._ways(relative, may_start)):
            if not may_end[frame]:
                continue
            for node, spelling in complete:
                start, worth = int(since[node]), float(score[node]) + spelling.bonus
                if worth > 0 and begun[frame + 1] > begun[start]:
                    yield _Place(worth, start, frame + 1, spelling)

    def _ways(self, relative: Floats, may_start: npt.NDArray[np.bool_]) -> Iterator[tuple[Floats, Integers]]:
        """For every frame: how likely the best way is that ends in each node's piece, and the frame in which it starts."""
        count = len(self._columns)
        spoken, silent = np.full(count + 1, _NEVER, np.float32), np.full(count + 1, _NEVER, np.float32)
        since, silent_since = np.zeros(count + 1, np.int64), np.zeros(count + 1, np.int64)  # the last entry is the root's
        for frame, row in enumerate(relative):
            direct = np.where(self._repeats, _NEVER, spoken[self._parents])
            first = np.where(self._is_first & may_start[frame], 0.0, _NEVER)
            ways = np.stack([spoken[:-1], silent[self._parents], direct, first])
            starts = np.stack([since[:-1], silent_since[self._parents], since[self._parents], np.full(count, frame)])
            best = ways.argmax(0)[None]
            stays = spoken >= silent
            silent, silent_since = np.where(stays, spoken, silent) + row[0], np.where(stays, since, silent_since)
            spoken[:-1] = np.take_along_axis(ways, best, 0)[0] + row[self._columns]
            since[:-1] = np.take_along_axis(starts, best, 0)[0]
            yield spoken[:-1], since[:-1]

    def _written(self, place: _Place, relative: Floats) -> list[Piece]:
        """The term as its file writes it, a piece for each word, over the frames in which the word's own pieces are."""
        spelling = place.spelling
        column = {number: k for k, number in enumerate(self.kept)}
        rows = relative[place.start : place.end]
        frames = _aligned(rows[:, [column[number] for number in spelling.ids]], rows[:, 0], spelling.ids)
        written, at = [], 0
        for text, word in zip(_split(spelling.term.text), spelling.words, strict=True):
            own = [(first, last, at + k) for k, (first, last) in enumerate(frames[at : at + len(word)])]
            ps = [float(np.exp(rows[first : last + 1, column[spelling.ids[k]]].max())) for first, last, k in own]
            written.append(Piece(text, place.start + own[0][0], place.start + own[-1][1] + 1, sum(ps) / len(ps)))
            at += len(word)
        return written


def _cases(text: str) -> tuple[str, ...]:
    """As a model may write it: as given, in lower case, capitalised."""
    return tuple(dict.fromkeys((text, text.lower(), text.title())))


def _split(text: str) -> list[str]:
    """Words as pieces write them: with the mark of a start, except in scripts without spaces."""
    return [word if _is_cjk(word) else _WORD_START + word for word in text.split()]


def _is_cjk(text: str) -> bool:
    """Whether a word starts with a character that is a unit of its own."""
    return len(units([Piece(text[0] * 2, 0, 1, 1.0)])) == 2


def _is_letters(text: str) -> bool:
    """Whether a piece is part of a word in a script with spaces, such as "don", "'" and "t"."""
    return bool(text) and all(character.isalnum() or character in _INSIDE_WORDS for character in text) and not _is_cjk(text)


def _encoded(
    text: str, encode: Callable[[str], list[int]], pieces: Sequence[str], number_of: dict[str, int]
) -> tuple[tuple[int, ...], ...]:
    """The ids of each word; empty if the model cannot write one of them."""
    words = []
    for word in text.split():
        ids = list(encode(word))
        if _is_cjk(word):
            ids = [number_of.get(character, -1) for character in word] if _has_unknown(ids, pieces) else ids
            ids = ids[1:] if ids and ids[0] >= 0 and pieces[ids[0]] == _WORD_START else ids
        if not ids or _has_unknown(ids, pieces):
            return ()
        words.append(tuple(ids))
    return tuple(words)


def _has_unknown(ids: Sequence[int], pieces: Sequence[str]) -> bool:
    return any(number < 0 or pieces[number] == _UNKNOWN for number in ids)


def _boundaries(path: Sequence[Piece], frames: int) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_], Integers]:
    """In which frames a term may start, in which it may have its last, and how many words have begun before each frame."""
    may_start, may_end = np.ones(frames, bool), np.ones(frames, bool)
    begun = np.zeros(frames + 1, np.int64)
    for first, last in _words(path):
        may_start[first + 1 : last + 1] = False
        may_end[first:last] = False
        begun[first + 1 :] += 1
    return may_start, may_end, begun


def _words(path: Sequence[Piece]) -> Iterator[tuple[int, int]]:
    """First and last frame of each word, character or mark of the path."""
    words: list[tuple[int, int]] = []
    last_text = ""
    for piece in path:
        if piece.text == _WORD_START:
            continue
        is_inside = _is_letters(last_text) and _is_letters(piece.text)  # not with the mark of a word's start
        first = words.pop()[0] if is_inside else int(piece.start)
        words.append((first, int(piece.end) - 1))
        last_text = piece.text.removeprefix(_WORD_START)
    yield from words


def _apart(places: Iterator[_Place]) -> list[_Place]:
    """The most worthwhile places that do not overlap."""
    chosen: list[_Place] = []
    for place in sorted(places, key=lambda place: -place.worth):
        if all(place.end <= other.start or other.end <= place.start for other in chosen):
            chosen.append(place)
    return chosen


def _aligned(own: Floats, blank: Floats, ids: Sequence[int]) -> list[tuple[int, int]]:
    """First and last frame of each piece of a chain that fills all rows, on its most likely way.

    Args:
        own: [frames, pieces] how likely each piece of the chain is.
        blank: [frames]
    """
    states = 2 * len(ids) - 1  # pieces, with a blank between
    scores = np.full(states, _NEVER, np.float32)
    scores[0] = own[0, 0]
    back = np.zeros((len(own), states), np.int64)
    skips = np.array([k % 2 == 0 and k >= 2 and ids[k // 2] != ids[k // 2 - 1] for k in range(states)])
    for frame in range(1, len(own)):
        one = np.concatenate([[_NEVER], scores[:-1]])
        two = np.where(skips, np.concatenate([[_NEVER, _NEVER], scores])[:states], _NEVER)
        back[frame] = np.stack([scores, one, two]).argmax(0)
        emitted = np.array([own[frame, k // 2] if k % 2 == 0 else blank[frame] for k in range(states)])
        scores = np.maximum(np.maximum(scores, one), two) + emitted
    spans: dict[int, tuple[int, int]] = {}
    state = states - 1
    for frame in range(len(own) - 1, -1, -1):
        if state % 2 == 0:
            spans[state // 2] = (frame, spans.get(state // 2, (frame, frame))[1])
        state -= int(back[frame, state])
    return [spans[k] for k in range(len(ids))]
