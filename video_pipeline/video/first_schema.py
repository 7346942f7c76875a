"""Folders of results written by version 0.1.0: their listening is recognised, so that nobody has to listen again.

There one key per stage held the program's version and an encoding of whole option records. The key of `listen` is made here as
it was then; all later stages are quickly made again, and get keys as they are now.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TypeVar

from video_pipeline.core.files import key_of
from video_pipeline.events import DETECTORS
from video_pipeline.video.base import Given
from video_pipeline.video.stages.identify import Identify
from video_pipeline.video.stages.recogniser import Recogniser

_VERSION = "0.1.0"
_REVISION = 4
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Windows:
    """The options on windows, with the fields and the order of that version."""

    onset: float
    offset: float
    join_gap_s: float
    least_s: float
    pad_s: float
    longest_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Speech:
    """The options on speech; those that the engine's identity stands for are left at these values."""

    engine: str
    language: str
    device: str
    model: str
    transcript: str
    numerals: bool
    exact: bool
    batch_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sliding:
    """Where the speech model listens again."""

    where: str
    share: float
    doubt: float
    sure: float
    pause_s: float
    reaction_s: float
    faintest_db: float
    pad_s: float


def is_same(stage: str, key: str, given: Given) -> bool:
    """Whether a stage of that version was done with the options, the file and the engine of this run."""
    return stage == "listen" and key == listen_key(given)


def listen_key(given: Given) -> str:
    """As version 0.1.0 made it."""
    options = given.options
    speech, events = options.speech, options.events
    asked = _Speech(
        engine="auto",
        language=speech.language,
        device=speech.device,
        model="",
        transcript="",
        numerals=speech.numerals,
        exact=speech.exact,
        batch_s=speech.batch_s,
    )
    detectors = [DETECTORS.load(name)().identity for name in events.detectors]
    again = _as(_Sliding, events.sliding) if "sliding" in events.detectors else None
    found = (given.of(Identify).track, options.emotion, _as(_Windows, options.windows), asked)
    return key_of(_VERSION, _REVISION, given.of(Identify).digest, *found, given.of(Recogniser).identity, detectors, again)


def _as(kind: type[T], record: object) -> T:
    """The fields of that version out of a record of today."""
    return kind(**{field.name: getattr(record, field.name) for field in dataclasses.fields(kind)})  # type: ignore[arg-type]
