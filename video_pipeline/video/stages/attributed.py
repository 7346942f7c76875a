"""`transcript.json` with speakers: who says each line, for whatever reads that file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from video_pipeline.core.transcript import Transcript
from video_pipeline.options import Options
from video_pipeline.video.base import BaseStage, Given, StageProgress
from video_pipeline.video.stages.listen import HEARD_FILE, TRANSCRIPT_FILE, Listen, write_transcript
from video_pipeline.video.stages.spoken import Spoken


class Attributed(BaseStage[Transcript]):
    """Puts the words with their speakers in the place of those that were heard, which are kept beside them."""

    name = "attributed"
    needs = ("listen", "spoken")

    def reads(self, options: Options) -> tuple[str, ...]:
        return ("emotion",)

    def make(self, given: Given, progress: StageProgress) -> Transcript:
        return given.of(Spoken)

    def save(self, value: Transcript, given: Given) -> Sequence[Path]:
        """In this order, so that a run that is stopped in between loses nothing."""
        heard = write_transcript(HEARD_FILE, given.of(Listen).transcript, given)
        return [heard, write_transcript(TRANSCRIPT_FILE, value, given)]

    def load(self, given: Given) -> Transcript:
        return given.space.read_json(given.space.path(TRANSCRIPT_FILE), Transcript)
