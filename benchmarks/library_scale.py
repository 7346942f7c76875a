"""What a large library costs before and after its work: `python -m benchmarks.library_scale --items 100000`.

A list names made videos that do not exist, and their outcomes are only recorded. `--files` makes empty files in folders instead;
beside that stands the peer, what `find` takes to list them. Each step runs in a process of its own: seconds of processor
time, and the peak of its memory over that of a process that has only imported the program.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from video_pipeline.library.catalogue import catalogue
from video_pipeline.library.index import index
from video_pipeline.library.plan import plan
from video_pipeline.library.records import Outcome, VideoJob
from video_pipeline.library.report import write_report
from video_pipeline.library.rows import reading
from video_pipeline.library.runner import LibraryOptions
from video_pipeline.library.spool import Spool

FOLDER_FILES = 500


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(work: Callable[[], int]) -> dict[str, float]:
    began_s, began_cpu_s, before_mb = time.monotonic(), time.process_time(), peak_mb()
    count = work()
    return {
        "found": count,
        "wall_s": round(time.monotonic() - began_s, 2),
        "cpu_s": round(time.process_time() - began_cpu_s, 2),
        "more_mb": round(peak_mb() - before_mb, 1),
    }


def step(name: str, items: int, work: Callable[[], int]) -> None:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        figures = pool.apply(measured, (work,))
    sys.stdout.write(json.dumps({"items": items, "step": name, **figures}) + "\n")
    sys.stdout.flush()


def names(place: Path, items: int) -> Iterator[Path]:
    for number in range(items):
        yield place / "videos" / f"{number // FOLDER_FILES:04d}" / f"{number:07d}.mp4"


def make(place: Path, items: int, *, files: bool) -> str:
    (place / "out").mkdir()
    if not files:
        with (place / "all.txt").open("w") as table:
            table.writelines(f"{name}\n" for name in names(place, items))
        return str(place / "all.txt")
    for number, name in enumerate(names(place, items)):
        if number % FOLDER_FILES == 0:
            name.parent.mkdir(parents=True)
        name.touch()
    return str(place / "videos")


def planned(source: str, out: Path) -> Spool[VideoJob]:
    return plan([source], out, LibraryOptions())


def count_plan(source: str, out: Path) -> int:
    return len(planned(source, out))


def look(source: str, out: Path) -> int:
    """What a run does before its first job, and all that it does when nothing is left."""
    with catalogue(out) as record:
        return len(Spool(record.looked_at(planned(source, out))))


def work(source: str, out: Path) -> int:
    with catalogue(out) as record:
        for number, job in enumerate(record.expected(record.looked_at(planned(source, out)))):
            error = ("made", "NotMedia") if number % 100 == 0 else ("made", "NothingHeard")
            record.claim(job)
            record.record(Outcome(job=job, error=error[0], error_type=error[1]))
    return number + 1


def status(out: Path) -> int:
    with reading(out) as rows:
        rows.totals()
        return sum(1 for _ in rows.rows())


def totals(out: Path) -> int:
    with reading(out) as rows:
        return rows.totals().items


def report(out: Path) -> int:
    with reading(out) as rows, index(out) as searched:
        searched.refresh(rows)
        write_report(rows, searched, out / "library.html")
    return (out / "library.html").stat().st_size


def find(source: str) -> int:
    return subprocess.run(["find", source, "-name", "*.mp4", "-size", "-1"], capture_output=True, check=True).stdout.count(b"\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--files", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        out, source = place / "out", make(place, chosen.items, files=chosen.files)
        steps: dict[str, Callable[[], int]] = {
            "plan": partial(count_plan, source, out),
            "look, nothing done": partial(look, source, out),
            "claim and record": partial(work, source, out),
            "look, all done": partial(look, source, out),
            "totals": partial(totals, out),
            "status": partial(status, out),
            "report": partial(report, out),
        }
        if chosen.files:
            step("find (peer)", chosen.items, partial(find, source))
        for name, what in steps.items():
            step(name, chosen.items, what)


if __name__ == "__main__":
    main()
