"""`--mux` and `--burn`: copies of the video that hold its subtitles."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from video_pipeline.media.ffmpeg import find_ffmpeg
from video_pipeline.media.probe import probe

FAST = ["--set", "video.encoding.speed=ultrafast"]


def track_of(path: Path) -> str:
    line = [find_ffmpeg(), "-v", "error", "-nostdin", "-i", str(path), "-map", "0:s", "-f", "srt", "-"]
    return subprocess.run(line, capture_output=True, check=True).stdout.decode()


def freshness(out: str) -> dict[str, bool]:
    return {event["stage"]: event["fresh"] for event in map(json.loads, out.splitlines()) if event["event"] == "done"}


def test_both_kinds_of_copy_are_made_once(cli: Any, replayed: list[Any], tmp_path: Path) -> None:
    ran = cli("subtitles", *replayed, "--mux", "--burn", *FAST)
    assert ran.code == 0, ran.err
    folder = tmp_path / "out/long"
    assert "long.subtitled.mp4" in ran.out and "long.burned.mp4" in ran.out
    assert "parrot" in track_of(folder / "long.subtitled.mp4")
    assert [stream.kind for stream in probe(folder / "long.burned.mp4").streams] == ["Video", "Audio"]
    again = freshness(cli("subtitles", *replayed, "--mux", "--burn", *FAST, "--json").out)
    assert again["mux"] and again["burn"]


def test_an_edited_subtitle_file_goes_in(cli: Any, replayed: list[Any], tmp_path: Path) -> None:
    assert cli("subtitles", *replayed).code == 0
    path = tmp_path / "out/long/long.ass"
    path.write_text(path.read_text().replace("parrot", "cockatoo"))
    assert cli("subtitles", *replayed, "--container", "mkv").code == 0
    assert "cockatoo" in track_of(tmp_path / "out/long/long.subtitled.mkv")
    path.write_text(path.read_text().replace("cockatoo", "pelican"))
    assert cli("subtitles", *replayed, "--container", "mkv").code == 0
    assert "pelican" in track_of(tmp_path / "out/long/long.subtitled.mkv")


def test_the_format_that_goes_in_need_not_be_written(cli: Any, replayed: list[Any], tmp_path: Path) -> None:
    assert cli("subtitles", *replayed, "--set", "subtitles.formats=['srt']", "--container", "mkv").code == 0
    assert "parrot" in track_of(tmp_path / "out/long/long.subtitled.mkv")
    assert not (tmp_path / "out/long/long.ass").exists()


def test_what_is_lost_on_the_way_is_a_note(cli: Any, replayed: list[Any]) -> None:
    ran = cli("subtitles", *replayed, "--mux")
    assert not ran.errors
    assert any(line.startswith("note: a .mp4 file loses colours") for line in ran.err.splitlines())


def test_fonts_can_go_along(cli: Any, replayed: list[Any], tmp_path: Path) -> None:
    assert cli("subtitles", *replayed, "--container", "mkv", "--set", "video.attach_fonts=true").code == 0
    assert "Attachment" in [stream.kind for stream in probe(tmp_path / "out/long/long.subtitled.mkv").streams]


@pytest.mark.parametrize("flag", ["--mux", "--burn"])
def test_sound_alone_gets_its_subtitles_and_an_error(cli: Any, media: Any, transcript: Path, tmp_path: Path, flag: str) -> None:
    other = ("--set", "speech.other_video=true")
    ran = cli("subtitles", media("sound"), "-o", tmp_path / "out", "--transcript", transcript, *other, flag)
    assert ran.code == 5 and "no picture" in ran.err
    assert (tmp_path / "out/sound/sound.srt").is_file()
    assert not [path for path in (tmp_path / "out/sound").iterdir() if "part" in path.name]


def test_wrong_requests_are_said(cli: Any, replayed: list[Any], tmp_path: Path) -> None:
    for words, reason in (
        (("subtitles", *replayed, "--container", "avi"), "no container 'avi'"),
        (("subtitles", *replayed, "--burn", "--fonts", tmp_path), "no font file"),
        (("transcribe", *replayed, "--mux"), "--mux goes with: subtitles, process"),
        (("subtitles", *replayed, "--burn", "--set", "video.encoding.crf=99"), "crf must be"),
    ):
        ran = cli(*words)
        assert ran.code == 2 and reason in ran.err


def test_doctor_tells_of_fonts(cli: Any) -> None:
    found = {check["what"]: check for check in json.loads(cli("doctor", "--json").out)}
    assert found["libass"]["ok"]
    assert {what for what in found if what.startswith("font ")} == {"font en", "font zh", "font yue", "font ja", "font ko"}


def test_one_kind_of_copy_does_not_wait_for_the_other(cli: Any, replayed: list[Any]) -> None:
    assert cli("subtitles", *replayed, "--burn", *FAST).code == 0
    again = freshness(cli("subtitles", *replayed, "--burn", "--container", "mkv", *FAST, "--json").out)
    assert again["burn"] and not again["mux"]


def test_subtitles_that_exist_go_into_the_video(cli: Any, media: Any, tmp_path: Path) -> None:
    existing = tmp_path / "mine.srt"
    existing.write_text("1\n00:00:01,000 --> 00:00:03,000\nこんにちは、世界\n")
    ran = cli("subtitles", media("long"), "--from", existing, "-o", tmp_path / "out", "--mux", "--burn", *FAST)
    assert ran.code == 0, ran.err
    assert "こんにちは" in track_of(tmp_path / "out/mine/mine.subtitled.mp4")
    assert probe(tmp_path / "out/mine/mine.subtitled.mp4").streams[-1].language == "jpn"
    assert "mine.burned.mp4" in ran.out
    ran = cli("subtitles", "--from", existing, "-o", tmp_path / "out", "--mux")
    assert ran.code == 2 and "name the video too" in ran.err


def test_nothing_to_put_in_is_said(cli: Any, replayed: list[Any], tmp_path: Path) -> None:
    assert cli("subtitles", *replayed).code == 0
    (tmp_path / "out/long/long.srt").write_text("")
    ran = cli("subtitles", *replayed, "--mux")
    assert ran.code == 6 and "no subtitle" in ran.err
