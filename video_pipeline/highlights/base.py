"""The contract of a highlight signal, and the options of highlights.

A clip is earned by what an audience did (events whose label is in `REACTIONS`) and by what a person asked for (marks with a label
of `Asked`), weighted by the signals of the same names. All other signals only raise or lower the score of a clip. Where nothing
earns one, `passages.py` can rank the speech itself by them.

To add a signal:
1. write one file in `signals/` with a class that satisfies `Signal`;
2. add its line to `SIGNALS` in `__init__.py`, and its weight to `DEFAULT_WEIGHTS` below;
3. run `tests/highlights/test_signals.py`, which checks every member of the table against the contract.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Protocol

import numpy as np
import numpy.typing as npt

from video_pipeline.core.constraints import AboveZero, AtLeastOne, AtLeastZero, FilePath, OneOf, check_fields
from video_pipeline.core.labels import OWN_RULES, REACTIONS, Language, Sound
from video_pipeline.core.posterior import Curve
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import AudioEvent, Segment, main_language
from video_pipeline.highlights import SIGNALS

Prints = npt.NDArray[np.uint16]

HOP_S = 0.1
"""Grid of the signals' curves."""


class Asked(StrEnum):
    """What a person asks for."""

    CURVE = "curve"
    """A peak of a curve of their own: messages in a chat, viewers."""
    PHRASES = "phrases"
    """Words of their own that somebody says."""


@dataclass(frozen=True, slots=True)
class Mark(Span):
    """Where something was found that a person asked for. `score` is from 0 to 1."""

    label: Asked
    score: float
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class View(Span):
    """A passage that a language model finds strong: `strength` from 0 to 1, `reason` in one line."""

    strength: float
    reason: str


