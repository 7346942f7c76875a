"""A catalogue that is moved to a database and back is the same, and only in one place."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests import postgres_server
from video_pipeline.cli.app import app
from video_pipeline.core.errors import BadValue, NoSuchFile
from video_pipeline.library import moving
from video_pipeline.library.catalogue import Catalogue, catalogue
from video_pipeline.library.chosen import MARKER, VARIABLE
from video_pipeline.library.errors import CatalogueUnusable
from video_pipeline.library.index import index
from video_pipeline.library.moving import move
from video_pipeline.library.records import Outcome, VideoJob
from video_pipeline.library.rows import Row, reading
from video_pipeline.library.schema import NAME

FILE = ""


@pytest.fixture
def address(postgres: postgres_server.Server, tmp_path: Path) -> str:
    return postgres.address(f"moving{abs(hash(tmp_path))}")


@pytest.fixture
def out(made: Any) -> Path:
    """With items that are done, one that failed, and more of them than one query gives."""
    made.add("first.mp4", [(0.0, 2.0, "Good morning.", "en", None)])
    made.add("second.mp4", [(0.0, 2.0, "Good night.", "en", None)])
    with catalogue(made.out) as book:
        for number in range(moving._AT_ONCE + 1):
            video = made.videos / f"{number}.mp4"
            job = VideoJob(video=video, out=made.out, goals=("subtitles",), metadata={"n": str(number)})
            assert book.claim(job) and book.record(Outcome.failed(job, ValueError(f"no {number}")))
        book.forget([made.source("7.mp4")])
    return Path(made.out)


def content(out: Path) -> tuple[tuple[str, int], list[Row], list[Any]]:
    with reading(out) as rows:
        found = [dataclasses.replace(row, run=0) for row in rows.rows()]
        return rows.mark(), found, [rows.outputs(row.source) for row in found]


def test_there_and_back(out: Path, address: str, made: Any) -> None:
    before = content(out)
    with catalogue(out) as book, index(out) as searched:
        searched.refresh(book)
    assert move(out, address) == len(before[1]) == moving._AT_ONCE + 2
    assert not list(out.glob(f"{NAME}*")) and "secret-word" not in (out / MARKER).read_text()
    assert content(out) == before
    with catalogue(out) as book, index(out) as searched:
        assert not searched.refresh(book)  # it knows all of it still
        assert book.retry([made.source("3.mp4")]) == 1
    after = content(out)
    assert move(out, FILE) == len(before[1])
    assert content(out) == after and [path.name for path in out.glob("library.*")] == [NAME]
    with pytest.raises(CatalogueUnusable, match="no library yet"):
        Catalogue(out, new=False, address=address)
    assert move(out, address) == len(before[1])


def test_not_while_a_run_is_at_work(out: Path, address: str, made: Any) -> None:
    job = VideoJob(video=made.videos / "new.mp4", out=out, goals=("subtitles",))
    with catalogue(out) as book:
        assert book.claim(job)
        with pytest.raises(BadValue, match="a run is at work"):
            move(out, address)
        assert [row.state for row in book.rows("running")] == ["running"]
    assert (out / NAME).is_file() and not (out / MARKER).exists()


def test_a_run_that_had_it_open_does_not_go_on_in_the_old_place(out: Path, address: str, made: Any) -> None:
    job = VideoJob(video=made.videos / "new.mp4", out=out, goals=("subtitles",))
    with catalogue(out) as book:
        move(out, address)
        with pytest.raises(Exception, match="no such table"):
            book.claim(job)
    with catalogue(out) as book:
        move(out, FILE)
        with pytest.raises(CatalogueUnusable):
            book.claim(job)


def test_what_fails_on_the_way_leaves_it_where_it_was(out: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = content(out)

    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(moving, "remember", broken)
    with pytest.raises(OSError, match="No space"):
        move(out, address)
    assert content(out) == before
    monkeypatch.undo()
    move(out, address)
    assert content(out) == before


def test_an_older_file_is_kept(out: Path, address: str) -> None:
    move(out, address)
    (out / NAME).write_bytes(b"of long ago")
    move(out, FILE)
    assert (out / f"{NAME}.before-1").read_bytes() == b"of long ago"


def test_what_cannot_be(out: Path, address: str, tmp_path: Path) -> None:
    with pytest.raises(BadValue, match="already"):
        move(out, FILE)
    with pytest.raises(BadValue, match="begins with postgresql"):
        move(out, "mysql://somewhere")
    with pytest.raises(NoSuchFile):
        move(tmp_path / "nothing", address)
    move(out, address)
    with pytest.raises(BadValue, match="already"):
        move(out, address)


def test_the_command(out: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    count = moving._AT_ONCE + 2

    def command(*words: str) -> Any:
        return CliRunner().invoke(app, ["library", *words, "-o", str(out)])

    assert command("catalogue").output.strip() == f"{out / NAME}: {count} videos"
    moved = command("catalogue", address)
    assert moved.exit_code == 0 and f"{count} videos moved there" in moved.output and "secret-word" not in moved.output
    monkeypatch.setenv(VARIABLE, address)
    back = command("catalogue", "file")
    assert back.exit_code == 0 and "names a database" in back.output
    assert command("status").exit_code == 0
