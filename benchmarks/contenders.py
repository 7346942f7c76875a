"""Ways to run the same checkpoint over the same windows, each in a process: `python -m benchmarks.contenders NAME ...`.

The process loads its model, says so, and then answers every line it is sent with one timed run, so that the caller can let the
contenders take turns. At the end it says which tokens it heard and how much memory it took at most.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

RATE_HZ = 16_000
Windows = list[np.ndarray]
Run = Callable[[Windows], list[list[str]]]


def main() -> None:
    name, checkpoint, sherpa, sound = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4])
    stored = np.load(sound)
    windows = [stored[key] for key in stored.files]
    run = CONTENDERS[name](checkpoint, sherpa)
    run(windows[:2])
    tokens: list[list[str]] = []
    say("ready")
    for _ in sys.stdin:
        began, began_cpu = time.perf_counter(), time.process_time()
        tokens = run(windows)
        say([time.perf_counter() - began, time.process_time() - began_cpu])
    say({"tokens": tokens, "peak_mb": peak_mb()})


def peak_mb() -> float:
    """The most memory this process held. Linux hands the parent's peak on in `ru_maxrss`, so there its own record is read."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def say(what: Any) -> None:
    REPLIES.write(json.dumps(what) + "\n")
    REPLIES.flush()


def ours(exact: bool, precision: str = "auto") -> Callable[[Path, Path], Run]:
    """From samples to words with times, as the engine does."""

    def open_it(checkpoint: Path, sherpa: Path) -> Run:
        from video_pipeline.core.waveform import Waveform
        from video_pipeline.speech.base import SpeechOptions
        from video_pipeline.speech.sensevoice.engine import FACTORY

        options = SpeechOptions(
            model=str(checkpoint),
            device=DEVICE,
            exact=exact,
            precision=precision,
            language="mixed",
            numerals=False,
            batch_s=150.0,
        )
        engine = FACTORY.open(options)
        vocabulary = engine.listener.vocabulary

        def run(windows: Windows) -> list[list[str]]:
            heard: list[list[str]] = []
            answers = engine.listener.answers

            def kept(*arguments: Any) -> Any:
                found = answers(*arguments)
                heard.extend([vocabulary.pieces[n] for n in collapsed(answer.ids)] if answer else [] for answer in found)
                return found

            from video_pipeline.speech.sensevoice.forward import collapsed

            engine.listener.answers = kept  # type: ignore[method-assign]
            for _ in engine.transcribe(Waveform(window) for window in windows):
                pass
            engine.listener.answers = answers  # type: ignore[method-assign]
            return heard

        return run

    return open_it


def funasr(batch: int, timestamps: bool) -> Callable[[Path, Path], Run]:
    """Stock `AutoModel.generate`, without dither, on as many threads as there are cores."""

    def open_it(checkpoint: Path, sherpa: Path) -> Run:
        import torch
        from funasr import AutoModel
        from funasr.tokenizer.sentencepiece_tokenizer import SentencepiecesTokenizer

        plain = {"disable_update": True, "disable_pbar": True, "frontend_conf": {"dither": 0.0}}
        auto = AutoModel(model=str(checkpoint), device=DEVICE, ncpu=THREADS, **plain)
        torch.set_num_threads(THREADS)
        ids: list[list[int]] = []
        decode = SentencepiecesTokenizer.decode

        def keep(self: Any, line: list[int]) -> Any:
            ids.append(list(line))
            return decode(self, line)

        SentencepiecesTokenizer.decode = keep

        def run(windows: Windows) -> list[list[str]]:
            ids.clear()
            auto.generate(
                input=list(windows), fs=RATE_HZ, language="auto", use_itn=False, batch_size=batch, output_timestamp=timestamps
            )
            sp = auto.kwargs["tokenizer"].sp
            return [[sp.id_to_piece(n) for n in line] for line in ids]

        return run

    return open_it


def sherpa_onnx(file: str) -> Callable[[Path, Path], Run]:
    """sherpa-onnx, one window after the other, which is its fastest way."""

    def open_it(checkpoint: Path, sherpa: Path) -> Run:
        import sherpa_onnx as library

        recogniser = library.OfflineRecognizer.from_sense_voice(
            model=str(sherpa / file), tokens=str(sherpa / "tokens.txt"), num_threads=THREADS, use_itn=False, language="auto"
        )

        def run(windows: Windows) -> list[list[str]]:
            heard = []
            for window in windows:
                stream = recogniser.create_stream()
                stream.accept_waveform(RATE_HZ, window)
                recogniser.decode_stream(stream)
                heard.append(list(stream.result.tokens))
            return heard

        return run

    return open_it


THREADS = len(os.sched_getaffinity(0))
DEVICE = os.environ.get("BENCH_DEVICE", "cpu")
CONTENDERS: dict[str, Callable[[Path, Path], Run]] = {
    "ours": ours(exact=False),
    "ours, bf16": ours(exact=False, precision="bf16"),
    "ours, int8": ours(exact=False, precision="int8"),
    "ours --exact": ours(exact=True),
    "funasr generate, batch 1": funasr(1, False),
    "funasr generate, batch 16": funasr(16, False),
    "funasr generate, batch 16, timestamps": funasr(16, True),
    "sherpa-onnx fp32": sherpa_onnx("model.onnx"),
    "sherpa-onnx int8": sherpa_onnx("model.int8.onnx"),
}

if __name__ == "__main__":
    REPLIES = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # libraries print what they like: not among the replies
    main()
