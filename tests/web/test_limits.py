"""A worker of the server that hangs, dies, or takes too long or too much memory fails its job alone, and the queue goes on.

The workers are real processes; what they do with a video is written down in the test.
"""

from __future__ import annotations

import dataclasses
import multiprocessing
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.importable import importable
from video_pipeline.core.files import file_digest
from video_pipeline.core.progress import Silent
from video_pipeline.video.workspace import read_state
from video_pipeline.web.jobs import Queue
from video_pipeline.web.metrics import Metrics
from video_pipeline.web.settings import ServerOptions
from video_pipeline.web.store import FAILED, VIDEO, Store, StoredJob
from video_pipeline.web.task import Work
from video_pipeline.web.work import work

ROOT = Path(__file__).parents[2]
TASKS = '''
import os, signal, time
from pathlib import Path
from video_pipeline.jobs.messages import Done
from video_pipeline.web.task import Made

def task(work, progress):
    """Does what the video is called, and says which process it was."""
    deed = work.name.partition("-")[0]
    work.folder.mkdir(parents=True, exist_ok=True)
    progress.begin("listen", 60.0)
    if deed == "hang":
        (work.folder / ".half.part").write_text("half")
        time.sleep(60)
    if deed == "grow":
        held = b"x" * (400 << 20)
        time.sleep(60)
    if deed == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if deed == "sleep":
        (work.folder / "pid").write_text(str(os.getpid()))
        time.sleep(60)
    score = Path("/proc/self/oom_score_adj")
    made = {"pid": os.getpid(), "oom": score.read_text().strip() if score.exists() else "500"}
    return Done(1800.0, Made("{pid} {oom}".format(**made)))
'''
SERVER = """
import sys, time
from pathlib import Path
from tasks_of_the_server import task
from video_pipeline.core.files import file_digest
from video_pipeline.core.progress import Silent
from video_pipeline.video.workspace import read_state
from video_pipeline.web.jobs import Queue
from video_pipeline.web.metrics import Metrics
from video_pipeline.web.settings import ServerOptions
from video_pipeline.web.store import VIDEO, Store, StoredJob

if __name__ == "__main__":
    out = Path(sys.argv[1])
    queue = Queue(Store(out / ".web/jobs.sqlite"), ServerOptions(out), Metrics(), task)
    queue.start()
    queue.add(StoredJob(id="a", kind=VIDEO, name="sleep", file="v/a", folder="sleep", options={"preset": "default"}))
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def task(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with importable(tmp_path_factory.mktemp("tasks"), "tasks_of_the_server", TASKS) as module:
        yield module.task


@contextmanager
def queue(out: Path, task: Any, **limits: Any) -> Iterator[Queue]:
    store = Store(out / ".web/jobs.sqlite")
    made = Queue(store, ServerOptions(out, **limits), Metrics(), task)
    made.start()
    try:
        yield made
    finally:
        made.stop()
        store.close()


def added(jobs: Queue, *names: str) -> None:
    for name in names:
        stored = StoredJob(id=name, kind=VIDEO, name=name, file=f"v/{name}", folder=name, options={"preset": "default"})
        jobs.add(stored)


def over(jobs: Queue, *names: str) -> list[StoredJob]:
    waited_for(lambda: all(jobs.job(name).over for name in names))
    return [jobs.job(name) for name in names]


def waited_for(condition: Callable[[], Any]) -> Any:
    deadline_s = time.monotonic() + 60
    while not (found := condition()):
        assert time.monotonic() < deadline_s
        time.sleep(0.05)
    return found


def test_a_worker_that_hangs_is_ended_and_the_queue_goes_on(task: Any, tmp_path: Path, tree: Any) -> None:
    with queue(tmp_path, task, hang_s=3.0) as jobs:
        added(jobs, "hang", "good")
        hung, good = over(jobs, "hang", "good")
    assert (hung.state, hung.error_type, good.state) == (FAILED, "WorkerHung", "done")
    assert "no progress for 3 s" in hung.error and "try again" in hung.error
    assert not [name for name in tree(tmp_path) if name.endswith(".part")]


def test_a_job_that_takes_too_long_is_ended(task: Any, tmp_path: Path) -> None:
    with queue(tmp_path, task, hang_s=0, item_s=3.0) as jobs:
        added(jobs, "hang", "good")
        slow, good = over(jobs, "hang", "good")
    assert (slow.error_type, good.state) == ("TookTooLong", "done")
    assert "--time-limit" in slow.error


def test_a_worker_that_takes_too_much_memory_is_ended(task: Any, tmp_path: Path) -> None:
    if not Path("/proc/self/statm").exists():
        pytest.skip("this system does not tell how much memory another process holds")
    with queue(tmp_path, task, memory_mb=350) as jobs:
        added(jobs, "grow", "good")
        large, good = over(jobs, "grow", "good")
    assert (large.error_type, good.state) == ("TooMuchMemory", "done")
    assert "the limit is 350 MB" in large.error


def test_a_worker_that_dies_fails_its_job_at_once(task: Any, tmp_path: Path) -> None:
    with queue(tmp_path, task) as jobs:
        added(jobs, "die", "good")
        dead, good = over(jobs, "die", "good")
    assert (dead.error_type, dead.attempts, good.state) == ("WorkerDied", 1, "done")
    assert "worker process died" in dead.error


def test_a_worker_that_has_worked_long_enough_is_replaced(task: Any, tmp_path: Path) -> None:
    names = [f"good-{number}" for number in range(4)]
    with queue(tmp_path, task, recycle_h=1.0) as jobs:
        added(jobs, *names)
        first, second, third, fourth = (job.made.split()[0] for job in over(jobs, *names))  # half an hour each
    assert first == second != third == fourth


def test_out_of_memory_takes_a_worker_before_the_server(task: Any, tmp_path: Path) -> None:
    with queue(tmp_path, task) as jobs:
        added(jobs, "good")
        (good,) = over(jobs, "good")
    assert good.made.split()[1] == "500"


def test_a_job_is_cancelled_beside_others_and_can_run_again(task: Any, tmp_path: Path) -> None:
    with queue(tmp_path, task, concurrency=2) as jobs:
        added(jobs, "sleep-1", "sleep-2")
        for name in ("sleep-1", "sleep-2"):
            waited_for((tmp_path / name / "pid").is_file)
        assert jobs.cancel("sleep-1").state == "cancelled"
        assert jobs.job("sleep-2").state == "running" and jobs.progress("sleep-2").stage == "listen"
        (tmp_path / "sleep-1" / "pid").unlink()
        jobs.again("sleep-1")
        waited_for((tmp_path / "sleep-1" / "pid").is_file)
        assert jobs.job("sleep-1").state == "running"


def test_a_stop_ends_all_workers_and_leaves_their_jobs_to_the_next_start(task: Any, tmp_path: Path) -> None:
    others = set(multiprocessing.active_children())  # of a server that other tests share
    with queue(tmp_path, task, concurrency=2) as jobs:
        added(jobs, "sleep-1", "sleep-2", "good")
        for name in ("sleep-1", "sleep-2"):
            waited_for((tmp_path / name / "pid").is_file)
        began_s = time.monotonic()
        jobs.stop()
        assert time.monotonic() - began_s < 10
        assert [jobs.job(name).state for name in ("sleep-1", "sleep-2", "good")] == ["running", "running", "queued"]
    left = set(multiprocessing.active_children()) - others
    assert not [child for child in left if child.name.startswith("worker")]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
def test_workers_end_with_a_server_that_is_killed(task: Any, tmp_path: Path) -> None:
    script = tmp_path / "server.py"
    script.write_text(SERVER)
    server = subprocess.Popen([sys.executable, str(script), str(tmp_path / "out")])
    try:
        path = tmp_path / "out" / "sleep" / "pid"
        worker = waited_for(lambda: path.is_file() and path.read_text())
    finally:
        server.kill()
        server.wait()
    waited_for(lambda: not Path(f"/proc/{worker}").exists())


def test_a_shared_engine_serves_the_workers_of_the_server(task: Any, tmp_path: Path, one_line: Path) -> None:
    """Asked for here; with `auto` it is shared when it runs on a GPU."""
    stored = {"preset": "default", "speech.engine": "replay", "speech.transcript": str(one_line)}
    with queue(tmp_path, task, share_engine="yes") as jobs:
        jobs.add(StoredJob(id="a", kind=VIDEO, name="sleep-a", file="v/a", folder="a", options=stored))
        waited_for((tmp_path / "a" / "pid").is_file)
        names = [child.name for child in multiprocessing.active_children()]
        assert "engine" in names and "worker 1" in names
    assert "engine" not in [child.name for child in multiprocessing.active_children()]


def test_an_upload_is_hashed_once(tone: Any, one_line: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its digest is known when it has arrived, and travels with the work."""
    hashed: list[Path] = []

    def recorded(path: Path) -> str:
        hashed.append(path)
        return file_digest(path)

    monkeypatch.setattr("video_pipeline.video.stages.identify.file_digest", recorded)
    video = tone(1)
    options = {"speech.engine": "replay", "speech.transcript": str(one_line)}
    work_on = Work(
        video=video,
        digest=file_digest(video),
        folder=tmp_path / "out" / video.stem,
        name=video.name,
        preset="default",
        overrides=options,
        preview=tmp_path / "preview.mp4",
        limit_s=60.0,
    )
    assert work(work_on, Silent()).media_s == pytest.approx(1.0, abs=0.1)
    assert read_state(work_on.folder).source == work_on.digest
    assert hashed == []
    work(dataclasses.replace(work_on, digest="", folder=tmp_path / "other" / video.stem), Silent())
    assert hashed == [video]  # what would be recorded


def test_wrong_limits_are_refused() -> None:
    from video_pipeline.core.errors import BadValue

    for name in ("hang_s", "item_s", "memory_mb", "recycle_h"):
        with pytest.raises(BadValue, match=f"{name} must be 0 or more"):
            ServerOptions(Path("x"), **{name: -1})


def test_the_first_requests_come_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody parses the options' source while somebody else does: Python 3.11 fails then."""
    import threading
    from concurrent.futures import ThreadPoolExecutor

    from video_pipeline.options import schema
    from video_pipeline.subtitles.rules import SubtitleOptions

    inside, most, parse = 0, 0, schema.ast.parse
    lock = threading.Lock()

    def counted(text: str) -> Any:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        time.sleep(0.02)
        try:
            return parse(text)
        finally:
            with lock:
                inside -= 1

    monkeypatch.setattr(schema.ast, "parse", counted)
    with ThreadPoolExecutor(4) as people:
        found = list(people.map(lambda _: schema.field_docs.__wrapped__(SubtitleOptions), range(8)))
    assert most == 1 and all(found)
