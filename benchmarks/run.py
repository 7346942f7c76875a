"""Speed and memory of everything but the speech model: `make bench`.

One long file is made from the sample, then played through the whole pipeline on a single core with the `replay` engine, so that
what is measured is decoding, speech detection, the event detector, cues, writing and scoring. Prints a table for README.md.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from video_pipeline.core.transcript import MediaIdentity, Segment, Transcript
from video_pipeline.media import ffmpeg

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "examples" / "sample.mp4"
STORED = ROOT / "examples" / "sample.transcript.json"
RUNS = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=3.0)
    parser.add_argument("--inner", nargs=2, metavar=("MEDIA", "TRANSCRIPT"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inner:
        print(json.dumps(measure(*map(Path, options.inner))))
        return
    print(f"| what | figure |\n|---|---|\n| `video-pipeline --help`, median of {RUNS} | {startup_s():.2f} s |")
    with tempfile.TemporaryDirectory() as folder:
        media, transcript = long_media(Path(folder), options.hours * 3600)
        line = [sys.executable, "-m", "benchmarks.run", "--inner", str(media), str(transcript)]
        done = subprocess.run(line, capture_output=True, text=True, check=True, cwd=ROOT)
    figures = json.loads(done.stdout)
    media_s = figures.pop("media_s")
    for stage, took_s in figures["stages"].items():
        speed = f", {media_s / took_s:.0f}x realtime" if took_s > 0.005 * media_s / 3600 else ""
        print(f"| {stage}, {media_s / 3600:.1f} h on one core | {took_s:.2f} s{speed} |")
    inside_s, took_s = sum(figures["stages"].values()), figures["took_s"]
    print(
        f"| the whole run | {took_s:.1f} s, {media_s / took_s:.0f}x realtime; {inside_s / took_s:.1%} of it inside the stages |"
    )
    print(f"| peak memory of the process | {figures['peak_mb']:.0f} MB |")
    print(f"| peak memory of FFmpeg | {figures['ffmpeg_mb']:.0f} MB |")
    print(f"| the same again, nothing changed | {figures['again_s']:.2f} s |")


def startup_s() -> float:
    """Median seconds of the whole process."""
    took = []
    for _ in range(RUNS + 1):
        began = time.perf_counter()
        subprocess.run([Path(sys.executable).with_name("video-pipeline"), "--help"], check=True, capture_output=True)
        took.append(time.perf_counter() - began)
    return statistics.median(took[1:])


def long_media(folder: Path, length_s: float) -> tuple[Path, Path]:
    """The sample again and again without encoding it, and its transcript likewise."""
    sample = msgspec.json.decode(STORED.read_bytes(), type=Transcript)
    media = folder / "long.mkv"
    line = [
        ffmpeg.find_ffmpeg(),
        "-v",
        "error",
        "-stream_loop",
        "-1",
        "-i",
        str(SAMPLE),
        "-t",
        str(length_s),
        "-c",
        "copy",
        str(media),
    ]
    subprocess.run(line, check=True)
    step_s = sample.media.duration_s
    segments = [later(segment, k * step_s) for k in range(int(length_s // step_s)) for segment in sample.segments]
    stored = Transcript(MediaIdentity("long.mkv", length_s), sample.engine, tuple(segments))
    transcript = folder / "long.transcript.json"
    transcript.write_bytes(msgspec.json.encode(stored))
    return media, transcript


def later(segment: Segment, by_s: float) -> Segment:
    """The segment and its tokens, shifted."""
    return dataclasses.replace(segment.shifted(by_s), tokens=tuple(token.shifted(by_s) for token in segment.tokens))


class Clock:
    """Seconds per stage."""

    def __init__(self) -> None:
        self.took_s: dict[str, float] = {}

    def begin(self, stage: str, total_s: float | None) -> None:
        self._stage, self._began = stage, time.perf_counter()

    def advance(self, done_s: float) -> None:
        pass

    def end(self, *, fresh: bool) -> None:
        self.took_s[self._stage] = self.took_s.get(self._stage, 0.0) + time.perf_counter() - self._began

    def notice(self, text: str) -> None:
        pass


def measure(media: Path, transcript: Path) -> dict[str, object]:
    """One run in this process, held to one core; FFmpeg, a child, shares it."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    from video_pipeline.options import load_options
    from video_pipeline.video.base import Goal
    from video_pipeline.video.process import process

    options = load_options("default", {"speech.engine": "replay", "speech.transcript": str(transcript)})
    goals: tuple[Goal, ...] = ("subtitles", "highlights")
    out, clock = media.parent / "out", Clock()
    began = time.perf_counter()
    result = process(media, goals, options, out, clock)
    took_s = time.perf_counter() - began
    began = time.perf_counter()
    process(media, goals, options, out)
    return {
        "media_s": result.duration_s,
        "took_s": took_s,
        "stages": clock.took_s,
        "again_s": time.perf_counter() - began,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "ffmpeg_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    main()
