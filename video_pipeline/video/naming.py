"""Names that a person gave to speakers. They hold for times, not for numbers, so they outlive another search for speakers."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from video_pipeline.core.span import Span, merged
from video_pipeline.core.transcript import Segment

_MOST = 0.5
"""A speaker who speaks for more than this share of the time at the places of a name has that name."""


@dataclass(frozen=True, slots=True)
class NamedSpeaker:
    """One who was called `was` and speaks in `spans`, in order, is called `name`. Two of the same name are one person."""

    was: str
    name: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkTime:
    """How much one speaker says."""

    name: str
    speech_s: float
    """Sum of the times of this one's lines."""
    share: float
    """Of the lines of all speakers, 0 to 1."""
    lines: int


def talk_times(segments: Iterable[Segment]) -> tuple[TalkTime, ...]:
    """One for each speaker, in the order in which they are first heard."""
    found = by_speaker(segments)
    speech_s = {name: sum(line.duration_s for line in lines) for name, lines in found.items()}
    whole_s = sum(speech_s.values())
    return tuple(
        TalkTime(
            name=name,
            speech_s=round(speech_s[name], 3),
            share=round(speech_s[name] / whole_s, 4) if whole_s else 0.0,
            lines=len(lines),
        )
        for name, lines in found.items()
    )


def with_names(segments: Sequence[Segment], named: Sequence[NamedSpeaker]) -> list[Segment]:
    """The segments of each speaker under the name that was given at the places where this one speaks."""
    if not named:
        return list(segments)
    names: dict[str | None, str] = {speaker: _name(speaker, own, named) for speaker, own in by_speaker(segments).items()}
    return [dataclasses.replace(one, speaker=names.get(one.speaker)) for one in segments]


def renamed(named: Sequence[NamedSpeaker], segments: Sequence[Segment], old: str, new: str) -> tuple[NamedSpeaker, ...]:
    """The names when the speaker who is called `old` in the segments is called `new`; both are one person if `new` is there."""
    kept = [dataclasses.replace(one, name=new) if one.name == old else one for one in named]
    known = merged(span for one in named if one.name == old for span in one.spans)
    spans = [one for one in segments if one.speaker == old and not mostly_in(one, known)]
    if spans:
        kept.append(NamedSpeaker(old, new, _rounded(spans)))
    return tuple(one for one in kept if one.name != one.was)


def without_name(segments: Sequence[Segment], gone: Sequence[NamedSpeaker]) -> list[Segment]:
    """The segments as they were called before some names were given."""
    found = list(segments)
    for one in gone:
        found = [
            dataclasses.replace(segment, speaker=one.was)
            if segment.speaker == one.name and mostly_in(segment, one.spans)
            else segment
            for segment in found
        ]
    return found


def by_speaker(segments: Iterable[Segment]) -> dict[str, list[Segment]]:
    """The segments of each speaker, in the order in which they are first heard; those of nobody are left out."""
    found: dict[str, list[Segment]] = {}
    for segment in segments:
        if segment.speaker:
            found.setdefault(segment.speaker, []).append(segment)
    return found


def mostly_in(segment: Span, spans: Sequence[Span]) -> bool:
    """Whether more than half of a segment lies in spans, which are in order."""
    return _shared_s([segment], spans) > _MOST * segment.duration_s


def _name(speaker: str, own: Sequence[Segment], named: Sequence[NamedSpeaker]) -> str:
    whole_s = sum(segment.duration_s for segment in own)
    shared_s = {one: _shared_s(own, one.spans) for one in named}
    best = max(named, key=shared_s.__getitem__)
    return best.name if shared_s[best] > _MOST * whole_s else speaker


def _shared_s(segments: Sequence[Span], spans: Sequence[Span]) -> float:
    """Seconds of the segments that lie in the spans; both in order of their start."""
    total_s, first = 0.0, 0
    for segment in segments:
        while first < len(spans) and spans[first].end_s <= segment.start_s:
            first += 1
        k = first
        while k < len(spans) and spans[k].start_s < segment.end_s:
            total_s += spans[k].overlap_s(segment)
            k += 1
    return total_s


def _rounded(spans: Sequence[Span]) -> tuple[Span, ...]:
    return tuple(Span(round(span.start_s, 3), round(span.end_s, 3)) for span in merged(spans))
