"""The contract of a reader.

To add one:
1. write one file here with a class that satisfies `SubtitleReader`;
2. add its line to `READERS` in `__init__.py`, before readers that could take its files for theirs;
3. add an example to `tests/subtitles/read/test_reading.py`, which asks every member of the table.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import Emotion, Language
from video_pipeline.core.transcript import Token


@dataclass(frozen=True, slots=True)
class Repair:
    """Something that was not as it should be and was put right: `line` counts from 1 in the file, 0 is the file as a whole."""

    what: str
    line: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A file's cues as they stand there, in its own order; those that overlap still do (see `untangle.untangled`)."""

    cues: tuple[Cue, ...]
    repairs: tuple[Repair, ...]
    encoding: str
    format: str


@dataclass(slots=True)
class Draft:
    """A cue as a reader found it: times may be swapped, text may be empty. `end_s` is None where the file does not say."""

    start_s: float
    end_s: float | None
    text: str
    line: int = 0
    speaker: str | None = None
    emotion: Emotion | None = None
    language: Language | None = None
    tokens: tuple[Token, ...] = ()


@dataclass(slots=True)
class Report:
    """What a reader tells besides the cues."""

    repairs: list[Repair] = field(default_factory=list)
    language: Language | None = None

    def add(self, what: str, line: int = 0, detail: str = "") -> None:
        self.repairs.append(Repair(what, line, detail))


class Unreadable(Exception):
    """Nothing can be made of a text; the message says why, as the end of "this is no such file: ...\"."""


class SubtitleReader(Protocol):
    """Takes cues out of the text of one format."""

    def owns(self, text: str) -> bool:
        """Whether the text is of this format, by its content alone."""
        ...

    def read(self, text: str, report: Report) -> list[Draft]:
        """What can be saved, in the file's own order. Lines end in `\\n`. What had to be mended goes to the report.

        Raises:
            Unreadable: nothing can be made of it.
        """
        ...
