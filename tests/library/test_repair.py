"""The catalogue is only a list of the results: damaged, old or gone, it is built again, and reading it changes nothing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest

from video_pipeline.core.transcript import EngineIdentity, MediaIdentity, Segment, Token, Transcript
from video_pipeline.library.catalogue import catalogue
from video_pipeline.library.item_file import ITEM_FILE
from video_pipeline.library.plan import plan
from video_pipeline.library.repair import repair
from video_pipeline.library.rows import reading
from video_pipeline.library.runner import LibraryOptions, run
from video_pipeline.library.schema import NAME


@pytest.fixture
def options(tmp_path: Path) -> LibraryOptions:
    words = (Token(0.2, 0.5, "Good"), Token(0.5, 0.9, " morning."))
    record = Transcript(MediaIdentity("x", 1.0), EngineIdentity("test"), (Segment(0.2, 0.9, "Good morning.", tokens=words),))
    (tmp_path / "said.json").write_bytes(msgspec.json.encode(record))
    stored = {"speech.engine": "replay", "speech.transcript": str(tmp_path / "said.json"), "speech.other_video": True}
    return LibraryOptions(goals=("subtitles",), overrides=stored)


@pytest.fixture
def videos(media: Any, tmp_path: Path) -> Path:
    folder = tmp_path / "videos"
    (folder / "2023").mkdir(parents=True)
    shutil.copy(media("tone"), folder / "2023" / "talk.mp4")
    shutil.copy(media("ten-fps"), folder / "2023" / "other.mp4")
    shutil.copy(media("colours"), folder / "show.mp4")
    return folder


def ran(sources: list[Path], out: Path, options: LibraryOptions) -> list[str]:
    """The names of the videos that were worked on."""
    jobs = plan([str(source) for source in sources], out, options)
    with catalogue(out) as book:
        made = list(run(book.undone(jobs), book, options))
    assert [outcome.error for outcome in made] == [""] * len(made)
    return [outcome.job.video.name for outcome in made]


def folders(out: Path) -> dict[str, str]:
    with reading(out) as book:
        return {Path(row.source).name: Path(row.folder).relative_to(out).as_posix() for row in book.rows()}


def overwrite(path: Path, start: int) -> None:
    """As a failing disk does."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(start)
        file.write(b"\xa5" * max(1, size - start))


@pytest.mark.parametrize("damage", ["gone", "header", "pages", "tail", "cut", "other"])
def test_a_catalogue_that_is_lost_or_damaged_comes_back(
    videos: Path, options: LibraryOptions, tmp_path: Path, damage: str
) -> None:
    out = tmp_path / "out"
    assert len(ran([videos], out, options)) == 3
    known, path = folders(out), out / NAME
    if damage == "gone":
        path.unlink()
    elif damage == "cut":
        os.truncate(path, path.stat().st_size // 2)
    elif damage == "other":
        path.write_bytes(b"no data base at all" * 100)
    else:
        overwrite(path, {"header": 0, "pages": 4096, "tail": path.stat().st_size - 4096}[damage])
    assert ran([videos], out, options) == []
    assert folders(out) == known
    with reading(out) as book:
        assert all(row.state == "done" and row.engine and row.took_s for row in book.rows())
        assert not list(book.damaged())
    assert bool(list(out.glob(f"{NAME}.damaged-*"))) == (damage != "gone")


def test_results_without_a_line_of_their_own_are_found(videos: Path, options: LibraryOptions, tmp_path: Path) -> None:
    """Those of versions before, and of single videos."""
    out = tmp_path / "out"
    ran([videos], out, options)
    for path in [*out.rglob(ITEM_FILE), out / NAME]:
        path.unlink()
    done = repair(out)
    assert (done.kept, done.found, done.aside) == (0, 3, None)
    with reading(out) as book:
        assert {row.state for row in book.rows()} == {"done"}
        assert all(row.media_s > 0 and row.digest for row in book.rows())
    assert repair(out).found == 0


def test_a_neighbour_moves_nothing(media: Any, videos: Path, options: LibraryOptions, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran([videos], out, options)
    before = folders(out)
    shutil.copy(media("sound"), videos / "2023" / "talk.m4a")
    assert ran([videos], out, options) == ["talk.m4a"]
    after = folders(out)
    assert before.items() <= after.items() and len(set(after.values())) == 4
    (videos / "2023" / "talk.mp4").unlink()
    assert ran([videos], out, options) == []
    assert folders(out) == after


@pytest.mark.parametrize("order", [["2023", "."], [".", "2023"], ["2023/talk.mp4", "2023", "."]])
def test_a_folder_of_the_library_alone_moves_nothing(
    videos: Path, options: LibraryOptions, tmp_path: Path, order: list[str]
) -> None:
    out = tmp_path / "out"
    worked = [name for part in order for name in ran([videos / part], out, options)]
    assert sorted(worked) == ["other.mp4", "show.mp4", "talk.mp4"]
    assert len(set(folders(out).values())) == 3


def test_what_is_forgotten_does_not_come_back(videos: Path, options: LibraryOptions, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran([videos], out, options)
    with catalogue(out) as book:
        assert book.forget([str(videos / "show.mp4")]) == 1
    (out / NAME).unlink()
    with catalogue(out) as book:
        assert sorted(Path(row.source).name for row in book.rows()) == ["other.mp4", "talk.mp4"]
