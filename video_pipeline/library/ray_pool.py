"""A Ray cluster, or Ray on this machine. Videos and results stay on storage that all nodes see; only paths travel."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from typing import Any

from video_pipeline.core.errors import EngineUnavailable
from video_pipeline.library.base import Job, Outcome, work


class RayExecutor:
    """Connects to the cluster named by `RAY_ADDRESS`, else starts Ray here with `workers` CPUs. A job takes one CPU."""

    def run(self, jobs: Sequence[Job], workers: int) -> Iterator[Outcome]:
        ray = _ray()
        started = not ray.is_initialized()
        if started:
            address = os.environ.get("RAY_ADDRESS")
            here = {"address": address} if address else {"num_cpus": max(1, workers), "include_dashboard": False}
            ray.init(log_to_driver=False, logging_level=logging.ERROR, **here)
        try:
            # a node that is lost costs a retry; what the video itself does wrong comes back as its outcome
            remote = ray.remote(num_cpus=1, max_retries=2)(work)
            waiting = {remote.remote(job): job for job in jobs}
            while waiting:
                (ready,), _ = ray.wait(list(waiting), num_returns=1)
                yield _outcome(ray, ready, waiting.pop(ready))
        finally:
            if started:
                ray.shutdown()


def _outcome(ray: Any, ready: Any, job: Job) -> Outcome:
    try:
        outcome: Outcome = ray.get(ready)
    except ray.exceptions.RayError as error:
        return Outcome.failed(job, error)
    return outcome


def _ray() -> Any:
    try:
        import ray
    except ImportError:
        raise EngineUnavailable("ray", "Ray is not installed; `pip install 'video-pipeline[ray]'`") from None
    logging.getLogger("ray").setLevel(logging.ERROR)  # its notes about itself are not for our standard error
    return ray
