"""Highlights on scenes with known truth, beside simple baselines, and with one signal switched off at a time.

    python -m benchmarks.highlights SCENES [--cache FOLDER] [--seeds 1 2 3] [--words truth|windows] [--ablation] [--set key=value]

SCENES holds, per seed, a folder of `NAME.wav` with `NAME.truth.json`: {"duration_s", "events", "speech", "jokes", "groups"},
lists of rows with `start_s` and `end_s` (jokes: `setup_start_s`, `laugh_start_s`); scenes of one NAME are pooled over the seeds.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.heard import Scene, heard_scenes
from benchmarks.highlight_score import Measures
from video_pipeline.core.clip import Clip
from video_pipeline.core.labels import Language, Sound
from video_pipeline.core.posterior import Curve
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import AudioEvent, Segment
from video_pipeline.events.base import HOP_S as LEVEL_HOP_S
from video_pipeline.events.find import events_of
from video_pipeline.events.hysteresis import EventOptions
from video_pipeline.highlights.base import Evidence, HighlightOptions
from video_pipeline.highlights.choose import find_highlights
from video_pipeline.options import load_options, parse_setting

Chooser = Callable[[Evidence], Sequence[Clip]]
SHARES = ("hit_at_1", "recall_covered_0.8", "setup_coverage", "kendall_tau")
COUNTS = ("clips", "ends_inside_a_reaction", "edges_inside_speech", "outside_15_to_60_s", "overlapping_pairs")
_LENGTH_S = 30.0


EVENTS, OPTIONS = EventOptions(), HighlightOptions()
REUSED = dataclasses.replace(EVENTS, guards=dataclasses.replace(EVENTS.guards, canned_factor=1.0))
"""Composed scenes draw the same recording of a laugh again and again, which the guard rightly takes for a laugh track."""


def evidence_of(scene: Scene, *, true_words: bool, true_events: bool, events_options: EventOptions = REUSED) -> Evidence:
    """What the choice of clips knows: true utterances as segments or the windows of the speech detector, events true or heard."""
    duration_s = scene.hearing.duration_s
    if true_words:
        segments = [
            Segment(u["start_s"], u["end_s"], _own_words(u["text"], k), tokens=(), language=_language(u["language"]))
            for k, u in enumerate(scene.truth["speech"])
        ]
    else:
        segments = [Segment(span.start_s, min(duration_s, span.end_s), "") for span in scene.spoken]
    if true_events:
        events = [AudioEvent(e["start_s"], e["end_s"], Sound(e["label"]), 1.0) for e in scene.truth["events"]]
    else:
        events = list(events_of(scene.hearing, events_options))
    traits = scene.hearing.traits
    pitch = Curve(traits.pitch_hz, LEVEL_HOP_S) if traits.pitch_hz is not None else None
    return Evidence(duration_s, segments, events, Curve(traits.level_db, LEVEL_HOP_S), pitch=pitch, prints=traits.prints)


def _own_words(text: str, number: int) -> str:
    """Utterances are drawn again and again too, which would rightly be taken for a scene that is shown twice."""
    return f" {number} ".join(text.split())


def _language(name: str) -> Language:
    return Language(name) if name in list(Language) else Language.UNKNOWN


def ours(options: HighlightOptions) -> Chooser:
    return lambda evidence: find_highlights(evidence, options).clips


def loudest_windows(evidence: Evidence) -> list[Clip]:
    """Half a minute around each of the loudest moments: what editors look for in a waveform."""
    assert evidence.level is not None
    width = round(2.0 / evidence.level.hop_s)
    power = np.convolve(10 ** (evidence.level.values.astype(float) / 10), np.ones(width) / width, "same")
    peaks = np.argsort(-power, kind="stable") * evidence.level.hop_s
    return _apart((float(at_s) - _LENGTH_S * 2 / 3, float(power[round(at_s / evidence.level.hop_s)])) for at_s in peaks)


def evenly_spaced(evidence: Evidence) -> list[Clip]:
    middles_s = [(k + 0.5) * evidence.duration_s / 5 for k in range(5)]
    return [Clip(middle_s - _LENGTH_S / 2, middle_s + _LENGTH_S / 2, -middle_s, "") for middle_s in middles_s]


def most_laughter(evidence: Evidence) -> list[Clip]:
    """The half minutes with the most reaction in them, on a grid of a second."""
    reactions = evidence.reactions()
    seconds = range(max(1, int(evidence.duration_s - _LENGTH_S)))
    dense = [(sum(e.overlap_s(Span(k, k + _LENGTH_S)) for e in reactions), float(k)) for k in seconds]
    return _apart((start_s, weight) for weight, start_s in sorted(dense, key=lambda row: -row[0]) if weight > 0)


def five_second_windows(evidence: Evidence) -> list[Clip]:
    """The video in pieces of 5 s, each scored by the reaction in it, the best with two pieces around: a classifier's view."""
    reactions = evidence.reactions()
    pieces = [Span(5.0 * k, 5.0 * (k + 1)) for k in range(int(evidence.duration_s // 5))]
    scored = sorted(((sum(e.overlap_s(p) for e in reactions), p.start_s) for p in pieces), key=lambda row: -row[0])
    return _apart(((start_s - 5.0, weight) for weight, start_s in scored if weight > 0), 15.0)


def tag_per_segment(evidence: Evidence) -> list[Clip]:
    """What transcription tools allow: segments that carry a reaction's tag, joined while they follow each other."""
    tagged = [s for s in evidence.segments if any(e.start_s - 1 < s.end_s and e.end_s > s.start_s for e in evidence.reactions())]
    clips = [Clip(s.start_s, s.end_s, s.duration_s, "") for s in tagged]
    return sorted(clips, key=lambda clip: -clip.score)[:5]


def _apart(starts: Iterable[tuple[float, float]], length_s: float = _LENGTH_S) -> list[Clip]:
    """The first five that do not overlap, in the order given."""
    clips: list[Clip] = []
    for start_s, worth in starts:
        clip = Clip(max(0.0, start_s), max(0.0, start_s) + length_s, worth, "")
        if not any(clip.overlaps(other) for other in clips):
            clips.append(clip)
        if len(clips) == 5:
            break
    return clips


BASELINES: dict[str, Chooser] = {
    "loudest windows": loudest_windows,
    "evenly spaced": evenly_spaced,
    "tag per segment": tag_per_segment,
    "5 s windows": five_second_windows,
    "most reaction in 30 s": most_laughter,
}


def measure(scenes: Mapping[tuple[str, str], Evidence], truths: Mapping[tuple[str, str], dict[str, object]], choose: Chooser,
            dump: Path | None = None) -> dict[str, Measures]:  # fmt: skip
    """By scenario."""
    found: dict[str, Measures] = {}
    for (seed, name), evidence in scenes.items():
        clips = choose(evidence)
        found.setdefault(name, Measures()).add(truths[seed, name], clips)
        if dump:
            rows = [{"start_s": c.start_s, "end_s": c.end_s, "score": c.score, "why": c.why} for c in clips]
            dump.mkdir(parents=True, exist_ok=True)
            (dump / f"{seed}-{name}.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
    return found


def report(found: Mapping[str, Mapping[str, Measures]], scenarios: Sequence[str]) -> None:
    print("| scene | contender | " + " | ".join([*SHARES, *COUNTS]) + " |")
    print("|---|---|" + "---|" * (len(SHARES) + len(COUNTS)))
    for scenario in scenarios:
        for contender, by_scenario in found.items():
            measures = by_scenario[scenario]
            shares = ["-" if (share := measures.share(name)) is None else f"{share:.2f}" for name in SHARES]
            print(f"| {scenario} | {contender} | " + " | ".join([*shares, *(str(measures.counts[n]) for n in COUNTS)]) + " |")


def ablations(options: HighlightOptions) -> dict[str, Chooser]:
    """Each signal switched off, and all but the reactions."""
    off = {f"without {name}": {**options.weights, name: 0.0} for name, weight in options.weights.items() if weight}
    return {name: ours(dataclasses.replace(options, weights=weights)) for name, weights in off.items()} | {
        "without lift": ours(dataclasses.replace(options, lift_weight=0.0))
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenes", type=Path)
    parser.add_argument("--cache", type=Path, default=Path(".cache/heard"))
    parser.add_argument("--seeds", nargs="*")
    parser.add_argument("--only", nargs="*", help="scenarios")
    parser.add_argument("--words", choices=["truth", "windows"], default="truth")
    parser.add_argument("--ablation", action="store_true")
    parser.add_argument("--no-baselines", action="store_true")
    parser.add_argument("--set", action="append", default=[], help="highlights.key=value")
    parser.add_argument("--dump", type=Path, help="a folder for the clips found with heard events")
    given = parser.parse_args()
    options = load_options("default", dict(parse_setting(text) for text in given.set)).highlights
    scenes = [s for s in heard_scenes(given.scenes, given.cache) if (not given.seeds or s.seed in given.seeds)
              and (not given.only or s.name in given.only)]  # fmt: skip
    truths = {(scene.seed, scene.name): scene.truth for scene in scenes}
    true, heard = (
        {(s.seed, s.name): evidence_of(s, true_words=given.words == "truth", true_events=given_true) for s in scenes}
        for given_true in (True, False)
    )
    began = time.perf_counter()
    found = {"ours, true events": measure(true, truths, ours(options)), "ours": measure(heard, truths, ours(options), given.dump)}
    canned = {
        (s.seed, s.name): evidence_of(s, true_words=given.words == "truth", true_events=False, events_options=EVENTS)
        for s in scenes
    }
    found["ours, reused laughs taken for canned"] = measure(canned, truths, ours(options))
    print(f"{2 * len(scenes)} scenes chosen in {time.perf_counter() - began:.2f} s\n")
    if not given.no_baselines:
        found |= {name: measure(heard, truths, choose) for name, choose in BASELINES.items()}
    if given.ablation:
        found |= {name: measure(heard, truths, choose) for name, choose in ablations(options).items()}
    report(found, sorted({name for _, name in truths}))


if __name__ == "__main__":
    main()
