"""The side of a worker, whose engine is in another process."""

from __future__ import annotations

import contextlib
import itertools
import os
import socket
import struct
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Set
from dataclasses import dataclass, field
from multiprocessing.connection import Client, Connection
from pathlib import Path
from typing import Any, Literal, Self

from video_pipeline.core.heartbeat import beat
from video_pipeline.core.posterior import Posterior
from video_pipeline.core.transcript import EngineIdentity
from video_pipeline.core.waveform import Waveform
from video_pipeline.jobs.errors import EngineHung
from video_pipeline.jobs.messages import WorkerSetup
from video_pipeline.jobs.shared_engine.calls import ALIVE, MORE, Call, End
from video_pipeline.speech import choose
from video_pipeline.speech.base import Heard, SpeechEngine, SpeechOptions

_START_S = 60.0
"""What the process with the engine may need until its first sign of life, however small the limit on its silence is."""

_LOOK_EVERY_S = 0.05
"""While an engine starts; the worker shows that it is alive as often."""


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
        """All answers of one call, an `End` last.

        If the engine is lost, the call is made once more: its windows are sent again, and answers that were given are left out.
        Raises EngineHung if that one hangs too. If that one dies, so does this process, and its job is tried again by another.
        """
        call = Call(what, self.options, self.identity, values, memory or {})
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

    def _made(self, call: Call, windows: Iterator[Waveform]) -> Iterator[Any]:
        """Make a call; a window is drawn whenever the engine asks for one. Raises _EngineLost, and whatever the engine raises."""
        with _Wire(self.setup, self.lost) as wire:
            wire.send(call)
            while not isinstance(answer := wire.receive(), End):
                if answer == MORE:
                    wire.send(next(windows, None))
                elif answer == ALIVE:
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
            start_s = max(setup.silence_s, _START_S)
            address = _newest(Path(setup.engine), lost, start_s)
            self._name = address.name
            self._pipe = Client(str(address))
            _limit(self._pipe, setup.silence_s)
            self._pipe.send_bytes(setup.key)
            _await_start(self._pipe, start_s)

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
    while not (sockets := [path for path in folder.glob("engine-*") if path.name not in lost]):
        if time.monotonic() > deadline_s:
            raise TimeoutError
        beat()
        time.sleep(_LOOK_EVERY_S)
    return max(sockets, key=lambda path: int(path.name.rpartition("-")[2]))


def _await_start(pipe: Connection, wait_s: float) -> None:
    """Until the engine's first word, or its end, is there to be read. Raises TimeoutError if there is neither in time."""
    deadline_s = time.monotonic() + wait_s
    while not pipe.poll(_LOOK_EVERY_S):
        if time.monotonic() > deadline_s:
            raise TimeoutError
        beat()


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
            if not isinstance(answer, End):
                yield answer
            elif memory is not None:
                memory |= answer.memory


class _BorrowedEars(_Borrowed):
    """One that can detect sounds too."""

    def event_posterior(self, waveform: Waveform, window_s: float, hop_s: float) -> Posterior:
        posterior: Posterior
        posterior, _ = self._line.answers("event_posterior", waveform, window_s, hop_s)
        return posterior
