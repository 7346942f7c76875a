"""Every member of `EXECUTORS` keeps the contract: one result per job, and no video ends the run, not even one that kills."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.library.conftest import two_words
from video_pipeline.jobs import EXECUTORS
from video_pipeline.jobs.control import Control
from video_pipeline.jobs.limits import Pool
from video_pipeline.jobs.messages import JobResult
from video_pipeline.library.records import VideoJob
from video_pipeline.library.work import job_of
from video_pipeline.media.ffmpeg import find_ffmpeg

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::ResourceWarning")
KILLER = "killer.mp4"


@pytest.fixture(scope="module")
def overrides(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Options that need no model."""
    return two_words(tmp_path_factory.mktemp("stored"), 0.8, 1.6)


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
def results(
    request: pytest.FixtureRequest, media: Any, overrides: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[JobResult]]:
    """One run over good and bad videos by two workers; results by the video's name."""
    if request.param == "ray":
        pytest.importorskip("ray")
    folder = tmp_path_factory.mktemp(request.param)
    killer = folder / KILLER
    killer.write_bytes(media("tone").read_bytes())
    videos = [media("tone"), media("no-audio"), media.garbage(), folder / "missing.mp4", media("ten-fps"), media("sound")]
    if request.param != "inline":  # it has no worker but this very process
        videos.insert(2, killer)
    jobs = [job_of(VideoJob(video=video, out=folder / "out", goals=("subtitles",), overrides=overrides)) for video in videos]
    found: dict[str, list[JobResult]] = {video.name: [] for video in videos}
    for result in EXECUTORS.load(request.param)().run(jobs, Pool(workers=2)):
        found[result.job.name].append(result)
    return found


def test_every_job_has_one_result(results: dict[str, list[JobResult]]) -> None:
    assert {name: len(made) for name, made in results.items()} == dict.fromkeys(results, 1)


@pytest.mark.parametrize("name", ["tone.mp4", "ten-fps.mp4", "sound.m4a"])
def test_good_videos_are_done_whatever_happens_beside_them(results: dict[str, list[JobResult]], name: str) -> None:
    (result,) = results[name]
    assert (result.error, result.error_type) == ("", "")
    assert result.media_s == pytest.approx(2.0, abs=0.1) and result.took_s > 0
    assert list(Path(result.value.folder).glob("*.srt"))


@pytest.mark.parametrize(
    ("name", "kind"), [("no-audio.mp4", "NoAudio"), ("garbage.mp4", "NotMedia"), ("missing.mp4", "NoSuchFile")]
)
def test_bad_videos_tell_why(results: dict[str, list[JobResult]], name: str, kind: str) -> None:
    (result,) = results[name]
    assert result.error_type == kind
    assert name in result.error and "\n" not in result.error


def test_a_video_that_kills_its_worker_is_a_result_like_any_other(results: dict[str, list[JobResult]]) -> None:
    if KILLER not in results:
        pytest.skip("this executor has no workers")
    (result,) = results[KILLER]
    assert "died" in result.error
    assert "\n" not in result.error and len(result.error) < 300


def test_no_jobs_no_results() -> None:
    for name in ("inline", "processes"):
        assert list(EXECUTORS.load(name)().run([], Pool(workers=2))) == []


@pytest.mark.parametrize("name", ["inline", "processes"])
def test_a_job_that_was_cancelled_is_not_started(media: Any, overrides: dict[str, Any], tmp_path: Path, name: str) -> None:
    videos = [VideoJob(video=media(kind), out=tmp_path, goals=("subtitles",), overrides=overrides) for kind in ("tone", "sound")]
    first, second = (job_of(video) for video in videos)
    control = Control()
    control.cancel(first.id)
    results = EXECUTORS.load(name)().run([first, second], Pool(workers=1), control=control)
    assert {result.job.name: result.error_type for result in results} == {"tone.mp4": "Cancelled", "sound.m4a": ""}
    assert not (tmp_path / "tone").exists()
