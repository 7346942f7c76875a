"""Thumbnails, previews and the contact sheet: which frames they take, and in which shape."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageFilter

from tests.font_sets import use_font_set
from video_pipeline.clips import EXPORTS
from video_pipeline.clips.base import ClipJob, ClipOptions, MadeClip, SourceVideo
from video_pipeline.clips.best_frame import best_frame_s, picture_scores
from video_pipeline.core.clip import Clip
from video_pipeline.core.labels import Language, Sound
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import AudioEvent
from video_pipeline.media import fonts
from video_pipeline.media.ffmpeg import find_ffmpeg
from video_pipeline.media.lettering import Line, lettered
from video_pipeline.media.probe import probe
from video_pipeline.media.stills import stills


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve seconds: blurred, sharp from 4 s on, black from 8 s on."""
    path = tmp_path_factory.mktemp("staged") / "staged.mp4"
    scene = "testsrc2=s=320x180:r=10:d=12,gblur=sigma=12:enable='lt(t,4)',drawbox=c=black:t=fill:enable='gte(t,8)'"
    sound = ("-f", "lavfi", "-i", "sine=440:d=12", "-c:a", "aac")
    line = [find_ffmpeg(), "-v", "error", "-y", "-f", "lavfi", "-i", scene, *sound, "-preset", "ultrafast", "-threads", "1", path]
    subprocess.run(list(map(str, line)), check=True, timeout=60)
    return path


def job(video: Path, folder: Path, *clips: Clip, **more: Any) -> ClipJob:
    return ClipJob(source=SourceVideo(info=probe(video), **more), clips=clips, folder=folder, options=ClipOptions())


def colour_at(path: Path) -> str:
    """Which of the colours of the video "colours" a picture has."""
    with Image.open(path) as picture:
        means = np.asarray(picture.convert("RGB"), float).mean(axis=(0, 1))
    return ("red", "lime", "blue")[int(means.argmax())]


