"""What a person corrected in the words: kept beside the results, put into the transcript, also into one that is made again."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import KW_ONLY, dataclass

from video_pipeline.core.cue import Cue
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Segment, Token, Transcript
from video_pipeline.subtitles.align import aligned
from video_pipeline.video.edit_log import Edit, logged
from video_pipeline.video.naming import NamedSpeaker, with_names
from video_pipeline.video.workspace import CORRECTIONS_FILE, Workspace

_SAME = 0.5
"""A segment that shares more than this with a corrected stretch (of both together) is the one that was corrected."""
_Place = tuple[float, float, str]
_CHARACTER_S = 0.01
"""Least length of a word: one that nobody heard may get no room between those that were."""


@dataclass(frozen=True, slots=True)
class Correction(Span):
    """As it was stored by the first version: in this stretch was said `text`, empty where nothing was."""

    text: str
    heard: str


@dataclass(frozen=True, slots=True)
class Change:
    """`lines` stand for what the engine `heard`: one for one is a correction, none a removal, several a split, fewer a join."""

    heard: tuple[Segment, ...]
    lines: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class CorrectionsFile:
    """`corrections.json`. No two changes have a line in common; a change of a changed line becomes one with it."""

    corrections: tuple[Correction, ...] = ()
    schema_version: int = 2
    _: KW_ONLY
    changes: tuple[Change, ...] = ()
    version: int = 0
    """How often it was changed."""
    speakers: tuple[NamedSpeaker, ...] = ()
    """Names that a person gave; changes of lines already hold them."""

    @property
    def is_empty(self) -> bool:
        return not self.corrections and not self.changes and not self.speakers

    def timed(self, lines: Sequence[Segment], was: Sequence[Segment]) -> tuple[Segment, ...]:
        """Lines for some of the transcript, with a time for each word; one that is as it was heard has the times it had then."""
        places = {_place(line) for line in lines}
        found = (segment for change in self.changes for segment in change.heard if _place(segment) in places)
        heard = {_fact(segment): segment for segment in found}
        return tuple(heard.get(_fact(line), line) for line in told(lines, was))

    def with_change(self, was: Sequence[Segment], lines: Sequence[Segment]) -> CorrectionsFile:
        """Also this change of lines of the transcript as it is now. What is as it was heard again is no change any more."""
        return self.with_edits([Edit(tuple(was), tuple(lines))])

    def with_edits(self, edits: Sequence[Edit]) -> CorrectionsFile:
        """Also these edits, one after another; each raises the version by one."""
        book = _Book(self.changes)
        for edit in edits:
            book.put(edit)
        changes = sorted(book.changes.values(), key=lambda change: min(line.start_s for line in (*change.heard, *change.lines)))
        return dataclasses.replace(self, changes=tuple(changes), version=self.version + len(edits), schema_version=2)

    def with_speakers(self, speakers: tuple[NamedSpeaker, ...]) -> CorrectionsFile:
        """With other names for speakers."""
        return dataclasses.replace(self, speakers=speakers, version=self.version + 1, schema_version=2)

    def named(self, segments: Sequence[Segment]) -> list[Segment]:
        """Segments under the names given; lines that a person changed keep the speaker that they have."""
        by_hand = {(line.start_s, line.end_s, line.text) for change in self.changes for line in change.lines}
        pairs = zip(segments, with_names(segments, self.speakers), strict=True)
        return [was if (was.start_s, was.end_s, was.text) in by_hand else now for was, now in pairs]


class _Book:
    """Changes while edits are put in, with an index from their lines, so that an edit costs the same among few and many."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self.changes: dict[int, Change] = {}
        self._shown: dict[_Place, int] = {}
        self._removed: dict[_Place, int] = {}
        self._next = 0
        for change in changes:
            self._add(change)

    def put(self, edit: Edit) -> None:
        was = {_place(line) for line in edit.was}
        numbers = sorted({self._shown[place] for place in was if place in self._shown})
        earlier = [self._taken(number) for number in numbers]
        known = [line for change in earlier for line in change.lines]
        places = {_place(line) for line in known}
        heard = [*(one for change in earlier for one in change.heard), *(one for one in edit.was if _place(one) not in places)]
        told = [*(line for line in known if _place(line) not in was), *edit.lines]
        for number in sorted({self._removed[place] for place in map(_place, told) if place in self._removed}):
            back = {_place(line) for line in self.changes[number].heard}
            if back <= {_place(line) for line in told}:
                self._taken(number)
                told = [line for line in told if _place(line) not in back]
        if _facts(heard) != _facts(told):
            self._add(Change(_in_order(heard), _in_order(told)))

    def _add(self, change: Change) -> None:
        self.changes[self._next] = change
        self._shown.update({_place(line): self._next for line in change.lines})
        if not change.lines:
            self._removed.update({_place(line): self._next for line in change.heard})
        self._next += 1

    def _taken(self, number: int) -> Change:
        change = self.changes.pop(number)
        index, lines = (self._shown, change.lines) if change.lines else (self._removed, change.heard)
        for line in lines:
            if index.get(_place(line)) == number:
                del index[_place(line)]
        return change


