"""The cues: what was said and heard, laid out as subtitles, and the rules that they break."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import Language
from video_pipeline.options import Options
from video_pipeline.subtitles.formats.ass_sheet import AssSheet
from video_pipeline.subtitles.labelling import with_labels
from video_pipeline.subtitles.layout import make_cues
from video_pipeline.subtitles.qc import Finding, check
from video_pipeline.subtitles.spoken import spoken
from video_pipeline.video.base import DerivedStage, Given, StageProgress
from video_pipeline.video.stages.events import Events
from video_pipeline.video.stages.identify import Identify
from video_pipeline.video.stages.shots import Shots
from video_pipeline.video.stages.words import ShownWords


@dataclass(frozen=True, slots=True)
class Layout:
    """Cues in order of time, what is wrong with them, and the language that most of them are in."""

    cues: Sequence[Cue]
    findings: tuple[Finding, ...]
    language: Language
    draft: bool = False
    """Whether the words are a draft."""
    tag: str = ""
    """BCP 47 tag of the language where `language` is too coarse, such as `fr` or `zh-Hant`."""
    tells_sounds: bool = True
    """Whether they are for the deaf too, if labels are written."""
    sheet: AssSheet | None = None
    """The styles of the ASS file from which they come."""


class Cues(DerivedStage[Layout]):
    """Not stored: laying out an hour takes less than half a second."""

    name = "cues"
    revision = 5
    """5: a pause inside a clause ends no cue by itself, wide marks in Chinese and Japanese; 4: no cue outlasts the video; 3:
    lines and cues break where people break them, words that a laugh explains better are left out; 2: abbreviations and quotations
    end no sentence."""
    needs = ("identify", "words", "events")
    needs_if = MappingProxyType({"shots": "subtitles.shots"})

    def reads(self, options: Options) -> tuple[str, ...]:
        return ("subtitles",)

    def make(self, given: Given, progress: StageProgress) -> Layout:
        options, events, source = given.options.subtitles, given.of(Events), given.of(Identify)
        cuts_s = given.of(Shots) if given.needs(Shots) else ()
        transcript = given.of(ShownWords)
        said = spoken(transcript.segments, events)
        laid_out = make_cues(said, events, options, rate_fps=source.rate_fps, cuts_s=cuts_s, media_end_s=source.end_s)
        cues = with_labels(laid_out, options)
        findings = tuple(check(cues, options, source.rate_fps, cuts_s=cuts_s, events=events))
        return Layout(cues, findings, transcript.language, transcript.draft)
