"""One process holds the engine and several workers decode for it: a GPU is kept busy, and its memory holds one model.

A worker's engine is then a `_Borrowed` one, which sends windows of sound and receives what the engine recognised. Every call has
a connection of its own, so that a call that is broken off leaves nothing behind. What several workers ask of SenseVoice at the
same time goes through it together. An engine that does not support several threads runs for one caller at a time, and never while
it waits for a worker: the turn is released for as long as a window is awaited or an answer is sent.

A worker that waits for its turn is told again and again that the engine is alive. One that hears nothing at all takes the engine
for hung, and has the run replace it; its call is made once more, with the windows that it had sent already. The same happens when
the engine dies.
"""

from __future__ import annotations

import contextlib
import hmac
import itertools
import multiprocessing
import os
import secrets
import shutil
import signal
import socket
import struct
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Set
from dataclasses import dataclass, field
from multiprocessing.connection import Client, Connection, Listener
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, Literal, Self

from video_pipeline.core.errors import PipelineError
from video_pipeline.core.heartbeat import beat
from video_pipeline.core.posterior import Posterior
from video_pipeline.core.transcript import EngineIdentity
from video_pipeline.core.waveform import Waveform
from video_pipeline.jobs.errors import EngineHung
from video_pipeline.jobs.limits import Pool
from video_pipeline.jobs.messages import Job, WorkerSetup
from video_pipeline.jobs.process_tree import end_process, end_with_parent, prefer_as_oom_victim
from video_pipeline.options import load_options
from video_pipeline.speech import choose
from video_pipeline.speech.base import Heard, HearsEvents, SpeechEngine, SpeechOptions, is_draft

