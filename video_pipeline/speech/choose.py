"""Which engine runs: the one that is named, or for `auto` the first that can, with the reason in words."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from dataclasses import dataclass

from video_pipeline.core.transcript import EngineIdentity
from video_pipeline.speech import ENGINES
from video_pipeline.speech.base import Availability, SpeechEngine, SpeechOptions
from video_pipeline.speech.errors import EngineUnavailable

AUTO_ORDER = ("sensevoice", "draft")
_OPENING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Choice:
    """The engine `name`, and `why` it was taken."""

    name: str
    why: str


def availabilities(options: SpeechOptions) -> dict[str, Availability]:
    """Every engine's answer; loads no model."""
    return {name: ENGINES.load(name).availability(options) for name in ENGINES}


def choose(options: SpeechOptions) -> Choice:
    """Raises UnknownName for a name that is none, EngineUnavailable where `auto` finds nothing that runs."""
    if options.engine != "auto":
        ENGINES.load(options.engine)
        return Choice(options.engine, "it was asked for")
    if options.model:
        return Choice("sensevoice", "a model was named")  # never a draft in its place: opening says what is wrong with it
    refusals: list[str] = []
    for name in AUTO_ORDER:
        answer = ENGINES.load(name).availability(options)
        if answer.ready:
            instead = f" (not {'; not '.join(refusals)})" if refusals else ""
            return Choice(name, answer.reason + instead)
        refusals.append(f"{name}: {answer.reason}")
    raise EngineUnavailable("auto", "none can run here: " + "; ".join(refusals))


def open_engine(options: SpeechOptions, identity: EngineIdentity) -> SpeechEngine:
    """The chosen engine, ready, and kept ready for the next video: a worker loads its model once, whatever number of threads ask.

    Raises an EngineError that says what to do. `identity` is what the engine's class gave for these options: another one means
    that the files behind them have changed.
    """
    with _OPENING:
        return _opened(options, identity)


@functools.lru_cache(maxsize=1)
def _opened(options: SpeechOptions, identity: EngineIdentity) -> SpeechEngine:
    return _opener(options, identity)


def _open_here(options: SpeechOptions, identity: EngineIdentity) -> SpeechEngine:
    return chosen_class(options).open(options)


_opener: Callable[[SpeechOptions, EngineIdentity], SpeechEngine] = _open_here


def open_by(opener: Callable[[SpeechOptions, EngineIdentity], SpeechEngine]) -> None:
    """From now on, have `opener` open engines: one that several processes share, for instance."""
    global _opener
    _opener = opener
    _opened.cache_clear()


def chosen_class(options: SpeechOptions) -> type[SpeechEngine]:
    """The engine that `choose` names, not opened yet."""
    engine: type[SpeechEngine] = ENGINES.load(choose(options).name)
    return engine
