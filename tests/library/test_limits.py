"""A worker that hangs, grows, dies or has worked for long enough makes room for another, and the run goes on."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from video_pipeline.library import EXECUTORS
from video_pipeline.library.jobs import Event, Job, Outcome
from video_pipeline.library.limits import Pool

TASKS = '''
import os, signal, time
from pathlib import Path
from video_pipeline.library.jobs import Outcome, unheard

def task(job, listen=unheard):
    """Does what the video is called."""
    deed = job.video.stem.partition("-")[0]
    if deed == "hang":
        time.sleep(60)
    if deed == "grow":
        held = b"x" * (400 << 20)
        time.sleep(60)
    if deed == "die" or (deed == "stumble" and not job.video.exists()):
        job.video.write_text("was here")
        os.kill(os.getpid(), signal.SIGKILL)
    return Outcome(job, 0.1, media_s=1800.0, engine=str(os.getpid()))
'''


@pytest.fixture(scope="module")
def tasks(tmp_path_factory: pytest.TempPathFactory) -> Iterable[ModuleType]:
    """A module that workers can import too."""
    folder = tmp_path_factory.mktemp("tasks")
    (folder / "tasks_of_a_test.py").write_text(TASKS)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        patch.setenv("PYTHONPATH", f"{folder}{os.pathsep}{Path(__file__).parents[2]}")
        import tasks_of_a_test  # type: ignore[import-not-found]

        yield tasks_of_a_test


def outcomes(tmp_path: Path, names: Iterable[str], pool: Pool, told: list[Event] | None = None) -> dict[str, Outcome]:
    jobs = [Job(tmp_path / f"{name}.mp4", tmp_path, ()) for name in names]
    listen = told.append if told is not None else lambda event: None
    made = list(EXECUTORS.load("processes")().run(jobs, pool, listen))
    assert len(made) == len(jobs)
    return {outcome.job.video.stem: outcome for outcome in made}


def test_who_gives_no_sign_is_ended_and_the_others_go_on(tmp_path: Path, tasks: Any) -> None:
    made = outcomes(tmp_path, ["hang", "good-1", "good-2"], Pool(workers=2, hang_s=3.0, task=tasks.task))
    assert {name: outcome.error_type for name, outcome in made.items()} == {"hang": "WorkerHung", "good-1": "", "good-2": ""}
    assert "no sign of progress for 3 s" in made["hang"].error and made["hang"].took_s >= 3.0


def test_who_takes_too_long_is_ended(tmp_path: Path, tasks: Any) -> None:
    made = outcomes(tmp_path, ["hang", "good"], Pool(workers=1, hang_s=0, item_s=3.0, task=tasks.task))
    assert made["hang"].error_type == "WorkerHung" and "more than 3 s" in made["hang"].error
    assert made["good"].error == ""


def test_who_takes_too_much_memory_is_ended(tmp_path: Path, tasks: Any) -> None:
    if not Path("/proc/self/statm").exists():
        pytest.skip("this system does not tell how much memory another process holds")
    made = outcomes(tmp_path, ["grow", "good"], Pool(workers=1, memory_mb=300, task=tasks.task))
    assert made["grow"].error_type == "TooMuchMemory" and "300 MB are allowed" in made["grow"].error
    assert made["good"].error == ""


def test_who_dies_over_a_video_is_replaced_but_not_for_ever(tmp_path: Path, tasks: Any) -> None:
    told: list[Event] = []
    made = outcomes(tmp_path, ["stumble", "die", "good"], Pool(workers=1, task=tasks.task), told)
    assert made["stumble"].error == "" and made["good"].error == ""
    assert made["die"].error_type == "WorkerDied" and "2 times" in made["die"].error
    assert sum("died" in event.text for event in told if event.kind == "worker") == 3


def test_who_has_worked_long_enough_is_replaced(tmp_path: Path, tasks: Any) -> None:
    names = ["good-1", "good-2", "good-3", "good-4"]
    made = outcomes(tmp_path, names, Pool(workers=1, recycle_h=1.0, task=tasks.task))
    first, second, third, fourth = (made[name].engine for name in names)  # half an hour each; the number of the process
    assert first == second != third == fourth


def test_no_room_is_said_before_anything_is_begun(tmp_path: Path, tasks: Any) -> None:
    made = outcomes(tmp_path, ["hang"], Pool(workers=1, free_mb=10**9, task=tasks.task))
    assert made["hang"].error_type == "NotEnoughSpace"


def test_jobs_are_drawn_when_a_worker_is_free(tmp_path: Path, tasks: Any) -> None:
    drawn: list[str] = []

    def jobs() -> Iterable[Job]:
        for number in range(5):
            drawn.append(f"good-{number}")
            yield Job(tmp_path / f"good-{number}.mp4", tmp_path, ())

    for given, _ in enumerate(EXECUTORS.load("processes")().run(jobs(), Pool(workers=2, task=tasks.task)), 1):
        assert len(drawn) <= given + 2


def test_wrong_limits_are_errors() -> None:
    for wrong in ({"workers": -1}, {"hang_s": -1.0}, {"tries": 0}, {"cpus": 0.0}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            Pool(**wrong)  # type: ignore[arg-type]
