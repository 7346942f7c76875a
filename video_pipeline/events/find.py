"""From the detectors' results to events: fusion, thresholds, guards. Takes milliseconds; detection itself is done before."""

from __future__ import annotations

from video_pipeline.core.posterior import Posterior
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import AudioEvent
from video_pipeline.events.fusion import fuse
from video_pipeline.events.guards import guarded
from video_pipeline.events.hysteresis import EventOptions, find_events
from video_pipeline.events.store import Hearing


def fused(hearing: Hearing, options: EventOptions) -> Posterior:
    """Probabilities of all sounds and of speech, on the common grid."""
    return fuse(hearing.posteriors, options.weights, hearing.duration_s)


def events_of(hearing: Hearing, options: EventOptions) -> tuple[AudioEvent, ...]:
    """In order of their start, none after the end of the sound, though the last hop of the grid may reach beyond it."""
    whole = Span(0.0, hearing.duration_s)
    found = (event.clipped(whole) for event in find_events(fused(hearing, options), options))
    return tuple(guarded([event for event in found if event.duration_s > 0], hearing.traits, options.guards))
