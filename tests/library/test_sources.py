"""Which videos a library holds, wherever they are named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from video_pipeline.core.errors import BadRecord, BadValue, NoSuchFile, PipelineError
from video_pipeline.library.errors import NoVideos
from video_pipeline.library.plan import plan
from video_pipeline.library.runner import LibraryOptions
from video_pipeline.library.sources import Found, find_videos


@pytest.fixture
def videos(tmp_path: Path) -> Path:
    folder = tmp_path / "videos"
    for name in ("a.mp4", "b.MKV", "notes.txt", "c.jpg", "deep/er/d.webm", ".hidden/e.mp4", ".f.mp4", "deep/[g].mp3"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return folder


def names(found: list[Found]) -> list[str]:
    return [video.name for video in found]


def test_folders_are_searched_to_any_depth_for_media_only(videos: Path) -> None:
    assert names(find_videos([str(videos)])) == ["a.mp4", "b.MKV", "[g].mp3", "d.webm"]


def test_results_are_laid_out_as_the_videos_are(videos: Path, tmp_path: Path) -> None:
    jobs = list(plan([str(videos)], tmp_path, LibraryOptions()))
    assert {job.video.name: job.out.relative_to(tmp_path).as_posix() for job in jobs} == {
        "a.mp4": ".", "b.MKV": ".", "[g].mp3": "deep", "d.webm": "deep/er",
    }  # fmt: skip


def test_two_videos_of_one_name_have_a_folder_each(videos: Path, tmp_path: Path) -> None:
    (videos / "A.webm").touch()
    jobs = list(plan([str(videos)], tmp_path, LibraryOptions()))
    assert len({job.out for job in jobs if job.video.stem.lower() == "a"}) == 2
    assert jobs == list(plan([str(videos)], tmp_path, LibraryOptions()))


def test_a_hidden_folder_that_is_named_is_searched(videos: Path) -> None:
    assert names(find_videos([str(videos / ".hidden")])) == ["e.mp4"]


def test_globs(videos: Path) -> None:
    assert names(find_videos([str(videos / "*.mp4")])) == ["a.mp4"]
    assert names(find_videos([str(videos / "**" / "*.webm")])) == ["d.webm"]


def test_a_name_that_looks_like_a_glob_is_a_name(videos: Path) -> None:
    assert names(find_videos([str(videos / "deep" / "[g].mp3")])) == ["[g].mp3"]


def test_sources_are_absolute_wherever_the_run_is_started(videos: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(videos.parent)
    assert find_videos(["videos/a.mp4", f"file://{videos}/a.mp4"]) == [Found(source=str(videos / "a.mp4"))]


def test_a_list_of_paths(videos: Path, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text(f"# mine\n\n{videos / 'a.mp4'}\n  {videos / 'deep/er/d.webm'}  \n", encoding="utf-8")
    assert names(find_videos([str(tmp_path / "list.txt")])) == ["a.mp4", "d.webm"]


def test_paths_in_a_list_are_beside_it(videos: Path) -> None:
    (videos / "list.lst").write_text("a.mp4\ndeep\nhttps://host.example/talks/x%20y.mp4?key=1\n")
    assert names(find_videos([str(videos / "list.lst")])) == ["a.mp4", "[g].mp3", "d.webm", "x y.mp4"]


def test_a_video_of_a_list_that_is_missing_is_left_to_fail_alone(videos: Path) -> None:
    (videos / "list.txt").write_text("a.mp4\ngone.mp4\n")
    assert names(find_videos([str(videos / "list.txt")])) == ["a.mp4", "gone.mp4"]


def test_a_list_from_windows(videos: Path, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_bytes(f"\ufeff{videos / 'a.mp4'}\r\n{videos / 'b.MKV'}\r\n".encode())
    assert [video.source for video in find_videos([str(tmp_path / "list.txt")])] == [str(videos / "a.mp4"), str(videos / "b.MKV")]


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


def test_results_cannot_go_to_an_address(videos: Path) -> None:
    with pytest.raises(BadValue, match="--upload"):
        plan([str(videos)], Path("s3://bucket/out"), LibraryOptions())


def test_linked_folders_are_searched_and_rings_end(videos: Path, tmp_path: Path) -> None:
    (tmp_path / "nas" / "2024").mkdir(parents=True)
    (tmp_path / "nas" / "2024" / "far.mp4").touch()
    (tmp_path / "nas" / "back").symlink_to(videos)
    (videos / "nas").symlink_to(tmp_path / "nas")
    (videos / "deep" / "self").symlink_to(videos / "deep")
    (videos / "deep" / "gone").symlink_to(tmp_path / "nowhere")
    found = {video.name: video.below.as_posix() for video in find_videos([str(videos)])}
    assert found == {"a.mp4": ".", "b.MKV": ".", "[g].mp3": "deep", "d.webm": "deep/er", "far.mp4": "nas/2024"}


def test_two_links_to_each_other_end(tmp_path: Path) -> None:
    for one, other in (("x", "y"), ("y", "x")):
        (tmp_path / one).mkdir()
        (tmp_path / one / f"to {other}").symlink_to(tmp_path / other)
        (tmp_path / one / f"{one}.mp4").touch()
    assert names(find_videos([str(tmp_path)])) == ["x.mp4", "y.mp4"]
    assert names(find_videos([str(tmp_path / "x")])) == ["y.mp4", "x.mp4"]


def test_clips_among_results_are_no_videos(videos: Path) -> None:
    (videos / "out" / "a" / "clips").mkdir(parents=True)
    (videos / "out" / "a" / ".stages.json").write_text("{}")
    (videos / "out" / "a" / "clips" / "01.mp4").touch()
    assert "01.mp4" not in names(find_videos([str(videos)]))


def test_a_source_that_holds_nothing_is_an_error(videos: Path, tmp_path: Path) -> None:
    (tmp_path / "unmounted").mkdir()
    (tmp_path / "list.txt").write_text("# none yet\n")
    for empty in ("unmounted", "list.txt"):
        with pytest.raises(NoVideos, match=empty):
            plan([str(videos), str(tmp_path / empty)], tmp_path / "out", LibraryOptions())
        assert list(plan([str(tmp_path / empty)], tmp_path / "out", LibraryOptions(), allow_empty=True)) == []


def test_an_address_of_a_file_with_codes(videos: Path) -> None:
    (videos / "50%20 off.mp4").touch()
    assert names(find_videos([(videos / "50%20 off.mp4").as_uri()])) == ["50%20 off.mp4"]
    assert names(find_videos([f"file://{videos}/50%20 off.mp4"])) == ["50%20 off.mp4"]


def test_links_that_lead_to_themselves_stop_nothing(videos: Path) -> None:
    (videos / "ring.mp4").symlink_to("ring.mp4")
    (videos / "there.mp4").symlink_to("back.mp4")
    (videos / "back.mp4").symlink_to("there.mp4")
    (videos / "long.mp4").symlink_to("x" * 255)
    assert names(find_videos([str(videos)])) == ["a.mp4", "b.MKV", "[g].mp3", "d.webm"]


def test_results_of_folders_whose_names_are_not_utf8_lie_in_readable_ones(videos: Path, tmp_path: Path) -> None:
    for folder in (b"d\xff", b"d\xfe"):
        place = Path(os.fsdecode(os.fsencode(videos) + b"/" + folder))
        place.mkdir()
        (place / "a.mp4").touch()
    jobs = [job for job in plan([str(videos)], tmp_path, LibraryOptions()) if "\ufffd" in str(job.out)]
    assert [job.out.parent.relative_to(tmp_path).as_posix() for job in jobs] == ["d\ufffd", "d\ufffd"]
    assert len({str(job.out).encode() for job in jobs}) == 2


def test_a_list_may_name_files_whose_names_are_not_utf8(videos: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(videos) + b"/\xe9t\xe9.mp4"))
    odd.touch()
    (videos / "l.txt").write_bytes(b"a.mp4\n\xe9t\xe9.mp4\n")
    (videos / "t.csv").write_bytes(b"video,title\n\xe9t\xe9.mp4,Summer\n")
    assert [video.source for video in find_videos([str(videos / "l.txt")])] == [str(videos / "a.mp4"), str(odd)]
    assert [dict(video.metadata) for video in find_videos([str(videos / "t.csv")])] == [{"title": "Summer"}]
    (videos / "t.csv").write_bytes(b"video,title\na.mp4,\xc9t\xe9\n")
    for wrong in ("gone.txt", "t.csv"):
        (videos / "gone.txt").write_bytes(b"a.mp4\n\xe9t\xe9 2.mp4\n")
        with pytest.raises(BadRecord, match="save it as UTF-8"):
            find_videos([str(videos / wrong)])
