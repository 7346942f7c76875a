"""What a run over a library costs beside the work, and what it survives: `python -m benchmarks.library PART...`.

Parts (all where none is named):
    overhead   seconds per item beside the work itself; memory along the run; how soon a second run knows that all is done
    real       the same over videos and the whole pipeline with `replay`
    processes  two workers against one process, on videos whose decoding is most of the work
    kills      a run is killed at random moments and begun again until all is done: what was lost, what was done twice
    ray        two nodes on this machine, byte for byte against one process

Every figure is a ratio or comes from one process tree; the machine should have nothing else to do.
"""

from __future__ import annotations

import argparse
import gc
import os
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from video_pipeline.core.files import file_digest
from video_pipeline.core.progress import Progress
from video_pipeline.jobs.limits import Pool, memory_mb
from video_pipeline.jobs.messages import Done
from video_pipeline.library.catalogue import catalogue
from video_pipeline.library.records import Outcome, VideoJob
from video_pipeline.library.runner import LibraryOptions, run
from video_pipeline.library.work import output_of
from video_pipeline.media.ffmpeg import find_ffmpeg

_TURNS = 3
STORED = Path(__file__).parents[1] / "examples" / "sample.transcript.json"
SAMPLE = STORED.with_name("sample.mp4")
SAID = {"speech.engine": "replay", "speech.transcript": str(STORED), "speech.other_video": True}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--items", type=int, default=10_000)
    parser.add_argument("--minutes", type=float, default=20.0, help="of each video of `processes`")
    parser.add_argument("--turns", type=int, default=_TURNS, help="of `processes`")
    parser.add_argument("--kills", type=int, default=50)
    options = parser.parse_args()
    print("| what | figure |\n|---|---|", flush=True)
    for name in options.parts or PARTS:
        with tempfile.TemporaryDirectory() as folder:
            for what, figure in PARTS[name](Path(folder), options):
                print(f"| {what} | {figure} |", flush=True)


Rows = Iterator[tuple[str, str]]


def tiny_work(job: VideoJob, progress: Progress) -> Done:
    """The least that a pipeline could do: read the video, write three small results."""
    folder = job.out / job.video.stem
    folder.mkdir(parents=True, exist_ok=True)
    digest = file_digest(job.video)
    for name in ("transcript.json", "events.json", f"{job.video.stem}.srt"):
        (folder / name).write_text(digest)
    outputs = tuple(output_of(path, file_digest(path), folder) for path in sorted(folder.iterdir()))
    return Done(1.0, Outcome(job=job, folder=str(folder), digest=digest, outputs=outputs))


def overhead(folder: Path, options: argparse.Namespace) -> Rows:
    """All that the runner does around `tiny_work`, which is timed alone; also through a worker process and its pipe."""
    for executor in ("inline", "processes"):
        jobs = _tiny_jobs(folder / executor, options.items)
        options_of = LibraryOptions(executor=executor, pool=Pool(workers=1), task=tiny_work)
        took_s, work_s, memory = _timed(jobs, folder / executor / "out", options_of)
        yield f"{executor}: per item beside the work, {len(jobs)} items", f"{(took_s - work_s) / len(jobs) * 1e3:.2f} ms"
        yield f"{executor}: memory after 10 %, 50 %, all of them", ", ".join(f"{mb} MB" for mb in memory)
        gc.collect()
        began, began_cpu = time.perf_counter(), time.process_time()
        with catalogue(folder / executor / "out") as record:
            left = sum(1 for _ in record.undone(jobs))
        took_s, cpu_s = time.perf_counter() - began, time.process_time() - began_cpu
        yield f"{executor}: deciding that {len(jobs)} are done ({left} left)", f"{took_s:.2f} s, {cpu_s:.2f} s of them at work"


def real(folder: Path, options: argparse.Namespace) -> Rows:
    """The pipeline's own cost is what one process without a library takes for the same."""
    jobs = _videos(folder, 30, 3.0)
    took_s, work_s, _ = _timed(jobs, folder / "out", LibraryOptions())
    yield "real videos of 3 s, inline: beside the pipeline, per item", f"{(took_s - work_s) / len(jobs) * 1e3:.1f} ms"
    yield "the pipeline itself, per item", f"{work_s / len(jobs) * 1e3:.0f} ms"


