"""A Ray cluster, or Ray on this machine. What jobs name must be there for all nodes, under the same path or as an address.

Only paths and results travel: nothing of a video passes through Ray's object store. Workers end with the run that started
them, so a run that was killed is simply started again.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections import deque
from collections.abc import Generator, Iterable, Sequence
from typing import Any

from video_pipeline import __version__
from video_pipeline.jobs.control import Control
from video_pipeline.jobs.crew import LOOK_EVERY_S, Crew, Worker, WorkerLost
from video_pipeline.jobs.errors import ClusterLost
from video_pipeline.jobs.limits import Pool, memory_mb
from video_pipeline.jobs.messages import Job, JobResult, JobUpdate, OnUpdate, ignore
from video_pipeline.jobs.process_tree import end_children, prefer_as_oom_victim
from video_pipeline.jobs.ray_cluster import Figures, Head, apart, connected, first_line, ray_module, room
from video_pipeline.jobs.ray_engine import Engines, Place, are_shared
from video_pipeline.jobs.shared_engine.borrowing import borrow
from video_pipeline.jobs.worker import Notices, attempt
from video_pipeline.speech.errors import EngineUnavailable

_PATIENCE_S = 60.0
"""A worker that has no place on the cluster for this long is reported."""
_LEAVE_S = 2.0
"""What a worker may need to end what it started."""
_UPDATES_KEPT = 1000
"""Of one worker, until they are asked for; older ones are dropped."""


class RayExecutor:
    """Connects to the cluster of `Pool.address`, or of `RAY_ADDRESS`, else starts Ray here. A worker is an actor on some node."""

    def run(
        self, jobs: Iterable[Job | None], pool: Pool, on_update: OnUpdate = ignore, control: Control | None = None
    ) -> Generator[JobResult]:
        ray = ray_module()
        with apart(), connected(ray, pool):
            head, figures = Head(ray), Figures(ray)
            engines = Engines(ray, pool) if are_shared(pool) else None
            places = engines.places if engines else [None] * (pool.workers or room(ray, pool))
            workers = [WorkerActor(f"ray {number}", pool, on_update, ray, place) for number, place in enumerate(places, 1)]
            crew = Crew(workers, pool, lambda busy: _ready(ray, busy, head), control)
            try:
                for result in crew.work_through(iter(jobs)):
                    figures.count(result)
                    yield result
            except ray.exceptions.RayError as error:
                raise ClusterLost(first_line(error)) from None
            finally:
                if head.is_lost:  # no actor can be ended through it, but each can still be told to leave
                    for worker in workers:
                        worker.interrupt()
                else:
                    crew.end()
                    if engines:
                        engines.end()


class Actor:
    """The inside of a worker, on its node. One thread works, another answers meanwhile."""

    def __init__(self, pool: Pool, name: str, engine: Any = None) -> None:
        """`engine` is the `EngineActor` that this worker decodes for, if there is one."""
        self._pool, self._name, self._engine = pool, name, engine
        self._updates: deque[JobUpdate] = deque(maxlen=_UPDATES_KEPT)
        self._is_set_up = False
        prefer_as_oom_victim()

    def __repr__(self) -> str:
        """What the dashboard calls it."""
        return f"video-pipeline {self._name}"

    def place(self) -> tuple[str, str]:
        """The version of this program here, and the node's address."""
        return __version__, str(ray_module().util.get_node_ip_address())

    def work(self, job: Job) -> JobResult:
        if self._engine is not None and not self._is_set_up:
            setup = ray_module().get(self._engine.setup.remote(job))
            if setup.engine:
                borrow(setup, self._replace_engine)
            self._is_set_up = True
        with Notices(job.id, self._updates.append):
            return attempt(job, self._pool, self._updates.append)

    def _replace_engine(self, lost: str) -> None:
        if ray_module().get(self._engine.replace.remote(lost)):
            self._updates.append(JobUpdate(kind="worker", text="the shared engine hung or died; another one is started"))

    def updates(self) -> tuple[list[JobUpdate], int]:
        """Updates since the last call, and the memory held, in MB."""
        updates = [self._updates.popleft() for _ in range(len(self._updates))]
        return updates, memory_mb(os.getpid())

    def leave(self) -> None:
        """End with all that was started, in the middle of a job."""
        end_children(os.getpid())
        os._exit(0)

    def clean(self) -> None:
        """End all that was started; the actor itself is then ended by Ray, which takes an exit of its own for a death."""
        end_children(os.getpid())


