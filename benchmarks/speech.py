"""SenseVoice here, in funasr and in sherpa-onnx: the same checkpoint, windows and threads, taking turns. `make bench`.

Without `--model` a checkpoint with random weights and the real configuration is made: it costs exactly what the real one costs.
Without `--audio` the sample's speech is used; give a folder of real recordings for real speech.
"""

from __future__ import annotations

import argparse
import difflib
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.contenders import CONTENDERS, RATE_HZ
from benchmarks.results import save
from video_pipeline.core.errors import PipelineError
from video_pipeline.library.sources import SUFFIXES
from video_pipeline.media.decode import audio_blocks
from video_pipeline.speech.windows import WindowOptions, windows

ROOT = Path(__file__).parents[1]
REFERENCE = "funasr generate, batch 1"


class Contender:
    """One process that waits for its turn."""

    def __init__(self, name: str, arguments: list[str]) -> None:
        self.name, self.took_s, self.cpu_s = name, list[float](), list[float]()
        line = [sys.executable, "-m", "benchmarks.contenders", name, *arguments]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(line, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True, cwd=ROOT)
        self._reply()

    def turn(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        took_s, cpu_s = self._reply()
        self.took_s.append(took_s)
        self.cpu_s.append(cpu_s)

    def end(self) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.close()
        found: dict[str, Any] = self._reply()
        self._process.wait()
        return found

    def _reply(self) -> Any:
        assert self._process.stdout is not None
        text = self._process.stdout.readline()
        if not text:
            raise SystemExit(f"{self.name} ended unexpectedly")
        return json.loads(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, help="a SenseVoiceSmall checkpoint folder")
    parser.add_argument("--audio", type=Path, default=ROOT / "examples" / "sample.mp4", help="a file or a folder of speech")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="also write the figures here; an earlier file there is compared with first")
    parser.add_argument("--only", nargs="*", default=list(CONTENDERS), choices=list(CONTENDERS))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        spoken = speech(options.audio, options.minutes * 60)
        sound = Path(folder) / "windows.npz"
        np.savez(sound, *spoken)
        total_s = sum(map(len, spoken)) / RATE_HZ
        model = options.model or random_checkpoint(Path(folder))
        sherpa = Path(folder) / "sherpa"
        if any(name.startswith("sherpa") for name in options.only):
            subprocess.run([sys.executable, "-m", "benchmarks.sherpa_export", str(model), str(sherpa)], check=True, cwd=ROOT)
        contenders = [Contender(name, [str(model), str(sherpa), str(sound)]) for name in options.only]
        for _ in range(options.rounds):
            for contender in contenders:
                contender.turn()
        ended = {c.name: c.end() for c in contenders}
    report(contenders, ended, total_s)
    if options.json:
        keep(options.json, contenders, ended, total_s)


def keep(path: Path, contenders: list[Contender], ended: dict[str, dict[str, Any]], total_s: float) -> None:
    """Write the figures, after saying how each speed moved since the last ones, as shares of the reference's."""
    base = next((c for c in contenders if c.name == REFERENCE), contenders[0])
    figures = {
        c.name: {
            "times_realtime": total_s / statistics.median(c.took_s),
            "ratio": statistics.median(b / a for a, b in zip(c.took_s, base.took_s, strict=True)),
            "ratio_processor": statistics.median(b / a for a, b in zip(c.cpu_s, base.cpu_s, strict=True)),
            "peak_mb": ended[c.name]["peak_mb"],
        }
        for c in contenders
    }
    last = json.loads(path.read_text(encoding="utf-8"))["figures"] if path.is_file() else {}
    for name in figures.keys() & last.keys():
        now, then = figures[name]["ratio_processor"], last[name]["ratio_processor"]
        print(f"{name}: {now:.2f}x in processor time, {then:.2f}x last time ({now / then - 1:+.0%})")
    save(path, figures, reference=base.name)


def report(contenders: list[Contender], ended: dict[str, dict[str, Any]], total_s: float) -> None:
    by_name = {c.name: c for c in contenders}
    base = by_name.get(REFERENCE, contenders[0])
    reference = base.name
    threads = len(os.sched_getaffinity(0))
    print(f"{total_s:.0f} s of speech, {len(contenders[0].took_s)} rounds in turn, {threads} threads, medians\n")
    print(f"| what | times realtime | against {reference} | in processor time | peak memory | same tokens |")
    print("|---|---|---|---|---|---|")
    for c in contenders:
        ratio = statistics.median(b / a for a, b in zip(c.took_s, base.took_s, strict=True))
        cpu = statistics.median(b / a for a, b in zip(c.cpu_s, base.cpu_s, strict=True))
        end = ended[c.name]
        same = agreement(end["tokens"], ended[reference]["tokens"])
        speed = total_s / statistics.median(c.took_s)
        print(f"| {c.name} | {speed:.1f} | {ratio:.2f}x | {cpu:.2f}x | {end['peak_mb']:.0f} MB | {same:.1%} |")


def agreement(found: list[list[str]], wanted: list[list[str]]) -> float:
    """Share of tokens that stand in both, in order."""
    pairs = [(clean(a), clean(b)) for a, b in zip(found, wanted, strict=True)]
    same = sum(sum(m.size for m in difflib.SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()) for a, b in pairs)
    return 2 * same / max(1, sum(len(a) + len(b) for a, b in pairs))


def clean(tokens: list[str]) -> list[str]:
    """Without special pieces and spaces, which libraries show in different ways."""
    return [token.replace("▁", "").strip() for token in tokens if not token.startswith("<|") and token.replace("▁", "").strip()]


def speech(source: Path, length_s: float) -> list[np.ndarray]:
    """Spoken windows of the files, again and again, until they last `length_s` together."""
    found: list[np.ndarray] = []
    while not found or sum(map(len, found)) < length_s * RATE_HZ:
        before = len(found)
        for window in spoken_windows(source):
            found.append(window)
            if sum(map(len, found)) >= length_s * RATE_HZ:
                break
        if len(found) == before:
            raise SystemExit(f"no speech in {source}")
    return found


def spoken_windows(source: Path) -> Iterator[np.ndarray]:
    files = sorted(p for p in source.rglob("*") if p.suffix.lower() in SUFFIXES) if source.is_dir() else [source]
    for file in files:
        try:
            yield from (window.samples for window in windows(audio_blocks(file), WindowOptions()))
        except PipelineError:
            continue


def random_checkpoint(folder: Path) -> Path:
    spec = importlib.util.spec_from_file_location("make_random_checkpoint", ROOT / "tools" / "make_random_checkpoint.py")
    assert spec is not None and spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = tool
    spec.loader.exec_module(tool)
    made: Path = tool.make_checkpoint(folder / "SenseVoiceSmall", tool.REAL)
    return made


if __name__ == "__main__":
    main()
