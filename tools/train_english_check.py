"""Fit the check that tells English from other languages for the draft engine, and write its weights.

    python tools/train_english_check.py --corpus DIR --work /tmp/english

DIR holds `manifest.json` with `media`: [{file, kind, seconds, repo, train_ok, language, ...}]. Only recordings that may be
trained on are learnt from, and sentences spoken by eSpeak NG (package `espeakng-loader`). The others are judged at the end, as a
test.
`--work` keeps what was measured, so that a second fit takes seconds. About 15 minutes on one core.
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
from demo_language import sentence
from english_check_texts import TEXTS
from espeak import Voice, say
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from video_pipeline.core.waveform import RATE_HZ, Waveform
from video_pipeline.media.decode import audio_blocks
from video_pipeline.speech.draft.english import BLOCK_S, WEIGHTS, Evidence, Judge, Measure
from video_pipeline.speech.windows import WindowOptions, windows

EXAMPLE_S = 6.0
"""Speech in one example, at least: what a recording of 8 s holds."""
LEAST_S = 2.0
"""Speech without which nothing is decided: below, even English has figures of any kind."""
STRENGTH = 1.0
"""Inverse of the regularisation."""
MOST_REFUSED = 0.01
"""Share of the English examples below the threshold, each judged by a fit without its source."""
ENGLISH_VOICES = ("en-us", "en-us+f2", "en-us+f3", "en-us+f4", "en-us+m1", "en-us+m3", "en-us+m4", "en-us+m7")
SPOKEN_SENTENCES = 4
"""In one example of a made voice."""


@dataclass(frozen=True, slots=True)
class Clip:
    """The evidence in one recording, by window."""

    name: str
    language: str
    source: str
    may_train: bool
    seconds: float
    parts: tuple[Evidence, ...]

    @property
    def whole(self) -> Evidence:
        return sum(self.parts, Evidence())

    def examples(self) -> Iterator[Evidence]:
        """Consecutive windows, `EXAMPLE_S` at a time; a rest joins the last one."""
        groups: list[Evidence] = []
        gathered = Evidence()
        for part in self.parts:
            gathered += part
            if gathered.speech_s >= EXAMPLE_S:
                groups.append(gathered)
                gathered = Evidence()
        if gathered.frames and groups:
            groups[-1] += gathered
        elif gathered.speech_s >= LEAST_S:
            groups.append(gathered)
        yield from groups


def recordings(corpus: Path, measure: Measure) -> Iterator[Clip]:
    """The recordings of speech whose language is known: the sound that the engine judges first."""
    for entry in json.loads((corpus / "manifest.json").read_text())["media"]:
        if not entry.get("language") or entry["kind"] in ("music", "video"):
            continue
        parts, length_s = [], 0.0
        for window in windows(audio_blocks(corpus / entry["file"], 0), WindowOptions()):
            parts.append(measure(window))
            length_s += window.duration_s
            if length_s >= BLOCK_S:
                break
        yield Clip(entry["file"], entry["language"], entry["repo"], entry["train_ok"], entry["seconds"], tuple(parts))


def made(measure: Measure) -> Iterator[Clip]:
    """Sentences by eSpeak: English and Mandarin of the demo's words, and short texts in other languages."""
    rng = np.random.default_rng(1)
    voices = [("en", name) for name in ENGLISH_VOICES] + [(name.split("+")[0], name) for name in ("cmn", "cmn+f2", "cmn+m3")]
    for language, name in voices:
        lines = [sentence(rng, "en" if language == "en" else "zh") for _ in range(SPOKEN_SENTENCES)]
        yield spoken(language, name, lines, measure)
    for language, text in TEXTS.items():
        for variant in ("", "+f2"):
            yield spoken(language, language + variant, [text], measure)


def spoken(language: str, voice: str, lines: Sequence[str], measure: Measure) -> Clip:
    sounds = [0.8 * say(line, Voice(voice)).samples for line in lines]
    parts = tuple(measure(Waveform(sound.astype(np.float32), RATE_HZ)) for sound in sounds)
    return Clip(f"eSpeak {voice}", language, f"eSpeak {language}", True, sum(map(len, sounds)) / RATE_HZ, parts)


def measured(corpus: Path, work: Path) -> list[Clip]:
    """All clips, from the file in `work` if it is there."""
    stored = work / "evidence.json"
    if not stored.is_file():
        measure = Measure()
        clips = [*recordings(corpus, measure), *made(measure)]
        work.mkdir(parents=True, exist_ok=True)
        stored.write_bytes(msgspec.json.encode(clips))
    return msgspec.json.decode(stored.read_bytes(), type=list[Clip])


def fitted(clips: Sequence[Clip]) -> Judge:
    """The regression, and the threshold that keeps nearly all English when each source is judged by a fit without it."""
    found = [(example, clip) for clip in clips for example in clip.examples()]
    figures = np.array([example.figures() for example, _ in found])
    english = np.array([clip.language == "en" for _, clip in found])
    sources = [clip.source for _, clip in found]
    model = make_pipeline(StandardScaler(), LogisticRegression(C=STRENGTH, class_weight="balanced"))
    odds = cross_val_predict(model, figures, english, groups=sources, cv=LeaveOneGroupOut(), method="decision_function")
    threshold = min(0.0, float(np.quantile(odds[english], MOST_REFUSED)))
    print(f"{len(found)} examples of {len(set(sources))} sources, {english.sum()} English; threshold {threshold:.2f}")
    print(f"without their source: {np.mean(odds[english] < threshold):.1%} of English refused, ", end="")
    print(f"{np.mean(odds[~english] < threshold):.1%} of other languages")
    model.fit(figures, english)
    scaler, regression = model[0], model[1]
    numbers = {"mean": scaler.mean_, "scale": scaler.scale_, "weights": regression.coef_[0]}
    lists = {name: tuple(round(float(value), 5) for value in values) for name, values in numbers.items()}
    return Judge(**lists, bias=round(float(regression.intercept_[0]), 5), threshold=round(threshold, 3), least_s=LEAST_S)


def report(clips: Sequence[Clip], judge: Judge) -> None:
    """A line for each clip, most English first."""
    for clip in sorted(clips, key=lambda clip: (clip.language == "en", clip.language, -judge.log_odds(clip.whole))):
        verdict = {True: "English", False: "refused", None: "too little"}[judge.is_english(clip.whole)]
        odds = judge.log_odds(clip.whole)
        print(f"{clip.language:8} {clip.seconds:6.1f} s {odds:7.2f} {verdict:10} {'' if clip.may_train else 'test '}{clip.name}")
    for long, is_test in itertools.product((False, True), (False, True)):
        kept = [clip for clip in clips if (clip.seconds >= 8) == long and clip.may_train != is_test]
        for name, group in (
            ("English", [c for c in kept if c.language == "en"]),
            ("other", [c for c in kept if c.language != "en"]),
        ):
            refused = sum(judge.is_english(clip.whole) is False for clip in group)
            where, length = "test" if is_test else "train", "8 s and more" if long else "shorter"
            print(f"{where:5} {length:12} {name}: {refused} of {len(group)} refused")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    arguments = parser.parse_args()
    clips = measured(arguments.corpus, arguments.work)
    pure = [clip for clip in clips if clip.language.isalpha() or clip.language.count("-") == 1]
    judge = fitted([clip for clip in pure if clip.may_train])
    WEIGHTS.write_bytes(msgspec.json.format(msgspec.json.encode(judge), indent=1) + b"\n")
    report(clips, judge)


if __name__ == "__main__":
    main()
