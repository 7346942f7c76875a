"""The contract of a speech engine: a factory that describes it without loading a model, and the open engine.

To add one:
1. write one file here with a class that satisfies `SpeechEngine`, and a `FACTORY` that satisfies `EngineFactory`;
2. add the factory's line to `ENGINES` in `__init__.py`;
3. run `tests/speech/test_engines.py`, which checks every member of the table against the contract.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal, Protocol, runtime_checkable

from video_pipeline.core.constraints import AboveZero, FilePath, OneOf, Share, check_fields
from video_pipeline.core.labels import Language, Sound
from video_pipeline.core.posterior import Posterior
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import EngineIdentity, Segment
from video_pipeline.core.waveform import Waveform
from video_pipeline.speech import ENGINES
from video_pipeline.speech.chinese import SCRIPTS
from video_pipeline.speech.terms import TermFound
from video_pipeline.speech.vad import VadModel

PRECISIONS = ("auto", "fp32", "bf16", "int8")
LANGUAGES = ("auto", "mixed", *(language.value for language in Language if language is not Language.UNKNOWN))


@dataclass(frozen=True, slots=True, kw_only=True)
class EmotionOptions:
    """How sure the model must be of an emotion."""

    least: Share = 0.5
    """Least probability of an emotion among those that have a name; less sure speech has none."""

    unknown: Share = 0.9
    """Speech has no emotion if the model gives "unknown" at least this probability; 1 ignores "unknown" altogether, as the
    published scores do."""

    temperature: AboveZero = 1.0
    """Divides the logits: above 1 the model counts as less sure than it says. Fit it on labelled speech of your own."""

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechOptions:
    """How speech is recognised."""

    engine: Annotated[str, OneOf("speech engine", ENGINES, ("auto",))] = "auto"
    """The engine; `auto` takes the first that can run and knows the language."""

    language: Annotated[str, OneOf("language", LANGUAGES)] = "auto"
    """A code of ISO 639-1. `auto` detects the language and keeps the dominant one for the whole file; `mixed` detects it for
    every window."""

    device: str = "auto"
    """`auto`, `cpu`, `cuda` or `cuda:N`. Naming a device that is absent is an error, never a silent fall back to the CPU."""

    model: FilePath = ""
    """A model's folder, a size of Whisper (`small`, `large-v3-turbo`), or `demo` for the small model of the demo video; empty
    searches the usual places. The engine `auto` is the one that can read it."""

    transcript: FilePath = ""
    """What the engine `replay` plays: a `transcript.json`, or what Whisper and its kin, services (AssemblyAI, AWS, Azure,
    Deepgram, Google, OpenAI and others), FunASR, NeMo, Vosk or YouTube wrote, with times."""

    terms: FilePath = ""
    """A text file with names and terms to expect, one a line: Whisper's hotwords; SenseVoice writes them where they are almost as
    likely as what it would write, the more so the higher the weight after a tab is. Other engines do not use it, and say so."""

    script: Annotated[str, OneOf("script", SCRIPTS)] = "auto"
    """Of Chinese words: `hans` (simplified), `hant` (traditional); `auto` is simplified for Mandarin, traditional for Cantonese,
    and applies to Whisper, which writes either at random."""

    other_video: bool = False
    """Also play a transcript that was made of another file, for instance of the same video before it was encoded again."""

    numerals: bool = True
    """Write numbers as digits and add punctuation (inverse text normalisation)."""

    exact: bool = False
    """Compute the published model's own numbers (fp32, its own features) instead of the fastest this machine has."""

    precision: Annotated[str, OneOf("precision", PRECISIONS)] = "auto"
    """Numbers that the model computes with: `int8` (Whisper; SenseVoice on processors with VNNI or AMX), `bf16` or `fp32`. `auto`
    is the fastest here. Results made with `auto` stay up to date on a machine where it is another one; naming a precision makes
    them again. `exact` overrides it."""

    batch_s: AboveZero = 150.0
    """Seconds of sound per forward pass: more is faster and takes more memory. SenseVoice takes 1 200 or more on a GPU, and less
    where that does not fit."""

    emotions: EmotionOptions = field(default_factory=EmotionOptions)
    """How sure the model must be of an emotion."""

    fallback: Annotated[str, OneOf("fallback", ("draft", "none"))] = "draft"
    """What `auto` does where no speech model can run: `draft` writes a draft, of English only; `none` leaves words out."""

    clips_only: bool = False
    """Recognise only the words of the clips that were chosen, which takes minutes where all of a long video takes hours."""

    offline: bool = False
    """Never ask the network for weights."""

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def may_lack_words(self) -> bool:
        """Whether the words of the whole video may be left out."""
        return self.clips_only or "none" in (self.engine, self.fallback)


