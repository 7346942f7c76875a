"""A run over a library is killed at random moments, and begun again until all is done; then its results are compared, byte for
byte, with those of a run that nobody disturbed.

What is killed, with SIGKILL and by turns: the run itself, one of its workers, and of a cluster a whole node. With the address of
a PostgreSQL server in VIDEO_PIPELINE_CATALOGUE the catalogues are there, each in a schema of its own.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from video_pipeline.core.files import file_digest
from video_pipeline.jobs.limits import Pool
from video_pipeline.library.catalogue import catalogue
from video_pipeline.library.chosen import MARKER, VARIABLE
from video_pipeline.library.records import VideoJob
from video_pipeline.library.rows import CatalogueRows
from video_pipeline.library.runner import LibraryOptions, run
from video_pipeline.library.schema import NAME
from video_pipeline.media.ffmpeg import find_ffmpeg

ROOT = Path(__file__).parents[1]
STORED = ROOT / "examples" / "sample.transcript.json"
_ITEMS = 6
_QUIET_S = 240.0


def main() -> None:
    """The run that is to be killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("videos", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("executor")
    parser.add_argument("--address", default="")
    options = parser.parse_args()
    work_through(options.videos, options.out, options.executor, options.address)


def work_through(videos: Path, out: Path, executor: str, address: str = "") -> None:
    said = {"speech.engine": "replay", "speech.transcript": str(STORED), "speech.other_video": True}
    jobs = [
        VideoJob(video=video, out=out, goals=("subtitles", "highlights", "clips"), overrides=said)
        for video in sorted(videos.iterdir())
    ]
    workers = 2 if executor != "inline" else 1
    with catalogue(out, address=address_of_round(out)) as record:
        for outcome in run(
            record.undone(jobs), record, LibraryOptions(executor=executor, workers=workers, pool=Pool(address=address))
        ):
            print(outcome.job.video.name, outcome.error, flush=True)


def address_of_round(out: Path) -> str:
    server = os.environ.get(VARIABLE, "")
    return f"{server}{'&' if '?' in server else '?'}schema={out.name}" if server else ""


def make_videos(folder: Path, count: int) -> Path:
    """Short videos of one kind, each with bytes of its own."""
    folder.mkdir(parents=True)
    for number in range(count):
        picture = ("-f", "lavfi", "-i", "testsrc2=s=160x120:r=10:d=6", "-f", "lavfi", "-i", f"sine={300 + number}:r=16000:d=6")
        how = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-threads", "1")
        target = folder / f"{number:03}.mp4"
        subprocess.run([find_ffmpeg(), "-v", "error", *picture, *how, str(target)], check=True)
    return folder


def killed(folder: Path, kills: int, executor: str) -> Iterator[tuple[str, str]]:
    """Rounds until there were so many kills: each works through the library in a new folder."""
    dice, counts, faults, rounds = random.Random(9), Counter[str](), Counter[str](), 0
    videos = make_videos(folder / "videos", _ITEMS)
    undisturbed = folder / "undisturbed"
    work_through(videos, undisturbed, "inline")
    with _nodes(executor) as nodes:
        while sum(counts.values()) < kills:
            out = folder / f"round{rounds}"
            faults += _round(_Run(videos, out, executor, nodes), dice, counts, kills)
            faults += differences(undisturbed, out)
            rounds += 1
    how = ", ".join(f"{count} of {what}" for what, count in sorted(counts.items()))
    yield f"{executor}: kills in {rounds} rounds over {_ITEMS} videos", how
    yield f"{executor}: videos lost, done twice, of other bytes", f"{faults['lost']}, {faults['twice']}, {faults['other']}"
    yield f"{executor}: files left over", str(faults["left over"])


def _round(begun: _Run, dice: random.Random, counts: Counter[str], kills: int) -> Counter[str]:
    """Kill, look, begin again, until the library is done."""
    faults: Counter[str] = Counter()
    finished: dict[str, tuple[int, str]] = {}
    while True:
        begun.start()
        while begun.process.poll() is None and sum(counts.values()) < kills:
            with contextlib.suppress(subprocess.TimeoutExpired):
                begun.process.wait(dice.uniform(1.0, 10.0))
            if begun.process.poll() is None:
                counts[begun.kill_something(dice)] += 1
        begun.process.wait(_QUIET_S)
        now = finished_items(begun.out)
        faults["twice"] += sum(now.get(source) != mark for source, mark in finished.items())
        finished = now
        if begun.process.returncode == 0 and len(finished) == _ITEMS:
            return faults


def finished_items(out: Path) -> dict[str, tuple[int, str]]:
    """Items done, with how often they were begun and when they ended: what changes if one is done again."""
    if not (out / NAME).is_file() and not (out / MARKER).is_file():
        return {}
    with contextlib.closing(CatalogueRows(out, address=address_of_round(out))) as record:
        return {row.source: (row.attempts, row.ended) for row in record.rows("done")}


def differences(undisturbed: Path, out: Path) -> Counter[str]:
    """How a library that was disturbed differs in its files."""
    wanted, made = _files(undisturbed), _files(out)
    return Counter(
        lost=len({name.split("/")[0] for name in wanted.keys() - made.keys()}),
        other=sum(made[name] != wanted[name] for name in wanted.keys() & made.keys()),
        **{"left over": len(made.keys() - wanted.keys())},
    )


def _files(out: Path) -> dict[str, str]:
    """Digests of all results; of the workspaces' memory, whose order tells what was done when, only that it is there."""
    found = (path for path in out.rglob("*") if path.is_file() and not path.name.startswith((NAME, MARKER)))
    return {path.relative_to(out).as_posix(): file_digest(path) if path.name != ".stages.json" else "" for path in found}


class _Run:
    """The run over one folder, begun as often as it is killed."""

    def __init__(self, videos: Path, out: Path, executor: str, nodes: Any) -> None:
        self.out, self._nodes = out, nodes
        self._line = [sys.executable, "-m", "benchmarks.library_kills", str(videos), str(out), executor]
        self.process: subprocess.Popen[bytes]

    def start(self) -> None:
        line = [*self._line, "--address", self._nodes.address] if self._nodes else self._line
        self.process = subprocess.Popen(line, cwd=ROOT, stdout=subprocess.DEVNULL)

    def kill_something(self, dice: random.Random) -> str:
        """What was killed."""
        workers = [pid for pid, line in _processes() if self._is_worker(pid, line)]
        kinds = ["run", *(["worker"] if workers else []), *(["node"] if self._nodes else [])]
        kind = dice.choice(kinds)
        if kind == "run":
            self.process.kill()
        elif kind == "worker":
            with contextlib.suppress(OSError):
                os.kill(dice.choice(workers), signal.SIGKILL)
        else:
            self._nodes.replace(dice)
        return kind

    def _is_worker(self, pid: int, line: str) -> bool:
        if self._nodes:
            return line.startswith("ray::Inside")
        return "spawn_main" in line and _parent(pid) == self.process.pid


def _processes() -> Iterator[tuple[int, str]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                yield int(folder.name), (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


@contextlib.contextmanager
def _nodes(executor: str) -> Iterator[Any]:
    if executor != "ray":
        yield None
        return
    nodes = Nodes(2)
    try:
        yield nodes
    finally:
        nodes.end()


class Nodes:
    """A cluster on this machine: a head that does no work, and nodes with one core each."""

    def __init__(self, count: int) -> None:
        from ray.cluster_utils import Cluster

        self._cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
        self.address: str = self._cluster.address
        self._working = [self._cluster.add_node(num_cpus=1) for _ in range(count)]

    def replace(self, dice: random.Random) -> None:
        """A node goes without a word, and another one comes."""
        gone = self._working.pop(dice.randrange(len(self._working)))
        self._cluster.remove_node(gone, allow_graceful=False)
        self._working.append(self._cluster.add_node(num_cpus=1))

    def end(self) -> None:
        self._cluster.shutdown()


if __name__ == "__main__":
    main()
