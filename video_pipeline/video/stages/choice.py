"""Which moments become clips. Not stored: `highlights` puts words to them and writes them."""

from __future__ import annotations

from collections.abc import Mapping

from video_pipeline.core.labels import REACTIONS, Sound
from video_pipeline.core.transcript import AudioEvent
from video_pipeline.events.find import events_of
from video_pipeline.events.hysteresis import EventOptions
from video_pipeline.events.store import Hearing
from video_pipeline.highlights.choose import Highlights
from video_pipeline.highlights.passages import highlights_or_passages
from video_pipeline.options import Options
from video_pipeline.video.base import DerivedStage, Given, StageProgress
from video_pipeline.video.stages.listen import Listen
from video_pipeline.video.stages.signals import StoredSignals, VideoEvidence


class ClipChoice(DerivedStage[Highlights]):
    """The best moments, best first, titled by the words that are known so far."""

    name = "choice"
    needs = ("listen", "evidence", "signals")

    def reads(self, options: Options) -> tuple[str, ...]:
        """Also how events are found: where there is no clip, it is said what lower thresholds would have given."""
        return ("emotion", "highlights", "events.weights", "events.sensitivity", "events.rules", "events.guards")

    def make(self, given: Given, progress: StageProgress) -> Highlights:
        hearing, options = given.of(Listen).hearing, given.options

        def fainter(onset: float) -> tuple[AudioEvent, ...]:
            return events_from(hearing, options.events, dict.fromkeys(REACTIONS, onset))

        return highlights_or_passages(given.of(VideoEvidence), options.highlights, given.of(StoredSignals), fainter)


def events_from(hearing: Hearing, options: EventOptions, onsets: Mapping[Sound, float]) -> tuple[AudioEvent, ...]:
    """The events if these sounds counted from these probabilities on, where that is less than now."""
    for sound, onset in onsets.items():
        if options.rules[sound].onset > onset:
            options = options.with_threshold(sound, onset)
    return events_of(hearing, options)
