"""How well speakers are told apart: `python -m benchmarks.speakers DIALOGUES`.

DIALOGUES holds, in any folders, sound files with their truth beside them: `talk.wav` and `talk.truth.json` with `turns` of
`start_s`, `end_s` and `speaker`. Printed are, over all files: the diarization error rate (missed, false and confused speech over
all speech, the best mapping of names, overlaps counted) with a collar of 0.25 s and without, its confused part alone, how often
the number of speakers is right, how many words get the right speaker (words of 0.3 s in each turn where the speech detector hears
speech; the best mapping of names), and the speed. `--least-speech 0.8` leaves out files whose truth counts long silences as
speech: those in which the speech detector finds less than that share of the turns' time are named and not counted.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from benchmarks import ge2e
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Segment, Token
from video_pipeline.core.waveform import Waveform
from video_pipeline.media.decode import audio_blocks
from video_pipeline.speech.speakers import DIARIZERS
from video_pipeline.speech.speakers.assign import with_speakers
from video_pipeline.speech.speakers.base import CountRange, Diarizer, Turn
from video_pipeline.speech.vad import FRAME_S, SileroVad

_GRID_S = 0.01
_COLLAR_S = 0.25
_WORD_S = 0.3
_SPOKEN = 0.5
"""Share of a word's time in which speech is heard, for it to be a word."""
Grid = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Of one file; rates are shares of all speech."""

    error: float
    error_without_collar: float
    confused: float
    words: float
    """Share of words that are given to the right speaker."""
    counted: bool
    """Whether as many speakers were found as there are."""


def grid(turns: Sequence[Turn], frames: int) -> Grid:
    """[speakers, frames]: who speaks."""
    names = sorted({turn.speaker for turn in turns})
    active = np.zeros((len(names), frames), bool)
    for turn in turns:
        active[names.index(turn.speaker), round(turn.start_s / _GRID_S) : round(turn.end_s / _GRID_S)] = True
    return active


def rates(real: Grid, found: Grid) -> tuple[float, float]:
    """The error rate and its confused part."""
    shared = real.astype(np.int64) @ found.astype(np.int64).T
    right = sum(shared[pair] for pair in zip(*linear_sum_assignment(-shared), strict=True))
    told, speech = found.sum(axis=0), real.sum(axis=0)
    both = np.minimum(told, speech).sum()
    whole = max(1, int(speech.sum()))
    return float((np.maximum(told, speech).sum() - right) / whole), float((both - right) / whole)


def words_right(truth: Sequence[Turn], found: Sequence[Turn], spoken: Callable[[Span], float]) -> float:
    """Each turn is a line of words; where others speak at the same time its words are still its own speaker's."""
    names, told = sorted({turn.speaker for turn in truth}), sorted({turn.speaker for turn in found})
    shared = np.zeros((len(names), len(told) + 1), np.int64)
    for turn in truth:
        starts_s = np.arange(turn.start_s, turn.end_s - _WORD_S, _WORD_S).tolist()
        words = [Token(at_s, at_s + _WORD_S, " word") for at_s in starts_s if spoken(Span(at_s, at_s + _WORD_S)) >= _SPOKEN]
        if words:
            line = Segment(words[0].start_s, words[-1].end_s, "".join(word.text for word in words), tokens=tuple(words))
            for part in with_speakers([line], found):
                shared[names.index(turn.speaker), told.index(part.speaker) if part.speaker in told else -1] += len(part.tokens)
    right = shared[:, :-1]
    return float(sum(right[pair] for pair in zip(*linear_sum_assignment(-right), strict=True)) / max(1, shared.sum()))


def score(truth: Sequence[Turn], found: Sequence[Turn], duration_s: float, words: float = 0.0) -> Score:
    frames = round(duration_s / _GRID_S) + 1
    real, told = grid(truth, frames), grid(found, frames)
    far = np.ones(frames, bool)
    for turn in truth:
        for edge_s in (turn.start_s, turn.end_s):
            far[max(0, round((edge_s - _COLLAR_S) / _GRID_S)) : round((edge_s + _COLLAR_S) / _GRID_S)] = False
    error, confused = rates(real[:, far], told[:, far])
    return Score(
        error=error, error_without_collar=rates(real, told)[0], confused=confused, words=words, counted=len(real) == len(told)
    )


def speech_in(blocks: Sequence[Waveform]) -> Callable[[Span], float]:
    """What share of a span the speech detector takes for speech."""
    vad = SileroVad()
    speech = np.concatenate([*(vad.hear(block.samples) for block in blocks), vad.finish()]) >= 0.5

    def share(span: Span) -> float:
        frames = speech[round(span.start_s / FRAME_S) : max(round(span.start_s / FRAME_S) + 1, round(span.end_s / FRAME_S))]
        return float(frames.mean()) if len(frames) else 0.0

    return share


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dialogues", type=Path)
    parser.add_argument("--diarizer", default="own", choices=sorted(DIARIZERS))
    parser.add_argument("--known", action="store_true", help="tell the diarizer how many speakers there are")
    parser.add_argument("--ge2e", type=Path, metavar="WEIGHTS", help="Resemblyzer's voice prints instead, from its pretrained.pt")
    parser.add_argument("--apart", type=float, default=0.3, help="distance from which voices differ, for --ge2e")
    parser.add_argument("--least-speech", type=float, default=0.0)
    asked = parser.parse_args()
    if asked.ge2e:
        ge2e.use(asked.ge2e, asked.apart)
    scores, sound_s, worked_s = [], 0.0, 0.0
    for path in sorted(asked.dialogues.rglob("*.truth.json")):
        turns = json.loads(path.read_text(encoding="utf-8"))["turns"]
        truth = [Turn(turn["start_s"], turn["end_s"], turn["speaker"]) for turn in turns]
        blocks = list(audio_blocks(path.with_name(path.name.replace(".truth.json", ".wav"))))
        spoken = speech_in(blocks)
        share = sum(spoken(turn) * turn.duration_s for turn in truth) / sum(turn.duration_s for turn in truth)
        if share < asked.least_speech:
            print(f"{path.parent.name}/{path.name}: not counted, {share:.0%} of its turns are speech")
            continue
        number = len({turn.speaker for turn in truth})
        begun_s = time.process_time()
        diarizer: Diarizer = DIARIZERS.load(asked.diarizer)()
        for block in blocks:
            diarizer.hear(block)
        found = diarizer.finish(CountRange(number, number) if asked.known else CountRange())
        worked_s += time.process_time() - begun_s
        sound_s += blocks[-1].end_s
        scores.append(score(truth, found, blocks[-1].end_s, words_right(truth, found, spoken)))
    if not scores:
        raise SystemExit(f"there are no dialogues below {asked.dialogues}")
    error, bare, confused, words, counted = (
        100 * float(np.mean([getattr(one, name) for one in scores]))
        for name in ("error", "error_without_collar", "confused", "words", "counted")
    )
    print("| files | error, collar 0.25 s | error, no collar | confused | words right | number right | processor time |")
    print("|---|---|---|---|---|---|---|")
    rates_ = " | ".join(f"{value:.1f} %" for value in (error, bare, confused, words))
    print(f"| {len(scores)} | {rates_} | {counted:.0f} % | 1/{sound_s / worked_s:.0f} |")


if __name__ == "__main__":
    main()
