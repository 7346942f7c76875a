"""Every member of `EXPORTS` keeps the contract."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from video_pipeline.clips import EXPORTS
from video_pipeline.clips.audiogram import AudiogramExport
from video_pipeline.clips.base import ClipJob, ClipOptions, MadeClip, SourceVideo
from video_pipeline.clips.hook.export import HookedExport
from video_pipeline.core.clip import Clip
from video_pipeline.core.errors import PipelineError, UnknownName
from video_pipeline.core.span import Span
from video_pipeline.media.cut import CutOptions
from video_pipeline.media.decode import audio_blocks
from video_pipeline.media.probe import probe

CLIPS = (Clip(3.0, 4.5, 80.0, "The second/one: 'best' 日本"), Clip(0.5, 1.5, 60.0, ""))
OPTIONS = ClipOptions(cut=CutOptions(speed="ultrafast"))


def job(video: Path, folder: Path, clips: tuple[Clip, ...] = CLIPS) -> tuple[ClipJob, list[float]]:
    told: list[float] = []
    source = SourceVideo(info=probe(video))
    return ClipJob(source=source, clips=clips, folder=folder, options=OPTIONS, on_progress=told.append), told


def heard_s(path: Path) -> float:
    return sum(block.span.duration_s for block in audio_blocks(path))


@pytest.fixture(params=list(EXPORTS))
def export(request: pytest.FixtureRequest) -> Any:
    return EXPORTS.load(request.param)()


def test_files_lie_in_the_folder_and_programs_read_them(media: Any, export: Any, tmp_path: Path) -> None:
    folder = tmp_path / "clips"
    is_audiogram = isinstance(export, AudiogramExport)
    clips = (Clip(0.2, 1.2, 80.0, "one"), Clip(1.0, 1.9, 60.0, "")) if is_audiogram else CLIPS
    made = export.export(job(media("sound" if is_audiogram else "colours"), folder, clips)[0], {}).files
    assert made
    assert sorted(path for path in folder.rglob("*") if path.is_file()) == sorted(made)
    for path in made:
        if path.suffix == ".mp4":
            info = probe(path)
            size = (1080, 1080) if is_audiogram else (160, 120)
            assert info.video is not None and (info.video.width_px, info.video.height_px) == size
            assert heard_s(path) > 0.5
        elif path.suffix in (".jpg", ".webp"):
            with Image.open(path) as picture:
                picture.load()
                assert min(picture.size) > 100
        else:
            assert path.read_text(encoding="utf-8").strip()


def test_what_an_export_reads_are_options(export: Any) -> None:
    assert {field.name for field in dataclasses.fields(ClipOptions)} >= set(export.reads)


def test_nothing_for_no_clips(media: Any, export: Any, tmp_path: Path) -> None:
    assert export.export(job(media("colours"), tmp_path / "clips", ())[0], {}).files == ()
    assert not (tmp_path / "clips").exists()


def test_sound_alone_gives_files_or_a_reason(media: Any, export: Any, tmp_path: Path) -> None:
    try:
        made = export.export(job(media("sound"), tmp_path, (Clip(0.5, 1.5, 60.0, ""),))[0], {}).files
    except PipelineError as error:
        assert "no picture" in str(error)
        assert not list(tmp_path.iterdir())
    else:
        sounds = [path for path in made if path.suffix == ".m4a"]
        assert [heard_s(path) for path in sounds] == pytest.approx(
            [1.25 if isinstance(export, HookedExport) else 1.0] * len(sounds), abs=0.1
        )
        pictured = (".jpg", ".webp") if isinstance(export, AudiogramExport) else (".jpg", ".webp", ".mp4")
        assert not [path for path in made if path.suffix in pictured]


def test_a_clip_past_the_end_is_cut_there_or_refused(media: Any, export: Any, tmp_path: Path) -> None:
    try:
        made = export.export(job(media("colours"), tmp_path, (Clip(5.0, 9.0, 60.0, ""),))[0], {}).files
    except PipelineError:
        assert not list(tmp_path.iterdir())
    else:
        videos = [path for path in made if path.suffix == ".mp4" and path.name != "reel.mp4"]
        assert [heard_s(path) for path in videos] == pytest.approx([1.0] * len(videos), abs=0.15)


def test_a_failure_leaves_nothing_half_written(media: Any, export: Any, tmp_path: Path) -> None:
    video = tmp_path / "video.mp4"
    video.write_bytes(media("colours").read_bytes())
    asked, _ = job(video, tmp_path / "clips")
    video.write_bytes(b"gone bad")
    try:
        made = export.export(asked, {}).files
    except PipelineError:
        assert not (tmp_path / "clips").exists() or not list((tmp_path / "clips").iterdir())
    else:  # those who do not look into the video
        of_text = ("TimelinesExport", "GalleryExport", "AudiogramExport", "PostsExport", "ChaptersExport")
        assert type(export).__name__ in of_text
        assert all(path.is_file() for path in made)


def test_progress_ends_at_the_sum_of_all_clips(media: Any, tmp_path: Path) -> None:
    asked, told = job(media("colours"), tmp_path)
    EXPORTS.load("video")().export(asked, {})
    assert told == sorted(told)
    assert max(t for t in told if t <= 1.5) == pytest.approx(1.5)
    assert told[-1] == pytest.approx(2.5)


def test_names_tell_rank_title_and_score(media: Any, tmp_path: Path) -> None:
    asked, _ = job(media("colours"), tmp_path)
    assert [asked.stem(0), asked.stem(1)] == ["01_The-second-one-best-日本_80", "02_clip_60"]


def test_an_unknown_export_is_refused_at_once() -> None:
    with pytest.raises(UnknownName, match="did you mean 'video'"):
        ClipOptions(exports=("vidio",))


def test_videos_need_no_audiogram_and_failed_clips_have_none(media: Any, tmp_path: Path) -> None:
    export = AudiogramExport()
    assert export.export(job(media("colours"), tmp_path)[0], {}).files == ()
    failed = {0: MadeClip(path=None, span=Span(0.2, 1.2), error="why")}
    sound, _ = job(media("sound"), tmp_path, (Clip(0.2, 1.2, 80.0, "one"),))
    assert export.export(sound, failed).files == ()
