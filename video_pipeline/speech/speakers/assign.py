"""Gives every word to the person who speaks at its time, and divides segments where the speaker changes."""

from __future__ import annotations

import bisect
import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from video_pipeline.core.labels import Language
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Segment, Token
from video_pipeline.speech.speakers.base import Turn

_NEAR_S = 1.0
"""A word this far from any turn belongs to nobody; nearer ones go to the nearest turn, whose edges are never exact."""
_SHORT_S = 0.35
"""A change of speaker for less than this, back to the one before, is an error of the times."""
_MOVED_WORDS = 2
"""A change inside a sentence is moved by so many words at most, to where a sentence or a line ends or somebody pauses, ..."""
_MOVED_S = 0.5
"""... if those words lie in the turn of who loses them for no longer than this, ..."""
_PAUSE_S = 0.3
_REPLY_S = 0.2
"""... and if that turn is longer than they are by more than this: else it is a short reply, and not the edge of a turn."""
_ENDS = tuple(".?!…。？！｡")
"""Of sentences."""
_CALLED = {
    Language.ZH: "说话人{}",
    Language.YUE: "講者{}",
    Language.JA: "話者{}",
    Language.KO: "화자 {}",
}
_CALLED_ELSEWHERE = "Speaker {}"


@dataclass(frozen=True, slots=True)
class Called:
    """What speakers are called."""

    names: Sequence[str] = ()
    """In the order in which they are first heard, or of their channels where each has one."""
    known: Mapping[str, str] = field(default_factory=dict)
    """Of those who are recognised, by number; `names` come first."""
    language: Language = Language.UNKNOWN
    """In which the others are called by number."""

    def of(self, order: Sequence[str]) -> dict[str, str]:
        numbered = _CALLED.get(self.language, _CALLED_ELSEWHERE)
        asked = dict(zip(order, self.names, strict=False))
        return {who: asked.get(who) or self.known.get(who) or numbered.format(k) for k, who in enumerate(order, 1)}


def attributed(segments: Sequence[Segment], turns: Sequence[Turn], called: Called) -> list[Segment]:
    """Segments with their speakers by name. Who says no word (a laugh has a voice too) is not counted."""
    divided = with_speakers(segments, turns)
    spoken = {segment.speaker for segment in divided}
    heard = dict.fromkeys(turn.speaker for turn in turns)
    apart = any(segment.speaker in heard for segment in segments)
    names = called.of([speaker for speaker in (sorted(heard) if apart else heard) if speaker in spoken])
    return [dataclasses.replace(part, speaker=names.get(part.speaker or "")) for part in divided]


def with_speakers(segments: Iterable[Segment], turns: Sequence[Turn]) -> list[Segment]:
    """The same words, each segment of one speaker; a segment whose words have no times goes to who speaks longest in it."""
    place = _Turns(turns)
    divided = [part for segment in segments for part in _divided(segment, place)]
    return sorted(divided, key=lambda segment: segment.start_s)


class _Turns:
    """Turns, to be searched by time."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        self._turns = sorted(turns, key=lambda turn: turn.start_s)
        self._starts_s = [turn.start_s for turn in self._turns]
        self.speakers = {turn.speaker for turn in turns}
        self._longest_s = max((turn.duration_s for turn in turns), default=0.0)

    def speaker(self, span: Span) -> str | None:
        """Who speaks most of a span, or else nearest to it."""
        first = bisect.bisect_left(self._starts_s, span.start_s - self._longest_s - _NEAR_S)
        last = bisect.bisect_right(self._starts_s, span.end_s + _NEAR_S)
        shares: dict[str, float] = {}
        for turn in self._turns[first:last]:
            away_s = max(turn.start_s - span.end_s, span.start_s - turn.end_s, 0.0)
            share = turn.overlap_s(span) - away_s
            if share > -_NEAR_S:
                shares[turn.speaker] = max(shares.get(turn.speaker, -_NEAR_S), share)
        return max(shares, key=shares.__getitem__, default=None)

    def is_edge(self, speaker: str | None, words: Sequence[Token]) -> bool:
        """Whether somebody's turn only touches words, which may be another's: no turn's edges are exact."""
        span = Span(words[0].start_s, max(words[0].start_s, words[-1].end_s))
        first = bisect.bisect_left(self._starts_s, span.start_s - self._longest_s)
        last = bisect.bisect_right(self._starts_s, span.end_s)
        theirs = [turn for turn in self._turns[first:last] if turn.speaker == speaker and turn.overlap_s(span) > 0]
        reply = any(turn.duration_s - turn.overlap_s(span) <= _REPLY_S for turn in theirs)
        return not reply and sum(turn.overlap_s(span) for turn in theirs) <= _MOVED_S


