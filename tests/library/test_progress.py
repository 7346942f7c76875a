"""How far a run is: numbers from updates and outcomes, by a clock of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from video_pipeline.core.timecode import span_words
from video_pipeline.jobs.messages import JobUpdate
from video_pipeline.library.progress import Standing, Tally, standing_words
from video_pipeline.library.records import Outcome, VideoJob


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def job(name: str, size: int = 0) -> VideoJob:
    return VideoJob(video=Path(f"/v/{name}"), out=Path("/out"), goals=("subtitles",), bytes=size)


def test_time_left_goes_by_bytes() -> None:
    clock, jobs = Clock(), [job("small", 100), job("large", 900)]
    tally = Tally(jobs, 3, clock)
    assert tally.standing(5).left_s is None
    clock.now_s += 10
    tally.count(Outcome(job=jobs[0], took_s=10.0, media_s=50.0))
    now = tally.standing(5)
    assert (now.over, now.done, now.speed, now.left_s) == (4, 1, 5.0, 90.0)
    clock.now_s += 90
    tally.count(Outcome.failed(jobs[1], ValueError("no")))
    now = tally.standing(5)
    assert (now.over, now.failed, now.left_s) == (5, 1, 0.0)


def test_time_left_goes_by_files_where_a_size_is_unknown() -> None:
    clock, jobs = Clock(), [job("a", 100), job("b"), job("c")]
    tally = Tally(jobs, 0, clock)
    clock.now_s += 20
    tally.count(Outcome(job=jobs[0], took_s=10.0, media_s=50.0))
    assert tally.standing(3).left_s == 40.0


def test_files_that_take_no_work_say_nothing_about_the_time_left() -> None:
    clock, jobs = Clock(), [job("broken", 10), job("silent", 10), job("talk", 500), job("show", 1000)]
    tally = Tally(jobs, 0, clock)
    clock.now_s += 10
    tally.count(Outcome.failed(jobs[0], ValueError("no")))
    tally.count(Outcome(job=jobs[1], error="it is silent", error_type="NothingHeard"))
    assert tally.standing(4).left_s is None
    clock.now_s += 40
    tally.count(Outcome(job=jobs[2], took_s=40.0, media_s=50.0))
    assert tally.standing(4).left_s == 100.0


def test_copies_are_no_hours_of_sound() -> None:
    clock, jobs = Clock(), [job("a"), job("b")]
    tally = Tally(jobs, 0, clock)
    tally.count(Outcome(job=jobs[0], took_s=10.0, media_s=3600.0))
    tally.count(Outcome(job=jobs[1], media_s=3600.0, same_as="/v/a"))
    now = tally.standing(2)
    assert (now.media_s, now.done, now.same) == (3600.0, 2, 1)
    assert standing_words(now).startswith("100%  2/2 videos  in 0:00, 1 the same as others, 1 h 00 min of sound")


def test_each_worker_has_one_video_in_hand() -> None:
    tally = Tally([], 0)
    updates = [
        JobUpdate(kind="worker", worker="worker 1", text="ready"),
        JobUpdate(kind="started", worker="worker 1", job_id="/v/a"),
        JobUpdate(kind="stage", worker="worker 1", job_id="/v/a", stage="listen", total_s=60.0),
        JobUpdate(kind="advance", worker="worker 1", job_id="/v/a", stage="listen", done_s=15.0, total_s=60.0),
    ]
    for update in updates:
        tally.update(update)
    hand = tally.hands["worker 1"]
    assert (hand.source, hand.stage, hand.share) == ("/v/a", "listen", 0.25)
    tally.update(JobUpdate(kind="stage", worker="worker 1", job_id="/v/a", stage="subtitles"))
    assert hand.share is None
    tally.update(JobUpdate(kind="finished", worker="worker 1", job_id="/v/a"))
    assert (hand.source, hand.files) == ("", 1)


@pytest.mark.parametrize(
    ("time_s", "words"),
    [
        (0, "0 s"),
        (99, "99 s"),
        (100, "2 min"),
        (3540, "59 min"),
        (3599, "1 h 00 min"),
        (11100, "3 h 05 min"),
        (187200, "2 d 4 h"),
    ],
)
def test_spans_for_people(time_s: float, words: str) -> None:
    assert span_words(time_s) == words


def test_one_line_for_people() -> None:
    now = Standing(
        total=200, before=10, done=4, same=0, failed=1, empty=0, media_s=7200.0, took_s=900.0, speed=8.0, left_s=5400.0
    )
    assert standing_words(now) == "7%  15/200 videos  in 15:00, 1 h 30 min left, 1 failed, 2 h 00 min of sound at 8.0x realtime"
