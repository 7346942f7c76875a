"""Burnt subtitles are seen when a cue is on and at no other time, on any picture, under any name; or one error says why not."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.font_sets import use_font_set
from tests.media.conftest import TEXTS, described, ffmpeg, said
from video_pipeline.core.errors import CannotWrite
from video_pipeline.core.labels import Language
from video_pipeline.media import fonts
from video_pipeline.media.burn import BurnOptions, Drawn, burn
from video_pipeline.media.errors import FfmpegFailed, MissingFont, NoPicture
from video_pipeline.media.probe import probe

FAST = BurnOptions(speed="ultrafast")


def burnt(video: Path, target: Path, language: Language = Language.EN) -> Path:
    burn(probe(video), Drawn(said(language, "ass"), language), target, FAST, lambda done_s: None)
    return target


def frame_times_s(path: Path) -> list[float]:
    return [float(t) for t in re.findall(r"pts_time:([\d.]+)", ffmpeg("-i", path, "-vf", "showinfo", "-f", "null", "-"))]


@pytest.mark.parametrize("language", TEXTS)
def test_a_cue_is_seen_while_it_is_on_and_only_then(grey: Path, tmp_path: Path, frame_at: Any, language: Language) -> None:
    made = burnt(grey, tmp_path / "out.mp4", language)
    before, on, after = (frame_at(made, at_s) for at_s in (0.5, 1.5, 3.0))
    lower, upper = slice(120, 180), slice(0, 100)
    assert np.abs(on - before)[lower].max() > 80
    assert np.abs(on - before)[upper].max() < 10
    assert np.abs(after - before).max() < 10


def test_each_language_is_drawn_in_its_own_shapes(grey: Path, tmp_path: Path, frame_at: Any) -> None:
    """The same Han characters look different in Chinese and Japanese fonts."""
    words = said(Language.ZH, "ass").replace(TEXTS[Language.ZH], "骨直令")
    pictures = []
    for family, language in (("Noto Sans CJK SC", Language.ZH), ("Noto Sans CJK JP", Language.JA)):
        for named in ("Noto Sans", family):
            document = re.sub(r"(?m)^(Style: [^,]*),[^,]*", rf"\1,{named}", words)
            burn(probe(grey), Drawn(document, language), tmp_path / "out.mp4", FAST, lambda done_s: None)
            pictures.append(frame_at(tmp_path / "out.mp4", 1.5))
    chinese, asked_chinese, japanese, asked_japanese = pictures
    assert np.array_equal(chinese, asked_chinese)
    assert np.array_equal(japanese, asked_japanese)
    assert np.abs(chinese - japanese).max() > 80


def test_sound_that_an_mp4_holds_is_copied(rich: Path, tmp_path: Path, packets: Callable[[Path, str], list[str]]) -> None:
    made = burnt(rich, tmp_path / "out.mp4")
    assert packets(made, "a") == packets(rich, "a")
    info = probe(made)
    assert [track.language for track in info.audio] == ["eng", "ger"]
    assert info.chapters == 2
    assert "My film" in described(made)


def test_other_sound_becomes_aac(media: Any, tmp_path: Path) -> None:
    made = probe(burnt(media("late-audio"), tmp_path / "out.mp4"))
    assert [track.codec for track in made.audio] == ["aac"]
    assert made.duration_s == pytest.approx(3.0, abs=0.1)


@pytest.mark.parametrize(("name", "size"), [("odd-size", (160, 120)), ("anamorphic", (192, 144)), ("tone", (160, 120))])
def test_the_picture_gets_square_pixels_and_an_even_size(media: Any, tmp_path: Path, name: str, size: tuple[int, int]) -> None:
    video = probe(burnt(media(name), tmp_path / "out.mp4")).video
    assert video is not None and (video.width_px, video.height_px) == size
    assert "SAR 1:1" in described(tmp_path / "out.mp4")


def test_a_turned_video_is_upright_with_its_text_below(media: Any, tmp_path: Path, frame_at: Any) -> None:
    made = burnt(media.rotated(), tmp_path / "out.mp4")
    assert "rotation" not in described(made)
    assert frame_at(made, 1.5).shape == (160, 120)


def test_a_variable_frame_rate_stays(tmp_path: Path) -> None:
    video = tmp_path / "phone.mp4"
    uneven = "select='not(mod(n,7))+not(mod(n,5))',setpts='PTS+mod(N,3)*0.004/TB'"
    ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=s=160x120:r=60:d=3", "-vf", uneven, "-fps_mode", "vfr", "-enc_time_base", "1:1000", video
    )
    before, after = frame_times_s(video), frame_times_s(burnt(video, tmp_path / "out.mp4"))
    assert len({round(b - a, 3) for a, b in pairwise(before)}) > 3
    assert after == pytest.approx(before, abs=0.001)


@pytest.mark.parametrize("transfer", ["bt709", "arib-std-b67", "smpte2084"])
def test_ten_bits_become_eight_and_bright_pictures_ordinary_ones(tmp_path: Path, frame_at: Any, transfer: str) -> None:
    video, primaries = tmp_path / "ten.mkv", "bt709" if transfer == "bt709" else "bt2020"
    colours = (
        f"setparams=color_trc={transfer}:color_primaries={primaries}:colorspace={primaries.replace('2020', '2020nc')}:range=tv"
    )
    picture = ("-f", "lavfi", "-i", f"color=gray:s=160x120:r=10:d=3,format=yuv420p10le,{colours}")
    ffmpeg(*picture, "-c:v", "ffv1", video)
    made = burnt(video, tmp_path / "out.mp4")
    assert "yuv420p(" in described(made) and not re.search("bt2020|arib|smpte2084", described(made))
    before, on = frame_at(made, 0.5), frame_at(made, 1.5)
    assert 60 < before.mean() < 220
    assert np.abs(on - before).max() > 40


@pytest.mark.parametrize(
    "name", ['it\'s, [a] "b": 100%.mp4', "-v.mp4", "日本語 'x'.mp4", r"C:\new\talk;1.mp4", "a=b@c#d.mp4"], ids=ascii
)
def test_any_name_works(grey: Path, tmp_path: Path, name: str) -> None:
    video, target = tmp_path / name, tmp_path / f"made of {name}" / name
    shutil.copy(grey, video)
    assert probe(burnt(video, target)).video is not None


def test_progress_goes_on_to_the_end(grey: Path, tmp_path: Path) -> None:
    told: list[float] = []
    burn(probe(grey), Drawn(said(Language.EN, "ass")), tmp_path / "out.mp4", FAST, told.append)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(4.0, abs=0.2)


def test_a_stop_in_the_middle_leaves_nothing(grey: Path, tmp_path: Path) -> None:
    def stop(done_s: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        burn(probe(grey), Drawn(said(Language.EN, "ass")), tmp_path / "out.mp4", FAST, stop)
    assert not list(tmp_path.iterdir())


def test_characters_without_a_font_are_an_error_before_anything_is_encoded(
    grey: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_font_set("none", tmp_path, monkeypatch)
    monkeypatch.setattr(fonts, "bundled", lambda: ())
    told: list[float] = []
    target = tmp_path / "results" / "out.mp4"
    with pytest.raises(MissingFont, match=r"Noto Sans CJK KR .*fonts-noto-cjk.*brew .*Korean Supplemental Fonts") as raised:
        burn(probe(grey), Drawn(said(Language.KO, "ass"), Language.KO), target, FAST, told.append)
    assert set(raised.value.characters) == set(TEXTS[Language.KO]) - {" "}
    assert not told and not target.parent.exists()


@pytest.mark.parametrize("name", ["sound", "cover"])
def test_sound_alone_has_no_place_for_subtitles(media: Any, tmp_path: Path, name: str) -> None:
    video = media.with_cover() if name == "cover" else media(name)
    with pytest.raises(NoPicture):
        burnt(video, tmp_path / "out.mp4")
    assert not list(tmp_path.iterdir())


def test_the_video_itself_is_never_overwritten(grey: Path, tmp_path: Path) -> None:
    video = tmp_path / "talk.mp4"
    shutil.copy(grey, video)
    with pytest.raises(CannotWrite):
        burnt(video, video)
    assert video.read_bytes() == grey.read_bytes()


def test_a_video_without_a_picture_that_can_be_decoded_is_an_error_and_an_old_result_stays(media: Any, tmp_path: Path) -> None:
    (tmp_path / "out.mp4").write_bytes(b"old")
    with pytest.raises(FfmpegFailed):
        burnt(media.header_only(), tmp_path / "out.mp4")
    assert (tmp_path / "out.mp4").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["out.mp4"]


def test_what_a_broken_video_still_has_is_used_and_said(media: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    whole = media.header_first("long")
    info = probe(burnt(media.shortened(whole, 0.5), tmp_path / "out.mp4"))
    assert info.duration_s is not None and 5 < info.duration_s < 35
    assert "breaks off" in caplog.text
