"""The clips of a video: dense groups of reactions with their set-up, scored, explained, the best set that does not overlap."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from video_pipeline.core.clip import Clip
from video_pipeline.core.posterior import Curve
from video_pipeline.core.timecode import clock
from video_pipeline.core.transcript import AudioEvent
from video_pipeline.highlights import SIGNALS
from video_pipeline.highlights.base import HOP_S, Evidence, HighlightOptions
from video_pipeline.highlights.best_set import best_set
from video_pipeline.highlights.candidates import Candidate, candidates, exact
from video_pipeline.highlights.cluster import Reaction, density, reactions, units
from video_pipeline.highlights.curves import signal_curves
from video_pipeline.highlights.edges import Edges
from video_pipeline.highlights.phrases import Phrases, phrases_of
from video_pipeline.highlights.repeats import without_repeats
from video_pipeline.highlights.score import Scorer
from video_pipeline.highlights.words import Lower, nothing_found, title, why

Fainter = Callable[[float], Sequence[AudioEvent]]
"""The events of a video if reactions counted as heard from the given probability on."""
_LOWER = (0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
_DRAWN_STEPS, _LEAST_HOP_S = 600, 0.25


@dataclass(frozen=True, slots=True)
class Highlights:
    """Clips, best first, one sentence on how they came about or why there are none, and how dense reactions are along the video,
    in weighted seconds per second."""

    clips: tuple[Clip, ...]
    explanation: str
    density: Curve


def find_highlights(
    evidence: Evidence,
    options: HighlightOptions,
    curves: Mapping[str, Curve] | None = None,
    fainter: Fainter | None = None,
) -> Highlights:
    """The best clips of a video; none where nothing happened.

    Args:
        curves: of the signals, as stored; made anew where None.
        fainter: asked, where nothing was found, what lower thresholds would have let through.
    """
    curves = curves or signal_curves(evidence)
    edges, scorer = Edges.of(evidence), Scorer(curves, evidence, options)
    found = exact(reactions(strength(curves, options)), edges)
    grouped = units(found, options)
    phrases = phrases_of(options.language, evidence)
    possible = without_repeats(candidates(grouped, found, edges, scorer, options), evidence)
    chosen = best_set(possible, _most(evidence, options), options.apart_s)
    if not chosen:
        lower = _lower(evidence, options, fainter) if fainter and not found else None
        strongest = max((reaction.weight for reaction in found), default=0.0)
        return Highlights((), nothing_found(evidence, strongest, lower, options, phrases), _density(found, evidence, options))
    clips = [_clip(candidate, evidence, phrases) for candidate in chosen]
    ranked = tuple(sorted(clips, key=lambda clip: (-clip.score, clip.start_s)))
    explanation = phrases.chosen.format(count=len(ranked), moments=len(grouped))
    return Highlights(ranked, explanation, _density(found, evidence, options))


def strength(curves: Mapping[str, Curve], options: HighlightOptions) -> Curve:
    """The weighted sum of the signals that can earn a clip."""
    earning = [name for name, weight in options.weights.items() if weight > 0 and name in curves and SIGNALS.load(name).earns]
    if not earning:
        return Curve(np.zeros(0, np.float32), HOP_S)
    return Curve(np.sum([options.weights[name] * curves[name].values for name in earning], axis=0, dtype=np.float32), HOP_S)


def described(clip: Clip) -> str:
    """One line for a terminal."""
    return f"{clock(clip.start_s)} to {clock(clip.end_s)}, score {clip.score:.0f}: {clip.why}"


def _density(found: Sequence[Reaction], evidence: Evidence, options: HighlightOptions) -> Curve:
    """In as many steps as a picture shows."""
    hop_s = max(_LEAST_HOP_S, evidence.duration_s / _DRAWN_STEPS)
    times_s = (np.arange(int(np.ceil(evidence.duration_s / hop_s)), dtype=np.float64) + 0.5) * hop_s
    return Curve(density(found, times_s, options).astype(np.float32), hop_s)


def _most(evidence: Evidence, options: HighlightOptions) -> int:
    return min(options.top, math.ceil(options.per_hour * max(1.0, evidence.duration_s / 3600)))


def _clip(candidate: Candidate, evidence: Evidence, phrases: Phrases) -> Clip:
    heading, because = title(candidate, evidence, phrases), why(candidate, candidate.reasons, evidence, phrases)
    return Clip(candidate.start_s, candidate.end_s, candidate.score, heading, candidate.reasons, because)


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
