"""A copy with a subtitle track holds all that the video held, and the subtitles word for word; or one error says why not."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.media.conftest import TEXTS, described, ffmpeg, said
from video_pipeline.core.errors import CannotWrite, UnknownName
from video_pipeline.core.labels import Language
from video_pipeline.media import mux_check
from video_pipeline.media.containers import CONTAINERS, container_for
from video_pipeline.media.errors import CannotHold, FfmpegFailed, NoPicture, NotAsWritten
from video_pipeline.media.ffmpeg import find_ffmpeg
from video_pipeline.media.mux import Track, mux
from video_pipeline.media.probe import probe

CODES = {Language.EN: "eng", Language.ZH: "zho", Language.YUE: "yue", Language.JA: "jpn", Language.KO: "kor"}
Packets = Callable[[Path, str], list[str]]


def muxed(video: Path, target: Path, language: Language = Language.EN, **more: Any) -> tuple[str, ...]:
    container = container_for(target)
    return mux(probe(video), Track(said(language, container.reads), language, **more), container, target, lambda done_s: None)


def subtitle_text(path: Path, track: int) -> str:
    line = [find_ffmpeg(), "-v", "error", "-nostdin", "-i", str(path), "-map", f"0:s:{track}", "-f", "srt", "-"]
    text = subprocess.run(line, capture_output=True, check=True).stdout.decode()
    return re.sub("<[^>]*>", "", text).strip()


def frames(path: Path) -> list[str]:
    """A digest of each decoded picture."""
    line = [
        find_ffmpeg(),
        "-v",
        "error",
        "-nostdin",
        "-i",
        str(path),
        "-map",
        "0:v",
        "-f",
        "framemd5",
        "-fps_mode",
        "passthrough",
        "-",
    ]
    rows = subprocess.run(line, capture_output=True, text=True, check=True).stdout.splitlines()
    return [row.rpartition(",")[2].strip() for row in rows if not row.startswith("#")]


@pytest.fixture(scope="session")
def by_container(grey: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same picture and sound in a file of each kind."""
    folder = tmp_path_factory.mktemp("containers")
    ffmpeg("-i", grey, "-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus", folder / "grey.webm")
    for suffix in (".mkv", ".mov"):
        ffmpeg("-i", grey, "-c", "copy", folder / f"grey{suffix}")
    return {"mp4": grey, **{name: folder / f"grey.{name}" for name in ("mkv", "mov", "webm")}}


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("name", CONTAINERS)
def test_the_track_is_there_with_its_language_its_title_and_its_words(
    by_container: dict[str, Path], tmp_path: Path, packets: Packets, name: str, language: Language
) -> None:
    video, target = by_container[name], tmp_path / f"out.{name}"
    muxed(video, target, language)
    track = probe(target).streams[-1]
    code = CODES[language].replace("zho", "zho" if name == "mp4" else "chi")
    assert track.kind == "Subtitle" and "(default)" in track.detail
    assert track.language == ("und" if (name, language) == ("mov", Language.YUE) else code)  # QuickTime knows no Cantonese
    assert subtitle_text(target, 0) == f"1\n00:00:01,000 --> 00:00:02,000\n{TEXTS[language]}"
    for kind in "va":
        assert packets(target, kind) == packets(video, kind)


def test_nothing_of_a_rich_file_is_lost(rich: Path, tmp_path: Path, packets: Packets) -> None:
    target = tmp_path / "out.mkv"
    assert muxed(rich, target, title="Words & sounds", for_deaf=True) == ()
    before, after = probe(rich), probe(target)
    assert (after.video, after.audio, after.chapters) == (before.video, before.audio, 2)
    kinds = [stream.kind for stream in after.streams]
    assert sorted(kinds) == sorted([*(stream.kind for stream in before.streams), "Subtitle"])
    assert [stream.codec for stream in after.streams if stream.is_cover] == ["png"]
    for kind in "vat":
        assert packets(target, kind) == packets(rich, kind)
    old, new = (stream for stream in after.streams if stream.kind == "Subtitle")
    assert (old.language, "default" in old.detail) == ("fre", False)
    assert (new.language, "(default) (hearing impaired)" in new.detail) == ("eng", True)
    assert subtitle_text(target, 0).endswith("an old track")
    assert all(words in described(target) for words in ("My film", "Words & sounds", "filename        : old.ttf"))


