"""Every error a person can meet: what is wrong, where, and what to do next. One tree, one table of exit codes.

An error is a dataclass of its facts, so a program can read them; `str()` is the sentence for people. All of them pickle.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from video_pipeline.core.suggestions import did_you_mean, sibling_hint


class PipelineError(Exception):
    """The root. Catch this to catch everything the project raises on purpose."""

    @property
    def message(self) -> str:
        return "something went wrong"

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), dataclasses.astuple(self) if dataclasses.is_dataclass(self) else ()


class InputError(PipelineError):
    """The video cannot give what was asked."""


@dataclass(eq=False)
class NoSuchFile(InputError):
    path: Path

    @property
    def message(self) -> str:
        return f"there is no file {self.path}{sibling_hint(self.path)}"


class OutputError(PipelineError):
    """The result cannot be kept."""


@dataclass(eq=False)
class CannotWrite(OutputError):
    path: Path
    reason: str

    @property
    def message(self) -> str:
        return f"cannot write {self.path}: {self.reason}; choose another folder with --out or make room there"


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


class EngineError(PipelineError):
    """No engine, no weights, no device."""


class ToolError(PipelineError):
    """FFmpeg is missing, failed or hung."""


@dataclass(eq=False)
class BadRecord(PipelineError):
    path: Path
    reason: str

    @property
    def message(self) -> str:
        return f"{self.path} is not a file of this program, or it is damaged: {self.reason}"


INTERRUPTED = 130
"""Exit status of a process that was asked to stop: 128 + SIGINT, as shells count."""
