"""Errors of translation."""

from __future__ import annotations

from dataclasses import dataclass

from video_pipeline.core.errors import EngineError


@dataclass(eq=False)
class TranslatorFailed(EngineError):
    """No answer came, however often it was asked for. What was translated before is kept."""

    translator: str
    reason: str

    @property
    def message(self) -> str:
        return f"the translator {self.translator} does not answer: {self.reason}"


@dataclass(eq=False)
class TranslatorUnavailable(EngineError):
    """A translator cannot run here: no model, no address."""

    translator: str
    reason: str

    @property
    def message(self) -> str:
        return f"the translator {self.translator} cannot run here: {self.reason}"


@dataclass(eq=False)
class TranslatorRefused(TranslatorFailed):
    """The server does not let us in."""

    @property
    def message(self) -> str:
        return f"the translator {self.translator} refuses: {self.reason}"


@dataclass(eq=False)
class BadGlossary(EngineError):
    """A glossary that a person wrote cannot be read."""

    path: str
    reason: str

    @property
    def message(self) -> str:
        return f"the glossary {self.path} cannot be used: {self.reason}"
