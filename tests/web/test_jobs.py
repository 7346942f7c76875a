"""Jobs: in their order, told about, cancelled, and alive after a crash or a restart."""

from __future__ import annotations

import json
import multiprocessing
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import over, reached, served, upload
from video_pipeline.web.errors import TooBusy
from video_pipeline.web.jobs import Queue
from video_pipeline.web.metrics import Metrics
from video_pipeline.web.settings import ServerOptions
from video_pipeline.web.store import CANCELLED, DONE, QUEUED, RUNNING, Store, StoredJob
from video_pipeline.web.task import GOALS
from video_pipeline.web.uploads import _wanted

Tree = Callable[[Path], set[str]]
DRAFT = {"speech.engine": "draft"}


def test_twenty_users_and_one_worker(replaying: TestClient, tone: Any) -> None:
    paths = [tone(number) for number in range(20)]
    with ThreadPoolExecutor(20) as users:
        jobs = list(users.map(lambda path: upload(replaying, path), paths))
    assert len({job["id"] for job in jobs}) == 20
    waiting = [job for job in replaying.get("/api/jobs").json() if job["state"] == "queued"]
    assert [job["place"] for job in waiting] == list(range(1, len(waiting) + 1))
    assert {over(replaying, job["id"])["state"] for job in jobs} == {"done"}
    names = {path.name for path in paths}
    assert {job["name"] for job in replaying.get("/api/jobs").json()} == names
    assert all(job["place"] is None for job in replaying.get("/api/jobs").json())


def test_the_same_upload_costs_a_hash(replaying: TestClient, tone: Any) -> None:
    first = upload(replaying, tone(1))
    done = over(replaying, first["id"])
    again = upload(replaying, tone(1), "another name.wav")
    assert again["same"] and again["id"] == first["id"]
    assert again["state"] == "done" and again["created"] == done["created"]
    with_options = upload(replaying, tone(1), labels="emoji")
    assert with_options["id"] != first["id"] and "same" not in with_options
    assert over(replaying, with_options["id"])["options"]["subtitles.labels"] == "emoji"
    assert upload(replaying, tone(1), labels="emoji")["id"] == with_options["id"]
    assert "subtitles.labels" not in replaying.get(f"/api/jobs/{first['id']}").json()["options"]


@pytest.mark.parametrize("door, made", [("transcriptions", {"srt"}), ("highlights", {"csv"})])
def test_a_program_gets_what_it_asks_for_and_a_person_all(
    replaying: TestClient, tone: Any, tmp_path: Path, door: str, made: set[str]
) -> None:
    def kinds() -> set[str]:
        return {path.suffix[1:] for path in folder.iterdir()} & {"srt", "csv", "html"}

    def asked() -> int:
        address = "/v1/highlights" if door == "highlights" else f"/v1/audio/{door}"
        files = {"file": ("a.wav", tone(1).read_bytes())}
        return replaying.post(address, files=files, data={"model": "whisper-1"}).status_code

    folder = tmp_path / "out" / "a"
    assert asked() == 200 and kinds() == made
    heard = (folder / "posterior.npz").stat().st_mtime_ns
    job = upload(replaying, tone(1), "a.wav")
    assert over(replaying, job["id"])["state"] == "done" and kinds() == {"srt", "csv", "html"}
    assert asked() == 200 and len(replaying.get("/api/jobs").json()) == 1
    assert (folder / "posterior.npz").stat().st_mtime_ns == heard, "it was listened to again"


def test_more_may_be_asked_of_a_video_that_is_being_processed(sample: Path, tmp_path: Path) -> None:
    with served(tmp_path / "out", overrides=DRAFT) as client, ThreadPoolExecutor(1) as program:
        files = {"file": (sample.name, sample.read_bytes())}
        answer = program.submit(client.post, "/v1/audio/transcriptions", files=files, data={"model": "whisper-1"})
        while not (jobs := client.get("/api/jobs").json()):
            time.sleep(0.01)
        reached(client, jobs[0]["id"], "running")
        assert upload(client, sample)["same"]
        assert over(client, jobs[0]["id"])["state"] == "done"
        assert answer.result().status_code == 200
        assert (tmp_path / "out" / "sample" / "report.html").is_file()


