"""How long a person waits at the start: `python -m benchmarks.start`.

A minute of speech from command to subtitles, with a model of the real size whose files the system has in memory; how long it
takes until the engine is open, which is when the first note is shown; and how soon the page answers. Each is a process of its
own, once to warm up and then several times. Without `--model` a checkpoint with random weights and the real configuration is
made.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from benchmarks.results import save
from benchmarks.seed import ROOT, recording
from benchmarks.speech import random_checkpoint

PORT = 7994
_LONGEST_S = 60.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--model", type=Path, help="a SenseVoiceSmall checkpoint folder")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="also write the figures here, for benchmarks.compare")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = options.model or random_checkpoint(folder)
        minute = recording(folder / "minute.wav", 60, ("zh", "en"))
        line = ["subtitles", str(minute), "--engine", "sensevoice", "--model", str(model), "--formats", "srt,ass"]
        waits: dict[str, Callable[[int], float]] = {
            "a command that only prints its version": lambda k: whole_s(["--version"]),
            "subtitles of a minute: until the engine is open": lambda k: first_line_s([*line, "--out", str(folder / f"a{k}")]),
            "subtitles of a minute: all": lambda k: whole_s([*line, "--out", str(folder / f"b{k}")]),
            "the page: until it answers": lambda k: answers_s(folder / f"c{k}"),
        }
        figures = {what: {"took_s": median(wait, options.rounds)} for what, wait in waits.items()}
    for what, row in figures.items():
        print(f"| {what} | {row['took_s']:.2f} s |")
    if options.json:
        save(options.json, figures)


def median(wait: Callable[[int], float], rounds: int) -> float:
    return statistics.median([wait(k) for k in range(-1, rounds)][1:])


def whole_s(arguments: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "video_pipeline", *arguments], cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - began


def first_line_s(arguments: list[str]) -> float:
    """Until the first line on standard error."""
    began = time.perf_counter()
    line = [sys.executable, "-m", "video_pipeline", *arguments]
    with subprocess.Popen(line, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as running:
        assert running.stderr is not None
        running.stderr.readline()
        took_s = time.perf_counter() - began
        running.communicate()
    return took_s


def answers_s(out: Path) -> float:
    """Until a server answers its first request."""
    began = time.perf_counter()
    line = [sys.executable, "-m", "video_pipeline", "web", "--port", str(PORT), "--out", str(out)]
    running = subprocess.Popen(line, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while time.perf_counter() - began < _LONGEST_S:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/health", timeout=5):
                    return time.perf_counter() - began
            except urllib.error.URLError:
                time.sleep(0.01)
        raise SystemExit("the server does not answer")
    finally:
        running.terminate()
        running.wait()


if __name__ == "__main__":
    main()
