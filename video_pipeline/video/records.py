"""The JSON files of a workspace, and what a run tells its caller. Other programs read these: changes raise `SCHEMA_VERSION`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from video_pipeline.core.clip import Clip
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import AudioEvent, EngineIdentity
from video_pipeline.highlights.base import View
from video_pipeline.media.framing import Place
from video_pipeline.speech.speakers.base import Turn
from video_pipeline.subtitles.qc import Finding
from video_pipeline.video.naming import TalkTime

SCHEMA_VERSION = 1
EMOTION_KEYS = ("emotion", "emotion_p")
"""Keys of `transcript.json` that are left out where emotions are switched off."""
TRANSCRIPT_OPTIONAL_KEYS = ("draft", "left_out")
"""Keys of `transcript.json` that are left out unless they say something."""
OPTIONAL_KEYS = ("marks",)
"""Keys of `events.json` that are left out where there is nothing to say."""


@dataclass(frozen=True, slots=True)
class EventsFile:
    """`events.json`; an event has `marks` only where there are any, so a reader that does not know the key misses nothing."""

    events: tuple[AudioEvent, ...]
    schema_version: int = SCHEMA_VERSION


@dataclass(frozen=True, slots=True)
class SpeakersFile:
    """`speakers.json`: who speaks when, in order of start; turns may overlap."""

    turns: tuple[Turn, ...] = ()
    schema_version: int = SCHEMA_VERSION


@dataclass(frozen=True, slots=True)
class KnownVoicesFile:
    """`known_voices.json`: the name of each speaker who was recognised, and how alike the voices are (cosine); no voice print."""

    names: dict[str, str] = field(default_factory=dict)
    alike: dict[str, float] = field(default_factory=dict)
    schema_version: int = SCHEMA_VERSION


@dataclass(frozen=True, slots=True)
class HighlightsFile:
    """`highlights.json`; `explanation` says how the clips came about, or why there are none."""

    clips: tuple[Clip, ...]
    explanation: str = ""
    schema_version: int = SCHEMA_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipRow:
    """What became of one clip: `start_s` to `end_s` of the source, cut by `way`; empty texts where there is nothing to say."""

    file: str
    start_s: float
    end_s: float
    way: str = ""
    fallback: str = ""
    check: str = ""
    shape: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class ClipsFile:
    """`clips/clips.json`: how each clip was cut and checked."""

    clips: tuple[ClipRow, ...] = ()
    schema_version: int = SCHEMA_VERSION


@dataclass(frozen=True, slots=True)
class ShotsFile:
    """`shots.json`: when the picture cuts, in order."""

    cuts_s: tuple[float, ...]
    schema_version: int = SCHEMA_VERSION


@dataclass(frozen=True, slots=True)
class OpinionFile:
    """`opinion.json`: passages that a language model finds strong, in order of time."""

    passages: tuple[View, ...]
    schema_version: int = SCHEMA_VERSION


@dataclass(frozen=True, slots=True)
class QualityFile:
    """`qc.json`."""

    cues: int
    findings: tuple[Finding, ...]
    schema_version: int = SCHEMA_VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a run made, as `--json` prints it: paths by stage, and what a person wants to read about it at once."""

    folder: Path
    duration_s: float = 0.0
    language: str = ""
    """That most of it is in, as a code; `und` if unknown."""
    engine: EngineIdentity | None = None
    files: Mapping[str, Sequence[Path]] = field(default_factory=dict)
    speakers: tuple[TalkTime, ...] = ()
    """How much each says; empty where nobody is told apart."""
    events: tuple[AudioEvent, ...] = ()
    clips: tuple[Clip, ...] = ()
    explanation: str = ""
    findings: tuple[Finding, ...] = ()
    kept: tuple[Path, ...] = ()


def result_record(result: Result) -> bytes:
    """A result as one line of JSON."""
    return msgspec.json.encode(result, enc_hook=str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """`edit_decisions.json`: what a person decided about the length and the picture. Times are on the media clock."""

    removed: tuple[Span, ...] = ()
    """What is cut out, in order and apart from each other."""
    crop: tuple[Place, ...] = ()
    """Where the crop is, in order of time: centres between which it moves evenly."""
    schema_version: int = SCHEMA_VERSION