def test_matroska_carries_ass_unchanged(grey: Path, tmp_path: Path) -> None:
    document = said(Language.EN, "ass").replace(TEXTS[Language.EN], r"{\kf40}Hello {\kf60\c&H00FF00&}there")
    mux(probe(grey), Track(document), CONTAINERS["mkv"], tmp_path / "out.mkv", lambda done_s: None)
    ffmpeg("-i", tmp_path / "out.mkv", "-map", "0:s:0", "-c", "copy", tmp_path / "again.ass")
    again = (tmp_path / "again.ass").read_text()
    assert r"{\kf40}Hello {\kf60\c&H00FF00&}there" in again
    assert re.findall("^Style:.*", again, re.MULTILINE) == re.findall("^Style:.*", document, re.MULTILINE)


def test_what_mp4_loses_is_said(grey: Path, tmp_path: Path) -> None:
    (notice,) = muxed(grey, tmp_path / "out.mp4")
    assert "colours" in notice and "a Matroska file (.mkv) keeps everything" in notice


def test_fonts_go_along(grey: Path, tmp_path: Path) -> None:
    font = tmp_path / "My Font.otf"
    font.write_bytes(b"letters")
    muxed(grey, tmp_path / "out.mkv", fonts=(font,))
    subprocess.run([find_ffmpeg(), "-v", "quiet", "-dump_attachment:t:0", tmp_path / "back.otf", "-i", tmp_path / "out.mkv"])
    assert (tmp_path / "back.otf").read_bytes() == b"letters"
    assert "font/otf" in described(tmp_path / "out.mkv") and "My Font.otf" in described(tmp_path / "out.mkv")


def test_a_turned_video_stays_turned_and_a_late_sound_late(media: Any, tmp_path: Path) -> None:
    for target in (tmp_path / "out.mp4", tmp_path / "out.mkv"):
        muxed(media.rotated(), target)
        assert probe(target).video == probe(media.rotated()).video
    muxed(media("late-audio"), tmp_path / "late.mkv")
    assert "start 1.0" in described(tmp_path / "late.mkv")


def test_text_tracks_are_converted_where_they_must_be_and_that_is_said(grey: Path, tmp_path: Path) -> None:
    muxed(grey, tmp_path / "first.mp4")
    (notice,) = muxed(tmp_path / "first.mp4", tmp_path / "second.mkv", Language.KO)
    assert "mov_text" in notice and "converted to srt" in notice
    assert subtitle_text(tmp_path / "second.mkv", 0).endswith(TEXTS[Language.EN])
    assert subtitle_text(tmp_path / "second.mkv", 1).endswith(TEXTS[Language.KO])


@pytest.mark.parametrize(("suffix", "codecs"), [("avi", "mpeg4 libmp3lame"), ("mpg", "mpeg2video mp2"), ("ts", "libx264 aac")])
def test_files_without_a_time_for_every_frame_keep_every_frame(media: Any, tmp_path: Path, suffix: str, codecs: str) -> None:
    picture, sound = codecs.split()
    video = tmp_path / f"old.{suffix}"
    ffmpeg("-i", media("colours"), "-c:v", picture, "-bf", 2, "-c:a", sound, "-ar", 48000, video)
    assert muxed(video, tmp_path / "out.mkv") == ()
    assert frames(tmp_path / "out.mkv") == frames(video)


def test_a_time_code_and_chapters_of_an_mp4_stay(rich: Path, grey: Path, tmp_path: Path) -> None:
    video = tmp_path / "camera.mp4"
    ffmpeg("-i", grey, "-i", rich, "-map", 0, "-map_chapters", 1, "-c", "copy", "-timecode", "01:00:00:00", video)
    muxed(video, tmp_path / "out.mp4")
    info = probe(tmp_path / "out.mp4")
    assert info.chapters == 2
    assert [stream.codec for stream in info.streams if stream.kind == "Data"] == ["bin_data", "tmcd"]
    notices = muxed(video, tmp_path / "out.mkv")
    assert len(notices) == 1 and "tmcd" in notices[0]


