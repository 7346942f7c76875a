"""One worker process, seen from the server: given work, listened to, stopped, replaced when it dies."""

from __future__ import annotations

import multiprocessing
import shutil
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from video_pipeline.web.messages import Ended, Told, Work
from video_pipeline.web.worker import serve

_GRACE_S = 10.0


class WorkerDied(RuntimeError):
    """Killed or crashed in the middle of its work."""


class Member:
    """Starts its process with the first work it gets and keeps it, so that a model is loaded once."""

    def __init__(self) -> None:
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._busy_with = ""
        self._ordered = False
        self._lock = threading.Lock()

    def do(self, job_id: str, work: Work, told: Callable[[Told], None]) -> Ended:
        """Raises WorkerDied where the process ends before its work does."""
        try:
            pipe = self._ready(job_id)
            pipe.send(work)
            while True:
                message = pipe.recv()
                if isinstance(message, Ended):
                    return message
                told(message)
        except (EOFError, OSError):
            self.stop()
            raise WorkerDied from None
        finally:
            self._let_go()

    def stop(self) -> None:
        """End the process: politely, so that it cleans up after itself, then by force."""
        with self._lock:
            process, pipe, self._process, self._pipe = self._process, self._pipe, None, None
        if process is not None:
            process.terminate()
            process.join(_GRACE_S)
            if process.is_alive():
                process.kill()
                process.join()
        if pipe is not None:
            pipe.close()

    def interrupt(self, job_id: str | None = None) -> None:
        """Order the process to stop, if it is busy with this job (None: with any); `do` hears of it. From any thread."""
        with self._lock:
            if self._process is not None and self._busy_with and job_id in (None, self._busy_with) and not self._ordered:
                self._ordered = True
                self._process.terminate()

    def _let_go(self) -> None:
        """An order that came too late for a job must not hit the next one."""
        with self._lock:
            ordered, self._ordered, self._busy_with = self._ordered, False, ""
        if ordered:
            self.stop()

    def _ready(self, job_id: str) -> Connection:
        with self._lock:
            self._busy_with = job_id
            if self._process is not None and self._process.is_alive() and self._pipe is not None:
                return self._pipe
            context = multiprocessing.get_context("spawn")  # a fork of a server with threads may hang
            self._pipe, theirs = context.Pipe()
            self._process = context.Process(target=serve, args=(theirs,), name="video-pipeline worker", daemon=True)
            self._process.start()
            theirs.close()
            return self._pipe


def sweep(folder: Path) -> None:
    """Remove what a process that was killed may have left half-written, and the folder itself where nothing else is in it."""
    if not folder.is_dir():
        return
    for part in folder.rglob(".*.part"):
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.unlink(missing_ok=True)
    if not any(folder.iterdir()):
        folder.rmdir()
