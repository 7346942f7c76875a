"""The progress of a job as updates, and heartbeats from the steps below it."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from video_pipeline.core.files import file_digest
from video_pipeline.core.heartbeat import beat, beats_to
from video_pipeline.jobs.messages import JobUpdate
from video_pipeline.jobs.reporter import Reporter


def test_stages_are_reported_and_timed() -> None:
    updates: list[JobUpdate] = []
    reporter = Reporter("a", updates.append)
    reporter.begin("listen", 60.0)
    time.sleep(0.05)
    for done_s in range(100):
        reporter.advance(float(done_s))
    reporter.end(fresh=False)
    reporter.begin("events", None)
    reporter.end(fresh=True)
    reporter.notice("a note")
    assert [update.kind for update in updates] == ["stage", "advance", "ended", "stage", "ended", "notice"]
    assert {update.job_id for update in updates} == {"a"}
    assert (updates[1].stage, updates[1].total_s) == ("listen", 60.0)
    assert reporter.stages.keys() == {"listen"} and 0.05 <= reporter.stages["listen"] < 5


def test_heartbeats_are_few_and_none_beside_other_updates() -> None:
    updates: list[JobUpdate] = []
    reporter = Reporter("a", updates.append)
    reporter.begin("listen", None)
    with beats_to(reporter.beat):
        beat()
        assert [update.kind for update in updates] == ["stage"]
        time.sleep(0.6)
        for _ in range(1000):
            beat()
    assert [update.kind for update in updates] == ["stage", "alive"]


def test_a_beat_reaches_only_who_listens_and_from_any_thread() -> None:
    first, second = list[int](), list[int]()
    beat()
    with beats_to(lambda: first.append(1)):
        with beats_to(lambda: second.append(1)):
            thread = threading.Thread(target=beat)
            thread.start()
            thread.join()
        beat()
    beat()
    assert (len(first), len(second)) == (2, 1)


def test_hashing_a_large_file_reports_progress(tmp_path: Path) -> None:
    path, beats = tmp_path / "large", list[int]()
    with path.open("wb") as file:
        file.truncate(200 << 20)
    with beats_to(lambda: beats.append(1)):
        file_digest(path)
    assert len(beats) >= 10
