"""Hears where somebody speaks, but not what: for highlights of any language, without a model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import EngineIdentity, Segment
from video_pipeline.core.waveform import Waveform
from video_pipeline.speech.base import Availability, Feature, Heard, SpeechOptions

NONE = "none"
"""The engine's name in the table."""
_LEAST_S = 0.1
"""Nothing shorter can be a word."""


class SpansEngine:
    """Gives a segment without words for each window, so that clips are cut in pauses and speech counts as speech."""

    identity = EngineIdentity(NONE)
    lacks: tuple[str, ...] = ("words",)
    concurrent = True

    def transcribe(self, windows: Iterable[Waveform], memory: dict[str, str] | None = None) -> Iterator[Heard]:
        for window in windows:
            span = window.span
            yield Heard(span, Segment(span.start_s, span.end_s, "") if span.duration_s >= _LEAST_S else None)


class SpansFactory:
    """Runs everywhere."""

    languages = frozenset(Language)
    gives: frozenset[Feature] = frozenset()
    models = ""

    def reads(self, model: str) -> bool:
        return False

    def availability(self, options: SpeechOptions) -> Availability:
        return Availability(True, "no words are recognised")

    def identify(self, options: SpeechOptions) -> EngineIdentity:
        return SpansEngine.identity

    def open(self, options: SpeechOptions) -> SpansEngine:
        return SpansEngine()


FACTORY = SpansFactory()
