"""One process holds the engine and several workers decode for it: a GPU is kept busy, and its memory holds one model.

A worker's engine is then a `_Borrowed` one, which sends windows of sound and receives what the engine recognised. Every call has
a connection of its own, so that a call that is broken off leaves nothing behind. What several workers ask of SenseVoice at the
same time goes through it together. An engine that does not support several threads runs for one caller at a time, and never while
it waits for a worker: the turn is released for as long as a window is awaited or an answer is sent.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import secrets
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Client, Connection, Listener
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, Literal

from video_pipeline.core.errors import PipelineError
from video_pipeline.core.posterior import Posterior
from video_pipeline.core.transcript import EngineIdentity
from video_pipeline.core.waveform import Waveform
from video_pipeline.jobs.limits import Pool
from video_pipeline.jobs.messages import Job, WorkerSetup
from video_pipeline.jobs.process_tree import end_process, end_with_parent, prefer_as_oom_victim
from video_pipeline.options import load_options
from video_pipeline.speech import choose
from video_pipeline.speech.base import Heard, HearsEvents, SpeechEngine, SpeechOptions, is_draft

_START_S = 60.0
"""What the process with the engine may need until it accepts calls."""
_MORE = "more"
"""Asks a worker for the next window."""


@dataclass(frozen=True, slots=True)
class _End:
    """The last answer to a call; `memory` is what the engine remembers of the file for its next stretch."""

    memory: dict[str, str]


_SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class _Call:
    """What a worker asks of the engine."""

    what: Literal["open", "transcribe", "event_posterior"]
    options: SpeechOptions
    identity: EngineIdentity
    values: tuple[Any, ...] = ()
    memory: dict[str, str] = field(default_factory=dict)


class Lender:
    """The process with the engine, started when the first worker needs it, and again when it has died."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._is_shared: bool | None = None
        self._process: SpawnProcess | None = None
        self._folder, self._key = "", b""

    def setup(self, job: Job) -> WorkerSetup:
        """What a worker has to know whose first job this is."""
        workers = self._pool.local_workers
        if self._is_shared is None:
            self._is_shared = _is_shared(self._pool, job)
        if not self._is_shared:
            return WorkerSetup(workers)
        if self._process is None or not self._process.is_alive():
            self.end()
            self._start()
        return WorkerSetup(workers, str(Path(self._folder, "engine")), self._key)

    def _start(self) -> None:
        self._folder, self._key = tempfile.mkdtemp(prefix="video-pipeline-"), secrets.token_bytes(32)
        arguments = (str(Path(self._folder, "engine")), self._key)
        self._process = _SPAWN.Process(target=lend, args=arguments, name="engine", daemon=True)
        self._process.start()

    def end(self) -> None:
        if self._process is not None:
            end_process(self._process)
            shutil.rmtree(self._folder, ignore_errors=True)
        self._process = None


def _is_shared(pool: Pool, job: Job) -> bool:
    if pool.share_engine != "auto":
        return pool.share_engine == "yes"
    try:
        options = load_options(job.preset, job.overrides).speech
        return choose.chosen_class(options).identify(options).device.startswith("cuda")
    except PipelineError:
        return False  # the job itself will fail with this error


