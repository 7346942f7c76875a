"""Chooses the engine: the named one, or for `auto` the first that can run here, with the reason in words."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from video_pipeline.core.transcript import EngineIdentity
from video_pipeline.speech import ENGINES
from video_pipeline.speech.base import Availability, EngineFactory, SpeechEngine, SpeechOptions
from video_pipeline.speech.errors import EngineUnavailable

AUTO_ORDER = ("sensevoice", "draft")
"""Best first. `replay` is never chosen: it needs a transcript."""

Opener = Callable[[SpeechOptions, EngineIdentity], SpeechEngine]
"""Opens the engine with this identity that these options choose."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An engine's `name`, and `why` it was chosen."""

    name: str
    why: str


def availabilities(options: SpeechOptions) -> dict[str, Availability]:
    """Every engine's answer; loads no model."""
    return {name: _factory(name).availability(options) for name in ENGINES}


def choose(options: SpeechOptions) -> Choice:
    """Raises UnknownName for an unknown name, EngineUnavailable if `auto` finds no engine that can run."""
    if options.engine != "auto":
        ENGINES.load(options.engine)
        return Choice(options.engine, "it was requested")
    if options.model:
        return Choice("sensevoice", "a model was named")  # never replaced by a draft: opening says what is wrong with the model
    refusals: list[str] = []
    for name in AUTO_ORDER:
        answer = _factory(name).availability(options)
        if answer.ready:
            instead = f" (not {'; not '.join(refusals)})" if refusals else ""
            return Choice(name, answer.reason + instead)
        refusals.append(f"{name}: {answer.reason}")
    raise EngineUnavailable("auto", "none can run here: " + "; ".join(refusals))


def chosen_class(options: SpeechOptions) -> EngineFactory:
    """The factory of the engine that `choose` names."""
    return _factory(choose(options).name)


def open_here(options: SpeechOptions, identity: EngineIdentity) -> SpeechEngine:
    """The `Opener` that loads the engine into this process."""
    return chosen_class(options).open(options)


class EnginePool:
    """Keeps the last engine open, so that a worker loads its model once for many videos."""

    def __init__(self, opener: Opener = open_here) -> None:
        self._opener = opener
        self._opening = threading.Lock()
        self._open: tuple[SpeechOptions, EngineIdentity, SpeechEngine] | None = None

    def engine(self, options: SpeechOptions, identity: EngineIdentity) -> SpeechEngine:
        """The engine that the options choose, for any number of threads.

        `identity` is what its factory gives for these options: it differs from that of the open engine if the files behind them
        have changed. Raises an EngineError.
        """
        with self._opening:
            if self._open is None or self._open[:2] != (options, identity):
                self._open = None  # two models at once may not fit into memory
                self._open = (options, identity, self._opener(options, identity))
            return self._open[2]


class _OfProcess:
    """Holds the pool that this process uses where none is handed in."""

    pool = EnginePool()


def use_pool(pool: EnginePool) -> None:
    """Call once at the start of a process whose engines are opened in another way, for instance borrowed from another process."""
    _OfProcess.pool = pool


def open_engine(options: SpeechOptions, identity: EngineIdentity, pool: EnginePool | None = None) -> SpeechEngine:
    """The chosen engine, from a pool: by default the one of this process. See `EnginePool.engine`."""
    return (pool or _OfProcess.pool).engine(options, identity)


def _factory(name: str) -> EngineFactory:
    factory: EngineFactory = ENGINES.load(name)
    return factory
