"""How much faster a smart cut is than an exact one, both with the same check: `python -m benchmarks.clips`.

    python -m benchmarks.clips [--length-s 60] [--hours 1] [--gop 60] [--rounds 3] [--video FILE]

Makes one minute of 1080p at 30 fps once, laid end to end for the hour, and cuts a piece out of its middle, the ways in turn. A
smart cut encodes at most two groups of pictures: the longer they are, and the shorter the piece, the less it saves.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import tempfile
import time
from pathlib import Path

from video_pipeline.core.span import Span
from video_pipeline.media import ffmpeg
from video_pipeline.media.cut import cut
from video_pipeline.media.cutting.base import CutOptions, CutReport, Piece
from video_pipeline.media.cutting.encoders import SOFTWARE
from video_pipeline.media.loudness import LoudnessOptions
from video_pipeline.media.probe import MediaInfo, probe

PICTURE = "testsrc2=s=1920x1080:r=30:d=60,noise=alls=6:allf=t,format=yuv420p"
SOUND = "aevalsrc='0.4*sin(2*PI*(300+8*t)*t)*(0.3+0.7*lt(mod(t,0.37),0.12))':s=48000:d=60"
WAYS = ("smart", "exact")
OFF_S = 1.33
"""The piece begins between key frames, as real ones do."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--length-s", type=float, default=60.0, help="of the piece")
    parser.add_argument("--hours", type=float, default=1.0, help="of the video")
    parser.add_argument("--gop", type=int, default=60, help="frames from key frame to key frame")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--video", type=Path, help="an h264 or hevc file of yours instead")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="video-pipeline-") as folder:
        place = Path(folder)
        video = options.video or made(place, round(options.hours * 60), options.gop)
        info = probe(video)
        start_s = (info.duration_s or 0.0) / 2 + OFF_S
        took: dict[str, list[tuple[float, float]]] = {way: [] for way in WAYS}
        for _ in range(options.rounds):
            for way in WAYS:
                wall_s, cpu_s, report = timed(info, Span(start_s, start_s + options.length_s), way, place / "piece.mp4")
                took[report.way].append((wall_s, cpu_s))
                print(f"{report.way}: {wall_s:.1f} s, of processors {cpu_s:.1f} s; {report.check} {report.fallback}", flush=True)
    print(table(took))


def made(place: Path, minutes: int, gop: int) -> Path:
    """A video of so many minutes."""
    minute, whole = place / "minute.mp4", place / "whole.mp4"
    inputs = (ffmpeg.graph().input(PICTURE, f="lavfi"), ffmpeg.graph().input(SOUND, f="lavfi"))
    how = {"c:v": "libx264", "preset": "ultrafast", "crf": 26, "g": gop, "c:a": "aac"}
    ffmpeg.run(ffmpeg.command(ffmpeg.graph().output(*inputs, str(minute), **how)), ffmpeg.Task("making", minute, 3600))
    again = ffmpeg.graph().input(str(minute), stream_loop=minutes - 1)
    ffmpeg.run(ffmpeg.command(ffmpeg.graph().output(again, str(whole), c="copy")), ffmpeg.Task("making", whole, 3600))
    return whole


def timed(info: MediaInfo, span: Span, way: str, target: Path) -> tuple[float, float, CutReport]:
    """Seconds by the clock and of all processors together, check and loudness included."""
    began_s, before_s = time.perf_counter(), processor_s()
    report = cut(Piece(info, 0, span, loudness=LoudnessOptions()), target, CutOptions(way=way, encoder=SOFTWARE))
    return time.perf_counter() - began_s, processor_s() - before_s, report


def processor_s() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)


def table(took: dict[str, list[tuple[float, float]]]) -> str:
    rows = ["| way | seconds | processor seconds |", "|---|---|---|"]
    middle = {way: [statistics.median(one) for one in zip(*times, strict=True)] for way, times in took.items() if times}
    rows += [f"| {way} | {wall_s:.1f} | {cpu_s:.1f} |" for way, (wall_s, cpu_s) in middle.items()]
    if len(middle) == len(WAYS):
        ratios = [exact / smart for smart, exact in zip(middle["smart"], middle["exact"], strict=True)]
        rows.append(f"| exact / smart | {ratios[0]:.1f} | {ratios[1]:.1f} |")
    return "\n".join(rows)


if __name__ == "__main__":
    main()