class WorkerActor(Worker):
    """A worker that is an actor, seen from the run."""

    def __init__(self, name: str, pool: Pool, on_update: OnUpdate, ray: Any, place: Place | None = None) -> None:
        super().__init__(name, pool, on_update)
        self._ray, self._plain_name, self._beside = ray, name, place
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
            if time.monotonic() - self.last_heartbeat_s > _PATIENCE_S:
                self.report("worker", "waits for room in the cluster")
                self.last_heartbeat_s = time.monotonic()
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
        self.report("worker", "ready")
        return True

    def _start(self) -> None:
        pool, self.last_heartbeat_s = self.pool, time.monotonic()
        actor = self._ray.remote(Actor).options(
            num_cpus=pool.cpus,
            num_gpus=0 if self._beside else pool.gpus,
            resources=dict(pool.resources),
            max_restarts=0,  # a lost worker is started again by the run, which knows what it was doing
            max_task_retries=0,
            max_concurrency=2,
            scheduling_strategy=self._beside.strategy if self._beside else "SPREAD",
        )
        self._actor = actor.remote(pool, self._plain_name, self._beside.engine if self._beside else None)
        self._place = self._actor.place.remote()

    def send(self, job: Job) -> None:
        self.at_work = self._actor.work.options(name=job.name).remote(job)  # so the dashboard shows each video

    def receive(self) -> JobResult | None:
        with contextlib.suppress(self._ray.exceptions.RayError):
            self._pass_on_all(self._ray.get(self._actor.updates.remote(), timeout=LOOK_EVERY_S))
        try:
            result: JobResult = self._ray.get(self.at_work)
        except self._ray.exceptions.RayTaskError as error:
            assert self.job is not None
            return JobResult.failed(self.job, error)
        except self._ray.exceptions.RayError:
            raise WorkerLost from None
        return result

    def has_news(self) -> bool:
        return False  # `look` has just passed on everything

    def look(self) -> int:
        try:
            return self._pass_on_all(self._ray.get(self._actor.updates.remote(), timeout=LOOK_EVERY_S))
        except self._ray.exceptions.RayError:
            return 0  # lost, which `receive` will find, or too deep in work to answer

    def _pass_on_all(self, news: tuple[list[JobUpdate], int]) -> int:
        updates, used_mb = news
        for update in updates:
            self.pass_on(update)
        return used_mb

    def interrupt(self) -> None:
        """The actor leaves, which ends its job."""
        if self._actor is not None:
            with contextlib.suppress(self._ray.exceptions.RayError):
                self._actor.leave.remote()

    def end(self) -> None:
        if self._actor is not None:
            with contextlib.suppress(self._ray.exceptions.RayError):
                self._ray.wait([self._actor.clean.remote()], timeout=_LEAVE_S)
                self._ray.kill(self._actor)
        self._actor = self._place = None


def _ready(ray: Any, busy: Sequence[WorkerActor], head: Head) -> list[WorkerActor]:
    head.check()
    if not busy:  # all are being started, or there is no job
        time.sleep(LOOK_EVERY_S / 10)
        return []
    done, _ = ray.wait([worker.at_work for worker in busy], num_returns=1, timeout=LOOK_EVERY_S)
    return [worker for worker in busy if worker.at_work in done]
