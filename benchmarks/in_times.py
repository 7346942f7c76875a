"""When cues appear, against the first sound of what they say.

`python -m benchmarks.in_times FOLDER... [--engine NAME] [--model FOLDER] [--language CODE]`: folders of `NAME.wav` and
`NAME.truth.json` (`speech`: a list of `start_s`, `end_s`). An utterance begins with its first sound: the first 30 ms within 20 dB
of its loud parts. Truth cut by hand or by level includes breaths and the noise of the room. Utterances that begin within 0.3 s of
a laugh or applause (`events`) are left out.

Prints, with the words as the engine gives them and held to the sound (`speech/edges.py`): the error of the cue that begins
nearest to each utterance, the share within 0.12 s, the share that begins more than a frame of 25 fps early, and the utterances
without a cue of their own.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from video_pipeline.core.transcript import Segment
from video_pipeline.core.waveform import RATE_HZ, Samples
from video_pipeline.media.decode import audio_blocks
from video_pipeline.speech import ENGINES
from video_pipeline.speech.base import EngineFactory, SpeechEngine, SpeechOptions
from video_pipeline.speech.edges import held
from video_pipeline.speech.windows import SpokenWindow, WindowOptions, windows
from video_pipeline.subtitles.layout import make_cues
from video_pipeline.subtitles.rules import SubtitleOptions

STEP = RATE_HZ // 100
BELOW_DB = 20.0
FRAME_S = 0.04
NEAR_S = 0.5
"""A cue further from an utterance is not its cue."""
BESIDE_S = 0.3
GOOD_S = 0.12


@dataclass(slots=True)
class Errors:
    """How late cues begin; negative if early."""

    late_s: list[float] = field(default_factory=list)
    without: int = 0

    def row(self, name: str) -> str:
        if not self.late_s:
            return f"| {name} | 0 | | | | | {self.without} |"
        late = np.array(self.late_s)
        off = np.abs(late)
        figures = (np.median(off), np.quantile(off, 0.95), np.mean(off <= GOOD_S), np.mean(late < -FRAME_S))
        shown = [f"{figures[0]:.3f} s", f"{figures[1]:.3f} s", *(f"{100 * share:.0f} %" for share in figures[2:])]
        return f"| {name} | {len(late)} | " + " | ".join(shown) + f" | {self.without} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--engine", default="draft")
    parser.add_argument("--model", default="")
    parser.add_argument("--language", default="auto")
    arguments = parser.parse_args()
    factory: EngineFactory = ENGINES.load(arguments.engine)
    engine = factory.open(SpeechOptions(engine=arguments.engine, model=arguments.model, language=arguments.language))
    raw, placed = Errors(), Errors()
    for folder in arguments.folders:
        for truth in sorted(folder.rglob("*.truth.json")):
            measure(truth, engine, raw, placed)
    print("| words | cues | median error | 95 of 100 within | within 0.12 s | early | without |\n|---|---|---|---|---|---|---|")
    print(raw.row("as the engine gives them"))
    print(placed.row("**held to the sound**"))


def measure(truth: Path, engine: SpeechEngine, raw: Errors, placed: Errors) -> None:
    known = json.loads(truth.read_text())
    sound = truth.with_name(truth.name.replace(".truth.json", ".wav"))
    samples = np.concatenate([block.samples for block in audio_blocks(sound)])
    found = list(windows(audio_blocks(sound), WindowOptions()))
    segments = heard(engine, found)
    spoken = [audible(samples, one["start_s"], one["end_s"]) for one in known["speech"] if is_clean(one, known["events"])]
    compare([segment for segment, _ in segments], spoken, raw)
    compare(
        [held(segment, window.speech.stretches, starts=window.starts, ends=window.ends) for segment, window in segments],
        spoken,
        placed,
    )


def heard(engine: SpeechEngine, found: Sequence[SpokenWindow]) -> list[tuple[Segment, SpokenWindow]]:
    return [
        (answer.segment, window)
        for answer, window in zip(engine.transcribe(found, {}), found, strict=True)
        if answer.segment is not None
    ]


def is_clean(utterance: dict[str, float], events: Iterable[dict[str, float]]) -> bool:
    start_s = utterance["start_s"]
    return not any(event["start_s"] - BESIDE_S < start_s < event["end_s"] + BESIDE_S for event in events)


def audible(samples: Samples, start_s: float, end_s: float) -> float:
    """When the first sound of an utterance is heard."""
    own = samples[int(start_s * RATE_HZ) : int(end_s * RATE_HZ)]
    count = len(own) // STEP
    level_db: NDArray[np.float64] = 10 * np.log10((own[: count * STEP].reshape(count, STEP) ** 2).mean(axis=1) + 1e-10)
    loud = level_db >= np.quantile(level_db, 0.95) - BELOW_DB
    first = np.flatnonzero(loud[:-2] & loud[1:-1] & loud[2:])
    return start_s + (float(first[0]) * STEP / RATE_HZ if len(first) else 0.0)


def compare(segments: Sequence[Segment], onsets_s: Sequence[float], errors: Errors) -> None:
    """Adds the error of the cue that begins nearest to each onset."""
    cues = make_cues(segments, [], SubtitleOptions(labels="none"), rate_fps=1 / FRAME_S)
    starts = np.array([cue.start_s for cue in cues])
    for onset_s in onsets_s:
        late = starts - onset_s
        nearest = late[np.argmin(np.abs(late))] if len(late) else np.inf
        if abs(nearest) <= NEAR_S:
            errors.late_s.append(float(nearest))
        else:
            errors.without += 1


if __name__ == "__main__":
    main()
