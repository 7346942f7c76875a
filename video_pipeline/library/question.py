"""What is asked of a library, and what is answered. Plain data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import KW_ONLY, dataclass

from video_pipeline.core.errors import BadValue, UnknownName
from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.core.span import Span
from video_pipeline.library.terms import parsed

_DAY = re.compile(r"(19|20)\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


@dataclass(frozen=True, slots=True)
class Question:
    """What to look for: every field that is given must hold, and of several events, emotions, languages or speakers one."""

    text: str = ""
    """Words that all occur; `OR`, `NOT` or `-`, brackets, `"words in quotes"` that follow each other, `word*` begins with."""
    _: KW_ONLY
    events: tuple[str, ...] = ()
    emotions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    longer_s: float = 0.0
    """Least length of the event, or, without one, of the moment."""
    within: str = ""
    """Part of the video's path or address; empty is every video."""
    after: str = ""
    """Only videos of this day or later: YYYY, YYYY-MM or YYYY-MM-DD. Those of unknown day are left out."""
    before: str = ""
    """Only videos from before this day."""
    semantic: bool = False
    """Also what means the same in other words; whoever asks has a model for that."""
    most: int = 20
    """How many moments."""

    def __post_init__(self) -> None:
        _require("event", self.events, Sound)
        _require("emotion", self.emotions, Emotion)
        _require("language", self.languages, Language)
        if not (self.text.strip() or self.events or self.emotions or self.languages or self.speakers):
            raise BadValue("QUERY", "say what to look for: words, --event, --emotion, --language or --speaker")
        if self.text.strip() and not parsed(self.text).expression:
            raise BadValue("QUERY", f"{self.text!r} has no letter or digit to look for")
        for flag, day in (("--after", self.after), ("--before", self.before)):
            if day and not _DAY.fullmatch(day):
                raise BadValue(flag, f"{day!r} is no day; use YYYY, YYYY-MM or YYYY-MM-DD")
        if self.most < 1 or self.longer_s < 0:
            raise BadValue("--limit, --longer", "--limit is at least 1, --longer not less than 0")


def _require(kind: str, names: Sequence[str], known: Iterable[str]) -> None:
    for name in names:
        if name not in tuple(known):
            raise UnknownName(kind, name, tuple(known))


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment(Span):
    """A stretch of a video that answers a question, or a clip of it."""

    source: str
    """The video's path or address."""
    folder: str
    """Of its results."""
    text: str = ""
    """What is said in it; of a clip its title; of a video that is found by its name, that."""
    language: str = ""
    speaker: str = ""
    emotion: str = ""
    event: str = ""
    """The longest of the sounds that were asked for."""
    event_s: float = 0.0
    """How long that is."""
    sentences: int = 0
    """How many in it answer."""
    score: float = 0.0
    """Of a clip."""
    why: str = ""
    """Of a clip: why it was chosen."""
    page: str = ""
    """Address of the video's page at that moment; empty if it has none."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The moments, best first; `found` counts all of them, `more`: there are others, too many to count."""

    moments: tuple[Moment, ...]
    found: int
    more: bool = False
    corrected: str = ""
    """The query that was answered in place of one with which nothing is found."""
