"""The event detectors on scenes with known truth, beside simple baselines.

    python -m benchmarks.events SCENES [--scenes NAME ...] [--clips CORPUS] [--model demo]

SCENES holds, at any depth, `NAME.wav` with `NAME.truth.json`: {"duration_s", "events": [{"start_s", "end_s", "label"}]};
scenes of the same NAME in several folders (seeds) are pooled. CORPUS holds `manifest.json` with {"media": [{"file", "kind"}]}:
single sounds, for the area under the curve of every kind against all others. With `--model` (a checkpoint folder, or `demo`)
SenseVoice's sliding windows over everything are measured too, alone and fused with the compact detector: the demo checkpoint does
8 seconds of sound in a second, so `--scenes` says which are worth it.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import soundfile

from benchmarks.event_score import Tally, auc
from video_pipeline.core.labels import Sound
from video_pipeline.core.posterior import Curve, Posterior
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import AudioEvent
from video_pipeline.core.waveform import RATE_HZ, Waveform
from video_pipeline.events.base import HOP_S
from video_pipeline.events.compact.detector import CompactDetector
from video_pipeline.events.fusion import fuse
from video_pipeline.events.hysteresis import EventOptions, find_events
from video_pipeline.events.sliding import SCALES_S, SlidingDetector
from video_pipeline.media.decode import audio_blocks
from video_pipeline.speech.base import SpeechOptions
from video_pipeline.speech.sensevoice.engine import FACTORY
from video_pipeline.speech.windows import WindowOptions, windows

LABELS = (Sound.LAUGHTER, Sound.APPLAUSE, Sound.CHEER)
Events = list[AudioEvent]
Contender = Callable[[Waveform], Events]


@lru_cache(maxsize=1)
def compact_posterior(sound: Waveform) -> Posterior:
    detector = CompactDetector()
    detector.hear(sound)
    return detector.finish(sound.duration_s)


def compact(sound: Waveform) -> Events:
    return find_events(compact_posterior(sound), EventOptions())


def loud_moments(sound: Waveform) -> Events:
    """Whatever is 6 dB over the median loudness for half a second is called a laugh: what editors look for in a waveform."""
    step = int(HOP_S * RATE_HZ)
    power = (sound.samples[: len(sound.samples) // step * step].reshape(-1, step) ** 2).mean(axis=1)
    level_db = 10 * np.log10(np.convolve(power, np.ones(10) / 10, "same") + 1e-9)
    loud = (level_db > np.median(level_db) + 6).astype(np.float32)
    return find_events(Posterior(loud[:, None], (Sound.LAUGHTER,), HOP_S), EventOptions())


def tag_per_segment(sound: Waveform) -> Events:
    """One answer per spoken window, as transcription tools give it: the detector's mean over the window, from one half on."""
    posterior = compact_posterior(sound)
    return averaged(posterior, [window.span for window in windows([sound], WindowOptions())])


