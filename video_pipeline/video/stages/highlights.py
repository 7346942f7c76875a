"""The best moments: chosen, scored, explained, as JSON, as a table and as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from video_pipeline.core.clip import Clip
from video_pipeline.highlights.choose import Highlights
from video_pipeline.highlights.heard_starts import with_whole_sentences
from video_pipeline.highlights.phrases import phrases_of
from video_pipeline.highlights.table import clips_table
from video_pipeline.highlights.words import title
from video_pipeline.options import Options
from video_pipeline.report.moments import draw_moments
from video_pipeline.report.timeline import Timeline
from video_pipeline.video.base import BaseStage, Given, StageProgress
from video_pipeline.video.records import HighlightsFile
from video_pipeline.video.stages.choice import ClipChoice
from video_pipeline.video.stages.clip_words import ClipWords
from video_pipeline.video.stages.events import Events, FusedPosterior
from video_pipeline.video.stages.listen import Listen
from video_pipeline.video.stages.signals import VideoEvidence
from video_pipeline.video.stages.words import IF_CLIPS_ONLY

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
    revision = 6
    """6: passages neither begin nor end in a pause inside a sentence."""
    needs = ("listen", "events", "posterior", "evidence", "choice")
    needs_if = IF_CLIPS_ONLY

    def reads(self, options: Options) -> tuple[str, ...]:
        return ("emotion", "highlights")

    def make(self, given: Given, progress: StageProgress) -> ChosenClips:
        found = given.of(ClipChoice)
        if given.needs(ClipWords):
            found = replace(found, clips=_retitled(found.clips, given))
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


def _drawn(found: Highlights, given: Given) -> str:
    """The timeline with the clips drawn in."""
    transcript = given.of(Listen).transcript
    posterior = given.of(FusedPosterior)
    timeline = Timeline(transcript.media.duration_s, transcript.segments, given.of(Events), posterior, found.clips)
    return draw_moments(timeline, transcript.media.name, found.density, found.explanation)


def _retitled(clips: Sequence[Clip], given: Given) -> tuple[Clip, ...]:
    """With titles and starts from the words that were heard once the clips were chosen."""
    options, segments = given.options.highlights, given.of(ClipWords).segments
    evidence = replace(given.of(VideoEvidence), segments=segments)
    phrases = phrases_of(options.language, evidence)
    counted = [event for event in evidence.causes() if options.weights.get(event.label, 0.0) > 0]

    def title_of(clip: Clip) -> str:
        return title(clip, [event for event in counted if event.overlap_s(clip) > 0], segments, phrases)

    return tuple(replace(clip, title=title_of(clip)) for clip in with_whole_sentences(clips, evidence, options))
