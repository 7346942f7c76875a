"""Which videos a library holds, wherever they are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from video_pipeline.core.errors import NoSuchFile, PipelineError
from video_pipeline.library.find import find_videos
from video_pipeline.library.runner import LibraryOptions, plan


@pytest.fixture
def videos(tmp_path: Path) -> Path:
    folder = tmp_path / "videos"
    for name in ("a.mp4", "b.MKV", "notes.txt", "c.jpg", "deep/er/d.webm", ".hidden/e.mp4", ".f.mp4", "deep/[g].mp3"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


def names(found: list[tuple[Path, Path]]) -> list[str]:
    return [video.name for video, _ in found]


def test_folders_are_searched_to_any_depth_for_media_only(videos: Path) -> None:
    assert names(find_videos([str(videos)])) == ["a.mp4", "b.MKV", "[g].mp3", "d.webm"]


def test_results_are_laid_out_as_the_videos_are(videos: Path) -> None:
    jobs = plan([str(videos)], Path("out"), LibraryOptions())
    assert {job.video.name: job.out for job in jobs} == {
        "a.mp4": Path("out"), "b.MKV": Path("out"), "[g].mp3": Path("out/deep"), "d.webm": Path("out/deep/er"),
    }  # fmt: skip


def test_a_hidden_folder_that_is_named_is_searched(videos: Path) -> None:
    assert names(find_videos([str(videos / ".hidden")])) == ["e.mp4"]


def test_globs(videos: Path) -> None:
    assert names(find_videos([str(videos / "*.mp4")])) == ["a.mp4"]
    assert names(find_videos([str(videos / "**" / "*.webm")])) == ["d.webm"]


def test_a_name_that_looks_like_a_glob_is_a_name(videos: Path) -> None:
    assert names(find_videos([str(videos / "deep" / "[g].mp3")])) == ["[g].mp3"]


def test_a_list_of_paths(videos: Path, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text(f"# mine\n\n{videos / 'a.mp4'}\n  {videos / 'deep/er/d.webm'}  \n", encoding="utf-8")
    assert names(find_videos([str(tmp_path / "list.txt")])) == ["a.mp4", "d.webm"]


def test_a_list_from_windows(videos: Path, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_bytes(f"\ufeff{videos / 'a.mp4'}\r\n{videos / 'b.MKV'}\r\n".encode())
    assert {video for video, _ in find_videos([str(tmp_path / "list.txt")])} == {videos / "a.mp4", videos / "b.MKV"}


def test_a_list_that_is_no_text_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_bytes(b"caf\xe9.mp4\n")
    with pytest.raises(PipelineError, match=r"list\.txt"):
        find_videos([str(tmp_path / "list.txt")])


def test_a_video_named_twice_is_done_once(videos: Path) -> None:
    assert names(find_videos([str(videos / "a.mp4"), str(videos), str(videos / "*.mp4")])).count("a.mp4") == 1


def test_a_file_that_is_named_is_taken_whatever_it_is_called(videos: Path) -> None:
    assert names(find_videos([str(videos / "c.jpg")])) == ["c.jpg"]


def test_what_is_not_there_is_said(videos: Path) -> None:
    with pytest.raises(NoSuchFile, match=r"did you mean 'a\.mp4'"):
        find_videos([str(videos / "aa.mp4")])


def test_an_empty_folder_holds_nothing(tmp_path: Path) -> None:
    assert find_videos([str(tmp_path)]) == []
