"""What a large library costs before and after its work: `python -m benchmarks.library_scale --items 10000`.

Made empty files, and outcomes that are only recorded. Beside each step stands the peer: what `find` takes to list the same files.
Seconds of processor time, and the peak of memory of the process after the step.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from video_pipeline.library.catalogue import catalogue
from video_pipeline.library.plan import plan
from video_pipeline.library.records import Outcome
from video_pipeline.library.rows import reading
from video_pipeline.library.runner import LibraryOptions

FOLDER_FILES = 500
T = TypeVar("T")


def step(name: str, items: int, work: Callable[[], T]) -> T:
    began_s, began_cpu_s = time.monotonic(), time.process_time()
    result = work()
    used_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    figures = {"wall_s": round(time.monotonic() - began_s, 2), "cpu_s": round(time.process_time() - began_cpu_s, 2)}
    sys.stdout.write(json.dumps({"items": items, "step": name, **figures, "peak_mb": used_mb}) + "\n")
    sys.stdout.flush()
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=10_000)
    items = parser.parse_args().items
    with tempfile.TemporaryDirectory() as place:
        folder, out = Path(place) / "videos", Path(place) / "out"
        for number in range(items):
            file = folder / f"{number // FOLDER_FILES:04d}" / f"{number:07d}.mp4"
            if number % FOLDER_FILES == 0:
                file.parent.mkdir(parents=True)
            file.touch()
        out.mkdir()
        options = LibraryOptions()
        step("find (peer)", items, lambda: subprocess.run(["find", folder, "-name", "*.mp4", "-size", "-1"], capture_output=True))
        jobs = step("plan", items, lambda: plan([str(folder)], out, options))
        with catalogue(out) as record:
            step("first look", items, lambda: sum(1 for _ in record.undone(jobs)))

            def work() -> None:
                for job in jobs:
                    record.claim(job)
                    record.record(Outcome(job=job, error="made", error_type="NothingHeard"))

            step("claim and record", items, work)
        jobs = step("plan again", items, lambda: plan([str(folder)], out, options))
        with catalogue(out) as record:
            step("second look", items, lambda: sum(1 for _ in record.undone(jobs)))
        with reading(out) as rows:
            step("status", items, lambda: sum(1 for _ in rows.rows()))


if __name__ == "__main__":
    main()
