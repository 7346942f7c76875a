"""Three recordings from file to transcript beside funasr, and many at once on a server: `python -m benchmarks.seed`.

60 s of Mandarin, 120 s of English and 90 s of both, laid together from the utterances of the demo video, 0.6 s apart. Each goes
from file to transcript (decode, speech detection, event detector, model), and its windows through funasr's `generate`, in turn.
Then a server gets 1, 4 and 16 requests at once on `/v1`, each with a recording of its own. Without `--model` a checkpoint with
random weights and the real configuration is made.
"""

from __future__ import annotations

import argparse
import functools
import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
import wave
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from benchmarks.contenders import CONTENDERS, RATE_HZ
from benchmarks.results import save
from benchmarks.speech import random_checkpoint
from video_pipeline.media.decode import audio_blocks
from video_pipeline.options import Options, load_options
from video_pipeline.speech.hardware import sleep_soon
from video_pipeline.speech.windows import WindowOptions, windows
from video_pipeline.video.process import process

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "examples" / "demo.mp4"
RECORDINGS = {"60 s of Mandarin": (60, ("zh",)), "120 s of English": (120, ("en",)), "90 s of both": (90, ("zh", "en"))}
"""Seconds, and the languages of the utterances."""
GAP_S = 0.6
AT_ONCE = (1, 4, 16)
PORT = 7993
Row = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, help="a SenseVoiceSmall checkpoint folder")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--request-s", type=float, default=30.0, help="length of the recordings that the server gets")
    parser.add_argument("--batch-s", type=float, nargs="+", default=[150.0, 20.0], help="speech.batch_s of the server, in turn")
    parser.add_argument("--json", type=Path, help="also write the figures here, for benchmarks.compare")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        model = options.model or random_checkpoint(folder)
        figures = files(model, folder, options.rounds)
        for batch_s in options.batch_s:
            figures |= server(model, folder / f"served-{batch_s:g}", options.request_s, batch_s)
    for what, row in figures.items():
        print(f"| {what} | " + ", ".join(f"{name} {value:.3g}" for name, value in row.items()) + " |")
    if options.json:
        save(options.json, figures)


def files(model: Path, folder: Path, rounds: int) -> dict[str, Row]:
    """Ours loads its model within each turn, funasr before the first. Both get our setting of OpenMP, which helps both."""
    sleep_soon()
    settings = {"speech.engine": "sensevoice", "speech.model": str(model), "speech.device": "cpu"}
    options = load_options("default", settings)
    stock = CONTENDERS["funasr generate, batch 1"](model, folder)
    found: dict[str, Row] = {}
    for name, (length_s, languages) in RECORDINGS.items():
        path = recording(folder / f"{name}.wav", length_s, languages)
        spoken = [window.samples for window in windows(audio_blocks(path), WindowOptions())]
        stock(spoken[:1])
        ours, theirs = list[tuple[float, float]](), list[tuple[float, float]]()
        for k in range(-1, rounds):  # the first turn only warms up
            ours.append(transcribed(path, options, folder / f"{name} {k}"))
            began, began_cpu = time.perf_counter(), time.process_time()
            stock(spoken)
            theirs.append((time.perf_counter() - began, time.process_time() - began_cpu))
        took_s = statistics.median(took for took, _ in ours[1:])
        pairs = list(zip(ours[1:], theirs[1:], strict=True))
        found[name] = {
            "took_s": took_s,
            "real_time_factor": took_s / length_s,
            "ratio": statistics.median(b[0] / a[0] for a, b in pairs),
            "ratio_processor": statistics.median(b[1] / a[1] for a, b in pairs),
        }
    return found


def transcribed(path: Path, options: Options, out: Path) -> tuple[float, float]:
    """Seconds by the clock and of this process from file to transcript, the start of the model included."""
    began, began_cpu = time.perf_counter(), time.process_time()
    process(path, ("transcript",), options, out)
    return time.perf_counter() - began, time.process_time() - began_cpu


