"""Fit the check that tells English from other languages for the draft engine, and write its weights.

    python tools/train_english_check.py --corpus DIR --work /tmp/english

DIR holds `manifest.json` with `media`: [{file, kind, seconds, repo, train_ok, language, ...}]. Only recordings that may be
trained on (`train_ok`) are learnt from, and only they decide the threshold; the others are judged at the end, as a test.
`--work` keeps what was measured, so that a second fit takes a second. About ten minutes on one core.
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from video_pipeline.media.decode import audio_blocks
from video_pipeline.speech.draft.english import BLOCK_S, WEIGHTS, Evidence, Judge, measured, shortage
from video_pipeline.speech.windows import WindowOptions, windows

LONG_S = 8.0
"""Recordings of this length and more decide the threshold."""
LEAST_S = 2.0
"""Speech without which nothing is decided: below, even English has figures of any kind."""
MOST_SPREAD = 1.3
"""Of words over phones, in time: more than in any English recording (1.18), also with noise as loud as the voice."""
DOUBT = 0.75
"""Standard deviation of the log-odds between hearings of the same 5 to 6 s of speech, shifted by 2.5 ms or after other sounds (of
five recordings); of 9 s and more it is 0.1 (of eight)."""
PENALTY = 1.0
"""Of the squared weights (ridge), in examples."""
STEPS = 20
"""Of Newton's method; it has converged after ten."""
MOST_REFUSED = 0.1
"""Share of the English recordings with less than `ENOUGH_S` of speech that may be refused, each by a fit without its source."""

Figures = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Clip:
    """The evidence in the start of one recording."""

    name: str
    language: str
    source: str
    may_train: bool
    seconds: float
    whole: Evidence

    @property
    def is_english(self) -> bool:
        return self.language == "en"

    @property
    def is_long(self) -> bool:
        return self.seconds >= LONG_S

    @property
    def is_mixed(self) -> bool:
        return "+" in self.language or "/" in self.language


def recordings(corpus: Path) -> Iterator[Clip]:
    """The recordings of speech whose language is known: the sound that the engine judges first."""
    for entry in json.loads((corpus / "manifest.json").read_text())["media"]:
        if not entry.get("language") or entry["kind"] in ("music", "video"):
            continue
        block, length_s = [], 0.0
        for window in windows(audio_blocks(corpus / entry["file"], 0), WindowOptions()):
            block.append(window)
            length_s += window.duration_s
            if length_s >= BLOCK_S:
                break
        yield Clip(entry["file"], entry["language"], entry["repo"], entry["train_ok"], entry["seconds"], measured(block))


def all_clips(corpus: Path, work: Path) -> list[Clip]:
    """All clips, from the file in `work` if it is there."""
    stored = work / "evidence.json"
    if not stored.is_file():
        work.mkdir(parents=True, exist_ok=True)
        stored.write_bytes(msgspec.json.encode([*recordings(corpus)]))
    return msgspec.json.decode(stored.read_bytes(), type=list[Clip])


def regression(clips: Sequence[Clip]) -> Judge:
    """A ridge regression; both languages weigh the same, and a recording as much as it has speech."""
    figures = np.array([clip.whole.figures() for clip in clips])
    english = np.array([clip.is_english for clip in clips])
    share = np.array([min(BLOCK_S, clip.whole.speech_s) for clip in clips])
    for group in (english, ~english):
        share[group] *= len(clips) / 2 / share[group].sum()
    mean, scale = figures.mean(0), figures.std(0)
    rows = np.c_[(figures - mean) / scale, np.ones(len(clips))]
    ridge = np.diag([PENALTY] * figures.shape[1] + [1e-6])
    weights = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        odds = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (share * (odds - english)) + ridge @ weights
        weights -= np.linalg.solve((rows * (share * odds * (1 - odds))[:, None]).T @ rows + ridge, slope)
    numbers = {"mean": mean, "scale": scale, "weights": weights[:-1]}
    lists = {name: tuple(round(float(value), 5) for value in values) for name, values in numbers.items()}
    return Judge(
        **lists,
        bias=round(float(weights[-1]), 5),
        threshold=0.0,
        slack=0.0,
        least_s=LEAST_S,
        most_spread=MOST_SPREAD,
        doubt=DOUBT,
    )


def fitted(clips: Sequence[Clip]) -> Judge:
    """The regression on all, and the threshold under which hardly any English is if each source is judged by a fit without it."""
    learnt = [clip for clip in clips if clip.whole.speech_s >= LEAST_S]
    odds: dict[str, float] = {}
    for source in {clip.source for clip in learnt}:
        judge = regression([clip for clip in learnt if clip.source != source])
        odds |= {clip.name: judge.log_odds(clip.whole) for clip in learnt if clip.source == source}
    long = [odds[clip.name] for clip in learnt if clip.is_english and clip.is_long]
    threshold = round(float(min(long)) - 0.01, 2)
    scarce = [clip for clip in learnt if clip.is_english and shortage(clip.whole)]
    lacking = [(threshold - odds[clip.name]) / shortage(clip.whole) for clip in scarce]
    slack = round(max(0.0, float(np.quantile(lacking, 1 - MOST_REFUSED))), 2)
    print(f"{len(learnt)} recordings of {len({clip.source for clip in learnt})} sources; threshold {threshold}, slack {slack}")
    judge = msgspec.structs.replace(regression(learnt), threshold=threshold, slack=slack)
    for name, english in (("English", True), ("other", False)):
        group = [clip for clip in learnt if clip.is_english is english and clip.is_long]
        refused = sum(odds[clip.name] < threshold - slack * shortage(clip.whole) for clip in group)
        print(f"without their source, 8 s and more, {name}: {refused} of {len(group)} refused")
    return judge


def report(clips: Sequence[Clip], judge: Judge) -> None:
    """A line for each clip, most English first, and counts."""
    for clip in sorted(clips, key=lambda clip: (clip.is_english, clip.language, -judge.log_odds(clip.whole))):
        verdict = {True: "English", False: "refused", None: "too little"}[judge.is_english(clip.whole)]
        odds, speech_s = judge.log_odds(clip.whole), clip.whole.speech_s
        use = "" if clip.may_train else "test "
        print(f"{clip.language:6} {clip.seconds:6.1f} s, speech {speech_s:5.1f} s {odds:7.2f} {verdict:10} {use}{clip.name}")
    for is_long, is_test, english in itertools.product((True, False), (False, True), (True, False)):
        group = [clip for clip in clips if (clip.is_long, not clip.may_train, clip.is_english) == (is_long, is_test, english)]
        refused = sum(judge.is_english(clip.whole) is False for clip in group)
        where, length = "test " if is_test else "learnt", "8 s and more" if is_long else "shorter"
        print(f"{where:6} {length:12} {'English' if english else 'other'}: {refused} of {len(group)} refused")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    arguments = parser.parse_args()
    clips = all_clips(arguments.corpus, arguments.work)
    judge = fitted([clip for clip in clips if clip.may_train and not clip.is_mixed])
    WEIGHTS.write_bytes(msgspec.json.format(msgspec.json.encode(judge), indent=1) + b"\n")
    report(clips, judge)


if __name__ == "__main__":
    main()
