"""A second run does only what is missing, and what a person made is never lost."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from video_pipeline.speech import choose

TAGS = ["--set", "events.detectors=['tags']", "--set", "clips.cut.speed=ultrafast"]
ANY_VIDEO = ("--set", "speech.other_video=true")
"""The stored words are longer than some of the videos that they are played for."""
NO_CLIPS = [*TAGS, "--set", "clips.exports=[]"]


def freshness(out: str) -> dict[str, bool]:
    events = [json.loads(line) for line in out.splitlines()]
    return {event["stage"]: event["fresh"] for event in events if event["event"] == "done" and event["stage"] != "identify"}


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The engines that were opened."""
    names: list[str] = []
    real = choose.chosen_class

    def noting(options: Any) -> Any:
        engine = real(options)

        class Noted:
            identify = engine.identify

            def open(self, options: Any) -> Any:
                names.append(options.engine)
                return engine.open(options)

        return Noted()

    monkeypatch.setattr(choose._OfProcess, "pool", choose.EnginePool())
    monkeypatch.setattr(choose, "chosen_class", noting)
    return names


def test_a_second_run_finds_all_done_and_opens_no_engine(
    cli: Any, replayed: list[Any], tmp_path: Path, opened: list[str]
) -> None:
    assert cli("process", *replayed, *TAGS).code == 0
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert opened == ["replay"]
    ran = cli("process", *replayed, *TAGS, "--json")
    assert all(freshness(ran.out).values()), freshness(ran.out)
    assert opened == ["replay"]
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*") if path.is_file()}


def test_other_subtitles_need_no_engine(cli: Any, replayed: list[Any], opened: list[str]) -> None:
    assert cli("process", *replayed, *NO_CLIPS).code == 0
    fresh = freshness(cli("process", *replayed, *NO_CLIPS, "--labels", "none", "--json").out)
    assert fresh["listen"] and fresh["highlights"] and not fresh["subtitles"]
    assert opened == ["replay"]


def test_other_highlights_keep_the_subtitles(cli: Any, replayed: list[Any]) -> None:
    assert cli("process", *replayed, *NO_CLIPS).code == 0
    fresh = freshness(cli("process", *replayed, *NO_CLIPS, "--set", "highlights.weights.applause=0.1", "--json").out)
    assert fresh["listen"] and fresh["subtitles"] and not fresh["highlights"]


def test_a_changed_video_is_heard_again(cli: Any, media: Any, replayed: list[Any], tmp_path: Path) -> None:
    video = tmp_path / "changing.mp4"
    shutil.copy(media("long"), video)
    assert cli("subtitles", video, *replayed[1:], *ANY_VIDEO).code == 0
    shutil.copy(media("tone"), video)
    ran = cli("subtitles", video, *replayed[1:], *ANY_VIDEO, "--json")
    assert ran.code == 0 and not freshness(ran.out)["listen"]


def test_another_transcript_is_played_again(cli: Any, replayed: list[Any], transcript: Path, tmp_path: Path) -> None:
    assert cli("subtitles", *replayed).code == 0
    transcript.write_text(transcript.read_text().replace("parrot", "penguin"))
    assert cli("subtitles", *replayed).code == 0
    assert "penguin" in (tmp_path / "out/long/long.srt").read_text()


def test_a_deleted_file_is_made_again(cli: Any, replayed: list[Any], tmp_path: Path) -> None:
    assert cli("process", *replayed, *NO_CLIPS).code == 0
    (tmp_path / "out/long/long.ass").unlink()
    fresh = freshness(cli("process", *replayed, *NO_CLIPS, "--json").out)
    assert not fresh["subtitles"] and fresh["clips"]
    assert (tmp_path / "out/long/long.ass").is_file()


def test_again_does_everything_again(cli: Any, replayed: list[Any]) -> None:
    assert cli("process", *replayed, *NO_CLIPS).code == 0
    assert not any(freshness(cli("process", *replayed, *NO_CLIPS, "--again", "--json").out).values())


