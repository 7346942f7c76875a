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
from video_pipeline.highlights.candidates import Candidate, Candidates
from video_pipeline.highlights.cluster import DENSITY_HOP_S, moments, weighted
from video_pipeline.highlights.edges import Edges
from video_pipeline.highlights.phrases import Phrases, phrases_of
from video_pipeline.highlights.reactions import reactions_of, weight_of
from video_pipeline.highlights.repeats import without_repeats
from video_pipeline.highlights.score import Scorer
from video_pipeline.highlights.stored import Signals, make_signals
from video_pipeline.highlights.words import Lower, nothing_found, title, why

Fainter = Callable[[float], Sequence[AudioEvent]]
"""The events of a video if reactions counted from the given probability on."""
_LOWER_ONSETS = (0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
"""Probabilities that are tried, highest first, when nothing was found."""
_ITSELF_A_CLIP_S = 60.0
"""A shorter video may be posted whole."""
_LONGEST_SHARE = 0.3
"""Of a video that a clip takes at most, if that leaves room for one of preferred length."""
_DRAWN_STEPS = 600
"""Points of the density curve that is drawn: about one per pixel of its picture."""


@dataclass(frozen=True, slots=True)
class Highlights:
    """The clips of a video."""

    clips: tuple[Clip, ...]
    """Best first."""
    explanation: str
    """One sentence on how the clips were chosen, or on why there are none."""
    density: Curve
    """How dense reactions are along the video, in weighted seconds per second."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """What was chosen, and from what."""

    candidates: Sequence[Candidate]
    """The chosen ones, in order of time."""
    moments: int
    """Number of moments strong enough for a clip."""
    strongest: float
    """Weight of the strongest moment; 0 if nobody reacted."""
    density: Curve


def find_highlights(
    evidence: Evidence, options: HighlightOptions, signals: Signals | None = None, fainter: Fainter | None = None
) -> Highlights:
    """The best clips of a video; none if nothing happened.

    Args:
        signals: as stored; computed if None.
        fainter: asked, if nothing was found, for the events at lower thresholds.
    """
    options = for_length(options, evidence.duration_s)
    choice = _choice(evidence, options, signals or make_signals(evidence, options))
    phrases = phrases_of(options.language, evidence)
    if not choice.candidates:
        lower = _lower(evidence, options, fainter) if fainter and choice.strongest <= 0 else None
        return Highlights((), nothing_found(evidence, choice.strongest, lower, options, phrases), _drawn(choice.density))
    clips = [_clip(candidate, evidence, phrases) for candidate in choice.candidates]
    ranked = tuple(sorted(clips, key=lambda clip: (-clip.score, clip.start_s)))
    return Highlights(ranked, phrases.chosen.format(count=len(ranked), moments=choice.moments), _drawn(choice.density))


def for_length(options: HighlightOptions, duration_s: float) -> HighlightOptions:
    """Of a video of some minutes a clip is a part, not nearly all; one below a minute may be a clip itself."""
    if duration_s < _ITSELF_A_CLIP_S:
        return options
    longest_s = max(options.least_s, options.aim_least_s, _LONGEST_SHARE * duration_s)
    return replace(options, longest_s=min(options.longest_s, longest_s))


def described(clip: Clip) -> str:
    """One line for a terminal."""
    return f"{clock(clip.start_s)} to {clock(clip.end_s)}, score {clip.score:.0f}: {clip.why}"


def _choice(evidence: Evidence, options: HighlightOptions, signals: Signals) -> _Choice:
    events = [event for event in evidence.causes() if options.weights.get(event.label, 0.0) > 0]
    found = reactions_of(events, weighted(signals.curves, options.weights), evidence.duration_s)
    density = weighted(signals.clusters.density, options.weights)
    weighed = [(weight_of(moment), moment) for moment in moments(found, signals.clusters.groups, density, options.longest_s)]
    strong = [moment for weight, moment in weighed if weight >= options.least_evidence]
    candidates = Candidates(found, Edges.of(evidence), Scorer(signals.curves, evidence, options), options)
    possible = without_repeats([candidate for moment in strong for candidate in candidates.of(moment)], evidence)
    chosen = best_set(possible, _most(evidence, options), options.apart_s)
    return _Choice(chosen, len(strong), max((weight for weight, _ in weighed), default=0.0), density)


def _drawn(density: Curve) -> Curve:
    """Reduced to as many points as a picture shows."""
    every = max(1, math.ceil(len(density.values) / _DRAWN_STEPS))
    whole = np.pad(density.values, (0, -len(density.values) % every), mode="edge" if len(density.values) else "constant")
    return Curve(whole.reshape(-1, every).max(axis=1), every * DENSITY_HOP_S)


def _most(evidence: Evidence, options: HighlightOptions) -> int:
    return min(options.top, math.ceil(options.per_hour * max(1.0, evidence.duration_s / 3600)))


def _clip(candidate: Candidate, evidence: Evidence, phrases: Phrases) -> Clip:
    return Clip(
        candidate.start_s,
        candidate.end_s,
        candidate.score,
        title(candidate, candidate.events, evidence.segments, phrases),
        reasons=candidate.reasons,
        why=why(candidate, candidate.events, candidate.reasons, phrases, evidence.views),
    )


def _lower(evidence: Evidence, options: HighlightOptions, fainter: Fainter) -> Lower | None:
    """The highest of a few lower thresholds that gives a clip, and the sounds that earn it."""
    tried = list(evidence.events)
    for onset in _LOWER_ONSETS:
        events = list(fainter(onset))
        if events == tried:
            continue
        tried = events
        fainter_evidence = replace(evidence, events=events)
        candidates = _choice(fainter_evidence, options, make_signals(fainter_evidence, options)).candidates
        if candidates:
            earned = min(candidates, key=lambda candidate: (-candidate.score, candidate.start_s)).events
            return Lower(onset, tuple(sorted({event.label for event in earned})), earned[0].start_s)
    return None