_START_S = 60.0
"""What the process with the engine may need until it accepts calls, however small the limit on its silence is."""
_LOAD_S = 300.0
"""What loading a model may take, in which the engine shows no other sign of life."""
_ALIVE_EVERY_S = 0.5
"""Often enough for any limit on silence, which is counted in seconds."""
_KEY_BYTES = 32
_CALLERS = 128
"""Connections that may wait to be accepted; one more would block where no limit on silence applies."""
_MORE = "more"
"""Asks a worker for the next window."""
_ALIVE = "alive"
"""Tells a worker that its call waits for its turn."""


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
    """The process with the engine, started when the first worker needs it, and again when it has died or hangs."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._is_shared: bool | None = None
        self._process: SpawnProcess | None = None
        self._folder, self._key = "", b""
        self._numbers = itertools.count(1)
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
        if not self._folder:
            self._folder, self._key = tempfile.mkdtemp(prefix="video-pipeline-"), secrets.token_bytes(_KEY_BYTES)
        self._name = f"engine-{next(self._numbers)}"
        arguments = (str(Path(self._folder, self._name)), self._key)
        self._process = _SPAWN.Process(target=lend, args=arguments, name="engine", daemon=True)
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
    with Listener(address, backlog=_CALLERS) as listener:
        while True:
            with contextlib.suppress(OSError, EOFError):
                threading.Thread(target=_answer, args=(listener.accept(), key, turn, engines), daemon=True).start()


def _answer(pipe: Connection, key: bytes, lock: threading.Lock, engines: choose.EnginePool) -> None:
    """Answer one call, until it is over or the worker is gone."""
    with contextlib.suppress(OSError, EOFError), pipe:
        if not hmac.compare_digest(pipe.recv_bytes(_KEY_BYTES), key):  # before anything is unpickled
            return
        call: _Call = pipe.recv()
        try:
            with _alive(pipe, _LOAD_S):
                engine = engines.engine(call.options, call.identity)
            turn = _Turn(pipe, threading.Lock() if engine.concurrent else lock)
            memory = dict(call.memory)
            with turn:
                for answer in _answers(engine, call, memory, _received(pipe, turn)):
                    with turn.released():
                        pipe.send(answer)
            pipe.send(_End(memory))
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
                pipe.send(_ALIVE)

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
            self._pipe.send(_ALIVE)

    def __exit__(self, *raised: object) -> None:
        self._lock.release()

    @contextlib.contextmanager
    def released(self) -> Iterator[None]:
        self._lock.release()
        try:
            yield
        finally:
            self._lock.acquire()  # at the latest when the other call's step is over


def _answers(engine: SpeechEngine, call: _Call, memory: dict[str, str], windows: Iterator[Waveform]) -> Iterator[Any]:
    if call.what == "open":
        yield engine.identity, engine.lacks, is_draft(engine), isinstance(engine, HearsEvents)
    elif call.what == "transcribe":
        yield from engine.transcribe(windows, memory)
    elif isinstance(engine, HearsEvents):
        yield engine.event_posterior(*call.values)


def _received(pipe: Connection, turn: _Turn) -> Iterator[Waveform]:
    while True:
        with turn.released():
            pipe.send(_MORE)
            window = pipe.recv()
        if window is None:
            return
        yield window


def borrow(setup: WorkerSetup, on_lost: Callable[[str], None]) -> None:
    """From now on, engines of this process are those of the process that listens in the folder `setup.engine`.

    `on_lost` is called with the name of an engine's socket when that engine died or hangs: another one is wanted.
    """

    def opened(options: SpeechOptions, identity: EngineIdentity) -> SpeechEngine:
        line = _Line(setup, on_lost, options, identity)
        (known, lacks, draft, hears_events), _ = line.answers("open")
        return (_BorrowedEars if hears_events else _Borrowed)(line, known, lacks, draft)

    choose.use_pool(choose.EnginePool(opened))


class _EngineLost(Exception):
    """The engine died, or gave no sign of life for too long (`is_hung`)."""

    def __init__(self, name: str, *, is_hung: bool) -> None:
        super().__init__(name, is_hung)
        self.name, self.is_hung = name, is_hung


@dataclass(frozen=True, slots=True)
class _Line:
    """Where the engine is, and with which options it is opened."""

    setup: WorkerSetup
    on_lost: Callable[[str], None]
    options: SpeechOptions
    identity: EngineIdentity
    lost: set[str] = field(default_factory=set)
    """Names of engines that this process has lost; their sockets may still be there."""

    def answers(
        self,
        what: Literal["open", "transcribe", "event_posterior"],
        *values: Any,
        windows: Iterable[Waveform] = (),
        memory: dict[str, str] | None = None,
    ) -> Iterator[Any]:
        """All answers of one call, an `_End` last.

        If the engine is lost, the call is made once more: its windows are sent again, and answers that were given are left out.
        Raises EngineHung if that one hangs too. If that one dies, so does this process, and its job is tried again by another.
        """
        call = _Call(what, self.options, self.identity, values, memory or {})
        source, sent, given = iter(windows), list[Waveform](), 0
        for is_last in (False, True):
            try:
                for answer in itertools.islice(self._made(call, itertools.chain(list(sent), _noted(source, sent))), given, None):
                    given += 1
                    yield answer
                return
            except _EngineLost as lost:
                self.lost.add(lost.name)
                self.on_lost(lost.name)
                if is_last and lost.is_hung:
                    raise EngineHung(self.identity.name, self.setup.silence_s) from None
                if is_last:
                    os._exit(1)

    def _made(self, call: _Call, windows: Iterator[Waveform]) -> Iterator[Any]:
        """Make a call; a window is drawn whenever the engine asks for one. Raises _EngineLost, and whatever the engine raises."""
        with _Wire(self.setup, self.lost) as wire:
            wire.send(call)
            while not isinstance(answer := wire.receive(), _End):
                if answer == _MORE:
                    wire.send(next(windows, None))
                elif answer == _ALIVE:
                    beat()
                elif isinstance(answer, Exception):
                    raise answer
                else:
                    yield answer
            yield answer


class _Wire:
    """The connection of one call. Whatever shows that the engine died or hangs is raised as _EngineLost."""

    def __init__(self, setup: WorkerSetup, lost: Set[str]) -> None:
        self._name = ""
        with self._losing():
            address = _newest(Path(setup.engine), lost, max(setup.silence_s, _START_S))
            self._name = address.name
            self._pipe = Client(str(address))
            _limit(self._pipe, setup.silence_s)
            self._pipe.send_bytes(setup.key)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._pipe.close()

    def send(self, value: Any) -> None:
        with self._losing():
            self._pipe.send(value)

    def receive(self) -> Any:
        with self._losing():
            return self._pipe.recv()

    @contextlib.contextmanager
    def _losing(self) -> Iterator[None]:
        try:
            yield
        except (EOFError, OSError) as error:
            raise _EngineLost(self._name, is_hung=isinstance(error, (BlockingIOError, TimeoutError))) from None


def _newest(folder: Path, lost: Set[str], wait_s: float) -> Path:
    """The socket of the engine that was started last, none of the lost ones. Raises TimeoutError if there is none in time."""
    deadline_s = time.monotonic() + wait_s
    while not (sockets := [path for path in folder.iterdir() if path.name not in lost]):
        if time.monotonic() > deadline_s:
            raise TimeoutError
        beat()
        time.sleep(0.05)
    return max(sockets, key=lambda path: int(path.name.rpartition("-")[2]))


def _noted(source: Iterator[Waveform], sent: list[Waveform]) -> Iterator[Waveform]:
    for window in source:
        sent.append(window)
        yield window


def _limit(pipe: Connection, silence_s: float) -> None:
    """Have reads and writes that wait longer than this raise BlockingIOError. 0 disables it."""
    limit = struct.pack("ll", int(silence_s), int(silence_s % 1 * 1e6))  # a struct timeval
    with socket.socket(fileno=os.dup(pipe.fileno())) as shared:  # shares its options with the pipe
        shared.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
        shared.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)


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
        for answer in self._line.answers("transcribe", windows=windows, memory=memory):
            if not isinstance(answer, _End):
                yield answer
            elif memory is not None:
                memory |= answer.memory


class _BorrowedEars(_Borrowed):
    """One that can detect sounds too."""

    def event_posterior(self, waveform: Waveform, window_s: float, hop_s: float) -> Posterior:
        posterior: Posterior
        posterior, _ = self._line.answers("event_posterior", waveform, window_s, hop_s)
        return posterior
