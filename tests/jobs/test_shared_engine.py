"""One process holds the engine, the others decode for it: the same results as with an engine in each."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from video_pipeline.jobs import EXECUTORS
from video_pipeline.jobs.limits import Pool
from video_pipeline.jobs.messages import Job, JobResult
from video_pipeline.jobs.shared_engine import Lender
from video_pipeline.library.records import VideoJob
from video_pipeline.library.work import job_of

GOALS = ("events", "subtitles")


@pytest.fixture
def jobs(media: Any, sample: Path, small_checkpoint: Path, tmp_path: Path) -> Callable[[str, Any], list[Job]]:
    """A talk, a tone that has no words, and a file that has no sound, for a small model or a stored transcript."""

    def make(folder: str, overrides: dict[str, Any]) -> list[Job]:
        videos = (sample, media("tone"), media("no-audio"))
        made = [VideoJob(video=video, out=tmp_path / folder, goals=GOALS, overrides=overrides) for video in videos]
        return [job_of(video) for video in made]

    return make


def results(jobs: list[Job], executor: str, pool: Pool) -> dict[str, JobResult]:
    return {result.job.name: result for result in EXECUTORS.load(executor)().run(jobs, pool)}


def test_a_borrowed_engine_gives_the_same(jobs: Any, small_checkpoint: Path, tmp_path: Path, contents: Any) -> None:
    """Every kind of call goes through: opening, windows of speech, sliding windows; and what goes wrong comes back."""
    overrides = {"speech.engine": "sensevoice", "speech.model": str(small_checkpoint), "events.detectors": ["compact", "sliding"]}
    here = results(jobs("here", overrides), "inline", Pool())
    there = results(jobs("there", overrides), "processes", Pool(workers=2, share_engine="yes"))
    assert {name: (made.error_type, made.value and made.value.engine) for name, made in there.items()} == {
        name: (made.error_type, made.value and made.value.engine) for name, made in here.items()
    }
    assert there["sample.mp4"].error == "" and there["no-audio.mp4"].error_type == "NoAudio"
    assert contents(tmp_path / "there") == contents(tmp_path / "here")


def test_what_the_engine_refuses_is_said_as_if_it_were_here(jobs: Any, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.json"
    damaged.write_text("{}")
    overrides = {"speech.engine": "replay", "speech.transcript": str(damaged)}
    here = results(jobs("here", overrides), "inline", Pool())
    there = results(jobs("there", overrides), "processes", Pool(workers=1, share_engine="yes"))
    assert {name: made.error for name, made in there.items()} == {name: made.error for name, made in here.items()}
    assert there["sample.mp4"].error_type == "BadRecord"


STRETCHES = """
import sys
from video_pipeline.jobs.shared_engine import borrow
from video_pipeline.speech import choose
from video_pipeline.speech.base import SpeechOptions

address, key, transcript = sys.argv[1], bytes.fromhex(sys.argv[2]), sys.argv[3]
borrow(address, key)
options = SpeechOptions(engine="replay", transcript=transcript)
engine = choose.open_engine(options, choose.chosen_class(options).identify(options))
memory = {}
print(len(list(engine.transcribe([], memory))) > 0, len(list(engine.transcribe([], memory))), memory)
"""


def test_the_memory_of_a_file_travels_to_a_borrowed_engine_and_back(jobs: Any, sample_transcript: Path) -> None:
    overrides = {"speech.engine": "replay", "speech.transcript": str(sample_transcript)}
    lender = Lender(Pool(workers=2, share_engine="yes"))
    setup = lender.setup(jobs("out", overrides)[0])
    command = [sys.executable, "-c", STRETCHES, setup.engine, setup.key.hex(), str(sample_transcript)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    lender.end()
    assert done.stdout.strip() == "True 0 {'played': 'yes'}"


def test_an_engine_that_died_is_started_again(jobs: Any, sample_transcript: Path) -> None:
    overrides = {"speech.engine": "replay", "speech.transcript": str(sample_transcript)}
    (job, *_) = jobs("out", overrides)
    lender = Lender(Pool(workers=2, share_engine="yes"))
    first = lender.setup(job)
    assert lender.setup(job).engine == first.engine
    (engine,) = (child for child in multiprocessing.active_children() if child.name == "engine")
    engine.kill()
    engine.join()
    assert lender.setup(job).engine != first.engine
    lender.end()
    assert not Path(first.engine).parent.exists()


def test_on_the_cpu_each_worker_has_its_own(jobs: Any, sample_transcript: Path) -> None:
    overrides = {"speech.engine": "replay", "speech.transcript": str(sample_transcript)}
    assert Lender(Pool(workers=2)).setup(jobs("out", overrides)[0]).engine == ""
