"""What was measured of a conversation, as `conversation.json` holds it. Times are seconds on the media clock, shares 0 to 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from video_pipeline.core.span import Span
from video_pipeline.report.conversation.floor import Interruption, Stretch

SCHEMA_VERSION = 1
LEAD = {"call": "agent", "lesson": "teacher"}
OTHER = {"call": "customer", "lesson": "student"}


@dataclass(frozen=True, slots=True)
class Moment(Span):
    """A line that matters: `name` says why, `words` are those that say so, `speaker` says them."""

    name: str
    speaker: str
    words: str


@dataclass(frozen=True, slots=True)
class Peak(Span):
    """An angry line, and what was said in the half minute before."""

    speaker: str
    words: str
    p: float
    before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Laugh(Span):
    """A laugh, and whose voice it is: empty for an audience, for several at once and where that is not known."""

    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One speaker. None where there is nothing to measure."""

    name: str
    role: str = ""
    """`agent`, `customer`, `teacher`, `student`, or empty."""
    talk_s: float
    talk_share: float
    """Of the time in which anybody speaks, overlaps counted for each; the shares of all sides sum to 1."""
    time_share: float
    """Of the whole duration."""
    turns: int
    longest_s: float
    """The longest turn."""
    longest_at_s: float
    words: int
    """Letters in Chinese, Cantonese and Japanese."""
    words_per_min: float | None
    """Of speech, pauses left out."""
    interrupts: int
    """How often this one begins before another has finished, and keeps speaking."""
    interrupted: int
    listens: int
    """Short sounds of listening within another's turn."""
    response_s: float | None
    """Median time from another's turn to this one's; below 0 where they overlap."""
    slow_response_s: float | None
    """The same, 90 of 100 are quicker."""
    questions: int
    laughs: int
    """Laughs that begin within this one's turn or up to a second after it."""
    own_laughs: int = 0
    """Laughs of this one's own voice."""
    felt: Mapping[str, float] = field(default_factory=dict)
    """Share of the time of this one's lines in each emotion; empty where emotions are not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """After a question of the teacher until a student speaks, and after a student until the teacher does (Rowe: 3 s and more)."""

    after_question_s: float | None
    after_answer_s: float | None
    questions: int
    answered: int
    """Questions after which a student speaks before the teacher does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A stretch of a lesson between two long pauses, with the words that stand out in it."""

    start_s: float
    end_s: float
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One conversation."""

    kind: str
    name: str
    duration_s: float
    language: str
    speech_s: float
    """Time in which anybody speaks."""
    silence_s: float
    """Time in which nobody does and no sound is known: neither laughter, applause nor music."""
    silence_share: float
    silences: tuple[Span, ...]
    """Those of a length that counts, in order."""
    hold_s: float
    """Pauses of that length most of which is music; with `speech_s`, `silence_s` and `sounds_s` the whole duration."""
    holds: tuple[Span, ...]
    overlap_s: float
    overlap_share: float
    """Of the duration."""
    switches: int
    switches_per_min: float
    sides: tuple[Side, ...]
    turns: tuple[Stretch, ...]
    overlaps: tuple[Span, ...]
    interruptions: tuple[Interruption, ...]
    questions: tuple[Moment, ...]
    moments: tuple[Moment, ...]
    checks: Mapping[str, bool]
    """The required phrases, and whether they are there."""
    peaks: tuple[Peak, ...] = ()
    """Anger; empty where emotions are not told."""
    laughter_s: float
    applause_s: float
    laughs: tuple[Laugh, ...] = ()
    silence_least_s: float = 3.0
    """From which length on a silence counts."""
    sounds_s: float = 0.0
    """Time in which nobody speaks and a sound is known: laughter, applause, music that is no hold, coughs."""
    waits: Waits | None = None
    chapters: tuple[Chapter, ...] = ()
    tells_emotion: bool = False
    schema_version: int = SCHEMA_VERSION

    @property
    def missing(self) -> tuple[str, ...]:
        """Required phrases that nobody says."""
        return tuple(name for name, there in self.checks.items() if not there)
