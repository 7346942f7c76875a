"""From probabilities to events: two thresholds, so that a sound hovering around one does not fall into pieces."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from video_pipeline.core.labels import Sound
from video_pipeline.core.posterior import Curve, Posterior
from video_pipeline.core.span import Span, merged
from video_pipeline.core.transcript import AudioEvent
from video_pipeline.events import DETECTORS


@dataclass(frozen=True, slots=True)
class EventRule:
    """When one label counts as heard.

    Attributes:
        onset: probability that must be reached once.
        offset: an event lasts while the probability stays at or above this.
        merge_gap_s: events closer than this are one (people breathe in while they laugh).
        least_s: shorter events are dropped.
    """

    onset: float = 0.5
    offset: float = 0.3
    merge_gap_s: float = 0.5
    least_s: float = 0.3

    def __post_init__(self) -> None:
        if not 0 < self.offset <= self.onset <= 1 or min(self.merge_gap_s, self.least_s) < 0:
            raise ValueError("thresholds must be 0 < offset <= onset <= 1, and times 0 or more")


_DEFAULT = EventRule()
DEFAULT_RULES: dict[Sound, EventRule] = {
    **dict.fromkeys(Sound, _DEFAULT),
    Sound.LAUGHTER: EventRule(onset=0.6, offset=0.2, merge_gap_s=0.7, least_s=0.5),
    Sound.APPLAUSE: EventRule(onset=0.6, offset=0.3, merge_gap_s=0.9, least_s=1.0),
    Sound.CHEER: EventRule(onset=0.6, offset=0.4, merge_gap_s=0.9, least_s=1.5),
    Sound.MUSIC: EventRule(onset=0.8, offset=0.5, merge_gap_s=2.0, least_s=3.0),
}


@dataclass(frozen=True, slots=True)
class EventOptions:
    """How sounds become events.

    Attributes:
        detectors: names in `DETECTORS`, the more trusted first.
        rules: when each sound counts as heard.
    """

    detectors: tuple[str, ...] = ("compact", "tags")
    rules: dict[Sound, EventRule] = field(default_factory=lambda: dict(DEFAULT_RULES))

    def __post_init__(self) -> None:
        for name in self.detectors:
            DETECTORS.require(name)


def find_events(posterior: Posterior, options: EventOptions) -> list[AudioEvent]:
    """Events of all labels in order of their start. An event's score is the mean of its probabilities."""
    events = [
        AudioEvent(round(span.start_s, 3), round(span.end_s, 3), sound, score)
        for sound in Sound
        if sound in posterior.labels
        for span, score in _label_events(posterior.curve(sound), options.rules[sound]).items()
    ]
    return sorted(events, key=lambda e: (e.start_s, e.label))


def _label_events(curve: Curve, rule: EventRule) -> Mapping[Span, float]:
    spans = merged(_runs(curve, rule), gap_s=rule.merge_gap_s)
    return {span: _mean(curve, span) for span in spans if span.duration_s >= rule.least_s}


def _runs(curve: Curve, rule: EventRule) -> Iterator[Span]:
    """Stretches at or above `offset` that reach `onset` somewhere."""
    above = np.concatenate([[False], curve.values >= min(rule.offset, rule.onset), [False]])
    edges = np.flatnonzero(above[1:] != above[:-1])
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if curve.values[start:end].max() >= rule.onset:
            yield Span(curve.start_s + start * curve.hop_s, curve.start_s + end * curve.hop_s)


def _mean(curve: Curve, span: Span) -> float:
    first = round((span.start_s - curve.start_s) / curve.hop_s)
    last = max(first + 1, round((span.end_s - curve.start_s) / curve.hop_s))
    return round(float(curve.values[first:last].mean()), 4)
