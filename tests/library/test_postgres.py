"""A catalogue in PostgreSQL: what it does besides the contract that every store keeps."""

from __future__ import annotations

import dataclasses
import os
import pickle
import shutil
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests import postgres_server
from tests.library.conftest import two_words
from video_pipeline.cli.advice import advised
from video_pipeline.cli.app import app
from video_pipeline.core.errors import BadRecord, BadValue
from video_pipeline.library.catalogue import Catalogue, catalogue
from video_pipeline.library.chosen import MARKER, VARIABLE
from video_pipeline.library.errors import CatalogueUnusable
from video_pipeline.library.records import Outcome, VideoJob
from video_pipeline.library.repair import repair
from video_pipeline.library.rows import reading
from video_pipeline.library.runner import LibraryOptions
from video_pipeline.library.schema import NAME
from video_pipeline.library.stores import postgres as store
from video_pipeline.library.stores.base import Access
from video_pipeline.library.stores.postgres import PostgresStore, shown

SECRET = "secret-word"


@pytest.fixture
def address(postgres: postgres_server.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    made = postgres.address(f"s{abs(hash(tmp_path))}")
    monkeypatch.setenv(VARIABLE, made)
    return made


@pytest.fixture
def jobs(tmp_path: Path) -> list[VideoJob]:
    made = []
    for number in range(30):
        video = tmp_path / f"{number:02}.mp4"
        video.write_bytes(b"x")
        made.append(VideoJob(video=video, out=tmp_path / "out", goals=("subtitles",)))
    return made


def done(job: VideoJob) -> Outcome:
    return Outcome(job=job, took_s=1.0, media_s=2.0, folder=str(job.out / job.video.stem))


@pytest.mark.usefixtures("address")
def test_runs_at_once_take_every_item_once(tmp_path: Path, jobs: list[VideoJob]) -> None:
    taken: Counter[str] = Counter()

    def run() -> None:
        with catalogue(tmp_path / "out") as book:
            for job in book.undone(jobs):
                if book.claim(job):
                    taken[job.source] += 1
                    assert book.record(done(job))

    with catalogue(tmp_path / "out"):
        pass  # so that the folder's memory of it is written once: threads share the name of the part file, processes do not
    with ThreadPoolExecutor(4) as pool:
        for begun in [pool.submit(run) for _ in range(4)]:
            begun.result()
    with reading(tmp_path / "out") as book:
        rows = list(book.rows())
    assert [(row.state, row.attempts) for row in rows] == [("done", 1)] * len(jobs)
    assert taken == Counter({job.source: 1 for job in jobs})
    assert len({row.serial for row in rows}) == len(jobs)


def test_an_item_that_another_run_is_taking_is_not_waited_for(tmp_path: Path, jobs: list[VideoJob], address: str) -> None:
    with catalogue(tmp_path / "out") as book:
        assert book.claim(jobs[0]) and book.record(Outcome.failed(jobs[0], ValueError("x")))
        other, waiting, over = PostgresStore(tmp_path, address), threading.Event(), threading.Event()

        def hold() -> None:
            other.ask("SELECT 1 FROM items WHERE source = ? FOR UPDATE", (jobs[0].source,))
            waiting.set()
            over.wait(30)

        thread = threading.Thread(target=lambda: other.transaction(hold))
        thread.start()
        assert waiting.wait(30)
        begun = time.monotonic()
        assert not book.claim(jobs[0]) and book.claim(jobs[1])
        assert time.monotonic() - begun < 5
        over.set()
        thread.join()
        assert book.claim(jobs[0])
        other.close()


@pytest.mark.usefixtures("address")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["restart", "crash"])
def test_a_server_that_starts_again_is_waited_for(
    tmp_path: Path, jobs: list[VideoJob], postgres: postgres_server.Server, how: signal.Signals
) -> None:
    with catalogue(tmp_path / "out") as book:
        assert book.claim(jobs[0])
        time.sleep(1)  # what was stored in the last moment before a crash may be lost, see below
        postgres.stop(how)
        later = threading.Timer(1.0, postgres.start)
        later.start()
        assert book.record(done(jobs[0]))
        later.join()
        postgres.stop()
        later = threading.Timer(1.0, postgres.start)
        later.start()
        with reading(tmp_path / "out") as rows:
            assert [row.state for row in rows.rows()] == ["done"]
        later.join()
        assert book.claim(jobs[1]) and book.record(done(jobs[1]))
        assert [row.state for row in book.rows()] == ["done", "done"]