@dataclass(frozen=True, slots=True)
class Heard:
    """An engine's result for one window."""

    window: Span
    segment: Segment | None = None
    """None if nothing was said."""
    sounds: Mapping[Sound, float] = field(default_factory=dict)
    """The probability of each event in the whole window; empty if the engine does not detect events."""
    terms: tuple[TermFound, ...] = ()
    """Where expected terms changed the words, if the engine can say so."""


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether an engine can run here."""

    ready: bool
    reason: str
    """Why or why not, in words for people."""


Feature = Literal["emotion", "events", "punctuation", "terms"]
"""What an engine may give beside words and their times; `terms`: it listens for those that are named. Sounds are heard without
`events` too, by the detectors."""

_MISSING: dict[Feature, str] = {"emotion": "emotions", "punctuation": "punctuation"}
"""What people are told to be missing where an engine does not give it."""


def missing_features(gives: Collection[Feature]) -> tuple[str, ...]:
    """What an engine that gives no more than this lacks, in words for people."""
    return tuple(words for feature, words in _MISSING.items() if feature not in gives)


class SpeechEngine(Protocol):
    """An open engine: turns windows of sound into segments."""

    identity: EngineIdentity
    """Part of the cache key, so it must change whenever the output would."""
    lacks: tuple[str, ...]
    """What users should know to be missing, in words; empty for a complete engine."""
    concurrent: bool
    """Whether several threads may use it at the same time."""

    def transcribe(self, windows: Iterable[Waveform], memory: dict[str, str] | None = None) -> Iterator[Heard]:
        """One `Heard` per window (16 kHz, any length above 0), in order, reading ahead a bounded number of windows.

        Times are on the media clock: a token's span lies inside its segment's, the segment's inside the window's.

        Args:
            memory: what the engine remembers of one file between calls that each transcribe a stretch of it. It is filled in
                place and complete when the iterator ends; the next stretch passes it again. None: the call is the whole file.
        """
        ...


class EngineFactory(Protocol):
    """Describes an engine, within milliseconds and without loading a model or a heavy library, and opens it."""

    languages: frozenset[Language]
    """The languages it can transcribe."""
    gives: frozenset[Feature]
    models: str
    """Which models it reads, in words for people; empty if it takes none."""

    def reads(self, model: str) -> bool:
        """Whether `SpeechOptions.model`, when given, names a model that this engine can read."""
        ...

    def availability(self, options: SpeechOptions) -> Availability:
        """Whether the engine can run here with these options."""
        ...

    def identify(self, options: SpeechOptions) -> EngineIdentity:
        """The identity that the open engine will have, so that a finished stage is recognised without a model."""
        ...

    def open(self, options: SpeechOptions) -> SpeechEngine:
        """An engine that is ready to transcribe. Raises an EngineError."""
        ...


@runtime_checkable
class FetchesWeights(Protocol):
    """An optional part of a factory's contract: weights that can be downloaded."""

    def lacks_weights(self, options: SpeechOptions) -> bool:
        """Whether the engine could run here if its weights were fetched. Does not ask the network."""
        ...

    def folder(self, options: SpeechOptions) -> Path:
        """Where the model is. Raises WeightsMissing, which names the places that were searched."""
        ...

    def fetch_weights(self, options: SpeechOptions, on_progress: Callable[[int, int], None], *, again: bool = False) -> None:
        """Download them. `on_progress(done_bytes, total_bytes)` is first called when a server has answered.

        Nothing is done if they are here, unless `again`.

        Raises FetchFailed, within seconds if no server can be reached.
        """
        ...


@runtime_checkable
class HearsEvents(Protocol):
    """An optional part of an engine's contract: it detects sounds, also where nobody speaks."""

    def event_posterior(self, waveform: Waveform, window_s: float, hop_s: float) -> Posterior:
        """Probabilities of sounds along any audio (16 kHz), from windows of `window_s` slid over it.

        Frame k, of `hop_s`, is the result for the window around its middle.
        """
        ...


@runtime_checkable
class WritesDrafts(Protocol):
    """An optional part of an engine's contract: it can tell that its words are a draft."""

    draft: bool
    """Whether files made from its words must say that they are a draft."""


@runtime_checkable
class DetectsSpeech(Protocol):
    """An optional part of an engine's contract: a speech detector on the engine's own device, for several files at once."""

    vad: VadModel


@runtime_checkable
class NeedsMargin(Protocol):
    """An optional part of a factory: its engine hears words better with more sound beside speech than windows usually have."""

    pad_s: float


@runtime_checkable
class DoubtsWords(Protocol):
    """An optional part of an engine's contract: it can tell that the words of a whole file are not to be believed."""

    def doubt(self, memory: Mapping[str, str]) -> str:
        """Why, in a sentence, by what the engine remembers at the end of the file; empty if they are."""
        ...


def doubt(engine: SpeechEngine, memory: Mapping[str, str]) -> str:
    """Why the words of a file are not to be believed; empty if they are."""
    return engine.doubt(memory) if isinstance(engine, DoubtsWords) else ""


def is_draft(engine: SpeechEngine) -> bool:
    """Whether files made from the words of an engine must say that they are a draft."""
    return isinstance(engine, WritesDrafts) and engine.draft