def test_clips_of_an_older_choice_do_not_stay(cli: Any, replayed: list[Any], tmp_path: Path) -> None:
    assert cli("process", *replayed, *TAGS).code == 0
    assert cli("process", *replayed, *TAGS, "--set", "highlights.weights.laughter=0.5").code == 0
    assert len(list((tmp_path / "out/long/clips").glob("*.mp4"))) == 1


def test_an_edited_subtitle_is_kept(cli: Any, replayed: list[Any], tmp_path: Path) -> None:
    assert cli("subtitles", *replayed).code == 0
    path = tmp_path / "out/long/long.srt"
    mine = path.read_text().replace("parrot", "cockatoo")
    path.write_text(mine)
    ran = cli("subtitles", *replayed, "--labels", "none")
    assert ran.code == 0
    assert path.with_name("long.edited-1.srt").read_text() == mine
    assert "parrot" in path.read_text()
    assert "long.edited-1.srt" in ran.out


def test_an_edited_subtitle_stays_in_place_where_nothing_changed(cli: Any, replayed: list[Any], tmp_path: Path) -> None:
    assert cli("subtitles", *replayed).code == 0
    path = tmp_path / "out/long/long.srt"
    path.write_text(path.read_text().replace("parrot", "cockatoo"))
    assert cli("subtitles", *replayed).code == 0
    assert "cockatoo" in path.read_text()


def test_a_file_that_was_there_before_is_kept(cli: Any, replayed: list[Any], tmp_path: Path) -> None:
    path = tmp_path / "out/long/long.srt"
    path.parent.mkdir(parents=True)
    path.write_text("mine")
    assert cli("subtitles", *replayed).code == 0
    assert path.with_name("long.edited-1.srt").read_text() == "mine"


def test_two_videos_of_one_name_do_not_meet(cli: Any, media: Any, replayed: list[Any], tmp_path: Path) -> None:
    first, second = tmp_path / "a" / "talk.mp4", tmp_path / "b" / "talk.mp4"
    for path, name in ((first, "long"), (second, "tone")):
        path.parent.mkdir()
        shutil.copy(media(name), path)
        assert cli("transcribe", path, *replayed[1:], *ANY_VIDEO).code == 0
    lengths = {json.loads(path.read_text())["media"]["duration_s"] for path in (tmp_path / "out").rglob("transcript.json")}
    assert len(lengths) == 2
    ran = cli("transcribe", second, *replayed[1:], "--json")
    assert all(freshness(ran.out).values())


@pytest.mark.parametrize("name", ['it\'s 100% "q".mp4', "-日本語.mp4", "new\nline:*?.mp4", "[bold]...mp4"], ids=ascii)
def test_odd_names_go_all_the_way(
    cli: Any, media: Any, replayed: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    shutil.copy(media("long"), tmp_path / name)
    monkeypatch.chdir(tmp_path)
    ran = cli("process", *replayed[1:], *TAGS, "--", name)
    assert ran.code == 0, ran.err
    (folder,) = (tmp_path / "out").iterdir()
    assert len(list(folder.glob("*.srt"))) == 1 and len(list(folder.glob("clips/*.mp4"))) == 1


def test_sound_alone_goes_all_the_way(cli: Any, media: Any, transcript: Path, tmp_path: Path) -> None:
    sound = tmp_path / "show.m4a"
    media._ffmpeg("-i", str(media("long")), "-vn", "-c", "copy", str(sound))
    ran = cli("process", sound, "-o", tmp_path / "out", "--transcript", transcript, *TAGS)
    assert ran.code == 0, ran.err
    assert len(list((tmp_path / "out/show/clips").glob("*.m4a"))) == 1


def test_the_video_itself_is_never_touched(
    cli: Any, media: Any, replayed: list[Any], tmp_path: Path, tree: Callable[[Path], set[str]]
) -> None:
    video = tmp_path / "here" / "long.mp4"
    video.parent.mkdir()
    shutil.copy(media("long"), video)
    before = video.read_bytes()
    assert cli("process", video, "-o", video.parent, *replayed[3:], *TAGS).code == 0
    assert video.read_bytes() == before
    assert {name.split("/")[0] for name in tree(video.parent)} == {"long.mp4", "long"}
