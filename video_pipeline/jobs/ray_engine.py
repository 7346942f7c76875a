"""Engines of a cluster: one actor holds a GPU, and the workers on its node decode for it.

What they ask at the same time goes through the GPU together, also for different videos. An engine and its workers are
placed as one group, so an autoscaling cluster adds a node that has room for all of them.
"""

from __future__ import annotations

import contextlib
import secrets
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from video_pipeline.jobs.limits import Pool
from video_pipeline.jobs.messages import Job, WorkerSetup
from video_pipeline.jobs.process_tree import prefer_as_oom_victim
from video_pipeline.jobs.ray_cluster import no_room
from video_pipeline.jobs.shared_engine.lending import Lender

_ENGINE_CPUS = 1.0
"""Of a node, for an engine."""
_LEAVE_S = 2.0
"""What an engine may need to end."""
_KEY_BYTES = 32


class EngineActor:
    """Keeps a process with the engine running on its node."""

    def __init__(self, pool: Pool, name: str, key: bytes) -> None:
        """`name` is of the folder where the engine listens, the same when this actor is started again."""
        prefer_as_oom_victim()
        self._lender = Lender(pool, Path(tempfile.gettempdir(), name), key, first=time.time_ns())

    def __repr__(self) -> str:
        return "video-pipeline engine"

    def setup(self, job: Job) -> WorkerSetup:
        return self._lender.setup(job)

    def replace(self, lost: str) -> bool:
        return self._lender.replace(lost)

    def clean(self) -> None:
        self._lender.end()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a worker runs that decodes for an engine."""

    strategy: Any
    engine: Any
    """The actor."""


class Engines:
    """The engines of a run. `places` are those of the workers, one each."""

    def __init__(self, ray: Any, pool: Pool) -> None:
        self._ray = ray
        self._groups: list[Any] = []
        self._actors: list[Any] = []
        self.places: list[Place] = []
        for workers in workers_beside(ray.nodes(), pool):
            self._start(workers, pool)
        if not self.places:
            raise no_room({"CPU": _ENGINE_CPUS + pool.cpus, "GPU": pool.gpus, **pool.resources})

    def _start(self, workers: int, pool: Pool) -> None:
        from ray.util.placement_group import placement_group
        from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

        room = {"CPU": _ENGINE_CPUS + workers * pool.cpus, **{name: workers * amount for name, amount in pool.resources.items()}}
        group = placement_group([room | ({"GPU": pool.gpus} if pool.gpus else {})], strategy="STRICT_PACK")
        strategy = PlacementGroupSchedulingStrategy(group, placement_group_bundle_index=0)
        actor = self._ray.remote(EngineActor).options(
            num_cpus=_ENGINE_CPUS, num_gpus=pool.gpus, max_restarts=-1, max_task_retries=-1, scheduling_strategy=strategy
        )
        name, key = f"video-pipeline-{secrets.token_hex(8)}", secrets.token_bytes(_KEY_BYTES)
        self._groups.append(group)
        self._actors.append(actor.remote(pool, name, key))
        self.places += [Place(strategy, self._actors[-1])] * workers

    def end(self) -> None:
        from ray.util.placement_group import remove_placement_group

        with contextlib.suppress(self._ray.exceptions.RayError):
            self._ray.wait([actor.clean.remote() for actor in self._actors], num_returns=len(self._actors), timeout=_LEAVE_S)
        for group in self._groups:
            with contextlib.suppress(self._ray.exceptions.RayError):
                remove_placement_group(group)


def are_shared(pool: Pool) -> bool:
    """Whether workers decode for engines: where that is asked for, or each engine would take a GPU for itself."""
    return pool.share_engine == "yes" or (pool.share_engine == "auto" and pool.gpus >= 1)


def workers_beside(nodes: Sequence[Mapping[str, Any]], pool: Pool) -> list[int]:
    """How many workers each engine gets: as many as its node has cores for, or `pool.workers` in all, spread evenly.

    More workers than there are cores get engines too, for which the cluster may grow.
    """
    most = [count for node in nodes if node["Alive"] for count in _of_node(node["Resources"], pool)]
    if not pool.workers or not most:
        return most
    counts = [0] * len(most)
    for number in range(pool.workers):
        free = [k for k, count in enumerate(counts) if count < most[k]]
        if free:
            counts[min(free, key=counts.__getitem__)] += 1
            continue
        most += [max(most)] * -(-(pool.workers - number) // max(most))
        counts += [0] * (len(most) - len(counts))
        counts[-1] += 1
    return [count for count in counts if count]


def _of_node(has: Mapping[str, float], pool: Pool) -> list[int]:
    """Of the engines that a node has room for, each with a worker at least."""
    count = int(has.get("GPU", 0.0) / pool.gpus + 1e-9) if pool.gpus else 1
    cores = has.get("CPU", 0.0)
    count = min(count, int(cores / (_ENGINE_CPUS + pool.cpus) + 1e-9))
    if count < 1:
        return []
    workers = int((cores - count * _ENGINE_CPUS) / pool.cpus + 1e-9)
    workers = min([workers, *(int(has.get(name, 0.0) / amount + 1e-9) for name, amount in pool.resources.items())])
    return [share for k in range(count) if (share := workers // count + (k < workers % count))]