def _divided(segment: Segment, turns: _Turns) -> Iterator[Segment]:
    if segment.speaker in turns.speakers:  # heard in a channel of its own
        yield segment
        return
    if not segment.tokens:
        yield dataclasses.replace(segment, speaker=turns.speaker(segment))
        return
    speakers = _steady(segment.tokens, [turns.speaker(token) for token in segment.tokens])
    speakers = _at_ends(segment.tokens, speakers, turns)
    groups = [list(group) for _, group in groupby(range(len(speakers)), key=speakers.__getitem__)]
    for number, group in enumerate(groups):
        tokens = segment.tokens[group[0] : group[-1] + 1]
        start_s = segment.start_s if number == 0 else tokens[0].start_s
        end_s = segment.end_s if number == len(groups) - 1 else tokens[-1].end_s
        text = "".join(token.text for token in tokens).strip() if len(groups) > 1 else segment.text
        yield dataclasses.replace(
            segment, start_s=start_s, end_s=max(start_s, end_s), text=text, tokens=_stripped(tokens), speaker=speakers[group[0]]
        )


def _steady(tokens: Sequence[Token], speakers: list[str | None]) -> list[str | None]:
    """Without changes that are too short to be one; words of nobody go to the speaker before them, or after."""
    known = [speaker for speaker in speakers if speaker is not None]
    if not known:
        return speakers
    filled: list[str | None] = []
    for speaker in speakers:
        filled.append(speaker if speaker is not None else (filled[-1] if filled else known[0]))
    groups = [list(group) for _, group in groupby(range(len(filled)), key=filled.__getitem__)]
    for before, group, after in zip(groups, groups[1:], groups[2:], strict=False):
        short = tokens[group[-1]].end_s - tokens[group[0]].start_s < _SHORT_S
        if short and filled[before[0]] == filled[after[0]]:
            for k in group:
                filled[k] = filled[before[0]]
    return filled


def _at_ends(tokens: Sequence[Token], speakers: Sequence[str | None], turns: _Turns) -> list[str | None]:
    """Changes inside a sentence moved to its nearest end, or to a pause, where that is a word or two away."""
    moved = list(speakers)
    for change in (k for k in range(1, len(tokens)) if speakers[k] != speakers[k - 1]):
        if _ends(tokens, change):
            continue
        for away in range(1, _MOVED_WORDS + 1):
            before, after = range(change - away, change), range(change, change + away)
            if _ends(tokens, change - away) and _can_move(before, tokens, moved, turns):
                moved[before.start : before.stop] = [moved[change]] * away
                break
            if _ends(tokens, change + away) and _can_move(after, tokens, moved, turns):
                moved[after.start : after.stop] = [moved[change - 1]] * away
                break
    return moved


def _can_move(numbers: range, tokens: Sequence[Token], speakers: Sequence[str | None], turns: _Turns) -> bool:
    if numbers.start < 0 or numbers.stop > len(tokens):
        return False
    words = [tokens[k] for k in numbers]
    return len({speakers[k] for k in numbers}) == 1 and turns.is_edge(speakers[numbers.start], words)


def _ends(tokens: Sequence[Token], number: int) -> bool:
    """Whether a sentence or a line ends, or somebody pauses, before a word."""
    if number in (0, len(tokens)):
        return True
    if not 0 < number < len(tokens):
        return False
    before, after = tokens[number - 1], tokens[number]
    return before.text.rstrip(" \"'”’»」』）)").endswith(_ENDS) or after.start_s - before.end_s >= _PAUSE_S


def _stripped(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Tokens of a segment of their own: the first has no space in front."""
    first = dataclasses.replace(tokens[0], text=tokens[0].text.lstrip())
    return (first, *tokens[1:])
