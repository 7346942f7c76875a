"""The sounds in what was heard: probabilities fused, events found, all in milliseconds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from video_pipeline.core.posterior import Posterior
from video_pipeline.core.transcript import AudioEvent
from video_pipeline.events.find import events_of, fused
from video_pipeline.options import Options
from video_pipeline.video.base import BaseStage, DerivedStage, Given, StageProgress
from video_pipeline.video.errors import NO_SOUND, NothingHeard
from video_pipeline.video.records import OPTIONAL_KEYS, EventsFile
from video_pipeline.video.stages.listen import Listen

EVENTS_FILE = "events.json"


class FusedPosterior(DerivedStage[Posterior]):
    """The probabilities of all sounds, and of speech."""

    name = "posterior"
    needs = ("listen",)

    def reads(self, options: Options) -> tuple[str, ...]:
        return ("events.weights",)

    def make(self, given: Given, progress: StageProgress) -> Posterior:
        return fused(given.of(Listen).hearing, given.options.events)


class Events(BaseStage[Sequence[AudioEvent]]):
    """Laughter, applause and the like, in order of their start."""

    name = "events"
    needs = ("listen",)

    def reads(self, options: Options) -> tuple[str, ...]:
        return ("events.detectors", "events.weights", "events.sensitivity", "events.rules", "events.guards")

    def make(self, given: Given, progress: StageProgress) -> Sequence[AudioEvent]:
        """Raises NothingHeard where there is neither a sound nor a word to work on."""
        listened = given.of(Listen)
        events = events_of(listened.hearing, given.options.events)
        if not events and not listened.transcript.segments:
            left_out, duration_s = listened.transcript.left_out, listened.transcript.media.duration_s
            raise NothingHeard(given.video, duration_s, NO_SOUND, left_out) if left_out else NothingHeard(given.video, duration_s)
        return events

    def save(self, value: Sequence[AudioEvent], given: Given) -> Sequence[Path]:
        path = given.space.path(EVENTS_FILE)
        given.space.write_json(path, EventsFile(tuple(value)), where_empty=OPTIONAL_KEYS)
        return [path]

    def load(self, given: Given) -> Sequence[AudioEvent]:
        return given.space.read_json(given.space.path(EVENTS_FILE), EventsFile).events
