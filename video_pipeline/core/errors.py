"""The tree of errors. This module holds the branches; the leaves stand in the `errors.py` of the part that raises them.

PipelineError
  + InputError                the input cannot give what was requested
  |   + NoSuchFile
  |   |   + RemoteError           (library)
  |   |       + RemoteMissing
  |   |       + RemoteRefused
  |   |       + RemoteBroken
  |   |       + RemoteTooBig
  |   |   + NoVideos
  |   |   + SourceGone
  |   + CannotRead
  |   + NotMedia              (media)
  |   |   + IsFolder
  |   + NoAudio
  |   + NoSuchTrack
  |   + NoPicture
  |   + DamagedMedia
  |   + NoSubtitleTrack
  |   + PicturesOfText
  |   + NotSubtitles          (subtitles)
  |   + OtherLanguage         (speech)
  |   + NothingHeard          (video)
  |   + SourceChanged         (library)
  |   + NotThere              (web)
  |   + TooLarge
  |   + BadUpload
  |   + Stalled
  + OptionError               the request itself is wrong
  |   + UnknownName
  |   + UnknownKey
  |   + BadValue
  |   |   + OutOfRange
  |   + CannotHold            (media)
  |   + OtherVideo            (speech)
  |   + RemoteUnknown         (library)
  + OutputError               the result cannot be stored
  |   + CannotWrite
  |   |   + DamagedCatalogue      (library)
  |   |   + CatalogueUnusable
  |   + NotAsWritten          (media)
  |   + NotEnoughSpace
  |   + CannotPut             (library)
  |   + NoRoom                (web)
  + EngineError               no engine, no weights, no device
  |   + WeightsMissing        (speech)
  |   |   + ModelNotCached
  |   + FetchFailed
  |   + WeightsDamaged
  |   + EngineUnavailable
  |   |   + NoTranscript
  |   + DeviceMissing
  |   + TranslatorFailed      (translate)
  |   |   + TranslatorRefused
  |   + TranslatorUnavailable
  |   + BadGlossary
  |   + NoEmbeddings          (library)
  + ToolError                 a program, a package or a worker is missing, failed or hung
  |   + BrokenExtension
  |   + MissingPackage
  |   + FfmpegMissing         (media)
  |   + FfmpegFailed
  |   + FfmpegTimeout
  |   + MissingFont
  |   + NoLibass
  |   + CannotCut
  |   + ToolMissing           (clips)
  |   + NoFaceDetector
  |   + WorkerDied            (jobs)
  |   + WorkerHung
  |   + EngineHung
  |   + ClusterLost
  |   + TookTooLong
  |   + TooMuchMemory
  + BadRecord                 a stored file is not ours, or is damaged
  |   + BadTranscript         (speech)
  + RulesBroken               (subtitles)
  + SomeBroken
  + SomeFailed                (library)
  + RunStopped
  + TakenOver
  + ClipsLeftOut              (video)
  + PhrasesMissing
  + NotFinished
  + Cancelled                 (jobs)
  + NotNow                    (web)
  + TooBusy
  + HungUp
  + Changed
  + Locked
  + OffsetDiffers
  + Unreachable
  + Foreign

An error is a dataclass of its facts, so that programs can read them; `str()` is one sentence that states them. It gives no
advice: what to do differs between the command line, an HTTP request and Python, so each of these keeps a table from class to
advice, looked up with `for_class`. All errors pickle.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from video_pipeline.core.printable import printable
from video_pipeline.core.suggestions import did_you_mean, link_hint, sibling_hint

__all__ = [
    "INTERRUPTED",
    "BadRecord",
    "BadValue",
    "BrokenExtension",
    "CannotRead",
    "CannotWrite",
    "EngineError",
    "InputError",
    "NoSuchFile",
    "OptionError",
    "OutOfRange",
    "OutputError",
    "PipelineError",
    "ToolError",
    "UnknownKey",
    "UnknownName",
    "class_named",
    "for_class",
]

T = TypeVar("T")

INTERRUPTED = 130
"""Exit status of a process that was asked to stop: 128 + SIGINT, as shells count."""


class PipelineError(Exception):
    """The root. Catch this to catch everything that the project raises on purpose."""

    @property
    def message(self) -> str:
        return "something went wrong"

    def __str__(self) -> str:
        return printable(self.message)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), dataclasses.astuple(self) if dataclasses.is_dataclass(self) else ()


class InputError(PipelineError):
    """The input cannot give what was requested."""


@dataclass(eq=False)
class NoSuchFile(InputError):
    path: Path

    @property
    def message(self) -> str:
        return f"there is no file {self.path}{link_hint(self.path) or sibling_hint(self.path)}"


@dataclass(eq=False)
class CannotRead(InputError):
    """A file that is there, or could be, and may not be read."""

    path: Path
    reason: str

    @property
    def message(self) -> str:
        return f"cannot read {self.path}: {self.reason}"


class OutputError(PipelineError):
    """The result cannot be stored."""


@dataclass(eq=False)
class CannotWrite(OutputError):
    path: Path
    reason: str

    @property
    def message(self) -> str:
        return f"cannot write {self.path}: {self.reason}"


class OptionError(PipelineError):
    """The request itself is wrong."""


@dataclass(eq=False)
class UnknownName(OptionError):
    kind: str
    name: str
    known: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"there is no {self.kind} {self.name!r}{did_you_mean(self.name, self.known)}; known: {', '.join(self.known)}"


@dataclass(eq=False)
class UnknownKey(OptionError):
    where: str
    key: str
    known: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"{self.where}: unknown key {self.key!r}{did_you_mean(self.key, self.known)}; known: {', '.join(self.known)}"


@dataclass(eq=False)
class BadValue(OptionError):
    where: str
    reason: str

    @property
    def message(self) -> str:
        return f"{self.where}: {self.reason}"


class OutOfRange(BadValue, ValueError):
    """A value that its option does not allow; `where` is the option."""

    @property
    def message(self) -> str:
        return f"{self.where} {self.reason}"


class EngineError(PipelineError):
    """No engine, no weights, no device."""


class ToolError(PipelineError):
    """A program, a package or a worker is missing, failed or hung."""


@dataclass(eq=False)
class BrokenExtension(ToolError):
    """Another package's member cannot be loaded."""

    kind: str
    name: str
    package: str
    reason: str

    @property
    def message(self) -> str:
        return f"the {self.kind} {self.name!r} of the package {self.package} cannot be loaded: {self.reason}"


@dataclass(eq=False)
class BadRecord(PipelineError):
    path: Path
    reason: str

    @property
    def message(self) -> str:
        return f"{self.path} was not written by video-pipeline, or it is damaged: {self.reason}"


def for_class(table: Mapping[type[BaseException], T], kind: type[BaseException]) -> T | None:
    """The entry of the class itself, else of its nearest base; None if the table has neither."""
    return next((table[base] for base in kind.__mro__ if base in table), None)


def class_named(name: str) -> type[PipelineError] | None:
    """The error class of that name, as records store it; None if no imported module defines one."""
    return next((kind for kind in _classes(PipelineError) if kind.__name__ == name), None)


def _classes(root: type[PipelineError]) -> Iterator[type[PipelineError]]:
    yield root
    for kind in root.__subclasses__():
        yield from _classes(kind)
