"""What other threads may ask of a run: give up a job, or look for new ones."""

from __future__ import annotations

import threading
from multiprocessing import Pipe
from multiprocessing.connection import Connection


class Control:
    """Orders to a run. Every method may be called from any thread; `reader` and `clear` are for the run itself."""

    def __init__(self) -> None:
        self.reader: Connection
        """Readable when there is an order to look at."""
        self.reader, self._writer = Pipe(duplex=False)
        self._lock = threading.Lock()
        self._is_signalled = False
        self._cancelled: set[str] = set()

    def cancel(self, job_id: str) -> None:
        """Give up the job: it is never started, or its worker is stopped. Its result is then a `Cancelled` error.

        The order stands until `forget`; a job that ends in the same moment may still have its own result.
        """
        with self._lock:
            self._cancelled.add(job_id)
        self.wake()

    def forget(self, job_id: str) -> None:
        """Call after the job's result, so that a later job with the same id can run."""
        with self._lock:
            self._cancelled.discard(job_id)

    def is_cancelled(self, job_id: str) -> bool:
        with self._lock:
            return job_id in self._cancelled

    def wake(self) -> None:
        """Make the run look for new jobs now."""
        with self._lock:
            if not self._is_signalled:
                self._is_signalled = True
                self._writer.send_bytes(b"!")

    def clear(self) -> None:
        """The run is about to look at everything that was ordered so far."""
        with self._lock:
            if self._is_signalled:
                self.reader.recv_bytes()
                self._is_signalled = False