def test_two_videos_of_one_name_have_folders_of_their_own(replaying: TestClient, tone: Any) -> None:
    one, two = (upload(replaying, tone(number), "talk.wav") for number in (1, 2))
    for job in (one, two):
        assert over(replaying, job["id"])["state"] == "done"
    first, second = ([row["path"] for row in replaying.get(f"/api/jobs/{job['id']}/files").json()] for job in (one, two))
    assert "talk.srt" in first and f"talk-{two['id'][:6]}.srt" in second


def test_progress_is_told_as_it_happens_until_the_end(replaying: TestClient, tone: Any) -> None:
    job = upload(replaying, tone(1))
    with replaying.stream("GET", f"/api/jobs/{job['id']}/progress") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        told = [json.loads(line.removeprefix("data: ")) for line in answer.iter_lines() if line.startswith("data: ")]
    assert told[-1]["state"] == "done"
    assert {job["id"] for job in told} == {job["id"]}
    assert any(state["stage"] for state in told)


def test_cancelling_leaves_nothing_half_written_and_the_next_goes_on(sample: Path, tone: Any, tmp_path: Path, tree: Tree) -> None:
    with served(tmp_path / "out", overrides=DRAFT) as client:
        job = upload(client, sample)
        waiting = upload(client, tone(1))
        while reached(client, job["id"], "running")["stage"] != "listen":
            time.sleep(0.02)
        assert waiting["place"] == 1
        assert client.post(f"/api/jobs/{job['id']}/cancel").json()["state"] == "cancelled"
        assert not [name for name in tree(tmp_path / "out") if name.endswith(".part")]
        assert not (tmp_path / "out/sample/transcript.json").exists()
        assert over(client, waiting["id"])["state"] == "failed"  # a tone says nothing
        assert client.get(f"/api/jobs/{job['id']}/view").status_code == 409


def test_a_waiting_job_is_cancelled_and_retried(replaying: TestClient, tone: Any) -> None:
    jobs = [upload(replaying, tone(number)) for number in range(4)]
    last = jobs[-1]["id"]
    state = replaying.post(f"/api/jobs/{last}/cancel").json()["state"]
    assert state in ("cancelled", "done")
    assert replaying.post(f"/api/jobs/{last}/retry").status_code == 200
    assert over(replaying, last)["state"] == "done"
    refused = replaying.post(f"/api/jobs/{last}/retry", json={"options": {"labels": "smoke"}})
    assert refused.status_code == 400 and "smoke" in refused.json()["error"]


def test_deleting_removes_every_trace(replaying: TestClient, tone: Any, tmp_path: Path, tree: Tree) -> None:
    before = tree(tmp_path / "out") | {".web/uploads", ".web/incoming"}
    job = upload(replaying, tone(1))
    over(replaying, job["id"])
    assert replaying.delete(f"/api/jobs/{job['id']}").status_code == 204
    assert replaying.get(f"/api/jobs/{job['id']}").status_code == 404
    assert {name for name in tree(tmp_path / "out") if "sqlite" not in name} <= before


def test_a_worker_that_is_killed_takes_only_its_job_with_it(sample: Path, tone: Any, tmp_path: Path) -> None:
    with served(tmp_path / "out", overrides=DRAFT) as client:
        job = upload(client, sample)
        while reached(client, job["id"], "running")["stage"] != "listen":
            time.sleep(0.02)
        for child in multiprocessing.active_children():
            if child.name == "worker 1":
                child.kill()
        ended = over(client, job["id"])
        assert ended["state"] == "failed" and "worker process died" in ended["error"]
        assert client.get("/health").json()["status"] == "ok"
        assert "nothing to write" in over(client, upload(client, tone(1))["id"])["error"]


