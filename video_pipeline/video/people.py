"""The speakers of a finished video: who they are, and names, merges and lines that a person gives them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from video_pipeline.core.errors import BadValue, UnknownName
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Segment
from video_pipeline.video.corrections import CorrectionsFile, corrections_in, one_line
from video_pipeline.video.naming import by_speaker, mostly_in, renamed
from video_pipeline.video.video import Video
from video_pipeline.video.workspace import Workspace

LONGEST_NAME = 80
_SAMPLES = 3
_LEAST_SAMPLE_S = 1.5
_BEST_SAMPLE_S = 6.0
"""Long enough to know a voice by, short enough to listen to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One speaker of a video."""

    name: str
    speech_s: float
    """Sum of the times of this one's lines."""
    lines: int
    parts: tuple[str, ...] = ()
    """What the speakers were called of whom a person made this one; `separate` takes one out again."""
    samples: tuple[Segment, ...] = ()
    """Lines by which the voice can be known, in order of time."""


def people_of(video: Video) -> list[Person]:
    """The speakers in the order in which they are first heard; none where they were not looked for."""
    named = _record(video).speakers
    return [
        Person(
            name=name,
            speech_s=round(sum(line.duration_s for line in lines), 3),
            lines=len(lines),
            parts=tuple(one.was for one in named if one.name == name),
            samples=_samples(lines),
        )
        for name, lines in by_speaker(video.transcript.segments).items()
    ]


def rename(video: Video, old: str, new: str) -> None:
    """Call a speaker by another name, for this and all later runs. Raises UnknownName, BadValue where the name is taken."""
    names = _names(video)
    new = checked_name(new)
    if new in names and new != old:
        raise BadValue("speakers", f"{new} is another speaker; merge the two if they are one person")
    _call(video, _known(old, names), new)


def merge(video: Video, old: str, into: str) -> None:
    """Two speakers are one person, who keeps the name `into`. Raises UnknownName."""
    names = _names(video)
    _call(video, _known(old, names), _known(into, names))


def separate(video: Video, was: str) -> None:
    """Take back the name of one who was called `was` before: undoes a rename or a merge. Raises UnknownName."""
    named = _record(video).speakers
    _known(was, [one.was for one in named])
    gone = [one for one in named if one.was == was]
    edits = [
        ((line,), (dataclasses.replace(line, speaker=was),))
        for line in _by_hand(video)
        if any(line.speaker == one.name and mostly_in(line, one.spans) for one in gone)
    ]
    video.edit(edits, speakers=tuple(one for one in named if one not in gone))


def assign(video: Video, span: Span, name: str) -> int:
    """Give the lines whose middle lies in a span to a speaker, an old or a new one; splits a speaker that is two people.

    Returns how many lines that changed. Raises BadValue where there is no line.
    """
    name = checked_name(name)
    lines = [line for line in video.transcript.segments if span.holds(line.middle_s)]
    if not lines:
        raise BadValue("speakers", f"nobody speaks from {span.start_s:g} to {span.end_s:g} s")
    changed = [line for line in lines if line.speaker != name]
    if changed:
        video.edit([((line,), (dataclasses.replace(line, speaker=name),)) for line in changed])
    return len(changed)


def checked_name(name: str) -> str:
    """A name in one line. Raises BadValue for an empty or a very long one."""
    name = one_line(name)
    if not name or len(name) > LONGEST_NAME:
        raise BadValue("speakers", f"a name has 1 to {LONGEST_NAME} characters")
    return name


def _call(video: Video, old: str, new: str) -> None:
    """Also in lines that a person changed before, which keep their speaker."""
    edits = [((line,), (dataclasses.replace(line, speaker=new),)) for line in _by_hand(video) if line.speaker == old]
    video.edit(edits, speakers=renamed(_record(video).speakers, video.transcript.segments, old, new))


def _by_hand(video: Video) -> list[Segment]:
    """The lines that a person changed."""
    changed = {(line.start_s, line.end_s, line.text) for change in _record(video).changes for line in change.lines}
    return [line for line in video.transcript.segments if (line.start_s, line.end_s, line.text) in changed]


def _record(video: Video) -> CorrectionsFile:
    return corrections_in(Workspace.at(video.folder))


def _names(video: Video) -> list[str]:
    return list(by_speaker(video.transcript.segments))


def _known(name: str, names: Sequence[str]) -> str:
    if name not in names:
        raise UnknownName("speaker", name, tuple(names))
    return name


def _samples(lines: Sequence[Segment]) -> tuple[Segment, ...]:
    """The lines nearest to a good length, in order of time."""
    firm = [line for line in lines if line.duration_s >= _LEAST_SAMPLE_S] or list(lines)
    best = sorted(firm, key=lambda line: abs(line.duration_s - _BEST_SAMPLE_S))[:_SAMPLES]
    return tuple(sorted(best, key=lambda line: line.start_s))