def five_second_windows(sound: Waveform) -> Events:
    posterior = compact_posterior(sound)
    return averaged(posterior, [Span(k * 5.0, (k + 1) * 5.0) for k in range(int(sound.duration_s // 5))])


def averaged(posterior: Posterior, spans: list[Span]) -> Events:
    """Each span with the label that is heard in most of it, where any is."""
    events = []
    for span in spans:
        rows = posterior.values[round(span.start_s / HOP_S) : max(1, round(span.end_s / HOP_S))]
        for label in LABELS:
            p = float(rows[:, posterior.labels.index(label)].mean()) if len(rows) else 0.0
            if p >= 0.5:
                events.append(AudioEvent(span.start_s, span.end_s, label, p))
    return events


CONTENDERS: dict[str, Contender] = {
    "loudness peaks": loud_moments,
    "a tag per speech segment": tag_per_segment,
    "5 s windows": five_second_windows,
    "compact": compact,
}


def with_model(model: str) -> dict[str, Contender]:
    """SenseVoice's windows of both lengths over all of the sound, alone and beside the compact detector."""
    engine = FACTORY.open(SpeechOptions(engine="sensevoice", model=model))

    @lru_cache(maxsize=1)
    def sliding_posterior(sound: Waveform) -> Posterior:
        detector = SlidingDetector()
        for window_s, hop_s in SCALES_S:
            detector.hear_again(engine.event_posterior(sound, window_s, hop_s))
        return detector.finish(sound.duration_s)

    def sliding(sound: Waveform) -> Events:
        return find_events(sliding_posterior(sound), EventOptions())

    def together(sound: Waveform) -> Events:
        heard = {"compact": compact_posterior(sound), "sliding": sliding_posterior(sound)}
        return find_events(fuse(heard, EventOptions().weights, sound.duration_s), EventOptions())

    return {f"sliding windows ({model})": sliding, f"compact and sliding ({model})": together}


def scenes(folder: Path, wanted: Sequence[str] = ()) -> Iterator[tuple[str, Waveform, Mapping[str, object]]]:
    """Name, sound and truth of the `wanted` scenes, or of all."""
    for truth_file in sorted(folder.rglob("*.truth.json")):
        name = truth_file.name.removesuffix(".truth.json")
        if wanted and name not in wanted:
            continue
        samples, rate_hz = soundfile.read(truth_file.with_name(f"{name}.wav"), dtype="float32")
        if rate_hz != RATE_HZ:
            raise SystemExit(f"{truth_file}: scenes are 16 kHz, this one is {rate_hz} Hz")
        yield name, Waveform(samples, RATE_HZ, 0.0), json.loads(truth_file.read_text(encoding="utf-8"))


def measure(
    composed: Iterable[tuple[str, Waveform, Mapping[str, object]]], contenders: Mapping[str, Contender]
) -> dict[str, dict[tuple[str, str], Tally]]:
    """Per contender and (scenario, label)."""
    tallies: dict[str, dict[tuple[str, str], Tally]] = {name: defaultdict(Tally) for name in contenders}
    for scenario, sound, truth in composed:
        true = truth["events"]
        assert isinstance(true, list)
        for name, contender in contenders.items():
            found = contender(sound)
            for label in LABELS:
                right = [Span(e["start_s"], e["end_s"]) for e in true if e["label"] == label]
                got = [Span(e.start_s, e.end_s) for e in found if e.label == label]
                for key in ((scenario, label), ("all", label)):
                    tallies[name][key].add(right, got, sound.duration_s)
    return tallies


def report(tallies: Mapping[str, Mapping[tuple[str, str], Tally]]) -> None:
    names = list(tallies)
    print(
        "| scene | sound | true | "
        + " | ".join(f"{name}: F1, false per hour" for name in names)
        + f" | {names[-1]}: start off by |"
    )
    print("|---|---|---|" + "---|" * (len(names) + 1))
    for key in sorted(tallies[names[-1]], key=lambda key: (key[1] != "laughter", key[1], key[0])):
        rows = [tallies[name][key] for name in names]
        if not rows[-1].true and not any(row.found for row in rows):
            continue
        cells = [
            f"{row.f1:.2f}, {row.false_alarms_per_hour:.1f}" if row.true else f"-, {row.false_alarms_per_hour:.1f}"
            for row in rows
        ]
        print(f"| {key[0]} | {key[1]} | {rows[-1].true} | " + " | ".join(cells) + f" | {rows[-1].onset_error_s:.2f} s |")


def clip_scores(corpus: Path, kept: Callable[[Mapping[str, object]], bool]) -> dict[str, list[dict[Sound, float]]]:
    """For each kind of single sound, the strongest second of each label."""
    scores: dict[str, list[dict[Sound, float]]] = defaultdict(list)
    for item in json.loads((corpus / "manifest.json").read_text(encoding="utf-8"))["media"]:
        if item["kind"] == "video" or item.get("label_doubtful") or not kept(item):
            continue
        blocks = list(audio_blocks(corpus / item["file"]))
        sound = Waveform(np.concatenate([block.samples for block in blocks]), RATE_HZ, 0.0)
        posterior = compact_posterior(sound)
        scores[item["kind"]].append({label: strongest_second(posterior.curve(label)) for label in LABELS})
    return scores


def strongest_second(curve: Curve) -> float:
    width = min(len(curve.values), round(1 / curve.hop_s))
    return float(np.convolve(curve.values, np.ones(width) / width, "valid").max())


def report_clips(scores: Mapping[str, list[dict[Sound, float]]]) -> None:
    for label in LABELS[:2]:
        positive = [row[label] for row in scores[label]]
        negative = [row[label] for kind, rows in scores.items() if kind != label for row in rows]
        print(f"{label}: AUC {auc(positive, negative):.3f} ({len(positive)} clips against {len(negative)})")


def speed(seconds: float = 600.0) -> float:
    """Times realtime of the compact detector on one thread, features included."""
    sound = np.random.default_rng(1).normal(0, 0.1, int(seconds * RATE_HZ)).astype(np.float32)
    compact_posterior(Waveform(sound[: RATE_HZ * 30], RATE_HZ, 0.0))
    began = time.perf_counter()
    compact_posterior(Waveform(sound, RATE_HZ, 0.0))
    return seconds / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenes", type=Path)
    parser.add_argument("--scenes", dest="wanted", nargs="*", default=[], help="only these")
    parser.add_argument("--clips", type=Path)
    parser.add_argument("--only", nargs="*", default=list(CONTENDERS), choices=list(CONTENDERS))
    parser.add_argument("--model", default="", help="a SenseVoice checkpoint folder, or demo")
    options = parser.parse_args()
    contenders = {name: CONTENDERS[name] for name in options.only}
    if options.model:
        contenders |= with_model(options.model)
    report(measure(scenes(options.scenes, options.wanted), contenders))
    print(f"\ncompact detector: {speed():.0f}x realtime")
    if options.clips:
        report_clips(clip_scores(options.clips, lambda item: True))
        print("of those, never trained on:")
        report_clips(clip_scores(options.clips, lambda item: not item.get("train_ok")))


if __name__ == "__main__":
    main()
