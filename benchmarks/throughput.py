"""How near the speech model comes to what the device can compute, alone and from video files: `python -m benchmarks.throughput`.

    python -m benchmarks.throughput [--device cuda] [--model FOLDER] [--videos FOLDER]

Made for a GPU, runs anywhere. The limit is arithmetic: the model needs 8.2 GFLOP per second of audio, and the device multiplies
large matrices at a rate that is measured first, in the same precision.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch

from benchmarks.speech import random_checkpoint
from video_pipeline.library.sources import SUFFIXES
from video_pipeline.options import load_options
from video_pipeline.speech.sensevoice.forward import Question
from video_pipeline.speech.sensevoice.listener import Listener
from video_pipeline.speech.sensevoice.loading import resolve_device
from video_pipeline.video.process import process

GFLOP_PER_S = 8.2
FRAME_S = 0.06
LENGTHS = (25, 40, 60, 90, 130, 180, 250)
"""Frames in a window: 1.5 to 15 s, as speech detection cuts real recordings."""
RUNS = 5
ROOT = Path(__file__).parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--model", type=Path, help="a SenseVoiceSmall checkpoint folder; else random weights of the real size")
    parser.add_argument("--videos", type=Path, default=ROOT / "examples", help="a folder of videos, each done once")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)), help="videos at once, one model for all")
    parser.add_argument("--seconds", type=float, default=600.0, help="of audio through the encoder alone")
    options = parser.parse_args()
    device = resolve_device(options.device)
    with tempfile.TemporaryDirectory() as folder:
        model = options.model or random_checkpoint(Path(folder))
        listener = Listener(model, device, exact=False)
        limit = product_gflops(device, listener.dtype) / GFLOP_PER_S
        alone = encoder_speed(listener, options.seconds)
        del listener
        whole = files_speed(options.videos, model, str(device), Path(folder) / "out", options.threads)
    print(f"| on {device_name(device)} | times realtime | share of the limit |\n|---|---|---|")
    print(f"| limit by matrix products | {limit:.0f} | 100 % |")
    print(f"| encoder and head alone | {alone:.0f} | {alone / limit:.0%} |")
    print(f"| from video files to transcripts, {options.threads} at once | {whole:.0f} | {whole / limit:.0%} |")
    if device.type == "cuda":
        print(f"| peak GPU memory | {torch.cuda.max_memory_allocated(device) / 2**20:.0f} MiB | |")


def product_gflops(device: torch.device, dtype: torch.dtype) -> float:
    """The best rate of products shaped like the model's feed-forward layers."""
    rows = 20_000 if device.type == "cuda" else 2_500
    a, b = torch.randn(rows, 512, device=device, dtype=dtype), torch.randn(512, 2048, device=device, dtype=dtype)
    return 2 * rows * 512 * 2048 / 1e9 / min(timed(lambda: a @ b, device) for _ in range(20))


def encoder_speed(listener: Listener, seconds: float) -> float:
    """From features to answers, all windows handed over at once."""
    device = listener._forward.device
    frames = [LENGTHS[k % len(LENGTHS)] for k in range(10_000)]
    count = next(k for k in range(1, len(frames)) if sum(frames[:k]) * FRAME_S >= seconds)
    features = [Question(torch.randn(n, 560, device=device)) for n in frames[:count]]
    listener._forward.run(features[:20])
    took_s = statistics.median(timed(lambda: listener._forward.run(features), device) for _ in range(RUNS))
    return sum(frames[:count]) * FRAME_S / took_s


def files_speed(videos: Path, model: Path, device: str, out: Path, threads: int) -> float:
    """Decoding, speech detection, sounds and words; what the videos ask at the same time goes through the model together."""
    options = load_options("default", {"speech.engine": "sensevoice", "speech.model": str(model), "speech.device": device})
    options = dataclasses.replace(options, speech=dataclasses.replace(options.speech, batch_s=1_200.0))
    files = sorted(path for path in videos.rglob("*") if path.suffix.lower() in SUFFIXES)
    process(files[0], ("transcript",), options, out / "first")
    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        results = pool.map(lambda path: process(path, ("transcript",), options, out / path.stem), files)
        heard_s = sum(result.duration_s for result in results)
    return heard_s / (time.perf_counter() - began)


def timed(work: Callable[[], object], device: torch.device) -> float:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    began = time.perf_counter()
    work()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter() - began


def device_name(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else f"CPU, {torch.get_num_threads()} threads"


if __name__ == "__main__":
    main()