def test_a_restart_goes_on_with_what_was_running_and_waiting(sample: Path, tone: Any, tmp_path: Path, one_line: Path) -> None:
    with served(tmp_path / "out", overrides=DRAFT) as client:
        running = upload(client, sample)["id"]
        reached(client, running, "running")
        waiting = upload(client, tone(1))["id"]
    store = Store(tmp_path / "out/.web/jobs.sqlite")
    assert [job.state for job in store.all()] == [RUNNING, QUEUED]
    for job in store.all():  # so that the rest of the test is quick
        store.change(job.id, options={"preset": "default", "speech.engine": "replay", "speech.transcript": str(one_line)})
    store.close()
    with served(tmp_path / "out") as client:
        assert [job["id"] for job in client.get("/api/jobs").json()] == [running, waiting]
        assert over(client, running)["state"] == over(client, waiting)["state"] == "done"


def test_a_video_that_takes_the_server_down_is_left_alone_in_the_end(tmp_path: Path) -> None:
    store = Store(tmp_path / "out/.web/jobs.sqlite")
    store.add(
        StoredJob(
            id="bad",
            kind="video",
            name="bad.mp4",
            file="x/bad.mp4",
            folder="bad",
            state=QUEUED,
            options={"preset": "default"},
        )
    )
    for _ in range(3):
        store.take()
        store.change("bad", state=QUEUED)
    store.change("bad", state=RUNNING)
    store.close()
    with served(tmp_path / "out") as client:
        job = client.get("/api/jobs/bad").json()
    assert job["state"] == "failed" and "several times" in job["error"]


def test_a_full_queue_says_so(sample: Path, tone: Any, tmp_path: Path) -> None:
    with served(tmp_path / "out", overrides=DRAFT, queue_limit=1) as client:
        reached(client, upload(client, sample)["id"], "running")
        upload(client, tone(1))
        refused = client.post("/api/jobs", files={"file": ("x.wav", tone(2).read_bytes())})
        assert refused.status_code == 429 and "wait already" in refused.json()["error"]
        assert not list((tmp_path / "out/.web/incoming").iterdir())
        assert len(list((tmp_path / "out/.web/uploads").iterdir())) == 2


def test_what_is_wrong_with_a_video_is_a_sentence_without_our_folders(tmp_path: Path, media: Any) -> None:
    with served(tmp_path / "out", overrides=DRAFT) as client:
        job = over(client, upload(client, media("silent"), "quiet.mp4")["id"])
    assert job["state"] == "failed" and job["error_type"] == "NothingHeard"
    assert "quiet.mp4" in job["error"] and str(tmp_path) not in job["error"]


def test_no_job_is_taken_twice(tmp_path: Path) -> None:
    store = Store(tmp_path / "jobs.sqlite")
    for number in range(40):
        store.add(StoredJob(id=str(number), kind="video", name="n", file="f", folder="d"))
    taken: list[str] = []

    def take() -> None:
        while (job := store.take()) is not None:
            taken.append(job.id)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken, key=int) == [str(number) for number in range(40)]


@pytest.mark.parametrize("state", [DONE, CANCELLED])
def test_a_job_that_is_done_again_goes_to_the_end_without_its_old_troubles(tmp_path: Path, state: str) -> None:
    store = Store(tmp_path / "jobs.sqlite")
    for name in ("a", "b"):
        store.add(StoredJob(id=name, kind="video", name=name, file="f", folder="d"))
    store.change("a", state=state, error="once", attempts=3)
    job = store.queue_again("a")
    assert (job.state, job.error, job.attempts, store.place(job)) == (QUEUED, "", 0, 2)


def test_what_finds_no_room_in_the_queue_is_made_when_it_is_asked_for_again(tmp_path: Path) -> None:
    """Its goals are stored with its place in the queue, or not at all."""
    server = ServerOptions(tmp_path, queue_limit=1)
    store = Store(tmp_path / "jobs.sqlite")
    queue = Queue(store, server, Metrics())
    asked = {"goals": ("subtitles",), "state": DONE, "transient": True}
    known = store.add(StoredJob(id="a", kind="video", name="a", file="f", folder="d", **asked))
    store.add(StoredJob(id="b", kind="video", name="b", file="f", folder="e"))
    with pytest.raises(TooBusy):
        _wanted(known, queue, GOALS, transient=False)
    assert store.get("a") == known
    store.change("b", state=DONE)
    job = _wanted(known, queue, GOALS, transient=False)
    assert (job.state, job.goals, job.transient) == (QUEUED, GOALS, False)
