"""Rules of sounds chosen on some sources of recordings and reported on others.

    python -m benchmarks.event_rules SCENES [--sounds laughter applause cheer]

SCENES/SPLIT/SEED/NAME.wav with `NAME.truth.json`, as for `benchmarks.events`: scenes of one SPLIT have the reactions of one part
of the sources, and SPLITs whose names are equal up to the first hyphen (`one-a`, `one-b`, `one-c`) share out all sources. For
each SPLIT the rule is chosen that does best on the others of its kind; what it does on its own is summed and printed below what
the rules of the options do. Twelve hours take some two minutes to hear, and as long for each sound.
"""

from __future__ import annotations

import argparse
import dataclasses
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.event_score import Tally
from benchmarks.events import compact_posterior, scenes
from video_pipeline.core.labels import Sound
from video_pipeline.core.posterior import Posterior
from video_pipeline.core.span import Span
from video_pipeline.events.hysteresis import EventOptions, EventRule, find_events

GRIDS: dict[Sound, dict[str, tuple[float, ...]]] = {
    Sound.LAUGHTER: {
        "onset": (0.75, 0.85),
        "onset_in_speech": (0.0, 0.93, 0.95),
        "mean_in_speech": (0.0, 0.55),
        "onset_again": (0.4, 0.5, 0.6),
        "offset": (0.1, 0.2),
    },
    Sound.APPLAUSE: {
        "onset": (0.7, 0.8, 0.85),
        "onset_in_speech": (0.93, 0.95, 0.97),
        "onset_in_cheers": (0.0, 0.97),
        "offset": (0.1, 0.2),
    },
    Sound.CHEER: {"onset": (0.4, 0.5, 0.6), "onset_in_speech": (0.9, 0.95), "offset": (0.03, 0.05, 0.1)},
}
FALSE_COST = 0.004
"""What a false alarm per hour costs, in F1 averaged over kinds of scenes: four are worth a hundredth and a half."""

Tallies = Mapping[str, Tally]
"""By the name of the scene."""


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """A scene, and what the detector heard in it."""

    name: str
    truth: Mapping[str, Any]
    posterior: Posterior


def candidates(sound: Sound) -> Iterator[EventRule]:
    base, grid = EventOptions().rules[sound], GRIDS[sound]
    for values in itertools.product(*grid.values()):
        yield dataclasses.replace(base, **dict(zip(grid, values, strict=True)))


def tallied(heard: Iterable[Heard], sound: Sound, rule: EventRule) -> dict[str, Tally]:
    rules = {**EventOptions().rules, sound: rule}
    options, found = EventOptions(rules=rules), defaultdict[str, Tally](Tally)
    for scene in heard:
        true = [Span(e["start_s"], e["end_s"]) for e in scene.truth["events"] if e["label"] == sound]
        got = [Span(e.start_s, e.end_s) for e in find_events(scene.posterior, options) if e.label is sound]
        found[scene.name].add(true, got, scene.truth["duration_s"])
    return found


def together(tallies: Iterable[Tallies]) -> dict[str, Tally]:
    found = defaultdict[str, Tally](Tally)
    for some in tallies:
        for name, tally in some.items():
            total = found[name]
            total.true, total.found, total.hits = total.true + tally.true, total.found + tally.found, total.hits + tally.hits
            total.false_alarms, total.heard_s = total.false_alarms + tally.false_alarms, total.heard_s + tally.heard_s
            total.onset_errors_s += tally.onset_errors_s
    return found


def worth(tallies: Tallies) -> float:
    """Mean F1 of the scenes that have the sound, less the cost of false alarms in the others."""
    f1s = [tally.f1 for tally in tallies.values() if tally.true]
    false = [tally.false_alarms_per_hour for tally in tallies.values() if not tally.true]
    return sum(f1s) / max(1, len(f1s)) - FALSE_COST * sum(false) / max(1, len(false))


def report(title: str, tallies: Tallies) -> None:
    cells = [
        f"{name} {tally.f1:.3f}, {tally.false_alarms_per_hour:.1f}"
        if tally.true
        else f"{name} -, {tally.false_alarms_per_hour:.1f}"
        for name, tally in sorted(tallies.items())
        if tally.true or tally.found
    ]
    print(f"{title}: {worth(tallies):.4f}; F1 and false alarms an hour: {'; '.join(cells)}", flush=True)


def crossed(heard: Mapping[str, Sequence[Heard]], sound: Sound) -> None:
    now = together(tallied(some, sound, EventOptions().rules[sound]) for some in heard.values())
    report(f"{sound}, the rule of the options", now)
    by_rule = [(rule, {split: tallied(some, sound, rule) for split, some in heard.items()}) for rule in candidates(sound)]
    held_out = []
    for split in heard:
        others = [other for other in heard if other != split and other.split("-")[0] == split.split("-")[0]]
        _, best = max(by_rule, key=lambda item: worth(together(item[1][other] for other in others)))
        held_out.append(best[split])
    report(f"{sound}, chosen on other sources each time", together(held_out))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenes", type=Path)
    parser.add_argument("--sounds", nargs="*", default=list(GRIDS), type=Sound)
    given = parser.parse_args()
    folders = sorted(path for path in given.scenes.iterdir() if path.is_dir())
    heard = {
        folder.name: [Heard(name, truth, compact_posterior(sound)) for name, sound, truth in scenes(folder)] for folder in folders
    }
    for sound in given.sounds:
        crossed(heard, sound)


if __name__ == "__main__":
    main()
