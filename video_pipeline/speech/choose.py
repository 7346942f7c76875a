"""Chooses the engine: the named one, or for `auto` the first that can run here, with the reason in words."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from video_pipeline.core.errors import NoSuchFile
from video_pipeline.core.labels import Language
from video_pipeline.core.languages import NAMES
from video_pipeline.core.progress import FetchProgress, FetchReport
from video_pipeline.core.transcript import EngineIdentity
from video_pipeline.speech import ENGINES
from video_pipeline.speech.base import Availability, EngineFactory, FetchesWeights, SpeechEngine, SpeechOptions
from video_pipeline.speech.errors import EngineUnavailable, FetchFailed
from video_pipeline.speech.folders import model_folders
from video_pipeline.speech.spans import NONE

AUTO_ORDER = ("sensevoice", "whisper", "draft")
"""The first that can run and knows the language is taken. `replay`, which needs a transcript, is never chosen; `none` only where
words may be left out."""

_RETRY_FETCH_AFTER_S = 60.0

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
    """The engine for these options.

    Raises:
        UnknownName: there is no engine of that name.
        EngineUnavailable: the named engine does not know the language, or `auto` finds no engine that can run.
    """
    if options.clips_only:
        return Choice(NONE, "only the words of the clips are wanted")
    if options.engine != "auto":
        return _requested(options)
    if options.model:
        return _reader(options)
    refusals: list[str] = []
    for name in _candidates(options):
        answer = _answer(name, options)
        if answer.ready:
            instead = f" (not {'; not '.join(refusals)})" if refusals else ""
            return Choice(name, answer.reason + instead)
        refusals.append(f"{name}: {answer.reason}")
    if options.fallback == NONE:
        return Choice(NONE, "words can be left out (not " + "; not ".join(refusals) + ")")
    raise EngineUnavailable("auto", "none can run here: " + "; ".join(refusals))


def _candidates(options: SpeechOptions) -> tuple[str, ...]:
    """Without the draft where words may be left out, unless its language was named: it cannot tell which one is spoken."""
    if options.fallback == NONE and options.language != Language.EN:
        return tuple(name for name in AUTO_ORDER if name != "draft")
    return AUTO_ORDER


def _requested(options: SpeechOptions) -> Choice:
    if reason := _unknown_language(_factory(options.engine), options.language):
        others = [name for name in AUTO_ORDER if not _unknown_language(_factory(name), options.language)]
        raise EngineUnavailable(options.engine, f"{reason}; these do: {', '.join(others)}" if others else reason)
    return Choice(options.engine, "it was requested")


def _reader(options: SpeechOptions) -> Choice:
    """The engine that can read the named model. Never another one with a model of its own: opening says what is wrong with it."""
    name = next((name for name in AUTO_ORDER if _factory(name).reads(options.model)), None)
    if name is None:
        path = Path(options.model).expanduser()
        if not path.exists():
            if len(path.parts) > 1:
                raise NoSuchFile(path)
            return Choice(AUTO_ORDER[0], "a model was named")
        if len(several := [*model_folders(path, "model.bin"), *model_folders(path, "model.pt")]) > 1:
            names = ", ".join(str(one.relative_to(path)) for one in several)
            raise EngineUnavailable("auto", f"{options.model} holds several models, name one of them: {names}")
        if other := _other_form(path):
            raise EngineUnavailable("auto", f"{options.model} is a model of {other}, which none of the engines reads")
        known = "; ".join(f"{name}: {_factory(name).models}" for name in AUTO_ORDER if _factory(name).models)
        raise EngineUnavailable("auto", f"no engine can read {options.model}; {known}")
    if reason := _unknown_language(_factory(name), options.language):
        raise EngineUnavailable(name, f"{reason}, and only it can read {options.model}")
    return Choice(name, "it can read the named model")


def _other_form(path: Path) -> str:
    """The program whose form of model stands at a path, by the names of its files; empty if none is known."""
    names = [path.name] if path.is_file() else sorted(file.name for file in path.iterdir())
    return next((program for program, form in _OTHER_FORMS.items() if any(map(form.fullmatch, names))), "")


_OTHER_FORMS = {
    "whisper.cpp": re.compile(r"ggml-.*\.bin|.*\.gguf"),
    "Transformers (ct2-transformers-converter makes one of CTranslate2 of it)": re.compile(r"pytorch_model.*|.*\.safetensors"),
    "openai-whisper": re.compile(r"(?:tiny|base|small|medium|large|turbo).*\.pt"),
}
"""Files by which models that people have of Whisper are told."""


def _answer(name: str, options: SpeechOptions) -> Availability:
    """Whether `auto` may take an engine: it can run here, and knows the language."""
    if reason := _unknown_language(_factory(name), options.language):
        return Availability(False, reason)
    return _factory(name).availability(options)


def _unknown_language(factory: EngineFactory, language: str) -> str:
    """Why an engine cannot transcribe a language; empty if it can."""
    if language in ("auto", "mixed") or Language(language) in factory.languages:
        return ""
    return f"it does not know {NAMES[Language(language)].english}"


def fetchable(options: SpeechOptions) -> FetchesWeights | None:
    """The engine that would be used if its weights were fetched; None if there is nothing to fetch."""
    if options.clips_only:
        return None
    if options.engine == "auto" and options.model:
        names = [name for name in AUTO_ORDER if _factory(name).reads(options.model)]
    else:
        names = list(AUTO_ORDER) if options.engine == "auto" else [options.engine]
    for name in names:
        factory = _factory(name)
        if _unknown_language(factory, options.language):
            continue
        if isinstance(factory, FetchesWeights) and factory.lacks_weights(options):
            return factory
        if factory.availability(options).ready:
            return None
    return None


def prepare(options: SpeechOptions, progress: FetchProgress) -> None:
    """Fetch the weights that the engine lacks, if it can fetch any. Call before `choose`; takes minutes the first time.

    If they cannot be fetched, `auto` goes on without them, with a notice that says why and what can be done.

    Raises:
        FetchFailed: the engine was requested by name.
    """
    factory = fetchable(options)
    if factory is None:
        return
    try:
        _OfProcess.fetch(factory, options, progress)
    except FetchFailed as error:
        if options.engine != "auto":
            raise
        progress.notice(f"{error}; run again when a network is reachable, or put the files there; {_instead(options)}")


def _instead(options: SpeechOptions) -> str:
    """What a run does whose best engine has no weights, in words."""
    try:
        name = choose(options).name
    except EngineUnavailable:
        return "no other engine can run"
    if name == NONE:
        return "this run leaves words out"
    only = " for English" if _factory(name).languages == {Language.EN} else ""
    return f"this run takes the engine {name}{only} instead"


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
    failure: FetchFailed | None = None
    """The last, if there was one."""
    failed_at_s = 0.0

    @classmethod
    def fetch(cls, factory: FetchesWeights, options: SpeechOptions, progress: FetchProgress) -> None:
        """Fetch, unless `auto` has just failed to: many short videos must not all wait for a network that is not there."""
        is_recent = time.monotonic() - cls.failed_at_s < _RETRY_FETCH_AFTER_S
        if cls.failure is not None and is_recent and options.engine == "auto":
            raise cls.failure
        try:
            factory.fetch_weights(options, FetchReport(progress, "the speech model"))
        except FetchFailed as error:
            cls.failure, cls.failed_at_s = error, time.monotonic()
            raise


def use_pool(pool: EnginePool) -> None:
    """Call once at the start of a process whose engines are opened in another way, for instance borrowed from another process."""
    _OfProcess.pool = pool


def open_engine(options: SpeechOptions, identity: EngineIdentity, pool: EnginePool | None = None) -> SpeechEngine:
    """The chosen engine, from a pool: by default the one of this process. See `EnginePool.engine`."""
    return (pool or _OfProcess.pool).engine(options, identity)


def _factory(name: str) -> EngineFactory:
    factory: EngineFactory = ENGINES.load(name)
    return factory
