"""A language model's opinion on the text, where it is asked for; stored, so that the model is asked once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from video_pipeline.core.languages import NAMES
from video_pipeline.core.transcript import main_language
from video_pipeline.highlights.base import View
from video_pipeline.options import Options
from video_pipeline.translate.asking import AskedModel
from video_pipeline.translate.opinions import Line, opinions
from video_pipeline.video.base import BaseStage, Given, StageProgress
from video_pipeline.video.records import OpinionFile
from video_pipeline.video.stages.spoken import Spoken

OPINION_FILE = "opinion.json"


class Opinion(BaseStage[Sequence[View]]):
    """The passages that a model finds strong, in order of time; none where it is not to be asked."""

    name = "opinion"
    needs = ("spoken",)
    takes_model = True

    def reads(self, options: Options) -> tuple[str, ...]:
        return ("highlights.opinion", "translation.url", "translation.model", "translation.timeout_s", "translation.patience_s")

    def make(self, given: Given, progress: StageProgress) -> Sequence[View]:
        if not given.options.highlights.opinion:
            return ()
        segments = given.of(Spoken).segments
        lines = [Line(one.start_s, one.end_s, one.text.strip()) for one in segments if one.text.strip()]
        if not lines:
            progress.notice("no model was asked for its opinion: there are no words")
            return ()
        language = NAMES[main_language(segments)].english
        found, refused = opinions(AskedModel.of(given.options.translation), lines, language)
        if refused:
            progress.notice(f"the model's opinion is missing on {refused} part(s) of the text: its answers could not be used")
        return tuple(View(one.start_s, one.end_s, one.strength, one.reason) for one in found)

    def save(self, value: Sequence[View], given: Given) -> Sequence[Path]:
        path = given.space.path(OPINION_FILE)
        given.space.write_json(path, OpinionFile(tuple(value)))
        return [path]

    def load(self, given: Given) -> Sequence[View]:
        return given.space.read_json(given.space.path(OPINION_FILE), OpinionFile).passages
