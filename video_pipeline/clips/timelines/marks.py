"""Sounds and emotions as coloured markers. Each program has its own few colours: one line here per sound or emotion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from video_pipeline.core.labels import SHOWN_EMOTIONS, Emotion, Sound
from video_pipeline.core.span import Span, merged
from video_pipeline.core.transcript import AudioEvent, Segment

_JOINED_S = 1.0
"""Segments of one emotion that are at most this far apart share one marker."""


class Colours(NamedTuple):
    """One colour as OpenTimelineIO (and Avid), Resolve and Premiere (0xAABBGGRR) name it."""

    otio: str
    resolve: str
    premiere: int


_RED = 4281740498
_ORANGE = 4280578025
_YELLOW = 4281049552
_GREEN = 4281828977
_CYAN = 4292277273
_BLUE = 4294741314
_MAGENTA = 4289825711
_WHITE = 4294967295
"""The marker colours of Premiere."""

COLOURS: dict[Sound | Emotion, Colours] = {
    Sound.LAUGHTER: Colours("YELLOW", "Yellow", _YELLOW),
    Sound.APPLAUSE: Colours("CYAN", "Sky", _CYAN),
    Sound.CHEER: Colours("GREEN", "Mint", _GREEN),
    Sound.MUSIC: Colours("PINK", "Pink", _MAGENTA),
    Sound.CRY: Colours("BLUE", "Lavender", _BLUE),
    Sound.COUGH: Colours("WHITE", "Sand", _WHITE),
    Sound.SNEEZE: Colours("WHITE", "Cream", _WHITE),
    Sound.BREATH: Colours("WHITE", "Cocoa", _WHITE),
    Emotion.HAPPY: Colours("ORANGE", "Lemon", _ORANGE),
    Emotion.SAD: Colours("BLUE", "Blue", _BLUE),
    Emotion.ANGRY: Colours("RED", "Red", _RED),
    Emotion.FEARFUL: Colours("PURPLE", "Purple", _MAGENTA),
    Emotion.DISGUSTED: Colours("GREEN", "Green", _GREEN),
    Emotion.SURPRISED: Colours("MAGENTA", "Fuchsia", _CYAN),
}


@dataclass(frozen=True, slots=True)
class Moment(Span):
    """A sound or an emotion, in seconds of the source, with a `note` for people."""

    label: Sound | Emotion
    note: str


def moments(events: Sequence[AudioEvent], segments: Sequence[Segment]) -> list[Moment]:
    """All sounds and emotions in chronological order; neutral speech gives none."""
    sounds = [Moment(e.start_s, e.end_s, e.label, ", ".join([f"{e.score:.2f}", *e.marks])) for e in events]
    return sorted([*sounds, *_emotions(segments)], key=lambda moment: (moment.start_s, moment.end_s))


def _emotions(segments: Sequence[Segment]) -> Iterator[Moment]:
    for emotion in SHOWN_EMOTIONS:
        own = [segment for segment in segments if segment.emotion is emotion]
        for span in merged(own, _JOINED_S):
            words = " ".join(segment.text for segment in own if span.overlaps(segment))
            yield Moment(span.start_s, span.end_s, emotion, words)