def lend(address: str, key: bytes) -> None:
    """The whole life of the process with the engine."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    prefer_as_oom_victim()
    turn, engines = threading.Lock(), choose.EnginePool()
    with Listener(address, authkey=key) as listener:
        while True:
            with contextlib.suppress(OSError, EOFError, multiprocessing.AuthenticationError):
                threading.Thread(target=_answer, args=(listener.accept(), turn, engines), daemon=True).start()


def _answer(pipe: Connection, turn: threading.Lock, engines: choose.EnginePool) -> None:
    """Answer one call, until it is over or the worker is gone."""
    with contextlib.suppress(OSError, EOFError), pipe:
        call: _Call = pipe.recv()
        try:
            engine = engines.engine(call.options, call.identity)
            if engine.concurrent:
                turn = threading.Lock()  # for this call alone
            memory = dict(call.memory)
            with turn:
                for answer in _answers(engine, call, memory, _received(pipe, turn)):
                    with _turn_released(turn):
                        pipe.send(answer)
            pipe.send(_End(memory))
        except (OSError, EOFError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the worker must receive it
            pipe.send(error)


def _answers(engine: SpeechEngine, call: _Call, memory: dict[str, str], windows: Iterator[Waveform]) -> Iterator[Any]:
    if call.what == "open":
        yield engine.identity, engine.lacks, is_draft(engine), isinstance(engine, HearsEvents)
    elif call.what == "transcribe":
        yield from engine.transcribe(windows, memory)
    elif isinstance(engine, HearsEvents):
        yield engine.event_posterior(*call.values)


def _received(pipe: Connection, turn: threading.Lock) -> Iterator[Waveform]:
    while True:
        with _turn_released(turn):
            pipe.send(_MORE)
            window = pipe.recv()
        if window is None:
            return
        yield window


@contextlib.contextmanager
def _turn_released(turn: threading.Lock) -> Iterator[None]:
    turn.release()
    try:
        yield
    finally:
        turn.acquire()


def borrow(address: str, key: bytes) -> None:
    """From now on, engines of this process are those of the process that listens at `address`."""

    def opened(options: SpeechOptions, identity: EngineIdentity) -> SpeechEngine:
        lender = _Line(address, key, options, identity)
        with lender.call("open") as pipe:
            known, lacks, draft, hears_events = _received_answer(pipe)
        return (_BorrowedEars if hears_events else _Borrowed)(lender, known, lacks, draft)

    choose.use_pool(choose.EnginePool(opened))


@dataclass(frozen=True, slots=True)
class _Line:
    """Where the engine is, and with which options it is opened."""

    address: str
    key: bytes
    options: SpeechOptions
    identity: EngineIdentity

    @contextlib.contextmanager
    def call(
        self,
        what: Literal["open", "transcribe", "event_posterior"],
        *values: Any,
        memory: dict[str, str] | None = None,
    ) -> Iterator[Connection]:
        """A connection for one call. A process that has lost its engine ends, and is replaced."""
        try:
            with self._connection() as pipe:
                pipe.send(_Call(what, self.options, self.identity, values, memory or {}))
                yield pipe
        except (EOFError, ConnectionError):
            os._exit(1)

    def _connection(self) -> Connection:
        deadline = time.monotonic() + _START_S
        while True:
            try:
                return Client(self.address, authkey=self.key)
            except (FileNotFoundError, ConnectionRefusedError):  # it is still starting
                if time.monotonic() > deadline:
                    raise ConnectionError from None
                time.sleep(0.05)


class _Borrowed:
    """A speech engine in another process."""

    concurrent = True
    """Every call has a connection of its own."""

    def __init__(self, line: _Line, identity: EngineIdentity, lacks: tuple[str, ...], draft: bool) -> None:
        self.identity, self.lacks, self.draft = identity, lacks, draft
        self._line = line

    def transcribe(self, windows: Iterable[Waveform], memory: dict[str, str] | None = None) -> Generator[Heard]:
        """A window is drawn whenever the engine asks for one; the pipeline decodes ahead where the device is a GPU.

        The engine's memory of the file travels with the call, and comes back with its end.
        """
        source = iter(windows)
        with self._line.call("transcribe", memory=memory) as pipe:
            while not isinstance(answer := _received_answer(pipe), _End):
                if answer == _MORE:
                    pipe.send(next(source, None))
                else:
                    yield answer
        if memory is not None:
            memory |= answer.memory


class _BorrowedEars(_Borrowed):
    """One that can detect sounds too."""

    def event_posterior(self, waveform: Waveform, window_s: float, hop_s: float) -> Posterior:
        with self._line.call("event_posterior", waveform, window_s, hop_s) as pipe:
            posterior: Posterior = _received_answer(pipe)
        return posterior


def _received_answer(pipe: Connection) -> Any:
    answer = pipe.recv()
    if isinstance(answer, Exception):
        raise answer
    return answer
