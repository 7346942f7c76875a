"""The Ray cluster of a run: how it is reached, what room it has, and whether it is still there."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any, TextIO

from video_pipeline.core.extras import missing
from video_pipeline.jobs.errors import ClusterLost
from video_pipeline.jobs.limits import Pool
from video_pipeline.jobs.messages import JobResult
from video_pipeline.jobs.ray_address import why_silent
from video_pipeline.speech.errors import EngineUnavailable

_ASK_EVERY_S = 2.0
"""Between two questions to the head of the cluster."""
_ANSWER_S = 1.0
"""What it may need to answer; a busy one does so at the next question."""
_RECONNECT = "RAY_gcs_rpc_server_reconnect_timeout_s"
"""Ray's own setting: so long after its head was lost it ends the process, without a word to the program in it."""
_RECONNECT_S = 60.0
"""Ray's default for it."""
_GIVE_UP_AT = 0.5
"""Share of that time after which the run gives up by itself. A head that is started again earlier is taken up again by Ray."""


@contextlib.contextmanager
def connected(ray: Any, pool: Pool) -> Iterator[None]:
    """A Ray that is there already is taken as it is, and left as it was."""
    if ray.is_initialized():
        yield
        return
    address = pool.address or os.environ.get("RAY_ADDRESS", "")
    if address and (why := why_silent(address)):
        raise EngineUnavailable("ray", f"no cluster answers at {address} ({why})")
    # "local" starts a Ray of its own also where another runs on this machine
    here = {"address": address} if address else {"address": "local", "num_cpus": pool.local_workers, "include_dashboard": False}
    try:
        ray.init(log_to_driver=False, logging_level=logging.ERROR, **here)
    except (ConnectionError, RuntimeError, ValueError) as error:
        where = f"no cluster answers at {address}" if address else "Ray could not be started here"
        raise EngineUnavailable("ray", f"{where} ({first_line(error)})") from None
    try:
        yield
    finally:
        ray.shutdown()


class Head:
    """The head of the cluster (GCS), as the run sees it. It is asked now and then whether it is still there.

    Ray itself keeps silent about a lost head, and after a minute ends the process in which it finds that out.
    """

    def __init__(self, ray: Any) -> None:
        self._address = "" if ray.util.client.ray.is_connected() else str(ray.get_runtime_context().gcs_address)
        self._asked_s = self._seen_s = time.monotonic()
        self._patience_s = _GIVE_UP_AT * float(os.environ.get(_RECONNECT) or _RECONNECT_S)
        self.is_lost = False

    def check(self) -> None:
        """Raises ClusterLost where it has been silent for too long."""
        now_s = time.monotonic()
        if not self._address or now_s - self._asked_s < _ASK_EVERY_S:
            return
        missed_s = now_s - self._asked_s  # the run itself may have been stopped, and the head be well
        self._asked_s = now_s
        why = why_silent(self._address, _ANSWER_S)
        if not why or missed_s > self._patience_s:
            self._seen_s = now_s
        elif now_s - self._seen_s > self._patience_s:
            self.is_lost = True
            raise ClusterLost(f"its head at {self._address} no longer answers ({why})")


class Figures:
    """What a run adds to the metrics of the cluster, which Prometheus and the dashboard's charts read."""

    def __init__(self, ray: Any) -> None:
        self._videos: Any = None
        if ray.util.client.ray.is_connected():
            return  # the process with the figures is elsewhere
        from ray.util.metrics import Counter

        self._videos = Counter("video_pipeline_videos", "Videos that are over.", ("outcome",))
        self._media = Counter("video_pipeline_media_seconds", "Seconds of media that were worked through.")

    def count(self, result: JobResult) -> None:
        if self._videos is not None:
            self._videos.inc(1, {"outcome": "failed" if result.error else "done"})
            if result.media_s > 0:
                self._media.inc(result.media_s)


class _Apart:
    """Standard output for this program alone: what Ray's own threads print, on workers that ended say, goes elsewhere."""

    def __init__(self, ours: TextIO, theirs: TextIO) -> None:
        self._ours, self._theirs = ours, theirs

    def write(self, text: str) -> int:
        return (self._theirs if threading.current_thread().name.startswith("ray_") else self._ours).write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ours, name)


@contextlib.contextmanager
def apart() -> Iterator[None]:
    before = sys.stdout
    sys.stdout = apart = _Apart(before, sys.stderr)
    try:
        yield
    finally:
        if sys.stdout is apart:
            sys.stdout = before


def room(ray: Any, pool: Pool) -> int:
    """How many workers the cluster has room for."""
    has = ray.cluster_resources()
    needs = {"CPU": pool.cpus, "GPU": pool.gpus, **pool.resources}
    count = min(int(has.get(name, 0.0) / amount + 1e-9) for name, amount in needs.items() if amount)
    if count < 1:
        raise no_room(needs)
    return count


def no_room(needs: Mapping[str, float]) -> EngineUnavailable:
    """The error where not one worker fits in, with what it needs."""
    wanted = ", ".join(f"{amount:g} {name}" for name, amount in needs.items() if amount)
    return EngineUnavailable("ray", f"no worker fits into the cluster: one needs {wanted}")


def first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def ray_module() -> Any:
    try:
        import ray
    except ImportError:
        raise missing("ray") from None
    logging.getLogger("ray").setLevel(logging.ERROR)  # its notes about itself are not for our standard error
    return ray