def corrections_in(space: Workspace) -> CorrectionsFile:
    """What a person corrected in any earlier run, also a moment ago. Raises BadRecord."""
    path = space.path(CORRECTIONS_FILE)
    record = space.read_json(path, CorrectionsFile) if path.is_file() else CorrectionsFile()
    later = [edit for edit in logged(space.folder) if edit.version > record.version]
    return record.with_edits(later) if later else record


def corrected(transcript: Transcript, record: CorrectionsFile, *, emotion: bool = True) -> Transcript:
    """The transcript with every correction whose segments it has. Putting the same ones in again changes nothing.

    `emotion`: whether lines may say how they were spoken.
    """
    if record == CorrectionsFile() and emotion:
        return transcript
    segments = with_names(transcript.segments, record.speakers)
    for correction in record.corrections:
        _correct(segments, correction)
    for change in record.changes:
        segments = _changed(segments, change)
    if not emotion:
        segments = [segment.without_emotion() for segment in segments]
    return dataclasses.replace(transcript, segments=tuple(segments))


def told(lines: Sequence[Segment], was: Sequence[Segment]) -> tuple[Segment, ...]:
    """Lines with a time for each word: that of the same word in the segments that they replace, where it is in them."""
    if not lines:
        return ()
    if len(lines) == len(was) == 1 and not lines[0].overlaps(was[0]):
        was = (_moved(was[0], lines[0]),)
    words = [Cue(line.start_s, line.end_s, (line.text,), language=line.language) for line in lines]
    spoken = [segment for segment in was if segment.tokens or segment.text]
    found = aligned(words, spoken).cues
    return tuple(
        dataclasses.replace(line, tokens=tuple(_within(_of(line, found), line)) or (Token(line.start_s, line.end_s, line.text),))
        for line in lines
    )


def replaced(segments: Sequence[Segment], was: Sequence[Segment], lines: Iterable[Segment]) -> tuple[Segment, ...]:
    """The segments with other lines in the place of some, in order of their start."""
    return edited(segments, [Edit(tuple(was), tuple(lines))])


def edited(segments: Sequence[Segment], edits: Iterable[Edit]) -> tuple[Segment, ...]:
    """The segments after some edits. One that was made already, since its lines are not there as they were, changes nothing."""
    there, gone = {_place(segment) for segment in segments}, set[_Place]()
    added: dict[_Place, Segment] = {}
    for edit in edits:
        was, lines = {_place(line) for line in edit.was}, {_place(line): line for line in edit.lines}
        if not was <= there or (not was and lines.keys() <= there):
            continue
        there -= was
        there |= lines.keys()
        gone |= was
        for place in was:
            added.pop(place, None)
        added |= lines
    return _in_order([*(segment for segment in segments if _place(segment) not in gone), *added.values()])


