"""The reel: what comes when, dissolves, music under words, and what is refused."""

from __future__ import annotations

import dataclasses
import re
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from video_pipeline.clips import EXPORTS
from video_pipeline.clips.base import ClipJob, ClipOptions, Exported, SourceVideo
from video_pipeline.clips.ducking import music_gain
from video_pipeline.clips.reel_options import MusicOptions, ReelOptions
from video_pipeline.core.clip import Clip
from video_pipeline.core.errors import NoSuchFile
from video_pipeline.core.labels import Language
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Segment
from video_pipeline.media.cut import CutOptions
from video_pipeline.media.cutting.encoders import SOFTWARE
from video_pipeline.media.decode import audio_blocks
from video_pipeline.media.errors import NoPicture
from video_pipeline.media.ffmpeg import find_ffmpeg
from video_pipeline.media.loudness import LoudnessOptions
from video_pipeline.media.probe import probe
from video_pipeline.media.stills import stills

BEST, OTHER = Clip(4.2, 5.7, 80.0, "blue"), Clip(0.2, 1.7, 60.0, "red")
OPTIONS = ClipOptions(
    cut=CutOptions(speed="ultrafast", encoder=SOFTWARE),
    loudness=LoudnessOptions(on=False),
    reel=ReelOptions(title="Two colours", title_s=1.2, dissolve_s=0.4),
)


def job(video: Path, folder: Path, reel: ReelOptions = OPTIONS.reel, clips: tuple[Clip, ...] = (BEST, OTHER)) -> ClipJob:
    said = [
        Segment(clip.start_s, clip.end_s, "words", tokens=(), language=Language.EN)
        for clip in sorted(clips, key=lambda c: c.start_s)
    ]
    options = dataclasses.replace(OPTIONS, reel=reel)
    source = SourceVideo(info=probe(video), segments=said)
    return ClipJob(source=source, clips=clips, folder=folder, options=options)


def export(asked: ClipJob) -> tuple[Path, ...]:
    exported: Exported = EXPORTS.load("reel")().export(asked, {})
    return exported.files


def made(*words: str) -> None:
    subprocess.run([find_ffmpeg(), "-v", "error", "-y", "-threads", "1", *words], check=True, timeout=60)


def shown(path: Path) -> list[tuple[int, int, int]]:
    """The middle of the picture, every tenth of a second."""
    info = probe(path)
    pictures = stills(info, Span(0.0, 60.0), 10.0, 160)
    return [(int(r), int(g), int(b)) for r, g, b in (picture[100, 80] for picture in pictures)]


