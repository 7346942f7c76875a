"""Every way of cutting holds the frames it says, on every kind of source, or gives way to another and says why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.media.conftest import said
from tests.media.counted import RATE_FPS, made, numbers, run, shown
from tests.media.test_burn import frame_times_s
from video_pipeline.core.errors import UnknownName
from video_pipeline.core.labels import Language
from video_pipeline.core.span import Span
from video_pipeline.media.cut import cut
from video_pipeline.media.cutting import encoders
from video_pipeline.media.cutting.base import CutOptions, CutReport, Look, Piece
from video_pipeline.media.drawing import Typeset
from video_pipeline.media.framing import Fit, Framing
from video_pipeline.media.probe import probe

X264 = ("-c:v", "libx264", "-preset", "veryfast", "-g", 25, "-bf", 2, "-c:a", "aac")
X265 = ("-c:v", "libx265", "-preset", "ultrafast", "-c:a", "aac", "-x265-params")
SOURCES: dict[str, tuple[str, tuple[object, ...]]] = {
    "h264": ("mp4", X264),
    "hevc": ("mp4", (*X265, "keyint=25:bframes=2:open-gop=0:log-level=error")),
    "hevc-open": ("mkv", (*X265, "keyint=25:bframes=2:open-gop=1:log-level=error")),
    "vp9": ("webm", ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", 8, "-g", 25, "-c:a", "libopus")),
    "open": ("mp4", (*X264, "-x264-params", "open-gop=1:keyint=25:min-keyint=25:scenecut=0")),
    "ten-bit": ("mp4", (*X264, "-pix_fmt", "yuv420p10le")),
    "odd-size": ("mkv", ("-vf", "scale=321:181", "-pix_fmt", "yuv444p", "-c:v", "ffv1", "-c:a", "pcm_s16le")),
    "anamorphic": ("mp4", (*X264, "-vf", "setsar=4/3")),
    "transport": ("ts", (*X264,)),
    "no-times": ("avi", ("-c:v", "mpeg4", "-bf", 0, "-g", 25, "-q:v", 3, "-c:a", "mp3")),
    "variable": ("mp4", ("-vf", "select=mod(n\\,3)", "-fps_mode", "vfr", *X264)),
    "no-sound": ("mp4", X264[:-2]),
}
SPAN = Span(0.93, 3.07)
"""Between frames: 0.92 s (number 23) and 3.08 s (77, left out) are nearest."""

Source = Callable[[str], Path]


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    folder = tmp_path_factory.mktemp("counted")

    def get(name: str) -> Path:
        suffix, how = SOURCES[name]
        path = folder / f"{name}.{suffix}"
        return path if path.exists() else made(path, *how, sound=name != "no-sound")

    return get


def taken(path: Path, target: Path, way: str = "exact", span: Span = SPAN, look: Look | None = None) -> CutReport:
    options = CutOptions(way=way, speed="ultrafast", encoder=encoders.SOFTWARE)
    return cut(Piece(probe(path), 0, span, look or Look()), target, options)


def due(name: str) -> list[int]:
    """In the transport stream the sound begins 21 ms before the picture, so that its frame 76 is shown from 3.061 s on."""
    return [number for number in range(23, 76 if name == "transport" else 77) if name != "variable" or number % 3]


@pytest.mark.parametrize("name", SOURCES)
def test_an_exact_cut_holds_its_frames_and_no_others(source: Source, tmp_path: Path, name: str) -> None:
    report = taken(source(name), tmp_path / "out.mp4")
    held = numbers(shown(tmp_path / "out.mp4"))
    assert (report.way, report.fallback) == ("exact", "")
    if name == "no-times":
        assert held == list(range(held[0], held[-1] + 1))
        assert (abs(held[0] - 23) <= 1, abs(held[-1] - 76) <= 1) == (True, True)
    else:
        assert held == due(name)
        late_s = 0.0213 if name == "transport" else 0.0
        edges_s = [due(name)[0] / RATE_FPS + late_s, (due(name)[-1] + 1) / RATE_FPS + late_s]
        assert [report.span.start_s, report.span.end_s] == pytest.approx(edges_s, abs=0.002)
        assert frame_times_s(tmp_path / "out.mp4") == pytest.approx([n / RATE_FPS - 0.92 for n in due(name)], abs=0.002)
    assert [path.name for path in tmp_path.iterdir()] == ["out.mp4"]


@pytest.mark.parametrize("name", ["h264", "hevc", "ten-bit", "anamorphic", "transport", "variable", "no-sound"])
def test_a_smart_cut_holds_its_frames_and_copies_what_lies_between_key_frames(source: Source, tmp_path: Path, name: str) -> None:
    report = taken(source(name), tmp_path / "out.mp4", "smart")
    assert (report.way, report.fallback) == ("smart", "")
    own, whole = shown(tmp_path / "out.mp4"), shown(source(name))
    assert numbers(own) == due(name)
    before = [frame for frame, number in zip(whole, numbers(whole), strict=True) if number in due(name)]
    same = [bool(np.array_equal(a, b)) for a, b in zip(own, before, strict=True)]
    if name != "variable":  # 25 and 50 are key frames, 75 is the last
        assert same[2:52] == [True] * 50
    assert not all(same)
    assert sum(same) > len(same) // 2


@pytest.mark.parametrize(("name", "reason"), [("vp9", "vp9"), ("open", ""), ("odd-size", "ffv1"), ("no-times", "mpeg4")])
def test_what_cannot_be_cut_smartly_is_cut_exactly_and_says_why(source: Source, tmp_path: Path, name: str, reason: str) -> None:
    report = taken(source(name), tmp_path / "out.mp4", "smart")
    assert report.way == "exact"
    assert report.fallback.startswith("not cut by smart: ") and reason in report.fallback
    assert len(numbers(shown(tmp_path / "out.mp4"))) == pytest.approx(len(due(name)), abs=name == "no-times")


def test_open_groups_of_hevc_end_right_either_way(source: Source, tmp_path: Path) -> None:
    report = taken(source("hevc-open"), tmp_path / "out.mp4", "smart")
    assert numbers(shown(tmp_path / "out.mp4")) == due("hevc-open")
    assert report.way == "smart" or report.fallback


@pytest.mark.parametrize("span", [Span(1.0, 3.0), Span(1.0, 2.5), Span(0.5, 2.0), Span(0.0, 4.0), Span(2.2, 4.0)])
def test_a_smart_cut_at_key_frames_needs_fewer_edges(source: Source, tmp_path: Path, span: Span) -> None:
    report = taken(source("h264"), tmp_path / "out.mp4", "smart", span)
    assert report.way == "smart"
    assert numbers(shown(tmp_path / "out.mp4")) == list(range(round(span.start_s * 25), round(span.end_s * 25)))


def test_a_piece_without_a_key_frame_is_cut_exactly(source: Source, tmp_path: Path) -> None:
    report = taken(source("h264"), tmp_path / "out.mp4", "smart", Span(1.2, 1.6))
    assert report.way == "exact"
    assert "no complete and independent group of pictures" in report.fallback
    assert numbers(shown(tmp_path / "out.mp4")) == list(range(30, 40))


@pytest.mark.parametrize("name", ["h264", "hevc", "vp9", "open", "no-sound"])
def test_a_copy_begins_at_the_key_frame_before_and_says_so(source: Source, tmp_path: Path, name: str) -> None:
    report = taken(source(name), tmp_path / "out.mp4", "copy", Span(1.5, 2.6))
    assert (report.way, report.fallback) == ("copy", "")
    held = numbers(shown(tmp_path / "out.mp4"))
    assert report.span.start_s == pytest.approx(1.0, abs=0.002)
    assert held == list(range(25, 25 + len(held)))
    assert report.span.duration_s == pytest.approx(len(held) / RATE_FPS, abs=0.002)
    assert 2.59 < report.span.end_s < 2.8


@pytest.mark.parametrize("way", ["exact", "smart", "copy"])
def test_a_turned_picture_stays_upright(source: Source, tmp_path: Path, way: str) -> None:
    turned = tmp_path / "turned.mp4"
    run("-display_rotation", 90, "-i", source("h264"), "-c", "copy", turned)
    report = taken(turned, tmp_path / "out.mp4", way, Span(0.6, 3.0))
    assert report.way == way
    video, before = probe(tmp_path / "out.mp4").video, probe(turned).video
    assert video is not None and before is not None
    assert (video.width_px, video.height_px) == (before.width_px, before.height_px) == (180, 320)
    own, whole = shown(tmp_path / "out.mp4"), shown(turned)
    first = round(report.span.start_s * RATE_FPS)
    assert np.abs(own[3].astype(int) - whole[first + 3].astype(int)).mean() < 4


def test_a_picture_that_is_changed_is_cut_exactly(source: Source, tmp_path: Path) -> None:
    upright = Framing(90, 160, (320, 180), (Fit(0.0),))
    report = taken(source("h264"), tmp_path / "out.mp4", "smart", look=Look(upright))
    assert "another shape" in report.fallback
    report = taken(source("h264"), tmp_path / "out.mp4", "copy", look=Look(captions=Typeset(said(Language.EN, "ass"))))
    assert "captions" in report.fallback
    assert "sound off by" in report.check


def test_a_picture_that_stands_still_is_shown_from_the_start(tmp_path: Path) -> None:
    """Slides: three pictures of a second and a half each, of which the middle one is on when the piece begins and ends."""
    video = made(tmp_path / "slides.mp4", "-vf", "select=not(mod(n\\,37))", "-fps_mode", "vfr", *X264)
    report = taken(video, tmp_path / "out.mp4", span=Span(1.9, 2.9))
    assert report.span == Span(1.9, 2.9)
    assert numbers(shown(tmp_path / "out.mp4")) == [37]
    assert probe(tmp_path / "out.mp4").duration_s == pytest.approx(1.0, abs=0.05)


def test_slides_that_are_stored_out_of_order_are_all_there(tmp_path: Path) -> None:
    """A picture a second, of which the next is stored seconds earlier."""
    video = made(
        tmp_path / "slides.mp4", "-vf", "setpts=N/TB", "-fps_mode", "passthrough", *X264[:-2], "-af", "apad=whole_dur=100"
    )
    report = taken(video, tmp_path / "out.mp4", span=Span(11.0, 14.5))
    assert numbers(shown(tmp_path / "out.mp4")) == [11, 12, 13, 14]
    assert report.span == Span(11.0, 14.5) and report.notes == ()
    assert probe(tmp_path / "out.mp4").duration_s == pytest.approx(3.5, abs=0.05)


def test_an_encoder_that_nobody_knows_is_named() -> None:
    with pytest.raises(UnknownName, match="libx265x"):
        CutOptions(encoder="libx265x")


def test_an_encoder_that_does_not_work_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = encoders.Encoder(lambda crf, speed: {})
    monkeypatch.setattr(encoders, "ENCODERS", {"no_such_encoder": nothing, **encoders.ENCODERS})
    assert not encoders.works("no_such_encoder")
    assert encoders.works(encoders.SOFTWARE)
    assert encoders.chosen("no_such_encoder") == encoders.SOFTWARE
    assert encoders.chosen("auto") in encoders.ENCODERS
