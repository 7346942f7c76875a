"""The contract of a speech engine.

To add one:
1. write one file here with a class that satisfies `SpeechEngine`;
2. add its line to `ENGINES` in `__init__.py`;
3. run `tests/speech/test_engines.py`, which holds every member of the table to the contract.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, Self, runtime_checkable

from video_pipeline.core.errors import UnknownName
from video_pipeline.core.labels import Sound
from video_pipeline.core.posterior import Posterior
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import EngineIdentity, Segment
from video_pipeline.core.waveform import Waveform
from video_pipeline.speech import ENGINES
from video_pipeline.speech.vad import VadModel

LANGUAGES = ("auto", "mixed", "zh", "en", "yue", "ja", "ko")


@dataclass(frozen=True, slots=True)
class SpeechOptions:
    """What a person may choose about recognition.

    Attributes:
        engine: a name in `ENGINES`, or `auto`: the first that can run.
        language: one of `LANGUAGES`; `auto` lets the engine hear it and holds the whole file to the one that dominates,
            `mixed` lets every window have its own.
        device: `auto`, `cpu`, `cuda` or `cuda:N`. A device that is named and absent is an error, never a silent CPU.
        model: a checkpoint folder; empty searches the known places.
        transcript: the `transcript.json` that `replay` plays.
        numerals: write numbers as digits and add punctuation (inverse text normalisation).
        exact: the published model's own numbers (fp32, its own features) instead of the fastest this machine has.
        batch_s: seconds of sound per forward pass.
    """

    engine: str = "auto"
    language: str = "auto"
    device: str = "auto"
    model: str = ""
    transcript: str = ""
    numerals: bool = True
    exact: bool = False
    batch_s: float = 150.0

    def __post_init__(self) -> None:
        if self.engine != "auto":
            ENGINES.require(self.engine)
        if self.language not in LANGUAGES:
            raise UnknownName("language", self.language, LANGUAGES)
        if self.batch_s <= 0:
            raise ValueError("batch_s must be more than 0")


@dataclass(frozen=True, slots=True)
class Heard:
    """What an engine made of one window. `segment` is None where nothing was said.

    `sounds` holds the probability of each event over the whole `window`; empty where the engine does not listen for them.
    """

    window: Span
    segment: Segment | None = None
    sounds: Mapping[Sound, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether an engine can run here and, in words for people, why or why not and what to do about it."""

    ready: bool
    reason: str


class SpeechEngine(Protocol):
    """Turns windows of sound into segments.

    Attributes:
        identity: name, model, revision and device: part of the cache key, so it must change when the output would.
        lacks: what a person should know this engine does not give, in words; empty for a complete one.
        concurrent: whether several threads may ask it at once.
    """

    identity: EngineIdentity
    lacks: tuple[str, ...]
    concurrent: bool

    @classmethod
    def availability(cls, options: SpeechOptions) -> Availability:
        """Answers within milliseconds: loads no model and no heavy library."""
        ...

    @classmethod
    def identify(cls, options: SpeechOptions) -> EngineIdentity:
        """The identity that `open` would give, within milliseconds, so that a finished stage is recognised without a model."""
        ...

    @classmethod
    def open(cls, options: SpeechOptions) -> Self:
        """Ready to transcribe. Raises an EngineError that says what to do."""
        ...

    def transcribe(self, windows: Iterable[Waveform], memory: dict[str, str] | None = None) -> Iterator[Heard]:
        """One `Heard` per window (16 kHz, any length above 0), in order, reading ahead a bounded number of windows.

        Times are on the media clock: a token's span lies inside its segment's, the segment's inside the window's.

        Args:
            memory: what the engine remembers of one file between calls that each transcribe a stretch of it. It is filled in
                place and complete when the iterator ends; the next stretch passes it again. None: the call is the whole file.
        """
        ...


@runtime_checkable
class HearsEvents(Protocol):
    """What an engine may offer beside the contract: ears for sounds, where nobody speaks too."""

    def event_posterior(self, waveform: Waveform, window_s: float, hop_s: float) -> Posterior:
        """Probabilities of sounds along any audio (16 kHz), from windows of `window_s` slid over it.

        Frame k, of `hop_s`, is what is heard in the window around its middle.
        """
        ...


@runtime_checkable
class DetectsSpeech(Protocol):
    """What an engine may offer beside the contract: the speech detector on the engine's own device, for several files at once."""

    vad: VadModel
