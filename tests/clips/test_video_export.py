"""The clips of a video are all made, or what is missing is said; a stop or an error leaves nothing half-done."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from video_pipeline.cli.exit_codes import exit_code
from video_pipeline.clips import EXPORTS, video
from video_pipeline.clips.base import ClipJob, ClipOptions, Exported, SourceVideo
from video_pipeline.core.clip import Clip
from video_pipeline.core.errors import UnknownName
from video_pipeline.media import targets
from video_pipeline.media.cutting.base import CutOptions
from video_pipeline.media.errors import NotAsWritten, NotEnoughSpace
from video_pipeline.media.probe import probe

CLIPS = (Clip(3.0, 4.5, 80.0, "best"), Clip(0.51, 1.5, 60.0, "next"), Clip(4.0, 4.6, 40.0, "last"))


def job(source: Path, folder: Path, **more: Any) -> ClipJob:
    options = ClipOptions(cut=CutOptions(speed="ultrafast", encoder="libx264", way=more.pop("way", "exact")))
    return ClipJob(source=SourceVideo(info=probe(source)), clips=CLIPS, folder=folder, options=options, **more)


def export(asked: ClipJob) -> Exported:
    made: Exported = EXPORTS.load("video")().export(asked, {})
    return made


def test_every_clip_tells_how_it_was_made(media: Any, tmp_path: Path) -> None:
    told: list[str] = []
    asked = job(media("colours"), tmp_path, way="smart", notice=told.append)
    exported = export(asked)
    assert [clip.path for clip in exported.clips.values()] == list(exported.files)
    assert list(exported.clips) == [0, 1, 2]
    assert all(clip.size_px == (160, 120) and clip.check and not clip.error for clip in exported.clips.values())
    assert exported.clips[1].span.start_s == pytest.approx(0.52)
    fallen = [clip for clip in exported.clips.values() if clip.fallback]
    assert len(told) == len(fallen) and all("cut by exact" in text for text in told)


def test_a_clip_that_cannot_be_made_is_said_and_the_others_are_there(
    media: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole: Callable[..., Any] = video.cut_planned

    def sometimes(plan: Any, target: Path, *rest: Any) -> Any:
        if "next" in target.name:
            raise NotAsWritten(target, "it lasts 0.1 s instead of 1 s")
        return whole(plan, target, *rest)

    monkeypatch.setattr(video, "cut_planned", sometimes)
    told: list[str] = []
    asked = job(media("colours"), tmp_path, notice=told.append)
    exported = export(asked)
    assert [path.name for path in exported.files] == ["01_best_80.mp4", "03_last_40.mp4"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["01_best_80.mp4", "03_last_40.mp4"]
    assert exported.clips[1].path is None and "it lasts 0.1 s" in exported.clips[1].error
    assert len(told) == 1 and told[0].startswith("clip 2 was left out: ")


@pytest.mark.parametrize("error", [KeyboardInterrupt(), NotEnoughSpace(Path("clips"), 2, 1)], ids=["ctrl-c", "full disk"])
def test_a_stop_takes_back_what_was_made(
    media: Any, tmp_path: Path, tree: Callable[[Path], set[str]], monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    whole: Callable[..., Any] = video.cut_planned

    def stops(plan: Any, target: Path, *rest: Any) -> Any:
        if "last" in target.name:
            assert tree(tmp_path / "clips") == {"01_best_80.mp4", "02_next_60.mp4"}
            raise error
        return whole(plan, target, *rest)

    monkeypatch.setattr(video, "cut_planned", stops)
    with pytest.raises(type(error)):
        export(job(media("colours"), tmp_path / "clips"))
    assert tree(tmp_path) == set()


def test_ctrl_c_while_a_clip_is_encoded_leaves_nothing(media: Any, tmp_path: Path, tree: Callable[[Path], set[str]]) -> None:
    def stop(done_s: float) -> None:
        raise KeyboardInterrupt

    options = ClipOptions(cut=CutOptions(encoder="libx264"))
    with pytest.raises(KeyboardInterrupt):
        export(dataclasses.replace(job(media("colours"), tmp_path / "clips", on_progress=stop), options=options))
    assert tree(tmp_path) == set()


def test_no_room_is_said_before_anything_is_cut(media: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets.shutil, "disk_usage", lambda place: SimpleNamespace(free=1000))
    with pytest.raises(NotEnoughSpace, match=r"needs about [\d.,]+ MB and its disk has 0 MB left") as raised:
        export(job(media("colours"), tmp_path / "clips"))
    assert raised.value.needed_bytes > raised.value.free_bytes == 1000
    assert exit_code(raised.value) == 7
    assert not list(tmp_path.iterdir())


def test_where_no_clip_can_be_made_each_says_why(media: Any, tmp_path: Path) -> None:
    exported = export(job(media.header_only(), tmp_path / "clips"))
    assert exported.files == () and all(clip.path is None and clip.error for clip in exported.clips.values())
    assert not list(tmp_path.iterdir())


def test_what_is_wrong_with_options_is_named() -> None:
    with pytest.raises(UnknownName, match="did you mean 'burned'"):
        ClipOptions(captions="burnt")
    with pytest.raises(UnknownName, match="did you mean 'smart'"):
        CutOptions(way="smrt")
    with pytest.raises(ValueError, match="crf"):
        CutOptions(crf=99)
