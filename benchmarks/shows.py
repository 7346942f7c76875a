"""Highlights of whole shows: composed ones with planted moments, ranked without a word being recognised.

    python -m benchmarks.shows compose CORPUS FOLDER --seeds 1 2 3 [--hours 1.5] [--part 0 --parts 2]
    python -m benchmarks.shows measure FOLDER [--cache FOLDER] [--words windows|truth] [--set highlights.key=value] [--list]

CORPUS holds `manifest.json` and the recordings (see `show_scenes.py`); with `--parts N` the reactions of a show come from every
Nth source only, so that what is chosen on one part can be reported on another. Columns: share of the first ten clips that show a
planted moment; share of the moments that ten clips could show which they do; NDCG with the planted strength as gain; share of
the right clips that begin no later than a second after the set-up does; clips that show a moment again; and the other clips by
what they show.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import soundfile

from benchmarks.event_score import iou
from benchmarks.heard import Scene, heard_scenes
from benchmarks.highlights import evidence_of, ours
from benchmarks.show_scenes import Recordings, compose, names
from video_pipeline.core.clip import Clip
from video_pipeline.core.span import Span
from video_pipeline.core.timecode import clock
from video_pipeline.core.waveform import RATE_HZ
from video_pipeline.options import load_options, parse_setting

MOST = 10
"""Clips that count."""


@dataclass
class Tally:
    """Sums over the shows of one kind."""

    shows: int = 0
    clips: int = 0
    right: int = 0
    possible: int = 0
    cold: int = 0
    again: int = 0
    gains: list[float] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)

    def add(self, truth: Mapping[str, Any], clips: Sequence[Clip]) -> list[str]:
        """What each clip shows."""
        moments, seen, gained, said = truth["moments"], set[int](), [], []
        for clip in clips:
            number = _shown(clip, moments)
            new = number is not None and number not in seen
            gained.append(float(moments[number]["strength"]) if new and number is not None else 0.0)
            if number is None:
                said.append(_decoy(clip, truth["decoys"]))
                self.wrong[said[-1]] += 1
                continue
            said.append(f"moment of strength {moments[number]['strength']}")
            self.again += not new
            self.right += new
            self.cold += new and any(
                clip.start_s <= shown["start_s"] + 1 for shown in _showings(moments[number]) if _is(clip, shown)
            )
            seen.add(number)
        best = sorted((float(moment["strength"]) for moment in moments), reverse=True)[:MOST]
        if moments:
            self.gains.append(_discounted(gained) / _discounted(best))
        self.shows, self.clips = self.shows + 1, self.clips + len(clips)
        self.possible += len(best)
        return said


def _showings(moment: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [moment, *moment["shown"]]


def _shown(clip: Clip, moments: Sequence[Mapping[str, Any]]) -> int | None:
    found = [k for k, moment in enumerate(moments) if any(_is(clip, shown) for shown in _showings(moment))]
    return max(found, key=lambda k: moments[k]["strength"], default=None)


def _is(clip: Clip, shown: Mapping[str, Any]) -> bool:
    """Half of what both show is shared, or the clip holds most of it."""
    span = Span(shown["start_s"], shown["end_s"])
    return iou(clip, span) >= 0.5 or clip.overlap_s(span) >= 0.8 * span.duration_s


def _decoy(clip: Clip, decoys: Iterable[Mapping[str, Any]]) -> str:
    touched = [decoy["kind"] for decoy in decoys if clip.overlap_s(Span(decoy["start_s"], decoy["end_s"])) > 0]
    return touched[0] if touched else "talk"


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 2) for rank, gain in enumerate(gains[:MOST]))


def measure(scenes: Iterable[Scene], settings: Sequence[str], *, true_words: bool, listed: bool) -> dict[str, Tally]:
    """By kind of show."""
    overrides = dict(parse_setting(text) for text in settings)
    options = load_options("default", {"highlights.top": MOST, **overrides})
    found: dict[str, Tally] = {}
    for scene in scenes:
        evidence = evidence_of(scene, true_words=true_words, true_events=False, events_options=options.events)
        began = time.process_time()
        clips = list(ours(options.highlights)(evidence))[:MOST]
        took_s = time.process_time() - began
        said = found.setdefault(scene.truth["kind"], Tally()).add(scene.truth, clips)
        if listed:
            print(f"\n{scene.name}, seed {scene.seed}: chosen in {took_s:.2f} s")
            for clip, text in zip(clips, said, strict=True):
                print(f"  {clock(clip.start_s)} to {clock(clip.end_s)} {clip.score:6.2f}  {text}; {clip.why}")
    return found


def report(found: Mapping[str, Tally]) -> None:
    print("| shows | clips | precision | recall | NDCG | set-up inside | shown again | others |")
    print("|---|---|---|---|---|---|---|---|")
    for kind, tally in found.items():
        ndcg = f"{sum(tally.gains) / len(tally.gains):.2f}" if tally.gains else "-"
        shares = [_share(tally.right, tally.clips), _share(tally.right, tally.possible), ndcg, _share(tally.cold, tally.right)]
        others = ", ".join(f"{count} {name}" for name, count in tally.wrong.most_common()) or "-"
        print(f"| {tally.shows} {kind} | {tally.clips} | {' | '.join(shares)} | {tally.again} | {others} |")


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else "-"


def write(corpus: Path, folder: Path, seeds: Sequence[int], hours: float, part: int, parts: int) -> None:
    recordings = Recordings.of(corpus, part, parts)
    for kind, seed in names(seeds):
        target = folder / str(seed)
        target.mkdir(parents=True, exist_ok=True)
        samples, truth = compose(kind, seed, recordings, hours if kind == "show" else hours / 2)
        soundfile.write(target / f"{kind}.wav", samples, RATE_HZ)
        (target / f"{kind}.truth.json").write_text(json.dumps(truth, indent=1), encoding="utf-8")
        print(f"{target / kind}.wav: {truth['duration_s'] / 60:.0f} min, {len(truth['moments'])} moments", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    composing = commands.add_parser("compose")
    composing.add_argument("corpus", type=Path)
    composing.add_argument("folder", type=Path)
    composing.add_argument("--seeds", type=int, nargs="+", default=[1])
    composing.add_argument("--hours", type=float, default=1.5)
    composing.add_argument("--part", type=int, default=0)
    composing.add_argument("--parts", type=int, default=1)
    measuring = commands.add_parser("measure")
    measuring.add_argument("folder", type=Path)
    measuring.add_argument("--cache", type=Path, default=Path(".cache/heard"))
    measuring.add_argument("--words", choices=["windows", "truth"], default="windows")
    measuring.add_argument("--set", action="append", default=[], help="highlights.key=value")
    measuring.add_argument("--list", action="store_true", help="also each clip, and what it shows")
    given = parser.parse_args()
    if given.command == "compose":
        write(given.corpus, given.folder, given.seeds, given.hours, given.part, given.parts)
    else:
        scenes = heard_scenes(given.folder, given.cache)
        report(measure(scenes, given.set, true_words=given.words == "truth", listed=given.list))


if __name__ == "__main__":
    main()
