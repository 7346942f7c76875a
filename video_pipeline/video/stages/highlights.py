"""The best moments: chosen, scored, explained, as JSON, as a table and as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from video_pipeline.core.clip import Clip
from video_pipeline.core.labels import REACTIONS, Sound
from video_pipeline.core.transcript import AudioEvent
from video_pipeline.events.find import events_of
from video_pipeline.events.hysteresis import EventOptions
from video_pipeline.events.store import Hearing
from video_pipeline.highlights.choose import Highlights, find_highlights
from video_pipeline.highlights.table import clips_table
from video_pipeline.options import Options
from video_pipeline.report.moments import draw_moments
from video_pipeline.report.timeline import Timeline
from video_pipeline.video.base import BaseStage, Given, StageProgress
from video_pipeline.video.records import HighlightsFile
from video_pipeline.video.stages.events import Events, FusedPosterior
from video_pipeline.video.stages.listen import Listen
from video_pipeline.video.stages.signals import StoredSignals, VideoEvidence

HIGHLIGHTS_FILE = "highlights.json"
TABLE_FILE = "highlights.csv"
PICTURE_FILE = "highlights.svg"


@dataclass(frozen=True, slots=True)
class ChosenClips:
    """Clips to be cut, best first."""

    clips: tuple[Clip, ...]
    explanation: str
    """How they came about, or why there are none."""
    picture: str = ""
    """The timeline with the clips drawn in, as SVG; empty where they were loaded."""


class FoundHighlights(BaseStage[ChosenClips]):
    """Finds the best moments."""

    name = "highlights"
    revision = 2
    """2: titles are whole sentences."""
    needs = ("listen", "events", "posterior", "evidence", "signals")

    def reads(self, options: Options) -> tuple[str, ...]:
        """Also how events are found: where there is no clip, it is said what lower thresholds would have given."""
        return ("emotion", "highlights", "events.weights", "events.rules", "events.guards")

    def make(self, given: Given, progress: StageProgress) -> ChosenClips:
        hearing, options = given.of(Listen).hearing, given.options

        def fainter(onset: float) -> tuple[AudioEvent, ...]:
            return events_from(hearing, options.events, dict.fromkeys(REACTIONS, onset))

        found = find_highlights(given.of(VideoEvidence), options.highlights, given.of(StoredSignals), fainter)
        return ChosenClips(found.clips, found.explanation, _drawn(found, given))

    def save(self, value: ChosenClips, given: Given) -> Sequence[Path]:
        space = given.space
        record, table, picture = (space.path(name) for name in (HIGHLIGHTS_FILE, TABLE_FILE, PICTURE_FILE))
        space.write_json(record, HighlightsFile(value.clips, value.explanation))
        rows = clips_table(value.clips, emotion=given.options.emotion)
        space.write(table, rows.encode("utf-8-sig"))  # spreadsheets need the mark
        space.write(picture, value.picture.encode())
        return [record, table, picture]

    def load(self, given: Given) -> ChosenClips:
        stored = given.space.read_json(given.space.path(HIGHLIGHTS_FILE), HighlightsFile)
        return ChosenClips(stored.clips, stored.explanation)


def events_from(hearing: Hearing, options: EventOptions, onsets: Mapping[Sound, float]) -> tuple[AudioEvent, ...]:
    """The events if these sounds counted from these probabilities on, where that is less than now."""
    for sound, onset in onsets.items():
        if options.rules[sound].onset > onset:
            options = options.with_threshold(sound, onset)
    return events_of(hearing, options)


def _drawn(found: Highlights, given: Given) -> str:
    """The timeline with the clips drawn in."""
    transcript = given.of(Listen).transcript
    posterior = given.of(FusedPosterior)
    timeline = Timeline(transcript.media.duration_s, transcript.segments, given.of(Events), posterior, found.clips)
    return draw_moments(timeline, transcript.media.name, found.density, found.explanation)
