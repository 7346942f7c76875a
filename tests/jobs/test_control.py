"""Other threads cancel jobs of a run and wake it; a worker that was stopped is replaced."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from video_pipeline.jobs import EXECUTORS
from video_pipeline.jobs.control import Control
from video_pipeline.jobs.limits import Pool
from video_pipeline.jobs.messages import Job, JobUpdate

MakeJob = Callable[[str], Job]
needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")


def waited_for(path: Path) -> str:
    deadline = time.monotonic() + 60
    while not path.is_file() or not path.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return path.read_text()


@needs_proc
@pytest.mark.parametrize(("name", "limit_s"), [("leave", 8.0), ("stubborn", 30.0)])
def test_a_running_job_is_cancelled_and_the_next_one_runs(job: MakeJob, tmp_path: Path, name: str, limit_s: float) -> None:
    """Also one whose worker ignores the order to stop."""
    control, pids = Control(), list[str]()

    def cancel() -> None:
        pids.append(waited_for(tmp_path / name))
        control.cancel(name)

    threading.Thread(target=cancel).start()
    began_s = time.monotonic()
    made = {}
    for result in EXECUTORS.load("processes")().run([job(name), job("good")], Pool(workers=1), control=control):
        made[result.job.name] = result
        control.forget(result.job.id)
    assert made[name].error_type == "Cancelled" and made["good"].error == ""
    assert made[name].took_s < limit_s and time.monotonic() - began_s < 60
    assert not Path(f"/proc/{pids[0]}").exists()
    assert made["good"].value != int(pids[0])


def test_a_run_that_waits_is_woken_by_a_new_job(job: MakeJob) -> None:
    control, waiting = Control(), list[Job]()
    done = threading.Event()

    def jobs() -> Iterator[Job | None]:
        while not done.is_set():
            yield waiting.pop(0) if waiting else None

    def add() -> None:
        for number in range(3):
            time.sleep(0.3)
            waiting.append(job(f"good-{number}"))
            control.wake()

    threading.Thread(target=add).start()
    made = []
    for result in EXECUTORS.load("processes")().run(jobs(), Pool(workers=1), control=control):
        made.append(result.job.name)
        if len(made) == 3:
            done.set()
    assert made == ["good-0", "good-1", "good-2"]


def test_orders_that_nobody_has_read_do_not_block() -> None:
    control = Control()
    for number in range(100_000):  # more than a pipe holds
        control.cancel(str(number % 3))
    control.clear()
    assert control.is_cancelled("2") and not control.reader.poll()
    control.forget("2")
    assert not control.is_cancelled("2")


@needs_proc
def test_a_run_that_is_closed_ends_all_workers_at_once(job: MakeJob, tmp_path: Path) -> None:
    updates: list[JobUpdate] = []
    jobs = [job("good"), job("leave-1"), job("leave-2"), job("leave-3")]
    run = EXECUTORS.load("processes")().run(jobs, Pool(workers=4), updates.append)
    assert next(run).job.name == "good"
    pids = [waited_for(tmp_path / f"leave-{number}") for number in (1, 2, 3)]
    began_s = time.monotonic()
    run.close()
    assert time.monotonic() - began_s < 5.0
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]
