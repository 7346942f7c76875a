"""A worker that hangs, grows, dies or has worked for long enough makes room for another, and the run goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from video_pipeline.jobs import EXECUTORS
from video_pipeline.jobs.limits import Pool
from video_pipeline.jobs.messages import Job, JobResult, JobUpdate, ignore

MakeJob = Callable[[str], Job]


def results(jobs: list[Job], pool: Pool, updates: list[JobUpdate] | None = None) -> dict[str, JobResult]:
    on_update = updates.append if updates is not None else ignore
    made = list(EXECUTORS.load("processes")().run(jobs, pool, on_update))
    assert len(made) == len(jobs)
    return {result.job.name: result for result in made}


def test_a_silent_worker_is_ended_and_the_others_go_on(job: MakeJob) -> None:
    made = results([job("hang"), job("good-1"), job("good-2")], Pool(workers=2, hang_s=3.0))
    assert {name: result.error_type for name, result in made.items()} == {"hang": "WorkerHung", "good-1": "", "good-2": ""}
    assert "no progress for 3 s" in made["hang"].error and made["hang"].took_s >= 3.0


def test_a_slow_worker_that_makes_progress_is_not_hung(job: MakeJob) -> None:
    updates: list[JobUpdate] = []
    made = results([job("beat")], Pool(workers=1, hang_s=2.0), updates)
    assert made["beat"].error == "" and made["beat"].took_s > 5.0
    assert not [update for update in updates if update.kind == "alive"]


def test_updates_that_wait_to_be_received_are_no_silence(job: MakeJob) -> None:
    """Whoever takes the results is slower than the limit, while a worker goes on reporting."""
    made = {}
    for result in EXECUTORS.load("processes")().run([job("good-1"), job("beat")], Pool(workers=2, hang_s=2.0)):
        made[result.job.name] = result.error_type
        time.sleep(4.0 if result.job.name == "good-1" else 0.0)
    assert made == {"good-1": "", "beat": ""}


def test_a_worker_that_takes_too_long_is_ended(job: MakeJob) -> None:
    made = results([job("hang"), job("good")], Pool(workers=1, hang_s=0, item_s=3.0))
    assert made["hang"].error_type == "TookTooLong" and "more than 3 s" in made["hang"].error
    assert made["good"].error == ""


def test_a_worker_that_takes_too_much_memory_is_ended(job: MakeJob) -> None:
    if not Path("/proc/self/statm").exists():
        pytest.skip("this system does not tell how much memory another process holds")
    made = results([job("grow"), job("good")], Pool(workers=1, memory_mb=300))
    assert made["grow"].error_type == "TooMuchMemory" and "the limit is 300 MB" in made["grow"].error
    assert made["good"].error == ""


def test_a_worker_that_dies_is_replaced_but_not_for_ever(job: MakeJob) -> None:
    updates: list[JobUpdate] = []
    made = results([job("stumble"), job("die"), job("good")], Pool(workers=1), updates)
    assert made["stumble"].error == "" and made["good"].error == ""
    assert made["die"].error_type == "WorkerDied" and "2 times" in made["die"].error
    assert sum("died" in update.text for update in updates if update.kind == "worker") == 3


def test_a_worker_that_has_worked_long_enough_is_replaced(job: MakeJob) -> None:
    names = ["good-1", "good-2", "good-3", "good-4"]
    made = results([job(name) for name in names], Pool(workers=1, recycle_h=1.0))
    first, second, third, fourth = (made[name].value for name in names)  # half an hour each; the number of the process
    assert first == second != third == fourth


def test_a_full_disk_is_known_before_a_job_starts(job: MakeJob) -> None:
    made = results([job("hang")], Pool(workers=1, free_mb=10**9))
    assert made["hang"].error_type == "NotEnoughSpace"


def test_a_defect_is_told_from_an_error_raised_on_purpose(job: MakeJob) -> None:
    made = results([job("wrong"), job("die")], Pool(workers=1, tries=1))
    assert (made["wrong"].error_type, made["wrong"].is_defect) == ("KeyError", True)
    assert (made["die"].error_type, made["die"].is_defect) == ("WorkerDied", False)


def test_jobs_are_drawn_when_a_worker_is_free(job: MakeJob) -> None:
    drawn: list[str] = []

    def jobs() -> Iterable[Job]:
        for number in range(5):
            drawn.append(f"good-{number}")
            yield job(f"good-{number}")

    for given, _ in enumerate(EXECUTORS.load("processes")().run(jobs(), Pool(workers=2)), 1):
        assert len(drawn) <= given + 2


def test_wrong_limits_are_errors() -> None:
    for wrong in ({"workers": -1}, {"hang_s": -1.0}, {"tries": 0}, {"cpus": 0.0}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            Pool(**wrong)  # type: ignore[arg-type]
