"""Workers that share no folder with the run: results travel through an address, and are what they would be otherwise."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.library.conftest import two_words
from video_pipeline.core.errors import BadValue
from video_pipeline.library import remote
from video_pipeline.library.catalogue import catalogue
from video_pipeline.library.plan import plan
from video_pipeline.library.records import Outcome
from video_pipeline.library.runner import LibraryOptions, run
from video_pipeline.library.staging import Staging

GOALS = ("subtitles", "highlights", "report")


@pytest.fixture
def bucket(media: Any) -> Iterator[Any]:
    """Two videos at addresses that need no server."""
    fsspec = pytest.importorskip("fsspec")
    system = fsspec.filesystem("memory")
    for name in ("tone", "ten-fps"):
        system.pipe_file(f"/talks/{name}.mp4", media(name).read_bytes())
    yield system
    system.store.clear()


@pytest.fixture
def said(tmp_path: Path) -> dict[str, Any]:
    return two_words(tmp_path, 0.5, 0.9)


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "scratch"
    monkeypatch.setenv(remote.SCRATCH, str(folder))
    return folder


def worked(out: Path, said: dict[str, Any], staging: str = "memory://exchange", goals: tuple[str, ...] = GOALS) -> list[Outcome]:
    options = LibraryOptions(goals=goals, overrides=said, staging=staging)
    jobs = plan(["memory://talks"], out, options)
    with catalogue(out) as record:
        return list(run(record.undone(jobs), record, options))


def test_results_are_the_same_as_without_and_nothing_is_left_on_the_way(
    bucket: Any, said: dict[str, Any], tmp_path: Path, contents: Any, scratch: Path
) -> None:
    made, here = worked(tmp_path / "out", said), worked(tmp_path / "here", said, staging="")
    assert [outcome.error for outcome in made] == ["", ""]
    assert [outcome.folder for outcome in made] == [str(tmp_path / "out" / name) for name in ("ten-fps", "tone")]
    there, elsewhere = contents(tmp_path / "out"), contents(tmp_path / "here")
    assert there.keys() == elsewhere.keys()
    own = (".stages.json", "report.html")  # they name the copy that was fetched, whose folder is another each time
    assert all(there[name] == elsewhere[name] for name in there if not name.endswith(own))
    assert [len(outcome.outputs) for outcome in made] == [len(outcome.outputs) for outcome in here]
    assert not bucket.find("/exchange")
    assert not list(scratch.rglob("*"))
    assert not worked(tmp_path / "out", said)
    with catalogue(tmp_path / "out") as record:
        assert not list(record.damaged())


def test_a_worker_goes_on_from_earlier_results_and_keeps_what_a_person_wrote(
    bucket: Any, said: dict[str, Any], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    worked(out, said, goals=("subtitles",))
    edited = out / "tone" / "tone.srt"
    edited.write_text("1\n00:00:00,200 --> 00:00:00,900\nGood evening.\n\n", encoding="utf-8")
    (out / "tone" / "notes.txt").write_text("mine", encoding="utf-8")
    made = {outcome.job.video.stem: outcome for outcome in worked(out, said)}
    assert [outcome.error for outcome in made.values()] == ["", ""]
    assert "listen" not in made["ten-fps"].stages
    kept = [path.read_text(encoding="utf-8") for path in edited.parent.glob("tone*.srt")]
    assert any("Good evening." in text for text in kept)
    assert (out / "tone" / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_an_edit_made_meanwhile_is_kept(
    bucket: Any, said: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from video_pipeline.library import runner, staging

    out = tmp_path / "out"
    worked(out, said, goals=("subtitles",))
    corrections, subtitles = out / "tone" / "corrections.json", out / "tone" / "tone.srt"

    def slow(job: Any, progress: Any) -> Any:
        done = staging.staged_work(job, progress)
        if job.video.stem == "tone":
            subtitles.write_text("by hand", encoding="utf-8")
            corrections.write_text("{}", encoding="utf-8")
        return done

    monkeypatch.setattr(runner, "staged_work", slow)
    worked(out, {**said, "subtitles.line_width": 20})
    assert corrections.read_text(encoding="utf-8") == "{}"
    assert "by hand" in {path.read_text(encoding="utf-8") for path in subtitles.parent.glob("tone*.srt")}


def test_what_does_not_come_as_it_was_written_fails_that_video_alone(
    bucket: Any, said: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from video_pipeline.library import runner, staging

    def broken(job: Any, progress: Any) -> Any:
        done = staging.staged_work(job, progress)
        if job.video.stem == "tone":
            path = f"{job.staging.removeprefix('memory:/')}/after.zip"
            content = bucket.cat_file(path)
            bucket.pipe_file(path, content.replace(b"Good morning.", b"Evil morning."))
        return done

    monkeypatch.setattr(runner, "staged_work", broken)
    made = {outcome.job.video.stem: outcome for outcome in worked(tmp_path / "out", said)}
    assert (made["ten-fps"].error, made["tone"].error_type) == ("", "RemoteBroken")
    assert not list((tmp_path / "out" / "tone").rglob("*")) and not bucket.find("/exchange")
    monkeypatch.undo()
    monkeypatch.setenv(remote.SCRATCH, str(tmp_path / "scratch"))
    assert [outcome.error for outcome in worked(tmp_path / "out", said)] == [""]


@pytest.mark.parametrize(("staging", "why"), [("/mnt/share", "no address"), ("memory://exchange", "lies on this machine")])
def test_what_cannot_be_fetched_elsewhere_is_refused_at_once(media: Any, tmp_path: Path, staging: str, why: str) -> None:
    with pytest.raises(BadValue, match=why):
        plan([str(media("tone"))], tmp_path / "out", LibraryOptions(staging=staging))


def test_what_a_killed_run_left_on_the_way_goes_with_the_next(bucket: Any, said: dict[str, Any], tmp_path: Path) -> None:
    out = tmp_path / "out"
    options = LibraryOptions(goals=GOALS, overrides=said, staging="memory://exchange")
    jobs = plan(["memory://talks"], out, options)
    with catalogue(out) as record:
        next(iter(run(record.undone(jobs), record, options)))  # the second video's worker is given up
    for job in jobs:
        left = Staging(out, "memory://exchange").sent(dataclasses.replace(job, claim="of a run that was killed"))
        bucket.pipe_file(f"{left.staging.removeprefix('memory:/')}/after.zip", b"half")
    assert len(worked(out, said)) == 1
    assert len(bucket.find("/exchange")) <= 2  # of the video that was done before
