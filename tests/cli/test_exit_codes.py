"""Every exit code of the table can be reached, with one sentence on standard error and nothing half-written."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from video_pipeline.cli.exit_codes import EXIT_CODES

LISTENED = {"transcript.json", "posterior.npz", ".stages.json"}
"""What a silent video leaves: it is not listened to twice, and other thresholds may still find something in it."""
TAGS = ["--set", "events.detectors=['tags']"]
Tree = Callable[[Path], set[str]]


def assert_one_sentence(ran: Any, code: int, *words: str) -> None:
    assert ran.code == code, ran.err
    assert len(ran.errors) == 1, ran.err
    assert ran.errors[0].startswith("error: ")
    assert "Traceback" not in ran.err
    for word in words:
        assert word in ran.errors[0]


def test_a_good_run_ends_with_zero(cli: Any, replayed: list[Any]) -> None:
    ran = cli("process", *replayed)
    assert ran.code == 0, ran.err
    assert not ran.errors


def test_a_missing_file_suggests_its_neighbour(cli: Any, media: Any, tmp_path: Path) -> None:
    ran = cli("process", media("tone").with_name("tome.mp4"), "-o", tmp_path / "out")
    assert_one_sentence(ran, 3, "there is no file", "did you mean 'tone.mp4'")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("make", "code", "words"),
    [
        (lambda media, folder: folder, 4, "it is a folder"),
        (lambda media, folder: _put(folder / "notes.txt", b"no video"), 4, "not a video or audio file"),
        (lambda media, folder: _put(folder / "empty.mp4", b""), 4, "the file is empty"),
        (lambda media, folder: media.garbage(), 4, "not a video or audio file"),
        (lambda media, folder: media.shortened(media("tone"), 0.5), 4, "not a video or audio file"),
        (lambda media, folder: media.header_only(), 4, "is damaged"),
        (lambda media, folder: media.no_samples(), 4, "zero-length.wav"),
        (lambda media, folder: media("no-audio"), 5, "has no audio track"),
        (lambda media, folder: media("silent"), 6, "nothing to write"),
    ],
    ids=["folder", "text", "empty", "garbage", "no index", "header only", "no samples", "no audio", "silence"],
)
def test_a_video_that_cannot_give_subtitles(
    cli: Any, media: Any, tmp_path: Path, make: Callable[[Any, Path], Path], code: int, words: str
) -> None:
    ran = cli("process", make(media, tmp_path), "-o", tmp_path / "out", "--engine", "draft")
    assert_one_sentence(ran, code, words)
    left = {path.name for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert left == (LISTENED if code == 6 else set())


def test_a_transcript_of_another_video(cli: Any, media: Any, transcript: Path, tmp_path: Path) -> None:
    words = ("subtitles", media("tone"), "-o", tmp_path / "out", "--engine", "replay", "--transcript", transcript)
    assert_one_sentence(cli(*words), 2, "not of this video", "speech.other_video=true")
    assert cli(*words, "--set", "speech.other_video=true").code == 0


def test_a_track_that_is_not_there(cli: Any, media: Any, tmp_path: Path) -> None:
    ran = cli("process", media("two-tracks"), "-o", tmp_path / "out", "--track", 4)
    assert_one_sentence(ran, 5, "no audio track 4", "ger")


def test_half_a_download_is_done_as_far_as_it_goes(cli: Any, media: Any, transcript: Path, tmp_path: Path) -> None:
    path = media.shortened(media.header_first("long"), 0.7)
    ran = cli("subtitles", path, "-o", tmp_path / "out", "--engine", "replay", "--transcript", transcript)
    assert ran.code == 0, ran.err
    assert "breaks off after" in ran.err


@pytest.mark.parametrize("place", ["out", "out/long", "out/long/clips"])
def test_a_file_where_a_folder_is_needed(cli: Any, replayed: list[Any], tmp_path: Path, tree: Tree, place: str) -> None:
    (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / place).write_text("mine")
    assert_one_sentence(cli("process", *replayed, *TAGS), 7, "cannot write")
    assert (tmp_path / place).read_text() == "mine"
    assert not [name for name in tree(tmp_path) if ".part" in name]


def test_a_full_disk(cli: Any, replayed: list[Any], tmp_path: Path, tree: Tree) -> None:
    with mounted(tmp_path / "out", "size=12k"):
        assert_one_sentence(cli("process", *replayed), 7, "cannot write", "full")
        assert not [name for name in tree(tmp_path / "out") if ".part" in name]


def test_a_disk_that_fills_up_while_clips_are_cut(cli: Any, replayed: list[Any], tmp_path: Path, tree: Tree) -> None:
    with mounted(tmp_path / "out", "size=100k"):
        assert_one_sentence(cli("process", *replayed, *TAGS), 7, "make room")
        left = tree(tmp_path / "out")
        assert not [name for name in left if ".part" in name or name.endswith(".mp4")]
        assert "long/long.srt" in left


def test_a_read_only_folder(cli: Any, replayed: list[Any], tmp_path: Path) -> None:
    with mounted(tmp_path / "out", "ro,size=1m"):
        assert_one_sentence(cli("process", *replayed), 7, "read-only")


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["--set", "subtitles.lins=1"], "did you mean 'subtitles.lines'"),
        (["--set", "subtitels.lines=1"], "did you mean 'subtitles'"),
        (["--set", "subtitles=1"], "this is a section"),
        (["--set", "subtitles.lines=many"], "subtitles.lines"),
        (["--set", "highlights.top=0"], "top must be 1 or more"),
        (["--set", "nonsense"], "section.key=value"),
        (["--set", "track=-2"], "track must be -1 or more"),
        (["--set", "highlights.weights.laughtr=1"], "laughtr"),
        (["--preset", "talk-shaw"], "did you mean 'talk-show'"),
        (["--preset", "missing.toml"], "missing.toml"),
        (["--engine", "drafd"], "did you mean 'draft'"),
        (["--language", "klingon"], "known: auto, mixed, zh"),
        (["--labels", "emojis"], "did you mean 'emoji'"),
        (["--set", "subtitles.formats=['srt', 'doc']"], "doc"),
        (["--set", "clips.exports=['vidoe']"], "did you mean 'video'"),
        (["--set", "events.detectors=['compakt']"], "did you mean 'compact'"),
    ],
    ids=lambda value: value[1] if isinstance(value, list) else "",
)
def test_a_wrong_option_is_named_with_what_was_meant(cli: Any, media: Any, tmp_path: Path, words: list[str], wanted: str) -> None:
    assert_one_sentence(cli("process", media("tone"), "-o", tmp_path / "out", *words), 2, wanted)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[subtitles]\nlinez = 1\n", "did you mean"),
        ("[sbutitles]\nlines = 1\n", "did you mean 'subtitles'"),
        ("this is = = not toml", "not TOML"),
        ("subtitles = 3", "this is a section"),
        ("[highlights]\nleast_s = 90.0\nlongest_s = 20.0\n", "least_s"),
        ("[subtitles]\nlines = 'two'\n", "subtitles.lines"),
    ],
)
def test_a_mistake_in_a_preset_file_is_named(cli: Any, media: Any, tmp_path: Path, text: str, wanted: str) -> None:
    (tmp_path / "mine.toml").write_text(text)
    ran = cli("process", media("tone"), "-o", tmp_path / "out", "--preset", tmp_path / "mine.toml")
    assert_one_sentence(ran, 2, wanted)


@pytest.mark.parametrize("words", [["process"], ["process", "--nosuch", "x"], ["proces", "x"], ["process", "x", "--top", "y"]])
def test_wrong_usage_is_two_without_a_traceback(cli: Any, words: list[str]) -> None:
    ran = cli(*words)
    assert ran.code == 2
    assert "Traceback" not in ran.err and ran.err.strip()


def test_no_weights_and_no_network(cli: Any, media: Any, tmp_path: Path, no_model: None) -> None:
    ran = cli("process", media("tone"), "-o", tmp_path / "out", "--engine", "sensevoice")
    assert_one_sentence(ran, 8, "could not be fetched", "try again later", "put the files there yourself", "--engine draft")
    assert not (tmp_path / "out").exists()


def test_where_no_weights_are(cli: Any, no_model: None) -> None:
    assert_one_sentence(cli("models", "where"), 8, "models fetch")


def test_a_model_folder_that_is_none(cli: Any, media: Any, tmp_path: Path) -> None:
    ran = cli("process", media("tone"), "-o", tmp_path / "out", "--engine", "sensevoice", "--model", tmp_path)
    assert_one_sentence(ran, 8, str(tmp_path))


def test_a_device_that_is_not_there(cli: Any, media: Any, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("this machine has a CUDA device")
    ran = cli("process", media("tone"), "-o", tmp_path / "out", "--engine", "sensevoice", "--device", "cuda")
    assert_one_sentence(ran, 8)
    assert not (tmp_path / "out").exists()


def test_an_engine_without_what_it_needs(cli: Any, media: Any, tmp_path: Path) -> None:
    assert_one_sentence(cli("process", media("tone"), "-o", tmp_path / "out", "--engine", "replay"), 8, "--transcript")


def test_a_stored_transcript_that_is_missing(cli: Any, media: Any, tmp_path: Path) -> None:
    ran = cli("process", media("tone"), "-o", tmp_path / "out", "--transcript", tmp_path / "none.json")
    assert_one_sentence(ran, 3, "none.json")


@pytest.mark.parametrize("content", [b"", b"{}", b"[1, 2", b'{"media": 3}', b"\xff\xfe\x00"])
def test_a_stored_transcript_that_is_none(cli: Any, media: Any, tmp_path: Path, content: bytes) -> None:
    path = _put(tmp_path / "stored.json", content)
    assert_one_sentence(cli("process", media("tone"), "-o", tmp_path / "out", "--transcript", path), 10, "stored.json")
    assert not (tmp_path / "out").exists()


def test_no_ffmpeg_anywhere(cli: Any, media: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from video_pipeline.media import ffmpeg

    video = media("tone")
    ffmpeg.find_ffmpeg.cache_clear()
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    try:
        assert_one_sentence(cli("process", video, "-o", tmp_path / "out"), 9, "FFmpeg was not found", "install FFmpeg")
    finally:
        ffmpeg.find_ffmpeg.cache_clear()


def test_a_library_with_one_bad_file(cli: Any, media: Any, tmp_path: Path) -> None:
    ran = cli("library", "run", media.garbage(), media("silent"), "-o", tmp_path / "out", "--engine", "draft")
    assert_one_sentence(ran, 11, "1 of 2 files failed")
    assert "garbage.mp4" in ran.out


def test_a_library_with_nothing_to_work_on(cli: Any, media: Any, tmp_path: Path) -> None:
    ran = cli("library", "run", media("no-audio"), media("silent"), "-o", tmp_path / "out", "--engine", "draft")
    assert ran.code == 0, ran.err
    assert "has no audio track" in ran.out
    assert "2 with nothing to do" in ran.out


def test_an_empty_library(cli: Any, tmp_path: Path) -> None:
    """A disk that is not mounted looks like a folder that is empty."""
    (tmp_path / "videos").mkdir()
    asked = ("library", "run", tmp_path / "videos", "-o", tmp_path / "out")
    assert_one_sentence(cli(*asked), 3, "no video in")
    assert not (tmp_path / "out").exists()
    ran = cli(*asked, "--allow-empty")
    assert ran.code == 0 and "0 videos" in ran.out


def test_a_library_that_was_never_run(cli: Any, tmp_path: Path) -> None:
    assert_one_sentence(cli("library", "status", "-o", tmp_path / "out"), 3, "library.sqlite")
    assert not (tmp_path / "out").exists()


def test_a_wrong_executor_is_one_error_before_any_work(cli: Any, media: Any, tmp_path: Path) -> None:
    ran = cli("library", "run", media("tone"), "-o", tmp_path / "out", "--executor", "proceses")
    assert_one_sentence(ran, 2, "did you mean 'processes'")
    assert not (tmp_path / "out").exists()


def test_the_table_holds_no_code_twice_for_unlike_things() -> None:
    assert set(EXIT_CODES.values()) == {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 130}


@pytest.fixture
def no_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without weights and without a network."""
    for name in ("HF_HOME", "HF_HUB_CACHE", "MODELSCOPE_CACHE", "XDG_CACHE_HOME", "XDG_DATA_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "nothing"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


class mounted:  # noqa: N801 - reads as a word in a with statement
    """A small file system of its own; only root can have one."""

    def __init__(self, folder: Path, options: str) -> None:
        self.folder, self.options = folder, options

    def __enter__(self) -> None:
        self.folder.mkdir()
        line = ["mount", "-t", "tmpfs", "-o", self.options, "tmpfs", str(self.folder)]
        if os.name != "posix" or subprocess.run(line, capture_output=True, check=False).returncode:
            pytest.skip("no file system can be mounted here")

    def __exit__(self, *raised: object) -> None:
        subprocess.run(["umount", "-l", str(self.folder)], check=True)


def _put(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
