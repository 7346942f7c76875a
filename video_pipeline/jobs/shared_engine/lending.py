"""The side that has the engine: its process, and the calls that it answers."""

from __future__ import annotations

import contextlib
import hmac
import itertools
import multiprocessing
import secrets
import shutil
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

from video_pipeline.core.errors import PipelineError
from video_pipeline.core.waveform import Waveform
from video_pipeline.jobs.limits import Pool
from video_pipeline.jobs.messages import Job, WorkerSetup
from video_pipeline.jobs.process_tree import end_process, end_with_parent, prefer_as_oom_victim
from video_pipeline.jobs.shared_engine.calls import ALIVE, MORE, Call, End
from video_pipeline.options import load_options
from video_pipeline.speech import choose
from video_pipeline.speech.base import HearsEvents, SpeechEngine, is_draft

_LOAD_S = 300.0
"""What loading a model may take, in which the engine shows no other sign of life."""
_ALIVE_EVERY_S = 0.5
"""Often enough for any limit on silence, which is counted in seconds."""
_KEY_BYTES = 32
_CALLERS = 128
"""Connections that may wait to be accepted; one more would block where no limit on silence applies."""
_SPAWN = multiprocessing.get_context("spawn")


class Lender:
    """The process with the engine, started when the first worker needs it, and again when it has died or hangs."""

    def __init__(self, pool: Pool, folder: Path | None = None, key: bytes = b"", *, first: int = 1) -> None:
        """Where the engine listens, and the secret that it asks for: new ones unless another lender had them before.

        `first` is the number of the first engine; those of a folder grow.
        """
        self._pool = pool
        self._is_shared: bool | None = None
        self._process: SpawnProcess | None = None
        self._own, self._folder, self._key = folder, "", key
        self._numbers = itertools.count(first)
        self._name = ""

    def setup(self, job: Job) -> WorkerSetup:
        """What a worker has to know whose first job this is."""
        workers = self._pool.local_workers
        if self._is_shared is None:
            self._is_shared = _is_shared(self._pool, job)
        if not self._is_shared:
            return WorkerSetup(workers)
        if self._process is None or not self._process.is_alive():
            self._start()
        return WorkerSetup(workers, self._folder, self._key, self._pool.hang_s / 2)

    def replace(self, lost: str) -> bool:
        """Start another engine in place of the one that a worker lost, by the name of its socket; empty if it never had one.

        False if that was done already.
        """
        if lost not in ("", self._name):
            return False
        self._start()
        return True

    def _start(self) -> None:
        self._end_process()
        if not self._folder and self._own is not None:
            self._own.mkdir(mode=0o700, exist_ok=True)
            self._folder = str(self._own)
        elif not self._folder:
            self._folder, self._key = tempfile.mkdtemp(prefix="video-pipeline-"), secrets.token_bytes(_KEY_BYTES)
        self._name = f"engine-{next(self._numbers)}"
        with _listening(Path(self._folder, self._name)) as listening:  # only the engine keeps it, so it ends with the engine
            self._process = _SPAWN.Process(target=lend, args=(listening, self._key), name="engine", daemon=True)
            self._process.start()

    def _end_process(self) -> None:
        if self._process is not None:
            end_process(self._process)
            Path(self._folder, self._name).unlink(missing_ok=True)
        self._process = None

    def end(self) -> None:
        self._end_process()
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)
        self._folder = ""


def _listening(address: Path) -> socket.socket:
    """A socket that nobody finds who could not connect to it."""
    listening, hidden = socket.socket(socket.AF_UNIX), address.with_name(f".{address.name}")
    listening.bind(str(hidden))
    listening.listen(_CALLERS)
    hidden.rename(address)
    return listening


def _is_shared(pool: Pool, job: Job) -> bool:
    if pool.share_engine != "auto":
        return pool.share_engine == "yes"
    try:
        options = load_options(job.preset, job.overrides).speech
        return choose.chosen_class(options).identify(options).device.startswith("cuda")
    except PipelineError:
        return False  # the job itself will fail with this error


def lend(listening: socket.socket, key: bytes) -> None:
    """The whole life of the process with the engine. Callers may have connected before it began."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
    prefer_as_oom_victim()
    turn, engines = threading.Lock(), choose.EnginePool()
    while True:
        with contextlib.suppress(OSError):
            pipe = Connection(listening.accept()[0].detach())
            threading.Thread(target=_answer, args=(pipe, key, turn, engines), daemon=True).start()


def _answer(pipe: Connection, key: bytes, lock: threading.Lock, engines: choose.EnginePool) -> None:
    """Answer one call, until it is over or the worker is gone."""
    with contextlib.suppress(OSError, EOFError), pipe:
        if not hmac.compare_digest(pipe.recv_bytes(_KEY_BYTES), key):  # before anything is unpickled
            return
        pipe.send(ALIVE)  # the engine has begun: only now the limit on its silence holds
        call: Call = pipe.recv()
        try:
            with _alive(pipe, _LOAD_S):
                engine = engines.engine(call.options, call.identity)
            turn = _Turn(pipe, threading.Lock() if engine.concurrent else lock)
            memory = dict(call.memory)
            with turn:
                for answer in _answers(engine, call, memory, _received(pipe, turn)):
                    with turn.released():
                        pipe.send(answer)
            pipe.send(End(memory))
        except (OSError, EOFError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the worker must receive it
            pipe.send(error)


@contextlib.contextmanager
def _alive(pipe: Connection, at_most_s: float) -> Iterator[None]:
    """Inside the block, the worker is told that the engine is alive, but not for ever."""
    is_over, end_s = threading.Event(), time.monotonic() + at_most_s

    def tell() -> None:
        with contextlib.suppress(OSError):
            while not is_over.wait(_ALIVE_EVERY_S) and time.monotonic() < end_s:
                pipe.send(ALIVE)

    telling = threading.Thread(target=tell, daemon=True)
    telling.start()
    try:
        yield
    finally:
        is_over.set()
        telling.join()


class _Turn:
    """The right of one call to use the engine. While it waits for it, its worker is told that the engine is alive."""

    def __init__(self, pipe: Connection, lock: threading.Lock) -> None:
        self._pipe, self._lock = pipe, lock

    def __enter__(self) -> None:
        while not self._lock.acquire(timeout=_ALIVE_EVERY_S):
            self._pipe.send(ALIVE)

    def __exit__(self, *raised: object) -> None:
        self._lock.release()

    @contextlib.contextmanager
    def released(self) -> Iterator[None]:
        self._lock.release()
        try:
            yield
        finally:
            self._lock.acquire()  # at the latest when the other call's step is over


def _answers(engine: SpeechEngine, call: Call, memory: dict[str, str], windows: Iterator[Waveform]) -> Iterator[Any]:
    if call.what == "open":
        yield engine.identity, engine.lacks, is_draft(engine), isinstance(engine, HearsEvents)
    elif call.what == "transcribe":
        yield from engine.transcribe(windows, memory)
    elif isinstance(engine, HearsEvents):
        yield engine.event_posterior(*call.values)


def _received(pipe: Connection, turn: _Turn) -> Iterator[Waveform]:
    while True:
        with turn.released():
            pipe.send(MORE)
            window = pipe.recv()
        if window is None:
            return
        yield window
