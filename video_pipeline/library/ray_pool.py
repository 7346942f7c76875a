"""A Ray cluster, or Ray on this machine. Videos and results stay on storage that all nodes see under the same paths.

Only paths and outcomes travel: nothing of a video passes through Ray's object store. The catalogue is written by the run
alone, and must be on its own disk. Workers end with the run that began them, so one that was killed is simply started again.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import Any

from video_pipeline import __version__
from video_pipeline.library.crew import LOOK_EVERY_S, Crew, Lost, Worker
from video_pipeline.library.family import end_children, first_to_go
from video_pipeline.library.jobs import Event, Job, Listen, Outcome, unheard
from video_pipeline.library.limits import Pool, attempt, memory_mb
from video_pipeline.library.worker import Notices
from video_pipeline.speech.errors import EngineUnavailable

_PATIENCE_S = 60.0
"""How long a cluster may need to begin a worker."""
_LEAVE_S = 2.0
_EVENTS_KEPT = 1000


class RayExecutor:
    """Connects to the cluster of `Pool.address`, or of `RAY_ADDRESS`, else starts Ray here. A worker is an actor on some node."""

    def run(self, jobs: Iterable[Job | None], pool: Pool, listen: Listen = unheard) -> Generator[Outcome]:
        ray = _ray()
        with _connected(ray, pool):
            count = pool.workers or _room(ray, pool)
            workers = [_Actor(number, pool, listen, ray) for number in range(count)]
            crew = Crew(workers, pool, lambda busy: _ready(ray, busy))
            try:
                yield from crew.work_through(iter(jobs))
            except ray.exceptions.RayError as error:
                raise EngineUnavailable("ray", f"the cluster was lost ({_first_line(error)}); run the same again") from None
            finally:
                crew.end()


class Inside:
    """The inside of a worker, on its node. One thread works, another answers what is asked meanwhile."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._events: deque[Event] = deque(maxlen=_EVENTS_KEPT)
        first_to_go()

    def place(self) -> tuple[str, str]:
        """The version of this program here, and the node's address."""
        return __version__, str(_ray().util.get_node_ip_address())

    def work(self, job: Job) -> Outcome:
        with Notices(job, self._events.append):
            return attempt(job, self._pool, self._events.append)

    def news(self) -> tuple[list[Event], int]:
        """Events since the last time, and the memory held, in MB."""
        events = [self._events.popleft() for _ in range(len(self._events))]
        return events, memory_mb(os.getpid())

    def leave(self) -> None:
        """End with all that was started."""
        end_children(os.getpid())
        os._exit(0)


class _Actor(Worker):
    """A worker seen from the run."""

    def __init__(self, number: int, pool: Pool, listen: Listen, ray: Any) -> None:
        super().__init__(f"ray {number + 1}", pool, listen)
        self._ray, self._plain_name = ray, self.name
        self._actor: Any = None
        self._place: Any = None
        self.at_work: Any = None

    def is_ready(self) -> bool:
        """An actor that the cluster has no room for yet gets no job, so that none waits for it."""
        if self._actor is None:
            self._start()
        if self._place is None:
            return True
        if not self._ray.wait([self._place], timeout=0)[0]:
            if time.monotonic() - self.heard > _PATIENCE_S:
                self.tell("worker", "waits for room in the cluster")
                self.heard = time.monotonic()
            return False
        try:
            version, node = self._ray.get(self._place)
        except self._ray.exceptions.RayError:  # its node was lost: another try
            self.end()
            return False
        if version != __version__:
            words = f"the node {node} has version {version} of video-pipeline, this is {__version__}; install the same everywhere"
            raise EngineUnavailable("ray", words)
        self.name, self._place = f"{self._plain_name} ({node})", None
        self.tell("worker", "ready")
        return True

    def _start(self) -> None:
        pool, self.heard = self.pool, time.monotonic()
        actor = self._ray.remote(Inside).options(
            num_cpus=pool.cpus, num_gpus=pool.gpus, resources=dict(pool.resources),
            max_restarts=0, max_concurrency=2, scheduling_strategy="SPREAD",
        )  # fmt: skip
        self._actor = actor.remote(pool)
        self._place = self._actor.place.remote()

    def send(self, job: Job) -> None:
        self.at_work = self._actor.work.remote(job)

    def receive(self) -> Outcome | None:
        with contextlib.suppress(self._ray.exceptions.RayError):
            self._hear_news(self._ray.get(self._actor.news.remote(), timeout=LOOK_EVERY_S))
        try:
            outcome: Outcome = self._ray.get(self.at_work)
        except self._ray.exceptions.RayTaskError as error:
            assert self.job is not None
            return Outcome.failed(self.job, error)
        except self._ray.exceptions.RayError:
            raise Lost from None
        return outcome

    def look(self) -> int:
        try:
            return self._hear_news(self._ray.get(self._actor.news.remote(), timeout=LOOK_EVERY_S))
        except self._ray.exceptions.RayError:
            return 0  # lost, which `receive` will find, or too deep in work to answer

    def _hear_news(self, news: tuple[list[Event], int]) -> int:
        events, used_mb = news
        for event in events:
            self.pass_on(event)
        return used_mb

    def end(self) -> None:
        if self._actor is not None:
            with contextlib.suppress(self._ray.exceptions.RayError):
                self._ray.wait([self._actor.leave.remote()], timeout=_LEAVE_S)
                self._ray.kill(self._actor)
        self._actor = self._place = None


def _ready(ray: Any, busy: Sequence[_Actor]) -> list[_Actor]:
    if not busy:  # all are being begun
        time.sleep(LOOK_EVERY_S / 10)
        return []
    done, _ = ray.wait([worker.at_work for worker in busy], num_returns=1, timeout=LOOK_EVERY_S)
    return [worker for worker in busy if worker.at_work in done]


@contextlib.contextmanager
def _connected(ray: Any, pool: Pool) -> Iterator[None]:
    """A Ray that is there already is taken as it is, and left as it was."""
    if ray.is_initialized():
        yield
        return
    address = pool.address or os.environ.get("RAY_ADDRESS", "")
    here = {"address": address} if address else {"num_cpus": pool.here, "include_dashboard": False}
    try:
        ray.init(log_to_driver=False, logging_level=logging.ERROR, **here)
    except (ConnectionError, RuntimeError, ValueError) as error:
        where = f"no cluster answers at {address}" if address else "Ray could not be started here"
        raise EngineUnavailable("ray", f"{where} ({_first_line(error)})") from None
    try:
        yield
    finally:
        ray.shutdown()


def _room(ray: Any, pool: Pool) -> int:
    """How many workers the cluster has room for."""
    has = ray.cluster_resources()
    needs = {"CPU": pool.cpus, "GPU": pool.gpus, **pool.resources}
    count = min(int(has.get(name, 0.0) / amount + 1e-9) for name, amount in needs.items() if amount)
    if count < 1:
        wanted = ", ".join(f"{amount:g} {name}" for name, amount in needs.items() if amount)
        raise EngineUnavailable("ray", f"no worker fits into the cluster: one needs {wanted}")
    return count


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _ray() -> Any:
    try:
        import ray
    except ImportError:
        raise EngineUnavailable("ray", "Ray is not installed; `pip install 'video-pipeline[ray]'`") from None
    logging.getLogger("ray").setLevel(logging.ERROR)  # its notes about itself are not for our standard error
    return ray