class Broken(PostgresStore):
    """The connection breaks once after the server has stored a transaction, and before it says so."""

    is_armed = False

    def transaction(self, work: Callable[[], Any]) -> Any:
        if not self.is_armed:
            return super().transaction(work)
        self.is_armed = False
        super().transaction(work)
        self._base.close()
        return super().transaction(work)


def test_what_was_stored_before_the_connection_broke_is_known_again(tmp_path: Path, jobs: list[VideoJob], address: str) -> None:
    with catalogue(tmp_path / "out") as book:
        broken = Broken(tmp_path / "out", address)
        book._base.close()
        book._base = broken
        broken.is_armed = True
        assert book.claim(jobs[0])
        broken.is_armed = True
        assert book.record(done(jobs[0]))
        assert [(row.state, row.attempts) for row in book.rows()] == [("done", 1)]


def test_a_server_that_stays_away_is_one_line(
    tmp_path: Path, jobs: list[VideoJob], postgres: postgres_server.Server, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setattr(store, "_PATIENCE_S", 0.5)
    monkeypatch.setattr(store, "_FIRST_PATIENCE_S", 0.5)
    with catalogue(tmp_path / "out") as book:
        assert book.claim(jobs[0])
        postgres.stop()
        try:
            with pytest.raises(CatalogueUnusable) as raised:
                book.record(done(jobs[0]))
            shows = CliRunner().invoke(app, ["library", "status", "--out", str(tmp_path / "out")])
        finally:
            postgres.start()
        said = advised(raised.value)
        assert shown(address) in said and "resume" in said and "\n" not in said and SECRET not in said
        assert str(pickle.loads(pickle.dumps(raised.value))) == str(raised.value)
        assert shows.exit_code == 7 or isinstance(shows.exception, CatalogueUnusable)
        assert book.record(done(jobs[0]))


@pytest.mark.usefixtures("address")
def test_a_password_is_neither_stored_nor_shown(tmp_path: Path, jobs: list[VideoJob], address: str) -> None:
    out = tmp_path / "out"
    with catalogue(out) as book:
        assert book.claim(jobs[0]) and book.record(done(jobs[0]))
    assert SECRET in address
    assert (out / MARKER).is_file()
    for file in out.rglob("*"):
        assert not file.is_file() or SECRET.encode() not in file.read_bytes(), file
    assert SECRET not in repr(LibraryOptions(catalogue=address)) + shown(address)
    assert SECRET not in str(postgres_server.raw_of(address)("SELECT * FROM items"))


@pytest.mark.parametrize(
    "wrong", [f"postgresql://u:{SECRET}@host:port/x", f"postgresql://u:{SECRET}@h/x?sslmod={SECRET}", f"mysql://u:{SECRET}@h/x"]
)
def test_a_wrong_address_is_an_error_without_its_password(tmp_path: Path, wrong: str) -> None:
    with pytest.raises((BadValue, CatalogueUnusable)) as raised:
        Catalogue(tmp_path, address=wrong)
    assert SECRET not in str(raised.value)


def test_the_folder_remembers_where_its_catalogue_is(
    tmp_path: Path, jobs: list[VideoJob], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    with catalogue(out) as book:
        assert book.claim(jobs[0]) and book.record(done(jobs[0]))
    monkeypatch.delenv(VARIABLE)
    out.rename(tmp_path / "moved")
    with reading(tmp_path / "moved") as rows:
        assert [row.source for row in rows.rows()] == [jobs[0].source]
    assert not (tmp_path / "moved" / NAME).exists()
    (tmp_path / "moved" / MARKER).unlink()
    with pytest.raises(BadValue, match="another library"):
        Catalogue(tmp_path / "moved", address=address)
    repair(tmp_path / "moved", address)
    with reading(tmp_path / "moved") as rows:
        assert len(list(rows.rows())) == 1


def test_two_libraries_do_not_mix(tmp_path: Path, jobs: list[VideoJob], address: str) -> None:
    with catalogue(tmp_path / "out") as book:
        assert book.claim(jobs[0])
    with pytest.raises(BadValue, match="schema=NAME"):
        Catalogue(tmp_path / "other", address=address)
    with catalogue(tmp_path / "other", address=f"{address}2") as book:
        assert list(book.undone(jobs)) == jobs


def test_the_items_of_the_file_before_are_taken_over(tmp_path: Path, jobs: list[VideoJob], address: str) -> None:
    out, options = tmp_path / "out", LibraryOptions(catalogue=address)
    assert VARIABLE in os.environ
    del os.environ[VARIABLE]  # put back by the fixture
    with catalogue(out) as book:
        for job in jobs[:2]:
            assert book.claim(job)
        assert book.record(done(jobs[0])) and book.record(Outcome.failed(jobs[1], ValueError("no luck")))
        before = list(book.rows())
    content = (out / NAME).read_bytes()
    with catalogue(out, address=options.catalogue) as book:
        after = list(book.rows())
        assert list(book.undone(jobs[:2], retry_failed=False)) == []
    assert [dataclasses.replace(row, serial=0, run=0) for row in after] == [
        dataclasses.replace(row, serial=0, run=0) for row in before
    ]
    assert (out / NAME).read_bytes() == content


def test_a_lost_data_base_is_built_again_from_the_results(media: Any, tmp_path: Path, address: str) -> None:
    (tmp_path / "videos").mkdir()
    for name in ("tone", "ten-fps"):
        shutil.copy(media(name), tmp_path / "videos")
    said, out = two_words(tmp_path, 0.5, 0.9), tmp_path / "out"
    flags = [f"--set={key}={value}" for key, value in (said | {"speech.other_video": "true"}).items()]
    line = ["library", "run", str(tmp_path / "videos"), "--out", str(out), "--json", "--catalogue", address, *flags]
    first = CliRunner().invoke(app, line)
    assert first.exit_code == 0, first.output
    assert not (out / NAME).exists() and SECRET not in first.output
    found = CliRunner().invoke(app, ["library", "search", "morning", "--out", str(out)])
    assert found.exit_code == 0 and "Good morning" in found.output
    schema = address.rpartition("=")[2]
    postgres_server.raw_of(address)(f"DROP SCHEMA {schema} CASCADE")
    with catalogue(out) as book:
        assert [row.state for row in book.rows()] == ["done", "done"]
        assert not list(book.damaged())
    again = CliRunner().invoke(app, line)
    assert (again.exit_code == 0 and "2 done before" in again.output) or '"before":2' in again.output


def test_formats_are_brought_up_to_date_without_loss(
    tmp_path: Path, jobs: list[VideoJob], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with catalogue(tmp_path) as book:
        assert book.claim(jobs[0]) and book.record(done(jobs[0]))
    now = store._FORMATS
    monkeypatch.setattr(store, "_FORMATS", (*now, "ALTER TABLE items ADD COLUMN more text NOT NULL DEFAULT 'new'"))
    with reading(tmp_path) as rows:
        assert len(list(rows.rows())) == 1
    with catalogue(tmp_path) as book:
        assert [row.state for row in book.rows()] == ["done"]
        assert book._base.columns("items")[-1] == "more"
    monkeypatch.setattr(store, "_FORMATS", now)
    with pytest.raises(BadRecord, match="newer version"):
        Catalogue(tmp_path)
    assert postgres_server.raw_of(address) is not None


@pytest.mark.usefixtures("address")
def test_reading_creates_nothing(tmp_path: Path, address: str) -> None:
    with pytest.raises(CatalogueUnusable, match="no library yet"):
        PostgresStore(tmp_path, address, access=Access.READ)
    with pytest.raises(CatalogueUnusable):
        Catalogue(tmp_path, new=False)
    assert not list(tmp_path.iterdir())


def test_two_runs_one_killed_and_a_server_that_starts_again_do_all_once(
    media: Any, tmp_path: Path, postgres: postgres_server.Server, begin_run: Any, contents: Any, address: str
) -> None:
    said = two_words(tmp_path, 0.5, 0.9) | {"speech.other_video": True}
    names = ("tone", "colours", "ten-fps", "anamorphic", "late-audio")
    videos = [Path(shutil.copy(media(name), tmp_path)) for name in names]
    jobs = [VideoJob(video=video, out=tmp_path / "out", goals=("subtitles",), overrides=said) for video in videos]
    runs = [begin_run(jobs, "inline", kill_after=1), begin_run(jobs, "inline")]
    assert runs[0].wait(timeout=120) == -signal.SIGKILL
    postgres.stop()
    postgres.start()
    assert runs[1].wait(timeout=120) == 0
    assert begin_run(jobs, "inline").wait(timeout=120) == 0
    with reading(tmp_path / "out") as book:
        rows = list(book.rows())
    assert [row.state for row in rows] == ["done"] * 5
    assert sum(row.attempts for row in rows) <= 6  # the video that the killed run had in hand is begun twice
    os.environ.pop(VARIABLE)
    other = [dataclasses.replace(job, out=tmp_path / "undisturbed") for job in jobs]
    assert begin_run(other, "inline").wait(timeout=120) == 0
    theirs = contents(tmp_path / "out")
    theirs.pop(MARKER)
    assert theirs == contents(tmp_path / "undisturbed")