def one_line(text: str) -> str:
    return " ".join(text.split())


def _of(line: Segment, found: Sequence[Cue]) -> Sequence[Token]:
    """The words of a line, which `aligned` may have put at other times."""
    cue = next((cue for cue in found if cue.text == line.text and _shared(cue, line) > 0), None)
    cue = cue or next((cue for cue in found if cue.text == line.text), None)
    return cue.tokens if cue else ()


def _correct(segments: list[Segment], correction: Correction) -> None:
    number = max(range(len(segments)), key=lambda k: _shared(correction, segments[k]), default=None)
    if number is None or _shared(correction, segments[number]) <= _SAME:
        return
    if not correction.text:
        del segments[number]
    elif segments[number].text != correction.text:
        line = dataclasses.replace(segments[number], text=correction.text)
        segments[number : number + 1] = told([line], [segments[number]])


def _changed(segments: list[Segment], change: Change) -> list[Segment]:
    if change.lines and _all_in(change.lines, segments):
        return list(replaced(segments, change.lines, change.lines))  # their speakers may have been named since
    found = [max(segments, key=lambda s: _shared(one, s), default=None) for one in change.heard]
    old = [s for one, s in zip(change.heard, found, strict=True) if s is not None and _shared(one, s) > _SAME]
    if change.heard and not old:
        return segments
    return list(replaced(segments, old, change.lines))


def _in_order(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    return tuple(sorted(segments, key=lambda segment: segment.start_s))


def _place(segment: Segment) -> _Place:
    return (segment.start_s, segment.end_s, segment.text)


def _all_in(segments: Iterable[Segment], others: Sequence[Segment]) -> bool:
    return {_place(segment) for segment in segments} <= {_place(one) for one in others}


def _facts(segments: Iterable[Segment]) -> list[tuple[float, float, str, str, str, str]]:
    return sorted(_fact(segment) for segment in segments)


def _fact(segment: Segment) -> tuple[float, float, str, str, str, str]:
    """All but the words' times."""
    kind = (str(segment.language), str(segment.emotion), str(segment.speaker))
    return (segment.start_s, segment.end_s, segment.text, *kind)


def _moved(segment: Segment, to: Span) -> Segment:
    """A segment with its words at another place."""
    by_s = to.start_s - segment.start_s
    tokens = tuple(dataclasses.replace(t, start_s=t.start_s + by_s, end_s=t.end_s + by_s) for t in segment.tokens)
    return dataclasses.replace(segment, start_s=segment.start_s + by_s, end_s=segment.end_s + by_s, tokens=tokens)


def _within(tokens: Sequence[Token], line: Span) -> list[Token]:
    """Times as they are, but inside the line: words spoken outside of it stand at its edges, each with a little room."""
    found: list[Token] = []
    least_s = min(_CHARACTER_S, line.duration_s / max(1, len(tokens)))
    at_s = line.start_s
    for number, token in enumerate(tokens):
        last_s = line.end_s - least_s * (len(tokens) - number)
        start_s = round(min(max(token.start_s, at_s), max(at_s, last_s)), 3)
        end_s = round(min(max(token.end_s, start_s), line.end_s), 3)
        start_s = min(start_s, end_s)
        found.append(dataclasses.replace(token, start_s=start_s, end_s=end_s))
        at_s = start_s
    return found


def _shared(a: Span, b: Span) -> float:
    """The time that two stretches have in common, as a share of the time that they cover together."""
    common_s = min(a.end_s, b.end_s) - max(a.start_s, b.start_s)
    covered_s = max(a.end_s, b.end_s) - min(a.start_s, b.start_s)
    return max(0.0, common_s) / covered_s if covered_s > 0 else float(a.start_s == b.start_s)
