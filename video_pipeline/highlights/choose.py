"""The clips of a video: dense groups of reactions with their set-up, scored, explained, the best set that does not overlap."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from video_pipeline.core.clip import Clip
from video_pipeline.core.posterior import Curve
from video_pipeline.core.timecode import clock
from video_pipeline.core.transcript import AudioEvent
from video_pipeline.highlights.base import Evidence, HighlightOptions
from video_pipeline.highlights.best_set import best_set
from video_pipeline.highlights.candidates import Candidate, candidates, exact
from video_pipeline.highlights.cluster import DENSITY_HOP_S, reactions, units, weight_of, weighted
from video_pipeline.highlights.edges import Edges
from video_pipeline.highlights.phrases import Phrases, phrases_of
from video_pipeline.highlights.repeats import without_repeats
from video_pipeline.highlights.score import Scorer
from video_pipeline.highlights.stored import Signals, make_signals
from video_pipeline.highlights.words import Lower, nothing_found, title, why

Fainter = Callable[[float], Sequence[AudioEvent]]
"""The events of a video if reactions counted as heard from the given probability on."""
_LOWER = (0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
_DRAWN_STEPS = 600


@dataclass(frozen=True, slots=True)
class Highlights:
    """Clips, best first, one sentence on how they came about or why there are none, and how dense reactions are along the video,
    in weighted seconds per second."""

    clips: tuple[Clip, ...]
    explanation: str
    density: Curve


def find_highlights(
    evidence: Evidence, options: HighlightOptions, signals: Signals | None = None, fainter: Fainter | None = None
) -> Highlights:
    """The best clips of a video; none where nothing happened.

    Args:
        signals: as stored; made anew where None.
        fainter: asked, where nothing was found, what lower thresholds would have let through.
    """
    signals = signals or make_signals(evidence, options)
    edges, scorer = Edges.of(evidence), Scorer(signals.curves, evidence, options)
    found = exact(reactions(weighted(signals.curves, options.weights)), edges)
    density = weighted(signals.clusters.density, options.weights)
    grouped = units(found, signals.clusters.groups, density, options.longest_s)
    enough = [unit for unit in grouped if weight_of(unit) >= options.least_evidence]
    phrases = phrases_of(options.language, evidence)
    possible = without_repeats(candidates(enough, found, edges, scorer, options), evidence)
    chosen = best_set(possible, _most(evidence, options), options.apart_s)
    if not chosen:
        lower = _lower(evidence, options, fainter) if fainter and not found else None
        strongest = max(map(weight_of, grouped), default=0.0)
        return Highlights((), nothing_found(evidence, strongest, lower, options, phrases), _drawn(density))
    clips = [_clip(candidate, evidence, phrases) for candidate in chosen]
    ranked = tuple(sorted(clips, key=lambda clip: (-clip.score, clip.start_s)))
    return Highlights(ranked, phrases.chosen.format(count=len(ranked), moments=len(enough)), _drawn(density))


def described(clip: Clip) -> str:
    """One line for a terminal."""
    return f"{clock(clip.start_s)} to {clock(clip.end_s)}, score {clip.score:.0f}: {clip.why}"


def _drawn(density: Curve) -> Curve:
    """In as many steps as a picture shows."""
    every = max(1, math.ceil(len(density.values) / _DRAWN_STEPS))
    whole = np.pad(density.values, (0, -len(density.values) % every), mode="edge" if len(density.values) else "constant")
    return Curve(whole.reshape(-1, every).max(axis=1), every * DENSITY_HOP_S)


def _most(evidence: Evidence, options: HighlightOptions) -> int:
    return min(options.top, math.ceil(options.per_hour * max(1.0, evidence.duration_s / 3600)))


def _clip(candidate: Candidate, evidence: Evidence, phrases: Phrases) -> Clip:
    heading, because = title(candidate, evidence, phrases), why(candidate, candidate.reasons, evidence, phrases)
    return Clip(candidate.start_s, candidate.end_s, candidate.score, heading, reasons=candidate.reasons, why=because)


def _lower(evidence: Evidence, options: HighlightOptions, fainter: Fainter) -> Lower | None:
    """The highest of a few lower thresholds that lets a clip through, and what it would be earned by."""
    for onset in _LOWER:
        events = fainter(onset)
        heard = replace(evidence, events=events)
        clips = find_highlights(heard, options).clips
        if clips:
            inside = [event for event in heard.reactions() if event.overlaps(clips[0])]
            return Lower(onset, tuple(sorted({event.label for event in inside})), inside[0].start_s)
    return None
