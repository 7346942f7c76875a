"""The contract of a highlight signal, and what a person may choose about highlights.

To add a signal:
1. write one file in `signals/` with a class that satisfies `Signal`;
2. add its line to `SIGNALS` in `__init__.py`, and its weight to `DEFAULT_WEIGHTS` below;
3. run `tests/highlights/test_signals.py`, which holds every member of the table to the contract.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from video_pipeline.core.errors import UnknownName
from video_pipeline.core.labels import REACTIONS, Language
from video_pipeline.core.posterior import Curve
from video_pipeline.core.transcript import AudioEvent, Segment, main_language
from video_pipeline.highlights import SIGNALS

HOP_S = 0.1
LEAST_HEARD_S = 0.5
"""What of a reaction reaches into a clip by less is not part of it."""
DEFAULT_WEIGHTS = {
    "laughter": 1.0,
    "applause": 1.0,
    "cheer": 0.8,
    "punch": 0.3,
    "emotion": 0.03,
    "loudness": 1.0,
    "speech_rate": 0.02,
    "text_cues": 0.0,
    "music": -0.03,
    "silence": -0.3,
}
AUTO = "auto"


@dataclass(frozen=True, slots=True)
class HighlightOptions:
    """How clips are chosen. Lengths follow what is known of jokes and of short-form video.

    Attributes:
        weights: points of evidence per second of each signal; negative ones count against a clip, 0 switches a signal off.
        lift_weight: points per doubling of the reactions' rate over that of the whole video.
        around_weight: points per second of those reactions of a group that its clip has no room for.
        top: most clips.
        per_hour: most clips per hour of video, and in a shorter one.
        bandwidth_s: width of the kernel with which density is smoothed.
        reach_s: reactions with less than this between them belong together: room for a set-up of 20 s and a punchline of 5.
        least_evidence: weighted seconds a group of reactions needs before it is a highlight.
        setup_least_s: the clip starts at a sentence at least this long before the first reaction ...
        setup_aim_s: ... best about this long ...
        setup_most_s: ... and at most this long.
        tail_s: stays this long after the last reaction, if nobody speaks.
        least_s: shortest clip.
        aim_least_s: clips from this length on ...
        aim_most_s: ... to this one are preferred.
        longest_s: longest clip.
        apart_s: clips with less than this between them are a little less welcome, for a choice from all of the video.
        full_rate: weighted seconds per minute that earn 63 of 100 points (one time constant).
        shots: whether a clip's start looks for the picture's cuts, which takes a look at the whole picture.
        language: of the sentences: auto (the one that is spoken), en, zh, yue, ja or ko.
    """

    weights: dict[str, float] = field(default_factory=lambda: dict(DEFAULT_WEIGHTS))
    lift_weight: float = 0.3
    around_weight: float = 1.0
    top: int = 5
    per_hour: float = 20.0
    bandwidth_s: float = 6.0
    reach_s: float = 25.0
    least_evidence: float = 0.5
    setup_least_s: float = 8.0
    setup_aim_s: float = 17.0
    setup_most_s: float = 20.0
    tail_s: float = 0.6
    least_s: float = 15.0
    aim_least_s: float = 25.0
    aim_most_s: float = 50.0
    longest_s: float = 60.0
    apart_s: float = 20.0
    full_rate: float = 4.0
    shots: bool = False
    language: str = AUTO

    def __post_init__(self) -> None:
        for name in self.weights:
            SIGNALS.require(name)
        if self.top < 1 or self.per_hour <= 0:
            raise ValueError("top must be 1 or more, per_hour more than 0")
        if not 0 <= self.setup_least_s <= self.setup_most_s or not 0 < self.least_s <= self.longest_s:
            raise ValueError("limits must be 0 <= setup_least_s <= setup_most_s and 0 < least_s <= longest_s")
        if not self.aim_least_s <= self.aim_most_s:
            raise ValueError("aim_least_s must be at most aim_most_s")
        if min(self.bandwidth_s, self.reach_s, self.full_rate, self.least_evidence) <= 0:
            raise ValueError("bandwidth_s, reach_s, full_rate and least_evidence must be more than 0")
        if min(self.tail_s, self.apart_s, self.lift_weight, self.around_weight) < 0:
            raise ValueError("tail_s, apart_s, lift_weight and around_weight must be 0 or more")
        if self.language != AUTO and self.language not in list(Language):
            raise UnknownName("language", self.language, (AUTO, *(language.value for language in Language)))

    @property
    def of_signals(self) -> tuple[float, ...]:
        """Those that the stored signals depend on."""
        return (self.reach_s, self.bandwidth_s)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a video when its highlights are chosen.

    Attributes:
        duration_s: of the sound.
        segments: what was said.
        events: what was heard besides.
        level: loudness in dB of full scale, None where it is not known.
        cuts_s: when the picture cuts, in order.
    """

    duration_s: float
    segments: Sequence[Segment]
    events: Sequence[AudioEvent]
    level: Curve | None = None
    cuts_s: Sequence[float] = ()

    def frames(self) -> int:
        return int(np.ceil(self.duration_s / HOP_S - 1e-9))

    def reactions(self) -> list[AudioEvent]:
        """What an audience did, in order of time."""
        found = [event for event in self.events if event.label in REACTIONS]
        return sorted(found, key=lambda event: (event.start_s, event.end_s, event.label, event.score))

    def language(self) -> Language:
        """The language that is spoken longest; UNKNOWN if there is no speech."""
        return main_language(self.segments)


class Signal(Protocol):
    """One kind of evidence.

    Attributes:
        earns: whether it can earn a clip by itself; others only change the score of a clip that something else earned.
        opening_s: only so many seconds at the start of a clip count; None: all of it.
    """

    earns: bool
    opening_s: float | None

    def curve(self, evidence: Evidence) -> Curve:
        """Strength from 0 to 1 every `HOP_S` over the whole video (`evidence.frames()` values)."""
        ...