def _timed(jobs: list[VideoJob], out: Path, options: LibraryOptions) -> tuple[float, float, list[int]]:
    """Seconds of the run from the first outcome on (a worker is there then), of its work alone, and memory along the way."""
    work_s, memory, began = 0.0, [], 0.0
    marks = {len(jobs) // 10, len(jobs) // 2, len(jobs)}
    with catalogue(out) as record:
        for number, outcome in enumerate(run(record.undone(jobs), record, options), 1):
            assert not outcome.error, outcome.error
            if number == 1:
                began = time.perf_counter()
            else:
                work_s += outcome.took_s
            if number in marks:
                memory.append(memory_mb(os.getpid()))
    return time.perf_counter() - began, work_s, memory


def _tiny_jobs(folder: Path, count: int) -> list[VideoJob]:
    """Files of one size and different content, as recordings of a fixed length are."""
    (folder / "videos").mkdir(parents=True)
    jobs = []
    for number in range(count):
        video = folder / "videos" / f"{number:05}.wav"
        video.write_bytes(f"{number:08}".encode() * 16)
        jobs.append(VideoJob(video=video, out=folder / "out" / f"{number // 100:03}", goals=("subtitles",), overrides=SAID))
    return jobs


def processes(folder: Path, options: argparse.Namespace) -> Rows:
    """Each way is run several times, in turns; figures are medians. On a busy machine only processor times mean anything."""
    took: dict[str, list[float]] = {"inline": [], "processes": []}
    worked: dict[str, list[float]] = {"inline": [], "processes": []}
    for turn in range(options.turns):
        for executor, seconds in took.items():
            jobs = _videos(folder / f"{executor}{turn}", 6, 60.0 * options.minutes)
            began, began_cpu = time.perf_counter(), _cpu_s()
            _timed(jobs, folder / f"{executor}{turn}" / "out", LibraryOptions(executor=executor, workers=2))
            seconds.append(time.perf_counter() - began)
            worked[executor].append(_cpu_s() - began_cpu)
    one, two = (statistics.median(seconds) for seconds in took.values())
    cpu = {executor: statistics.median(seconds) for executor, seconds in worked.items()}
    busy = {
        executor: statistics.median(a / b for a, b in zip(worked[executor], took[executor], strict=True)) for executor in took
    }
    told = {executor: f"{cpu[executor]:.1f} s of processor time, {busy[executor]:.2f} cores busy" for executor in took}
    yield f"6 videos of {options.minutes:g} min: one process", f"{one:.1f} s, {told['inline']}"
    yield (
        "two workers, their start included",
        f"{two:.1f} s, {one / two:.2f} times as fast, {told['processes']}",
    )


def _cpu_s() -> float:
    """Seconds at work of this process and of all that it began and that have ended."""
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def _videos(folder: Path, count: int, length_s: float) -> list[VideoJob]:
    """The sample over and over, each file with bytes of its own."""
    (folder / "videos").mkdir(parents=True)
    jobs = []
    for number in range(count):
        video = folder / "videos" / f"{number:03}.mkv"
        source = ("-v", "error", "-stream_loop", "-1", "-i", str(SAMPLE), "-t", str(length_s), "-c", "copy")
        subprocess.run([find_ffmpeg(), *source, "-metadata", f"comment={number}", str(video)], check=True)
        jobs.append(VideoJob(video=video, out=folder / "out", goals=("highlights",), overrides=SAID))
    return jobs


def kills(folder: Path, options: argparse.Namespace) -> Rows:
    from benchmarks.library_kills import killed

    return killed(folder, options.kills, "processes")


def ray(folder: Path, options: argparse.Namespace) -> Rows:
    from benchmarks.library_kills import killed

    return killed(folder, options.kills // 5, "ray")


PARTS: dict[str, Callable[[Path, argparse.Namespace], Rows]] = {
    "overhead": overhead, "real": real, "processes": processes, "kills": kills, "ray": ray,
}  # fmt: skip


if __name__ == "__main__":
    main()