def recording(path: Path, length_s: float, languages: tuple[str, ...], gain: float = 1.0) -> Path:
    """A 16-bit WAV of utterances in these languages, again and again."""
    said = itertools.cycle([part for part in utterances() if part[0] in languages])
    parts, length = list[np.ndarray](), 0
    while length < length_s * RATE_HZ:
        parts += [next(said)[1], np.zeros(round(GAP_S * RATE_HZ), np.float32)]
        length = sum(map(len, parts))
    sound = np.concatenate(parts)[: round(length_s * RATE_HZ)] * gain
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return path


@functools.cache
def utterances() -> list[tuple[str, np.ndarray]]:
    """Language and samples of each utterance of the demo video."""
    sound = np.concatenate([block.samples for block in audio_blocks(DEMO)])
    truth = json.loads(DEMO.with_suffix(".truth.json").read_text(encoding="utf-8"))["segments"]
    return [(one["language"], sound[round(one["start_s"] * RATE_HZ) : round(one["end_s"] * RATE_HZ)]) for one in truth]


def server(model: Path, folder: Path, length_s: float, batch_s: float) -> dict[str, Row]:
    """Latencies and throughput of `/v1/audio/transcriptions`, and the most memory that the server's processes held."""
    folder.mkdir()
    line = [sys.executable, "-m", "video_pipeline", "web", "--port", str(PORT), "--out", str(folder / "out")]
    line += [part for option in served(model, batch_s) for part in ("--set", option)]
    running = subprocess.Popen(line, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    names = itertools.count()
    found: dict[str, Row] = {}
    try:
        answers()
        asked(recording(folder / "first.wav", length_s, ("zh", "en")))
        for many in AT_ONCE:
            # Of different loudness: a recording that the server knows is not done again.
            paths = [recording(folder / f"{k}.wav", length_s, ("zh", "en"), 0.98 ** (next(names) + 1)) for k in range(many)]
            began = time.perf_counter()
            with ThreadPoolExecutor(many) as pool:
                took_s = sorted(pool.map(asked, paths))
            found[f"{many} at once, batch_s {batch_s:g}"] = {
                "p50_s": statistics.median(took_s),
                "p95_s": float(np.quantile(took_s, 0.95)),
                "times_realtime": many * length_s / (time.perf_counter() - began),
                "peak_mb": peak_mb(running.pid),
            }
    finally:
        running.terminate()
        running.wait(30)
    return found


def served(model: Path, batch_s: float) -> list[str]:
    return ["speech.engine=sensevoice", f"speech.model={model}", "speech.device=cpu", f"speech.batch_s={batch_s}"]


def answers(limit_s: float = 120.0) -> None:
    """Wait until the server answers."""
    end = time.monotonic() + limit_s
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/health", timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def asked(path: Path) -> float:
    """Seconds until the answer was there."""
    edge = uuid.uuid4().hex
    head = f'--{edge}\r\nContent-Disposition: form-data; name="model"\r\n\r\nsensevoice\r\n--{edge}\r\n'
    head += f'Content-Disposition: form-data; name="file"; filename="{path.name}"\r\nContent-Type: audio/wav\r\n\r\n'
    body = head.encode() + path.read_bytes() + f"\r\n--{edge}--\r\n".encode()
    kind = {"Content-Type": f"multipart/form-data; boundary={edge}"}
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}/v1/audio/transcriptions", body, kind)
    began = time.perf_counter()
    with urllib.request.urlopen(request, timeout=1_800) as answer:
        answer.read()
    return time.perf_counter() - began


def peak_mb(pid: int) -> float:
    """Of a process and those that it started: the sum of the most that each held. Linux only."""
    proc = Path("/proc") / str(pid)
    own = next((int(line.split()[1]) for line in (proc / "status").read_text().splitlines() if line.startswith("VmHWM")), 0)
    children = [int(child) for listed in proc.glob("task/*/children") for child in listed.read_text().split()]
    return own / 1024 + sum(map(peak_mb, children))


if __name__ == "__main__":
    main()
