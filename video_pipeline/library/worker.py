"""The inside of a worker process: takes a job, tells what it does, gives the outcome, and again, until it is told to end."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from multiprocessing.connection import Connection

from video_pipeline.core.errors import INTERRUPTED
from video_pipeline.library.family import end_children, end_with_parent, first_to_go, keep_to_share
from video_pipeline.library.jobs import Event, Job, Listen, Outcome, Post
from video_pipeline.library.limits import Pool, attempt


def serve(pipe: Connection, pool: Pool, post: Post) -> None:
    """The whole life of a worker. An outcome is sent for every job that comes through `pipe`, events before it."""
    # Ctrl-C is the parent's affair; its order to stop unwinds the video in hand, so nothing stays half-written
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(INTERRUPTED))
    end_with_parent()
    first_to_go()
    keep_to_share(post.workers)
    if post.engine:
        from video_pipeline.library.shared_engine import borrow

        borrow(post.engine, post.key)
    lock = threading.Lock()  # a stage may tell its progress from a thread of its own

    def send(message: Event | Outcome) -> None:
        with lock:
            pipe.send(message)

    try:
        for job in iter(pipe.recv, None):
            with Notices(job, send):
                outcome = attempt(job, pool, send)
            send(outcome)
    except (EOFError, BrokenPipeError):
        os._exit(1)  # the parent is gone, and with it whoever would hear anything
    finally:
        end_children(os.getpid())  # an order to stop may come in the very moment when something is being started


class Notices(logging.Handler):
    """Inside the block, warnings of the parts are told as notices of the job."""

    def __init__(self, job: Job, listen: Listen) -> None:
        super().__init__(logging.WARNING)
        self._job, self._listen = job, listen
        self._log = logging.getLogger("video_pipeline")

    def emit(self, record: logging.LogRecord) -> None:
        self._listen(Event("notice", "", self._job.source, text=record.getMessage()))

    def __enter__(self) -> None:
        self._log.addHandler(self)
        self._log.propagate = False

    def __exit__(self, *raised: object) -> None:
        self._log.removeHandler(self)