Cause = AudioEvent | Mark
"""What a clip is there for."""
CAUSES: tuple[Sound | Asked, ...] = (*REACTIONS, *Asked)
"""Labels that earn a clip; each has a signal of its name."""
DEFAULT_WEIGHTS = {
    "laughter": 1.0,
    "applause": 1.0,
    "cheer": 0.8,
    "curve": 1.0,
    "phrases": 1.0,
    "punch": 0.3,
    "emotion": 0.03,
    "loudness": 1.0,
    "excitement": 0.1,
    "reveal": 0.2,
    "drop": 0.1,
    "swell": 0.2,
    "speech_rate": 0.02,
    "exchange": 0.02,
    "one_against_many": 0.02,
    "opinion": 0.2,
    "topic": 0.0,
    "text_cues": 0.0,
    "music": -0.3,
    "silence": -0.3,
}
MOST_OPINION = 0.5
"""Weight of the opinion of a language model at most: half a reaction's."""
AUTO = "auto"
EMOTION = "emotion"
"""The signal that is left out where emotions are switched off."""
SignalName = Annotated[str, OneOf("highlight signal", SIGNALS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class HighlightOptions:
    """How clips are chosen. Lengths follow what is known of jokes and of short-form video."""

    weights: dict[SignalName, float] = field(default_factory=lambda: dict(DEFAULT_WEIGHTS))
    """Points of evidence per second of each signal; negative ones count against a clip, 0 switches a signal off."""

    lift_weight: AtLeastZero = 0.3
    """Points per doubling of the reactions' rate over that of the whole video."""

    around_weight: AtLeastZero = 1.0
    """Points per second of those reactions of a group that its clip has no room for."""

    phrases: tuple[str, ...] = ()
    """Words that earn a clip where somebody says them, whatever the audience did."""

    curve: FilePath = ""
    """A CSV file whose peaks earn clips: rows of a time and a value (viewers), or of a time and anything else (messages of a
    chat, which are counted)."""

    top: AtLeastOne = 5
    """Most clips."""

    per_hour: AboveZero = 20.0
    """Most clips per hour of video, and in a shorter one."""

    bandwidth_s: AboveZero = 6.0
    """Width in seconds of the kernel with which the density of reactions is smoothed."""

    reach_s: AboveZero = 25.0
    """Reactions with less than this many seconds between them belong together: room for a set-up of 20 s and a punchline of 5."""

    least_evidence: AboveZero = 0.5
    """Weighted seconds that a group of reactions needs before it is a highlight."""

    setup_least_s: AtLeastZero = 8.0
    """The clip starts at a sentence at least this many seconds before the first reaction."""

    setup_aim_s: AtLeastZero = 17.0
    """Seconds before the first reaction at which the start is best."""

    setup_most_s: AtLeastZero = 20.0
    """The clip starts at most this many seconds before the first reaction."""

    tail_s: AtLeastZero = 0.6
    """Seconds that the clip stays after the last reaction, if nobody speaks."""

    least_s: AboveZero = 15.0
    """Shortest clip in seconds."""

    aim_least_s: AtLeastZero = 25.0
    """Clips of this many seconds or more are preferred."""

    aim_most_s: AtLeastZero = 50.0
    """Clips of this many seconds or less are preferred."""

    longest_s: AboveZero = 60.0
    """Longest clip in seconds."""

    passages: bool = False
    """Where nobody reacts and nothing else was asked for, the best passages of speech are clips, by voice and words."""

    apart_s: AtLeastZero = 20.0
    """Clips with fewer seconds than this between them are a little less welcome, for a choice from all of the video."""

    full_rate: AboveZero = 4.0
    """Weighted seconds of reactions per minute that earn 63 of 100 points (one time constant)."""

    opinion: bool = False
    """Ask the model of `translation.url` which passages are strong; its reason is shown, and its weight is at most 0.5."""

    shots: bool = False
    """Whether a clip's start looks for the picture's cuts; the whole picture is decoded for it."""

    language: Annotated[str, OneOf("language", (*OWN_RULES, Language.UNKNOWN), (AUTO,))] = AUTO
    """Language of the sentences; `auto` takes the one that is spoken longest."""

    def __post_init__(self) -> None:
        check_fields(self)
        if self.setup_least_s > self.setup_most_s:
            raise ValueError("setup_least_s must be at most setup_most_s")
        if self.least_s > self.longest_s:
            raise ValueError("least_s must be at most longest_s")
        if self.aim_least_s > self.aim_most_s:
            raise ValueError("aim_least_s must be at most aim_most_s")
        if not 0 <= self.weights.get("opinion", 0.0) <= MOST_OPINION:
            raise ValueError(f"the weight of opinion must be from 0 to {MOST_OPINION}")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about a video when its highlights are chosen."""

    duration_s: float
    """Of the sound."""
    segments: Sequence[Segment]
    events: Sequence[AudioEvent]
    """All sounds, in any order."""
    level: Curve | None = None
    """Loudness in dB of full scale, None if unknown."""
    cuts_s: Sequence[float] = ()
    """Times at which the picture cuts, in order."""
    marks: Sequence[Mark] = ()
    """What a person asked for, in any order."""
    views: Sequence[View] = ()
    """What a language model finds strong, in any order."""
    pitch: Curve | None = None
    """Pitch of voices in Hz, 0 where there is none; None if unknown."""
    prints: Prints | None = None
    """Fingerprints of the sound, a word of 16 bits for each value of `level`, None if unknown."""

    def frames(self) -> int:
        """Length of the signals' curves."""
        return int(np.ceil(self.duration_s / HOP_S - 1e-9))

    def reactions(self) -> list[AudioEvent]:
        """Events of an audience, in an order that depends on nothing but the events."""
        found = [event for event in self.events if event.label in REACTIONS]
        return sorted(found, key=lambda event: (event.start_s, event.end_s, event.label, event.score))

    def causes(self) -> list[Cause]:
        """Reactions and marks, in such an order."""
        found: list[Cause] = [*self.reactions(), *self.marks]
        return sorted(found, key=lambda cause: (cause.start_s, cause.end_s, cause.label, cause.score))

    def language(self) -> Language:
        """The language that is spoken longest; UNKNOWN if there is no speech."""
        return main_language(self.segments)


class Signal(Protocol):
    """One kind of evidence."""

    opening_s: float | None
    """Only this many seconds at the start of a clip count; None: the whole clip."""

    def curve(self, evidence: Evidence) -> Curve:
        """Strength from 0 to 1 every `HOP_S` over the whole video (`evidence.frames()` values)."""
        ...
