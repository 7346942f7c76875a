"""One process holds the engine, the others decode for it: the same results as with an engine in each."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from tests.importable import put_package
from video_pipeline.jobs import EXECUTORS
from video_pipeline.jobs.limits import Pool
from video_pipeline.jobs.messages import Job, JobResult, JobUpdate
from video_pipeline.jobs.shared_engine.lending import Lender
from video_pipeline.library.records import VideoJob
from video_pipeline.library.work import job_of

GOALS = ("events", "subtitles")


@pytest.fixture
def jobs(media: Any, sample: Path, tmp_path: Path) -> Callable[[str, Any], list[Job]]:
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
    assert there["sample.mp4"].error_type == "BadTranscript"


STRETCHES = """
import sys
from video_pipeline.jobs.messages import WorkerSetup
from video_pipeline.jobs.shared_engine.borrowing import borrow
from video_pipeline.speech import choose
from video_pipeline.speech.base import SpeechOptions

folder, key, transcript = sys.argv[1], bytes.fromhex(sys.argv[2]), sys.argv[3]
borrow(WorkerSetup(1, folder, key), print)
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


def engines() -> list[BaseProcess]:
    return [child for child in multiprocessing.active_children() if child.name == "engine"]


def test_an_engine_that_died_is_started_again(jobs: Any, sample_transcript: Path) -> None:
    overrides = {"speech.engine": "replay", "speech.transcript": str(sample_transcript)}
    (job, *_) = jobs("out", overrides)
    lender = Lender(Pool(workers=2, share_engine="yes"))
    folder = Path(lender.setup(job).engine)
    (first,) = engines()
    assert lender.setup(job).engine == str(folder) and engines() == [first]
    died = first.pid
    first.kill()
    first.join()
    lender.setup(job)
    (second,) = engines()
    assert second.pid != died
    lender.end()
    assert not folder.exists() and not engines()


def test_an_engine_is_replaced_once_however_many_workers_lost_it(jobs: Any, sample_transcript: Path) -> None:
    overrides = {"speech.engine": "replay", "speech.transcript": str(sample_transcript)}
    lender = Lender(Pool(workers=2, share_engine="yes"))
    lender.setup(jobs("out", overrides)[0])
    assert lender.replace("engine-1") and not lender.replace("engine-1")
    assert lender.replace("engine-2")
    lender.end()


CALLS = """
import sys
from video_pipeline.jobs.messages import WorkerSetup
from video_pipeline.jobs.shared_engine.borrowing import borrow
from video_pipeline.speech import choose
from video_pipeline.speech.base import SpeechOptions

folder, key, transcript = sys.argv[1], bytes.fromhex(sys.argv[2]), sys.argv[3]
borrow(WorkerSetup(1, folder, key, 300.0), lambda name: (print(name, flush=True), input()))
options = SpeechOptions(engine="replay", transcript=transcript)
print(choose.open_engine(options, choose.chosen_class(options).identify(options)).identity.name)
"""


@pytest.mark.parametrize("after_s", [0.0, 5.0])
def test_an_engine_that_dies_before_it_has_begun_is_replaced_at_once(jobs: Any, sample_transcript: Path, after_s: float) -> None:
    """Before its worker is connected, or later: it would otherwise wait for this engine as long as for one that hangs."""
    overrides = {"speech.engine": "replay", "speech.transcript": str(sample_transcript)}
    lender = Lender(Pool(workers=2, share_engine="yes"))
    setup = lender.setup(jobs("out", overrides)[0])
    (first,) = engines()
    os.kill(first.pid or 0, signal.SIGSTOP)  # in the middle of its imports
    command = [sys.executable, "-c", CALLS, setup.engine, setup.key.hex(), str(sample_transcript)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as caller:
        assert caller.stdin and caller.stdout
        time.sleep(after_s)
        first.kill()
        assert caller.stdout.readline() == "engine-1\n"
        assert lender.replace("engine-1")
        said, _ = caller.communicate("\n", timeout=60)
    lender.end()
    assert said == "replay\n"


HANGING = """
import time
from pathlib import Path
from video_pipeline.speech.replay import ReplayEngine, ReplayFactory

class HangingEngine(ReplayEngine):
    concurrent = False

    def transcribe(self, windows, memory=None):
        for _, heard in zip(range(2), super().transcribe(windows, dict(memory or {}))):
            yield heard
        left = Path(__file__).with_name("times")
        if times := int(left.read_text()):
            left.write_text(str(times - 1))
            time.sleep(3600)
        yield from list(super().transcribe(windows, memory))[2:]

class HangingFactory(ReplayFactory):
    def open(self, options):
        opened = super().open(options)
        return HangingEngine(opened._transcript, opened.identity)

FACTORY = HangingFactory()
"""


@pytest.fixture
def hang(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], str]:
    """The name of an engine that plays a transcript, and hangs in the middle of it so many times."""

    def install(times: int) -> str:
        folder = tmp_path / "site"
        put_package(folder, "hanging", HANGING, "[video_pipeline.engines]", "hanging = hanging:FACTORY")
        (folder / "times").write_text(str(times))
        monkeypatch.syspath_prepend(folder)  # workers start with this process's path
        return "hanging"

    return install


def test_an_engine_that_hangs_is_replaced_and_the_results_are_the_same(
    jobs: Any, hang: Any, sample_transcript: Path, tmp_path: Path, contents: Any
) -> None:
    """Two workers: one is in the middle of a call, the other waits for its turn or is in a call of its own."""
    overrides = {"speech.transcript": str(sample_transcript), "speech.other_video": True}
    results(jobs("here", overrides | {"speech.engine": "replay"})[:2], "inline", Pool())
    updates: list[JobUpdate] = []
    pool = Pool(workers=2, share_engine="yes", hang_s=20.0)
    there = jobs("there", overrides | {"speech.engine": hang(1)})[:2]
    made = list(EXECUTORS.load("processes")().run(there, pool, updates.append))
    assert [result.error for result in made] == ["", ""]
    assert [update.text for update in updates if update.kind == "worker"] == [
        "the shared engine hung or died; another one is started"
    ]
    for name in ("sample/sample.srt", "tone/tone.srt"):
        assert (tmp_path / "there" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()


def test_a_job_whose_engine_hangs_again_fails_with_a_named_error(jobs: Any, hang: Any, sample_transcript: Path) -> None:
    overrides = {"speech.engine": hang(2), "speech.transcript": str(sample_transcript)}
    pool = Pool(workers=1, share_engine="yes", hang_s=20.0)
    (made,) = results(jobs("out", overrides)[:1], "processes", pool).values()
    assert (made.error_type, made.is_defect) == ("EngineHung", False)
    assert made.error == "the shared engine replay gave no answer for 10 s, nor did the one that replaced it"


def test_on_the_cpu_each_worker_has_its_own(jobs: Any, sample_transcript: Path) -> None:
    overrides = {"speech.engine": "replay", "speech.transcript": str(sample_transcript)}
    assert Lender(Pool(workers=2)).setup(jobs("out", overrides)[0]).engine == ""
