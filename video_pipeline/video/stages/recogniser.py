"""Which speech engine does the work, asked without loading its model."""

from __future__ import annotations

from dataclasses import dataclass

from video_pipeline.core.transcript import EngineIdentity
from video_pipeline.options import Options
from video_pipeline.speech import ENGINES
from video_pipeline.speech.base import SpeechEngine, SpeechOptions
from video_pipeline.speech.choose import AUTO_ORDER, choose, chosen_class, open_engine, prepare
from video_pipeline.video.base import DerivedStage, Given, StageProgress


@dataclass(frozen=True, slots=True)
class ChosenEngine:
    """An engine that can be opened."""

    options: SpeechOptions
    identity: EngineIdentity

    def open(self) -> SpeechEngine:
        """Raises an EngineError that says what to do."""
        return open_engine(self.options, self.identity)

    @property
    def takes_terms(self) -> bool:
        """Whether it listens for the terms that are named."""
        return "terms" in chosen_class(self.options).gives

    @property
    def terms_takers(self) -> str:
        """The engines that do, in words."""
        return " and ".join(name for name in AUTO_ORDER if "terms" in ENGINES.load(name).gives)

    @property
    def why(self) -> str:
        """Why it was taken."""
        return choose(self.options).why


def chosen_engine(options: SpeechOptions) -> ChosenEngine:
    """Raises UnknownName, EngineError where none can run."""
    return ChosenEngine(options, chosen_class(options).identify(options))


class Recogniser(DerivedStage[ChosenEngine]):
    """Made in every run: what the engine is depends on the machine. Later stages depend on its identity alone.

    Missing weights are fetched first, which is reported as a phase of its own.
    """

    name = "recogniser"

    def reads(self, options: Options) -> tuple[str, ...]:
        return ("speech",)

    def make(self, given: Given, progress: StageProgress) -> ChosenEngine:
        prepare(given.options.speech, progress)
        return chosen_engine(given.options.speech)

    def identity(self, given: Given) -> object:
        return given.of(Recogniser).identity