def near(pixel: tuple[int, int, int], wanted: tuple[int, int, int]) -> bool:
    return max(abs(a - b) for a, b in zip(pixel, wanted, strict=True)) < 30


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A green outro of another size and rate with no sound, and two seconds of a steady tone as music."""
    folder = tmp_path_factory.mktemp("material")
    made("-f", "lavfi", "-i", "color=lime:s=60x90:r=10:d=1.2", "-preset", "ultrafast", str(folder / "outro.mp4"))
    made("-f", "lavfi", "-i", "sine=2000:r=48000:d=2", str(folder / "music.wav"))
    return folder


@pytest.fixture(scope="module")
def reel(media: Any, material: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    options = dataclasses.replace(
        OPTIONS.reel, outro=str(material / "outro.mp4"), music=MusicOptions(str(material / "music.wav"), -6.0, -26.0)
    )
    (path,) = export(job(media("colours"), tmp_path_factory.mktemp("reel"), options))
    assert [left.name for left in path.parent.iterdir()] == ["reel.mp4"]
    return path


def test_title_clips_as_they_happened_and_outro_with_dissolves_between(reel: Path) -> None:
    """Card 1.2 s, red 1.5 s, blue 1.5 s, outro 1.2 s; each begins 0.4 s before the last one ends."""
    info = probe(reel)
    assert info.duration_s == pytest.approx(1.2 + 1.5 + 1.5 + 1.2 - 3 * 0.4, abs=0.1)
    assert info.video is not None and (info.video.width_px, info.video.height_px) == (160, 120)
    pixels = shown(reel)
    assert all(near(pixels[k], (254, 0, 0)) for k in range(13, 18))
    assert all(near(pixels[k], (0, 0, 254)) for k in range(24, 29))
    assert near(pixels[37], (0, 254, 0))
    red, _, blue = pixels[21]  # in the middle of the dissolve
    assert 60 < red < 200
    assert 60 < blue < 200


def test_music_is_low_under_words_and_up_where_there_are_none(reel: Path) -> None:
    samples = np.concatenate([block.samples for block in audio_blocks(reel)])

    def music_db(at_s: float) -> float:
        piece = samples[int(at_s * 16_000) :][:4000]
        spectrum = np.abs(np.fft.rfft(piece * np.hanning(len(piece))))
        return float(20 * np.log10(spectrum[480:520].max()))

    alone, under = music_db(0.2), music_db(1.6)
    assert alone - under > 12
    tone = np.abs(np.fft.rfft(samples[int(1.2 * 16_000) :][:4000]))
    assert tone[110] > 3 * tone[480:520].max()  # the clip's own 440 Hz is above its music


def test_gains_fall_before_the_word_and_never_jump() -> None:
    options = MusicOptions("x", level_db=-6.0, ducked_db=-24.0)
    gain = music_gain(20.0, [Span(5.0, 8.0), Span(8.2, 10.0)], options)
    times_s = np.arange(0, 20, 0.01)
    gains_db = 20 * np.log10(np.maximum(gain(times_s), 1e-6))
    assert gains_db[300] == pytest.approx(-6.0, abs=0.1)
    assert gains_db[500:1000].max() < -18
    assert gains_db[505:800].max() == pytest.approx(-24.0, abs=0.1)
    assert gains_db[1200] == pytest.approx(-6.0, abs=0.1)
    steps = np.abs(np.diff(gains_db[100:1800]))
    assert steps.max() < 1.0  # dB in 10 ms
    assert gain(np.array([0.0, 20.0])) == pytest.approx([0.0, 0.0], abs=1e-3)


def test_the_best_clips_only_without_a_card_and_cut_hard(media: Any, tmp_path: Path) -> None:
    options = ReelOptions(clips=1, title_s=0.0, dissolve_s=0.0)
    told: list[float] = []
    asked = dataclasses.replace(job(media("colours"), tmp_path, options), on_progress=told.append)
    (path,) = export(asked)
    pixels = shown(path)
    assert len(pixels) == pytest.approx(15, abs=1)
    assert all(near(pixel, (0, 0, 254)) for pixel in pixels)
    assert told == sorted(told)
    assert told[-1] <= 3.0 + 1e-6


def test_colours_stay_as_they_are(tmp_path: Path) -> None:
    """BT.709, as every HD camera writes it, and said so in the file."""
    video, green = tmp_path / "hd.mp4", (20, 200, 60)
    scene = "color=0x14C83C:s=160x120:r=10:d=2,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"
    tags = [word for name in ("colorspace", "color_primaries", "color_trc") for word in (f"-{name}", "bt709")]
    made("-f", "lavfi", "-i", scene, "-f", "lavfi", "-i", "sine=440:d=2", "-preset", "ultrafast", *tags, str(video))
    (path,) = export(job(video, tmp_path / "out", ReelOptions(title_s=0.0), (Clip(0.2, 1.8, 80.0, ""),)))
    assert max(abs(a - b) for a, b in zip(shown(path)[8], green, strict=True)) < 6


@pytest.mark.parametrize("key", ["intro", "outro", "music"])
def test_material_that_is_not_there_is_named_and_nothing_is_left(media: Any, key: str, tmp_path: Path) -> None:
    value: Any = MusicOptions(str(tmp_path / "none.mp3")) if key == "music" else str(tmp_path / "none.mp4")
    with pytest.raises(NoSuchFile, match=re.escape("none.mp")):
        options = dataclasses.replace(OPTIONS.reel, **{key: value}, title_s=0.0)
        export(job(media("colours"), tmp_path / "out", options, (OTHER,)))
    assert not list((tmp_path / "out").iterdir())


def test_sound_alone_has_no_reel(media: Any, tmp_path: Path) -> None:
    told: list[str] = []
    asked = dataclasses.replace(job(media("sound"), tmp_path, clips=(Clip(0.2, 1.2, 50.0, ""),)), notice=told.append)
    assert export(asked) == ()
    assert told == ["no reel was made, because there is no picture"]
    alone = dataclasses.replace(asked, options=dataclasses.replace(asked.options, exports=("reel",)))
    with pytest.raises(NoPicture):
        export(alone)
    assert not list(tmp_path.iterdir())


def test_stopping_in_the_middle_leaves_nothing(media: Any, tmp_path: Path) -> None:
    def stop(done_s: float) -> None:
        raise KeyboardInterrupt

    asked = dataclasses.replace(job(media("colours"), tmp_path, ReelOptions(title_s=0.0), (OTHER,)), on_progress=stop)
    with pytest.raises(KeyboardInterrupt):
        export(asked)
    assert not list(tmp_path.iterdir())


def test_options_that_make_no_reel() -> None:
    for wrong in ({"clips": 0}, {"title_s": -1.0}, {"dissolve_s": -0.1}):
        with pytest.raises(ValueError):
            ReelOptions(**wrong)
    with pytest.raises(ValueError, match="ducked_db <= level_db"):
        MusicOptions(level_db=-30.0)
