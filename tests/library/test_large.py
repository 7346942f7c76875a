"""Libraries too large for the memory: lists on the disk, and an index that keeps in step without reading all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from video_pipeline.core.errors import CannotWrite
from video_pipeline.core.labels import Language
from video_pipeline.library.catalogue import catalogue
from video_pipeline.library.index import Index, index
from video_pipeline.library.records import Outcome, VideoJob
from video_pipeline.library.repair import repair
from video_pipeline.library.schema import NAME
from video_pipeline.library.search import Question, search
from video_pipeline.library.sources import find_videos
from video_pipeline.library.spool import Spool


@settings(deadline=None, max_examples=30)
@given(st.lists(st.text(st.characters(), max_size=30), max_size=1200))
def test_a_spool_gives_what_it_was_given(entries: list[str]) -> None:
    spool = Spool(iter(entries))
    assert len(spool) == len(entries)
    assert list(spool) == list(spool) == entries
    assert [pair for pair in zip(spool, spool, strict=True) if pair[0] != pair[1]] == []


def test_a_full_disk_for_temporary_files_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pickle.dump", full)
    with pytest.raises(CannotWrite, match="full"):
        Spool([1])


PEAKS = """
import sys, tracemalloc
from pathlib import Path
from video_pipeline.library.plan import plan
from video_pipeline.library.runner import LibraryOptions

for count in (100, 12_000, 24_000):  # the first: what is imported at first use
    table = Path(f"{count}.txt")
    table.write_text("".join(f"/films/{number // 100}/{number:06}.mp4\\n" for number in range(count)))
    tracemalloc.start()
    assert len(plan([str(table)], Path("out"), LibraryOptions())) == count
    print(tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
"""
"""In a process of its own: threads that other tests left behind count too."""


def test_a_plan_takes_the_memory_of_a_small_one(tmp_path: Path) -> None:
    ran = subprocess.run([sys.executable, "-c", PEAKS], cwd=tmp_path, capture_output=True, text=True, check=True)
    _, half, whole = map(int, ran.stdout.split())
    assert whole - half < 12_000 * 300  # of each a path in a temporary file


def test_a_table_wins_over_other_mentions_in_any_order(tmp_path: Path) -> None:
    for name in ("b.mp4", "a.mp4"):
        (tmp_path / name).touch()
    table = tmp_path / "t.csv"
    table.write_text("video,title\nb.mp4,Second\n")
    for sources in ([str(table), str(tmp_path)], [str(tmp_path), str(table), str(tmp_path / "b.mp4")]):
        found = find_videos(sources)
        assert [(Path(video.source).name, dict(video.metadata)) for video in found] == [
            ("a.mp4", {}),
            ("b.mp4", {"title": "Second"}),
        ]


def said(index_: Index, words: str) -> list[str]:
    return sorted(Path(moment.source).name for moment in search(index_, Question(words)).moments)


def test_what_is_forgotten_is_not_found_and_what_comes_after_it_is(made: Any) -> None:
    for name in ("a.mp4", "b.mp4", "c.mp4"):
        made.add(name, [(0, 2, "Well spoken.", Language.EN, None)])
    with catalogue(made.out) as book, index(made.out) as searched:
        searched.refresh(book)
        assert said(searched, "spoken") == ["a.mp4", "b.mp4", "c.mp4"]
        assert book.forget([source for source in book.sources() if not source.endswith("a.mp4")]) == 2
    made.add("d.mp4", [(0, 2, "Well spoken.", Language.EN, None)])
    with catalogue(made.out) as book, index(made.out) as searched:
        searched.refresh(book)
        assert said(searched, "spoken") == ["a.mp4", "d.mp4"]
        assert searched.refresh(book) == 0


def test_a_video_that_is_processed_again_is_found_meanwhile(made: Any) -> None:
    made.add("a.mp4", [(0, 2, "Well spoken.", Language.EN, None)])
    job = VideoJob(video=Path(made.source("a.mp4")), out=made.out, goals=("subtitles",))
    made.add("b.mp4", [(0, 2, "Also spoken.", Language.EN, None)])
    with catalogue(made.out) as book, index(made.out) as searched:
        searched.refresh(book)
        assert book.claim(job)
        searched.refresh(book)
        assert said(searched, "spoken") == ["a.mp4", "b.mp4"]
        assert book.record(Outcome(job=job, error="it is silent", error_type="NothingHeard"))
        searched.refresh(book)
        assert said(searched, "spoken") == ["b.mp4"]


def test_a_catalogue_that_is_built_again_is_followed_by_the_search(made: Any) -> None:
    for name in ("a.mp4", "b.mp4"):
        for _ in range(3):  # its serial is higher than that of a new catalogue
            made.add(name, [(0, 2, "Well spoken.", Language.EN, None)])
    with catalogue(made.out) as book, index(made.out) as searched:
        searched.refresh(book)
        before = book.mark()
    for file in made.out.glob(f"{NAME}*"):
        if file.is_file():
            file.unlink()
    repair(made.out)
    made.add("c.mp4", [(0, 2, "Just spoken.", Language.EN, None)])
    with catalogue(made.out) as book, index(made.out) as searched:
        assert book.mark() != before
        searched.refresh(book)
        assert "c.mp4" in said(searched, "spoken")


def test_an_index_of_the_format_before_is_used_as_it_is(made: Any) -> None:
    made.add("a.mp4", [(0, 2, "Well spoken.", Language.EN, None)])
    with catalogue(made.out) as book, index(made.out) as searched:
        searched.refresh(book)
        with searched.base as old:
            old.execute("UPDATE videos SET duration_s = 77")  # to see that it is not made anew
            old.execute("ALTER TABLE seen DROP COLUMN catalogue")
            old.execute("ALTER TABLE seen DROP COLUMN forgotten")
            old.execute("PRAGMA user_version = 2")
    with catalogue(made.out) as book, index(made.out) as searched:
        assert searched.refresh(book) == 0
        assert said(searched, "spoken") == ["a.mp4"]
        assert searched.base.execute("SELECT duration_s FROM videos").fetchone() == (77,)