@pytest.mark.parametrize(("name", "words"), [("mp4", ["attachment"]), ("webm", ["h264", "aac", "png", "attachment"])])
def test_streams_without_a_place_are_named_with_what_to_do(rich: Path, tmp_path: Path, name: str, words: list[str]) -> None:
    with pytest.raises(CannotHold, match="would be lost") as raised:
        muxed(rich, tmp_path / f"out.{name}")
    assert all(any(word in stream for stream in raised.value.streams) for word in words)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ['it\'s, [a] "b": 100%.mp4', "-v.mp4", "日本語 'x'.mkv", r"C:\new\talk;1.mp4"], ids=ascii)
def test_any_name_works(grey: Path, tmp_path: Path, name: str) -> None:
    video, target = tmp_path / name, tmp_path / f"made of {name}" / name
    ffmpeg("-i", f"file:{grey}", "-c", "copy", f"file:{video}")
    muxed(video, target)
    assert probe(target).streams[-1].kind == "Subtitle"


@pytest.mark.parametrize("name", ["sound", "cover"])
def test_sound_alone_has_no_place_for_subtitles(media: Any, tmp_path: Path, name: str) -> None:
    with pytest.raises(NoPicture):
        muxed(media.with_cover() if name == "cover" else media(name), tmp_path / "out.mkv")
    assert not list(tmp_path.iterdir())


def test_the_video_itself_is_never_overwritten(grey: Path, tmp_path: Path) -> None:
    video = tmp_path / "talk.mp4"
    shutil.copy(grey, video)
    with pytest.raises(CannotWrite):
        muxed(video, video)
    assert video.read_bytes() == grey.read_bytes()


def test_a_stop_in_the_middle_leaves_nothing(grey: Path, tmp_path: Path) -> None:
    def stop(done_s: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        mux(probe(grey), Track(said(Language.EN, "srt")), CONTAINERS["mp4"], tmp_path / "out.mp4", stop)
    assert not list(tmp_path.iterdir())


def test_a_video_without_content_is_an_error_and_leaves_nothing(media: Any, tmp_path: Path) -> None:
    with pytest.raises(FfmpegFailed, match="damaged"):
        muxed(media.header_only(), tmp_path / "out.mkv")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("given", "found"), [("Hello there, everyone", "Hello there"), ("00:00:02", "00:00:03")])
def test_a_file_that_holds_other_subtitles_does_not_pass(grey: Path, tmp_path: Path, given: str, found: str) -> None:
    muxed(grey, tmp_path / "out.mp4")
    text = tmp_path / "cues.srt"
    text.write_text(said(Language.EN, "srt", 2.0, 3.0).replace(given, found))
    written = mux_check.Written("", (), text, 0)
    with pytest.raises(NotAsWritten, match="cue 1 should be"):
        mux_check.require_as_written(written, tmp_path / "out.mp4", tmp_path / "out.mp4")


def test_a_file_that_lost_packets_or_cues_does_not_pass(grey: Path, tmp_path: Path) -> None:
    muxed(grey, tmp_path / "out.mp4")
    text = tmp_path / "cues.srt"
    text.write_text(said(Language.EN, "srt") + "\n\n2\n00:00:03,000 --> 00:00:04,000\nmore\n")
    picture = probe(grey).streams[:1]
    with pytest.raises(NotAsWritten, match="1 of 2 cues"):
        mux_check.require_as_written(mux_check.Written("", picture, text, 0), tmp_path / "out.mp4", tmp_path / "out.mp4")
    messages = "  Output stream #0:0 (video): 41 packets muxed (9 bytes);"
    with pytest.raises(NotAsWritten, match="40 of 41 packets"):
        mux_check.require_as_written(mux_check.Written(messages, picture, text, 0), tmp_path / "out.mp4", tmp_path / "out.mp4")


def test_the_videos_own_kind_of_file_is_taken_unless_another_is_asked_for() -> None:
    suffixes = {name: container_for(Path(name)).suffix for name in ("a.MP4", "a.m4v", "a.mov", "a.webm", "a.mkv", "a.ts", "a")}
    assert list(suffixes.values()) == [".mp4", ".mp4", ".mov", ".webm", ".mkv", ".mkv", ".mkv"]
    assert container_for(Path("a.mp4"), "mkv").suffix == ".mkv"
    with pytest.raises(UnknownName, match="did you mean 'mkv'"):
        container_for(Path("a.mp4"), "mkw")
