"""Every member of `EXECUTORS` keeps the contract: one outcome a job, and no video ends the run, not even one that kills."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from video_pipeline.core.transcript import EngineIdentity, MediaIdentity, Segment, Token, Transcript
from video_pipeline.library import EXECUTORS
from video_pipeline.library.jobs import Job, Outcome
from video_pipeline.library.limits import Pool
from video_pipeline.media.ffmpeg import find_ffmpeg

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::ResourceWarning")
KILLER = "killer.mp4"


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Options that need no model."""
    words = (Token(0.2, 0.8, "Good"), Token(0.8, 1.6, " morning."))
    record = Transcript(MediaIdentity("x", 2.0), EngineIdentity("test"), (Segment(0.2, 1.6, "Good morning.", tokens=words),))
    path = tmp_path_factory.mktemp("stored") / "said.json"
    path.write_bytes(msgspec.json.encode(record))
    return {"speech.engine": "replay", "speech.transcript": str(path)}


@pytest.fixture(scope="module", autouse=True)
def deadly_ffmpeg(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """On PATH lies an FFmpeg that kills whoever decodes the one video, as the system does when memory runs out."""
    folder = tmp_path_factory.mktemp("bin")
    script = folder / "ffmpeg"
    script.write_text(f'#!/bin/sh\ncase "$*" in *{KILLER}*pipe:*) kill -9 $PPID;; esac\nexec "{find_ffmpeg()}" "$@"\n')
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        patch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
        yield


@pytest.fixture(scope="module", params=list(EXECUTORS))
def outcomes(
    request: pytest.FixtureRequest, media: Any, said: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[Outcome]]:
    """One run over good and bad videos by two workers; outcomes by the video's name."""
    if request.param == "ray":
        pytest.importorskip("ray")
    folder = tmp_path_factory.mktemp(request.param)
    killer = folder / KILLER
    killer.write_bytes(media("tone").read_bytes())
    videos = [media("tone"), media("no-audio"), media.garbage(), folder / "missing.mp4", media("ten-fps"), media("sound")]
    if request.param != "inline":  # it has no worker but this very process
        videos.insert(2, killer)
    jobs = [Job(video, folder / "out", ("subtitles",), said=said) for video in videos]
    found: dict[str, list[Outcome]] = {video.name: [] for video in videos}
    for outcome in EXECUTORS.load(request.param)().run(jobs, Pool(workers=2)):
        found[outcome.job.video.name].append(outcome)
    return found


def test_every_job_has_one_outcome(outcomes: dict[str, list[Outcome]]) -> None:
    assert {name: len(made) for name, made in outcomes.items()} == dict.fromkeys(outcomes, 1)


@pytest.mark.parametrize("name", ["tone.mp4", "ten-fps.mp4", "sound.m4a"])
def test_good_videos_are_done_whatever_happens_beside_them(outcomes: dict[str, list[Outcome]], name: str) -> None:
    (outcome,) = outcomes[name]
    assert (outcome.error, outcome.error_type) == ("", "")
    assert outcome.media_s == pytest.approx(2.0, abs=0.1) and outcome.took_s > 0
    assert list(Path(outcome.folder).glob("*.srt"))


@pytest.mark.parametrize(
    ("name", "kind"), [("no-audio.mp4", "NoAudio"), ("garbage.mp4", "NotMedia"), ("missing.mp4", "NoSuchFile")]
)
def test_bad_videos_tell_why(outcomes: dict[str, list[Outcome]], name: str, kind: str) -> None:
    (outcome,) = outcomes[name]
    assert outcome.error_type == kind
    assert name in outcome.error and "\n" not in outcome.error


def test_a_video_that_kills_its_worker_is_an_outcome_like_any_other(outcomes: dict[str, list[Outcome]]) -> None:
    if KILLER not in outcomes:
        pytest.skip("this executor has no workers")
    (outcome,) = outcomes[KILLER]
    assert "died" in outcome.error
    assert "\n" not in outcome.error and len(outcome.error) < 300


def test_no_jobs_no_outcomes() -> None:
    for name in ("inline", "processes"):
        assert list(EXECUTORS.load(name)().run([], Pool(workers=2))) == []


@pytest.mark.parametrize("name", ["inline", "processes"])
def test_two_videos_of_one_name_at_once_do_not_meet(media: Any, said: dict[str, Any], tmp_path: Path, name: str) -> None:
    import shutil

    from video_pipeline.library.plan import plan
    from video_pipeline.library.runner import LibraryOptions

    shutil.copy(media("tone"), tmp_path / "talk.mp4")
    shutil.copy(media("late-audio"), tmp_path / "talk.mkv")
    jobs = plan([str(tmp_path)], tmp_path / "out", LibraryOptions(goals=("subtitles",), said=said))
    made = list(EXECUTORS.load(name)().run(jobs, Pool(workers=2)))
    assert [outcome.error for outcome in made] == ["", ""]
    assert len({outcome.folder for outcome in made}) == 2
    for outcome in made:
        record = msgspec.json.decode((Path(outcome.folder) / "transcript.json").read_bytes(), type=Transcript)
        assert record.media.name == outcome.job.video.name
