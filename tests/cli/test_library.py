"""The commands on whole libraries, as a person uses them."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from video_pipeline.cli.library.views import Lines, Live
from video_pipeline.jobs.messages import JobUpdate
from video_pipeline.library.progress import Tally
from video_pipeline.library.records import VideoJob
from video_pipeline.media.probe import probe


@pytest.fixture
def library(media: Any, sample: Path, sample_transcript: Path, tmp_path: Path) -> Path:
    """A folder with a good video, its copy and a broken one, and a table that says how to listen."""
    folder = tmp_path / "videos"
    (folder / "deep").mkdir(parents=True)
    shutil.copy(sample, folder / "joke.mp4")
    shutil.copy(sample, folder / "deep" / "copy.mp4")
    shutil.copy(media.garbage(), folder / "broken.mp4")
    (folder / "all.csv").write_text(
        f"video,engine,transcript\njoke.mp4,replay,{sample_transcript}\ndeep/copy.mp4,replay,{sample_transcript}\nbroken.mp4,,\n"
    )
    return folder


@pytest.fixture
def ran(cli: Any, library: Path, tmp_path: Path) -> Any:
    """`library COMMAND ...` on a library that has run once; the first answer is that of the run."""
    first = cli("library", "run", library / "all.csv", "-o", tmp_path / "out", "--set", "clips.exports=[]")

    def ask(*words: Any) -> Any:
        return cli("library", words[0], "-o", tmp_path / "out", *words[1:])

    ask.first = first  # type: ignore[attr-defined]
    return ask


def lines(ran: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran.out.splitlines()]


def test_a_library_from_its_run_to_its_report(ran: Any, cli: Any, library: Path, tmp_path: Path) -> None:
    assert ran.first.code == 11
    assert "3 videos: 2 done now, 0 done before, 1 failed; 1 of them duplicates" in ran.first.out
    _status(ran, library)
    _search(ran, library, tmp_path)
    _best(ran)
    _report(ran, tmp_path)
    _retry_and_forget(ran, library)


def _status(ran: Any, library: Path) -> None:
    shown = ran("status")
    assert shown.code == 0
    assert "failed  " in shown.out and "is not a video" in shown.out and "duplicates" in shown.out
    assert "2 done, 1 failed" in shown.out
    assert [row["source"] for row in lines(ran("status", "--state", "failed", "--json"))] == [str(library / "broken.mp4")]
    assert [row["state"] for row in lines(ran("status", "jo*.mp4", "--json"))] == ["done"]
    assert ran("status", "nothing.mp4").code == 3
    assert ran("status", "--state", "faild").code == 2


def _search(ran: Any, library: Path, tmp_path: Path) -> None:
    (moment,) = lines(ran("search", "doctor different", "--event", "laughter", "--emotion", "happy", "--longer", "2", "--json"))
    assert moment["source"] in {str(library / "joke.mp4"), str(library / "deep/copy.mp4")}
    assert (round(moment["start_s"]), moment["emotion"], moment["event"]) == (15, "happy", "laughter")
    assert moment["event_s"] >= 2 and moment["end_s"] == pytest.approx(20, abs=1)
    shown = ran("search", "phone", "--clips", tmp_path / "found")
    assert shown.out.endswith("1 moment\n")
    (clip,) = (tmp_path / "found").glob("*.mp4")
    assert "I-asked-my-phone" in clip.name
    assert probe(clip).duration_s == pytest.approx(3.1, abs=0.5)
    assert "phone" in clip.with_suffix(".srt").read_text()
    assert "no moment" in ran("search", "zebra").out
    _search_on(ran, tmp_path)
    assert ran("search").code == 2
    assert ran("search", "x", "--event", "laugther").code == 2


def _search_on(ran: Any, tmp_path: Path) -> None:
    """Misspelt, kept, counted, and as lists."""
    lists = [tmp_path / "found" / f"list.{suffix}" for suffix in ("m3u8", "edl", "fcpxml")]
    shown = ran("search", "phnoe", "--save", "calls", "--facets", *(word for path in lists for word in ("--to", path)))
    assert "1 moment for 'phone'" in shown.out and "language en 1" in shown.out.replace("  ", " ")
    assert all("joke" in path.read_text() or "copy" in path.read_text() for path in lists)
    assert "1 moment for 'phone'" in ran("search", "--saved", "calls").out
    assert ran("search", "--saved", "cals").code == 2
    assert ran("search", "phone", "--to", tmp_path / "x.txt").code == 2
    assert ran("search", "phone", "--after", "soon").code == 2
    assert ran("search", "joke", "--json").code == 0


def _best(ran: Any) -> None:
    found = lines(ran("best", "--per-video", "1", "--json"))
    assert len(found) == 1 and found[0]["score"] > 0 and found[0]["why"]
    assert ran("best", "--per-video", "0").code == 2


def _report(ran: Any, tmp_path: Path) -> None:
    assert ran("report").out.split() == [str(tmp_path / "out/library.html"), str(tmp_path / "out/library.jsonl")]
    rows = [json.loads(line) for line in (tmp_path / "out/library.jsonl").read_text().splitlines()]
    assert [row["state"] for row in rows] == ["failed", "done", "done"]
    assert rows == lines(ran("report", "--json"))


def _retry_and_forget(ran: Any, library: Path) -> None:
    again = ran("retry", "--json")
    assert again.code == 11
    assert [line["job"]["video"] for line in lines(again) if line["event"] == "item"] == [str(library / "broken.mp4")]
    assert ran("verify").code == 0
    assert ran("forget").code == 2
    (library / "broken.mp4").unlink()
    assert ran("forget", "--missing").out.startswith("1 forgotten")
    assert ran("retry").code == 0
    assert ran("forget", "*").out.startswith("2 forgotten")
    assert "no moment" in ran("search", "phone").out


@pytest.mark.parametrize("command", ["status", "retry", "search x", "best", "report", "verify", "forget --failed"])
def test_a_folder_that_is_no_library(cli: Any, tmp_path: Path, command: str) -> None:
    name, *words = command.split()
    told = cli("library", name, "-o", tmp_path / "nothing", *words)
    assert told.code == 3
    assert len(told.errors) == 1 and "library.sqlite" in told.errors[0]
    assert not (tmp_path / "nothing").exists()


def test_an_address_as_the_folder_for_results(cli: Any, library: Path) -> None:
    told = cli("library", "run", library / "joke.mp4", "-o", "s3://bucket/results")
    assert told.code == 2
    assert "--upload" in told.errors[0]


def test_an_index_that_cannot_be_written_ends_no_run(cli: Any, library: Path, tmp_path: Path) -> None:
    (tmp_path / "out" / "search.sqlite").mkdir(parents=True)
    ran = cli("library", "run", library / "broken.mp4", "-o", tmp_path / "out")
    assert (ran.code, "1 video: 0 done now" in ran.out) == (11, True)
    told = cli("library", "search", "x", "-o", tmp_path / "out")
    assert told.code == 7 and "search.sqlite" in told.errors[0]


def test_wrong_workers(cli: Any, library: Path, tmp_path: Path) -> None:
    assert cli("library", "run", library, "-o", tmp_path / "out", "--workers", "-1").code == 2


def test_the_live_view_has_a_row_for_all_and_one_for_each_worker() -> None:
    jobs = [VideoJob(video=Path(f"/v/{name}.mp4"), out=Path("/out"), goals=("subtitles",), bytes=10) for name in "abc"]
    tally, view = Tally(jobs, 1), Live()
    screen = Console(file=io.StringIO(), width=120)
    for update in (
        JobUpdate(kind="started", worker="worker 1", job_id="/v/a.mp4"),
        JobUpdate(kind="stage", worker="worker 1", job_id="/v/a.mp4", stage="listen", total_s=60.0),
        JobUpdate(kind="advance", worker="worker 1", job_id="/v/a.mp4", stage="listen", done_s=15.0, total_s=60.0),
        JobUpdate(kind="worker", worker="worker 2", text="ready"),
    ):
        tally.update(update)
        view.update(update, tally, tally.standing(4))
    screen.print(view.drawn())
    shown = screen.file.getvalue()  # type: ignore[attr-defined]
    assert "1/4 videos" in shown
    assert "Listening 25%" in shown and "0:15/1:00" in shown and "a.mp4" in shown
    assert "worker 2" in shown and "ready" in shown


def test_a_notice_is_said_once_however_many_videos_it_is_about(capsys: pytest.CaptureFixture[str]) -> None:
    tally, view = Tally([], 0), Lines()
    for name in "abc":
        update = JobUpdate(kind="notice", worker="inline", job_id=f"/v/{name}.mp4", text="this is a draft")
        view.update(update, tally, tally.standing(3))
    assert capsys.readouterr().out == "note: a.mp4: this is a draft\n"