def test_a_sharp_lit_picture_is_better_than_a_blurred_dark_or_flat_one() -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (18, 32, 3), np.uint8)).resize((320, 180), 0)
    blurred = noise.filter(ImageFilter.GaussianBlur(9))
    dark, flat = Image.eval(noise, lambda v: v // 12), Image.new("RGB", (320, 180), "grey")
    for worse in (blurred, dark, flat):
        scores = picture_scores([np.asarray(worse)] * 3 + [np.asarray(noise)] * 3)
        assert scores[4] > scores[1] + 0.3


def test_the_best_frame_is_where_it_is_sharp_and_lit(staged: Path) -> None:
    info, whole = probe(staged), Span(0.0, 12.0)
    assert 4.0 <= best_frame_s(info, whole, (), ()) < 8.0
    laugh = Span(3.0, 5.0)  # begins where it is still blurred: a frame after the blur, near it
    assert 4.0 <= best_frame_s(info, whole, (laugh,), ()) <= 4.6


def test_no_frame_in_the_middle_of_a_cut(media: Any) -> None:
    info, clip = probe(media("colours")), Span(0.5, 5.5)
    for cuts_s in ((2.0, 4.0), ()):  # also where nobody knows of the cuts
        at_s = best_frame_s(info, clip, (Span(2.0, 3.5),), cuts_s)
        assert min(abs(at_s - 2.0), abs(at_s - 4.0)) >= 0.2
        assert clip.start_s <= at_s < clip.end_s


def test_a_thumbnail_is_from_its_clip_and_as_large_as_the_picture(media: Any, tmp_path: Path) -> None:
    laugh = AudioEvent(4.5, 5.5, Sound.LAUGHTER, 0.9)
    clips = (Clip(4.2, 5.8, 80.0, "blue"), Clip(0.2, 1.8, 60.0, "red"))
    made = EXPORTS.load("thumbnails")().export(job(media("colours"), tmp_path, *clips, events=(laugh,)), {}).files
    assert [colour_at(path) for path in made] == ["blue", "red"]
    with Image.open(made[0]) as picture:
        assert picture.size == (160, 120)


def test_pictures_have_the_shape_of_the_clip_that_was_cut(media: Any, tmp_path: Path) -> None:
    tall = tmp_path / "tall.mp4"
    crop = ("-ss", "4", "-i", str(media("colours")), "-vf", "crop=66:120", "-preset", "ultrafast", "-c:a", "aac", str(tall))
    subprocess.run([find_ffmpeg(), "-v", "error", "-y", *crop], check=True, timeout=60)
    asked = job(media("colours"), tmp_path / "out", Clip(4.0, 6.0, 80.0, "tall"))
    made = {0: MadeClip(path=tall, span=Span(4.0, 6.0), size_px=(66, 120))}
    for name in ("thumbnails", "preview"):
        (path,) = EXPORTS.load(name)().export(asked, made).files
        with Image.open(path) as picture:
            assert picture.size == (66, 120)
    (sheet,) = EXPORTS.load("sheet")().export(asked, made).files
    with Image.open(sheet) as picture:
        assert picture.size[0] == 1600
        blues = np.asarray(picture.convert("RGB"), int)
        frames = (blues[..., 2] > 180) & (blues[..., 0] < 80)
    columns = np.flatnonzero(np.diff(frames.any(axis=0).astype(int)) == 1)
    assert len(columns) == 10


def test_the_preview_moves_around_the_reaction(staged: Path, tmp_path: Path) -> None:
    laugh = AudioEvent(7.0, 8.0, Sound.LAUGHTER, 0.9)
    (path,) = EXPORTS.load("preview")().export(job(staged, tmp_path, Clip(0.0, 12.0, 80.0, ""), events=(laugh,)), {}).files
    with Image.open(path) as picture:
        assert picture.format == "WEBP"
        assert picture.info["loop"] == 0
        levels, lasts_ms = [], 0
        for frame in range(picture.n_frames):
            picture.seek(frame)
            levels.append(np.asarray(picture.convert("L"), float).mean())
            lasts_ms += picture.info["duration"]
    assert lasts_ms == 3500
    assert levels[0] > 60  # 5.5 s: lit
    assert levels[-1] < 10  # 9 s: black


def test_stills_are_evenly_spaced_and_end_with_the_video(media: Any) -> None:
    pictures = list(stills(probe(media("colours")), Span(1.0, 9.0), 2.0, 80))
    assert len(pictures) == 10
    assert {picture.shape for picture in pictures} == {(60, 80, 3)}
    assert [int(picture.mean(axis=(0, 1)).argmax()) for picture in pictures] == [0, 0, 1, 1, 1, 1, 2, 2, 2, 2]
    assert not list(stills(probe(media("sound")), Span(0.0, 1.0), 2.0, 80))


def test_letters_of_many_scripts_are_drawn_and_unknown_ones_left_out() -> None:
    paper = Image.new("RGB", (320, 80), "black")
    for text in ("Title {x} \\N", "Ω Я", "x\U000f0000y"):
        line = Line(text=text, x_px=160, y_px=40, size_px=30, colour="#FF0000", anchor=5)
        drawn, missing = lettered(paper, [line])
        made = np.asarray(drawn, int)
        assert bool(missing) == ("\U000f0000" in text)
        assert made.shape == (80, 320, 3)
        assert made[..., 0].max() > 200
        assert made[..., 1].max() < 60
    assert not np.asarray(lettered(paper, [Line(text="  ", x_px=0, y_px=0, size_px=30)])[0]).any()


@pytest.mark.parametrize("text", ["我的演讲 my talk " * 5, "A talk of mine " * 6, "W" * 60, "my_holidays_2024_final-cut(3)" * 3])
def test_long_lines_are_broken_and_stay_in_their_column(text: str) -> None:
    paper = Image.new("RGB", (400, 300), "black")
    heights = []
    for most in (1, 2, None):
        line = Line(text=text, x_px=100, y_px=20, size_px=24, bold=True, widest_px=200, most_lines=most)
        drawn, missing = lettered(paper, [line], Language.ZH)
        rows, columns = np.nonzero(np.asarray(drawn.convert("L")) > 60)
        assert not missing
        assert columns.min() >= 100
        assert columns.max() <= 300
        heights.append(int(rows.max() - rows.min()))
    assert heights[0] <= 30
    assert heights[1] <= 56
    assert heights[2] > heights[1]


@pytest.fixture
def talk(media: Any, tmp_path: Path) -> Path:
    """A video with a Chinese name."""
    path = tmp_path / "我的演讲.mp4"
    shutil.copy(media("colours"), path)
    return path


def inked(path: Path, box: tuple[int, int, int, int]) -> int:
    """How many bright pixels a part of a picture has."""
    with Image.open(path) as picture:
        return int((np.asarray(picture.convert("L").crop(box)) > 150).sum())


@pytest.mark.parametrize("font_set", ["none", "DejaVu"])
def test_a_sheet_shows_chinese_on_every_machine(
    talk: Path, font_set: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_font_set(font_set, tmp_path, monkeypatch)
    notices: list[str] = []
    asked = job(talk, tmp_path / "out", Clip(0.2, 1.8, 60.0, "大家都笑了"), language=Language.ZH)
    (sheet,) = EXPORTS.load("sheet")().export(dataclasses.replace(asked, notice=notices.append), {}).files
    assert not notices
    assert inked(sheet, (32, 20, 160, 80)) > 500  # the name; ".mp4" alone begins here too, but has a tenth of it
    assert inked(sheet, (32, 160, 400, 210)) > 300  # only the title is there: five signs


def test_letters_that_no_font_has_are_a_notice(talk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_font_set("none", tmp_path, monkeypatch)
    monkeypatch.setattr(fonts, "bundled", lambda: ())
    notices: list[str] = []
    asked = job(talk, tmp_path / "out", Clip(0.2, 1.8, 60.0, "blue"), language=Language.ZH)
    for name in ("sheet", "reel"):
        assert EXPORTS.load(name)().export(dataclasses.replace(asked, notice=notices.append), {}).files
    assert len(notices) == 2
    assert all("我" in notice and "Noto Sans CJK SC" in notice and "pip install" in notice for notice in notices)
