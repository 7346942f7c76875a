"""A run over a library is killed at random moments, and begun again until all is done; then its results are compared, byte for
byte, with those of a run that nobody disturbed: `python -m benchmarks.library_kills EXECUTOR...`.

What is killed, with SIGKILL and in turn: the run itself, one of its workers, an FFmpeg of theirs, and of a cluster a whole node.
With --postgres the catalogues are in a server of that kind, each in a schema of its own, and that server crashes in its turn.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from video_pipeline.core.files import file_digest
from video_pipeline.jobs.limits import Pool
from video_pipeline.library.catalogue import catalogue
from video_pipeline.library.chosen import MARKER, VARIABLE
from video_pipeline.library.records import VideoJob
from video_pipeline.library.rows import CatalogueRows
from video_pipeline.library.runner import LibraryOptions, run
from video_pipeline.library.schema import NAME
from video_pipeline.media.ffmpeg import find_ffmpeg

if TYPE_CHECKING:
    from tests.postgres_server import Server

ROOT = Path(__file__).parents[1]
STORED = ROOT / "examples" / "sample.transcript.json"
_ITEMS = 6
_QUIET_S = 240.0
_MOST_IDLE = 5
"""Runs that end by themselves and leave something undone."""
_PARTING_S = 5.0
"""For processes of a run that has ended to end too."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("executors", nargs="+", metavar="EXECUTOR", help="inline, processes, ray")
    parser.add_argument("--kills", type=int, default=50, help="of each")
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--seed", type=int, default=9)
    parser.add_argument("--run", nargs=2, type=Path, metavar=("VIDEOS", "OUT"), help="the run that is to be killed")
    parser.add_argument("--address", default="", help="of its cluster")
    options = parser.parse_args()
    if options.run:
        work_through(*options.run, options.executors[0], options.address)
        return
    for executor in options.executors:
        with tempfile.TemporaryDirectory(prefix="kills") as folder, _server(options.postgres) as server:
            for what, figure in killed(Path(folder), options.kills, executor, server, options.seed):
                print(f"| {what} | {figure} |", flush=True)


@contextlib.contextmanager
def _server(is_asked: bool) -> Iterator[Server | None]:
    if not is_asked:
        yield None
        return
    made = spec_from_file_location("postgres_server", ROOT / "tests" / "postgres_server.py")
    assert made is not None and made.loader is not None
    tests = module_from_spec(made)
    made.loader.exec_module(tests)
    with tests.server() as started, pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, started.address("").partition("&schema")[0])
        yield started


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


def killed(folder: Path, kills: int, executor: str, server: Server | None = None, seed: int = 9) -> Iterator[tuple[str, str]]:
    """Rounds until there were so many kills: each works through the library in a new folder."""
    dice, counts, faults, rounds = random.Random(seed), Counter[str](), Counter[str](), 0
    videos = make_videos(folder / "videos", _ITEMS)
    undisturbed = folder / "undisturbed"
    work_through(videos, undisturbed, "inline")
    with _nodes(executor) as nodes:
        while sum(counts.values()) < kills:
            out = folder / f"round{rounds}"
            faults += _round(_Run(videos, out, executor, nodes, server), dice, counts, kills)
            faults += differences(undisturbed, out)
            faults["processes"] += len(_orphans(out))
            rounds += 1
            print(f"{executor}, after round {rounds}: {dict(counts)}, {dict(+faults)}", file=sys.stderr, flush=True)
    how = ", ".join(f"{count} of {what}" for what, count in sorted(counts.items()))
    where = ", catalogue in PostgreSQL" if server else ""
    yield f"{executor}{where}: {sum(counts.values())} kills in {rounds} rounds over {_ITEMS} videos", how
    yield f"{executor}: videos lost, done twice, of other bytes", f"{faults['lost']}, {faults['twice']}, {faults['other']}"
    yield f"{executor}: files, processes left over", f"{faults['left over']}, {faults['processes']}"


def _round(begun: _Run, dice: random.Random, counts: Counter[str], kills: int) -> Counter[str]:
    """Kill, look, begin again, until the library is done."""
    faults: Counter[str] = Counter()
    finished: dict[str, tuple[int, str]] = {}
    idle = 0
    while True:
        begun.start()
        killed_before = sum(counts.values())
        while begun.process.poll() is None and sum(counts.values()) < kills:
            with contextlib.suppress(subprocess.TimeoutExpired):
                begun.process.wait(dice.uniform(0.5, 4.0))
            counts.update(begun.kill_something(dice, counts))
        begun.process.wait(_QUIET_S)
        now = finished_items(begun.out)
        faults["twice"] += sum(now.get(source) != mark for source, mark in finished.items())
        finished = now
        if begun.process.returncode == 0 and len(finished) == _ITEMS:
            return faults
        idle = idle + 1 if begun.process.returncode == 0 and sum(counts.values()) == killed_before else 0
        if idle == _MOST_IDLE:  # the run takes what is missing for finished: `differences` will tell it
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

    def __init__(self, videos: Path, out: Path, executor: str, nodes: Nodes | None, server: Server | None) -> None:
        self.out, self._nodes, self._server = out, nodes, server
        self._line = [sys.executable, "-m", "benchmarks.library_kills", executor, "--run", str(videos), str(out)]
        self._kinds = ["run", "FFmpeg"]
        self._kinds += [] if executor == "inline" else ["worker"]
        self._kinds += [*(["node"] if nodes else []), *(["server"] if server else [])]
        self.process: subprocess.Popen[bytes]

    def start(self) -> None:
        line = [*self._line, "--address", self._nodes.address] if self._nodes else self._line
        self.process = subprocess.Popen(line, cwd=ROOT, stdout=subprocess.DEVNULL)

    def kill_something(self, dice: random.Random, counts: Counter[str]) -> list[str]:
        """What was killed: of the kind that had the fewest, as soon as there is one; nothing where the run ends before."""
        kind = min(self._kinds, key=lambda kind: (counts[kind], dice.random()))
        while self.process.poll() is None:
            if kind == "node":
                self._nodes.replace(dice)
                return [kind]
            if kind == "server":
                self._server.stop(signal.SIGQUIT)
                self._server.start()
                return [kind]
            found = [self.process.pid] if kind == "run" else list(self._found(kind))
            if found:
                with contextlib.suppress(OSError):
                    os.kill(dice.choice(found), signal.SIGKILL)
                    return [kind]
            time.sleep(0.01)
        return []

    def _found(self, kind: str) -> Iterator[int]:
        """Processes of the run, or of its cluster's nodes, which this process began."""
        for pid, line in _processes(os.getpid() if self._nodes else self.process.pid):
            program = line.split(" ")[0]
            is_worker = (program.startswith("ray::") and not program.endswith(("IDLE", "Agent"))) or "spawn_main" in line
            if is_worker if kind == "worker" else "ffmpeg" in Path(program).name:
                yield pid


def _orphans(out: Path) -> list[int]:
    """Processes that still work on a folder when all is done."""
    deadline_s = time.monotonic() + _PARTING_S
    while found := [pid for pid, line in _processes(1) if str(out) in line and pid != os.getpid()]:
        if time.monotonic() > deadline_s:
            break
        time.sleep(0.2)
    return found


def _processes(root: int) -> Iterator[tuple[int, str]]:
    """All that descend from a process, with their command lines."""
    lines, parents = dict[int, str](), dict[int, int]()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                lines[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    for pid, line in lines.items():
        above = parents[pid]
        while above in parents and above != root:
            above = parents[above]
        if above == root:
            yield pid, line


@contextlib.contextmanager
def _nodes(executor: str) -> Iterator[Nodes | None]:
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
