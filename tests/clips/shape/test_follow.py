"""The crop goes along with a face, cuts to the one that speaks, or shows two at once: in scenes whose truth is known."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.media.counted import run
from video_pipeline.clips.base import SourceVideo
from video_pipeline.clips.errors import NoFaceDetector
from video_pipeline.clips.shape import STEERS
from video_pipeline.clips.shape.base import Interest, ShapeOptions
from video_pipeline.clips.shape.follow import Follower
from video_pipeline.clips.shape.mouths import RATE_FPS, speakers
from video_pipeline.clips.shape.path import path
from video_pipeline.clips.shape.plan import shaped
from video_pipeline.clips.shape.tracks import tracks
from video_pipeline.core.clip import Shot
from video_pipeline.core.span import Span
from video_pipeline.media.probe import MediaInfo, probe

WIDTH_PX, HEIGHT_PX = 640, 360
SIDE_PX = 240
FPS = 12.5
SYLLABLES_HZ = 2.3
SECONDS = 8.0
LEFT, RIGHT = 10, 390
TALL = ShapeOptions("9:16", width_px=180)


def portrait() -> Any:
    """Of an astronaut, in public domain by NASA, as it comes with scikit-image."""
    data = pytest.importorskip("skimage.data")
    from PIL import Image

    return np.array(Image.fromarray(data.astronaut()).resize((SIDE_PX, SIDE_PX)))


def open_mouth(face: Any, how_far: float) -> Any:
    y, x = np.ogrid[:SIDE_PX, :SIDE_PX]
    across = (x - 0.4332 * SIDE_PX) / (0.03 * SIDE_PX)
    down = (y - 0.3 * SIDE_PX) / (1 + how_far * 0.022 * SIDE_PX)
    shown = face.copy()
    shown[across**2 + down**2 < 1] = (60, 10, 10)
    return shown


def syllables(times_s: Any) -> Any:
    return np.abs(np.sin(2 * np.pi * SYLLABLES_HZ * times_s)) ** 1.5


def scene(
    path: Path, mouths: Callable[[float], set[int]], heard: Callable[[float], bool], places: list[Callable[[float], int]]
) -> Path:
    """Faces at places that may move; the mouths of some move at a time, and somebody may be heard."""
    times_s, sound_s = np.arange(int(SECONDS * FPS)) / FPS, np.arange(int(SECONDS * 16_000)) / 16_000
    voice = sum(np.sin(2 * np.pi * 140 * k * sound_s) / k for k in range(1, 5)) * syllables(sound_s)
    speech = np.repeat([heard(float(time_s)) for time_s in sound_s[::160]], 160)
    noise = np.random.default_rng(1).standard_normal(len(sound_s))
    path.with_suffix(".f32").write_bytes((0.2 * voice * speech + 5e-4 * noise).astype("<f4").tobytes())
    face = portrait()
    frames = np.full((len(times_s), HEIGHT_PX, WIDTH_PX, 3), (70, 90, 110), np.uint8)
    for frame, time_s in zip(frames, times_s, strict=True):
        for number, place in enumerate(places):
            shown = open_mouth(face, float(syllables(time_s)) if number in mouths(float(time_s)) else 0.0)
            left = place(float(time_s))
            frame[80 : 80 + SIDE_PX, left : left + SIDE_PX] = shown[:, ::-1] if number % 2 else shown
    raw = path.with_suffix(".raw")
    raw.write_bytes(frames.tobytes())
    picture = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH_PX}x{HEIGHT_PX}", "-r", FPS, "-i", raw)
    sound = ("-f", "f32le", "-ar", 16_000, "-ac", 1, "-i", path.with_suffix(".f32"))
    run(*picture, *sound, "-c:v", "libx264", "-preset", "ultrafast", "-crf", 14, "-pix_fmt", "yuv420p", "-c:a", "aac", path)
    raw.unlink()
    return path


def followed(video: Path, options: ShapeOptions = TALL, length_s: float = SECONDS) -> Any:
    try:
        STEERS.load("faces")()
    except NoFaceDetector as error:
        pytest.skip(str(error))
    found = shaped(SourceVideo(info=probe(video)), Span(0.0, length_s), dataclasses.replace(options, steer="faces"))
    assert found is not None
    return found


BOTH = [lambda _: LEFT, lambda _: RIGHT]


def test_the_picture_cuts_to_the_face_that_speaks(tmp_path: Path) -> None:
    turns = scene(tmp_path / "turns.mp4", lambda t: {0} if t < 4 else {1}, lambda t: t % 4 < 3.6, BOTH)
    found = followed(turns)
    assert found.words == "the one who speaks in 1 shot"
    first, second = found.framing.fits
    assert first.places[0].x < 0.35 and second.places[0].x > 0.65
    assert second.start_s == pytest.approx(3.8, abs=0.45)


def test_a_mouth_that_chews_is_not_the_one_that_speaks(tmp_path: Path) -> None:
    """It moves all the time, the other one when somebody is heard."""

    def talks(time_s: float) -> bool:
        return time_s % 2.5 < 1.3

    chewing = scene(tmp_path / "chewing.mp4", lambda t: {0, 1} if talks(t) else {1}, talks, BOTH)
    assert [fit.places[0].x < 0.35 for fit in followed(chewing).framing.fits] == [True]


def test_a_quarrel_and_a_voice_from_elsewhere_are_shown_in_two_halves(tmp_path: Path) -> None:
    quarrel = scene(tmp_path / "quarrel.mp4", lambda t: {int(t / 0.9) % 2}, lambda _: True, BOTH)
    offscreen = scene(tmp_path / "offscreen.mp4", lambda _: set(), lambda _: True, BOTH)
    for video, length_s in ((quarrel, SECONDS), (quarrel, 3.6), (offscreen, SECONDS)):
        found = followed(video, length_s=length_s)
        assert found.words == "two of them, each in a half of the picture in 1 shot"
        upper, lower = found.framing.fits[0].panes
        assert upper[2] < 0.5 < lower[0]
        assert upper[0] < (LEFT + 0.4332 * SIDE_PX) / WIDTH_PX < upper[2]
        width, height = found.framing.pane_px
        assert width / height == pytest.approx(9 / 8, abs=0.03)
    assert followed(quarrel, ShapeOptions("9:16", several="whole")).framing.fits[0].crop is False
    assert followed(offscreen, ShapeOptions("9:16", several="speaker")).words == "faces in 1 shot"


def test_a_face_that_walks_stays_in_the_picture_and_the_camera_rests_when_it_does(tmp_path: Path) -> None:
    def place(time_s: float) -> int:
        return LEFT + int((0.5 - 0.5 * np.cos(np.pi * min(max((time_s - 2) / 4, 0.0), 1.0))) * (RIGHT - LEFT))

    found = followed(scene(tmp_path / "walk.mp4", lambda _: {0}, lambda _: True, [place]))
    (fit,) = found.framing.fits
    places = fit.places
    times_s, centres = [one.time_s for one in places], [one.x for one in places]
    for time_s in np.arange(0.0, SECONDS, 0.25):
        face = (place(float(time_s)) + 0.4332 * SIDE_PX) / WIDTH_PX
        assert abs(np.interp(time_s, times_s, centres) - face) < 0.08  # half the window is 0.16
    assert abs(np.diff(np.interp([0.0, 1.5], times_s, centres))[0]) < 0.01
    assert abs(np.diff(np.interp([7.2, 7.9], times_s, centres))[0]) < 0.01


def box(x: float, wide: float = 0.1, weight: float = 1.0) -> Interest:
    return Interest(x - wide / 2, 0.3, x + wide / 2, 0.6, weight)


def test_things_keep_their_tracks_while_they_pass_each_other_unseen() -> None:
    frames = [[box(0.2 + 0.02 * k), *([box(0.8)] if k % 3 else [])] for k in range(12)]
    frames[5] = [*frames[5], box(0.5, 0.02, 0.01)]
    left, right = tracks(frames)
    assert np.allclose(left.middles[:, 0], 0.2 + 0.02 * np.arange(12), atol=0.021)
    assert np.allclose(right.middles[:, 0], 0.8)


def test_a_camera_does_not_tremble() -> None:
    trembling = np.stack([0.5 + 0.02 * np.random.default_rng(0).standard_normal(80), np.full(80, 0.5)], axis=1)
    (still,) = path(np.clip(trembling, 0.47, 0.53), (0.316, 1.0), 3.0, 0.25)
    assert (still.time_s, still.y) == (3.0, 0.5)
    assert still.x == pytest.approx(0.5, abs=0.01)


def test_a_voice_that_is_known_decides_between_mouths_that_move_alike() -> None:
    """Who is heard is known from the sound; whose mouth it is, from the few seconds in which only one moves."""
    count, rng = int(20 * RATE_FPS), np.random.default_rng(2)
    times_s = np.arange(count) / RATE_FPS
    talks = (times_s % 10 < 5).astype(float)
    moved = 0.12 * rng.random((2, count)) * np.stack([0.55 + 0.45 * talks, 0.95 - 0.45 * talks])
    voices = [(name, Span(start_s, start_s + 5)) for start_s, name in ((0, "A"), (5, "B"), (10, "A"), (15, "B"))]
    said = speakers(moved, np.ones(count), voices)
    assert [one.number for one in said] == [0, 1, 0, 1]
    assert [round(one.start_s) for one in said] == [0, 5, 10, 15]
    silent = speakers(moved, np.zeros(count), voices)
    assert [one.number for one in silent] == [None]


def test_a_group_that_fits_is_shown_together_and_three_that_do_not_are_shown_whole() -> None:
    info = MediaInfo(path=Path("none.mp4"), container="mp4", duration_s=2.0, video=None, audio=())
    follower = Follower(SourceVideo(info=info), Span(0.0, 2.0), "auto", 0.6, (0.316, 1.0), 0.25)
    together = follower.fits(Shot(0.0, 2.0), [[box(0.4, 0.08), box(0.55, 0.08)]] * 8, "faces")
    assert together is not None
    assert together[1] == "faces" and together[0][0].places[0].x == pytest.approx(0.475)
    apart = follower.fits(Shot(0.0, 2.0), [[box(0.1), box(0.5), box(0.9)]] * 8, "faces")
    assert apart is not None and not apart[0][0].crop
    assert follower.fits(Shot(0.0, 2.0), [[]] * 8, "faces") is None
