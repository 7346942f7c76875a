"""The whole video without silences and filler words, with its subtitles and the cuts of the source."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from video_pipeline.clips.base import ClipJob, ClipOptions, SourceVideo
from video_pipeline.clips.tighten.export import FOLDER, cut_lists, kept_of, moment
from video_pipeline.core.clip import Clip
from video_pipeline.core.cue import Cue
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import AudioEvent, Segment
from video_pipeline.media.cut import suffix
from video_pipeline.media.cutting.base import CutOptions
from video_pipeline.media.cutting.plan import Plan
from video_pipeline.media.cutting.tight import joined
from video_pipeline.options import Options
from video_pipeline.subtitles.files import files_of
from video_pipeline.subtitles.labelling import with_labels
from video_pipeline.subtitles.layout import make_cues
from video_pipeline.subtitles.retime import joined_cues, moved_by
from video_pipeline.subtitles.spoken import spoken
from video_pipeline.video.base import BaseStage, DerivedStage, Given, StageProgress
from video_pipeline.video.decisions import brought_together, difference, sounds_left, words_left
from video_pipeline.video.errors import NothingHeard
from video_pipeline.video.stages.cues import Cues
from video_pipeline.video.stages.events import Events
from video_pipeline.video.stages.identify import Identify
from video_pipeline.video.stages.masked import IF_MASKED, source_of
from video_pipeline.video.stages.subtitles import appearance
from video_pipeline.video.stages.words import ShownWords

Write = Callable[[Path, bytes], None]


class TightenedCopy(BaseStage[Sequence[Path]]):
    """`NAME.tightened.mp4`, its subtitles in all formats, and `tightened/` with the cuts for editing programs."""

    name = "tighten"
    phases = ("tighten",)
    needs = ("identify", "words", "events", "cues")
    needs_if = IF_MASKED

    def reads(self, options: Options) -> tuple[str, ...]:
        return ("track", "clips.tighten", "clips.cut", "clips.loudness", "clips.timelines", "subtitles")

    def length_s(self, given: Given) -> float | None:
        return given.of(Identify).info.duration_s

    def make(self, given: Given, progress: StageProgress) -> Sequence[Path]:
        """Raises NothingHeard where nothing is loud enough to be kept."""
        options, space = given.options.clips, given.space
        source = _source(given, cues=given.of(Cues).cues)
        plan, stretches = _kept(given, source, "nothing to keep in a tightened copy")
        stem = f"{space.folder.name}.tightened"
        target = space.path(f"{stem}{suffix(source.info)}")
        space.replacing(target)
        on_source = _written(plan, stretches, target, options.cut, progress)
        files = [target, *_subtitles(given, joined_cues(source.cues, on_source), space.path(stem), space.write)]
        return [*files, *_lists(source, on_source, space.folder, options, progress)]

    def save(self, value: Sequence[Path], given: Given) -> Sequence[Path]:
        return value

    def load(self, given: Given) -> Sequence[Path]:
        return given.outputs(self.name)


class CutCopy(DerivedStage[Sequence[Path]]):
    """The whole video without what a person cut out, its subtitles and its cut lists, in a folder of their own.

    The options say whether silences and filler words go too. Nothing of it is recorded.
    """

    name = "cut copy"
    phases = ("tighten",)
    needs = ("identify", "words", "events", "cues")
    needs_if = IF_MASKED

    def __init__(self, removed: Sequence[Span], folder: Path) -> None:
        self._removed, self._folder = removed, folder

    def reads(self, options: Options) -> tuple[str, ...]:
        return ("track", "clips.tighten", "clips.cut", "clips.loudness", "clips.timelines", "subtitles")

    def length_s(self, given: Given) -> float | None:
        return given.of(Identify).info.duration_s

    def make(self, given: Given, progress: StageProgress) -> Sequence[Path]:
        """Raises NothingHeard where nothing is left."""
        options, source = given.options.clips, _source(given, removed=self._removed)
        plan, stretches = _kept(given, source, "nothing but what was cut out")
        stem = self._folder / f"{given.space.folder.name}.cut"
        target = stem.with_name(f"{stem.name}{suffix(source.info)}")
        on_source = _written(plan, stretches, target, options.cut, progress)
        cues, back = _laid_out(given, on_source), partial(_source_time, stretches=on_source)
        files = [target, *_subtitles(given, cues, stem, _write)]
        shown = dataclasses.replace(source, cues=[moved_by(cue, back) for cue in cues])
        return [*files, *_lists(shown, on_source, self._folder, options, progress, "cut lists")]


def _source(given: Given, *, cues: Sequence[Cue] = (), removed: Sequence[Span] = ()) -> SourceVideo:
    transcript = given.of(ShownWords)
    return SourceVideo(
        info=source_of(given).info,
        track=source_of(given).track,
        language=transcript.language,
        segments=transcript.segments,
        events=given.of(Events),
        cues=cues,
        removed=removed,
    )


def _kept(given: Given, source: SourceVideo, nothing: str) -> tuple[Plan, list[Span]]:
    """The frames of the whole video, and what stays of them. Raises NothingHeard, which says `nothing`."""
    info = source.info
    whole = Span(0.0, info.duration_s or given.of(ShownWords).media.duration_s)
    plan, stretches = kept_of(source, whole, given.options.clips)
    if not stretches:
        raise NothingHeard(info.path, info.duration_s or 0.0, nothing)
    return plan, stretches


def _written(plan: Plan, stretches: Sequence[Span], target: Path, cut: CutOptions, progress: StageProgress) -> list[Span]:
    """Write the stretches one after another; gives them on the clock of the source."""
    joined(plan, stretches, target, cut, progress.advance)
    taken_s = plan.span.duration_s - sum(one.duration_s for one in stretches)
    progress.notice(f"{taken_s:.1f} s of {plan.span.duration_s:.1f} s were taken out of {target.name}")
    return [one.shifted(plan.span.start_s) for one in stretches]


def _subtitles(given: Given, cues: Sequence[Cue], stem: Path, write: Write) -> Iterator[Path]:
    for name in given.options.subtitles.formats:
        for end, content in files_of(name, cues, appearance(given)).items():
            path = stem.with_name(f"{stem.name}.{end}")
            write(path, content)
            yield path


def _lists(
    source: SourceVideo, kept: Sequence[Span], folder: Path, options: ClipOptions, progress: StageProgress, place: str = FOLDER
) -> Iterator[Path]:
    clips = [Clip(one.start_s, one.end_s, 0.0, "") for one in kept]
    job = ClipJob(source=source, clips=clips, folder=folder, options=options, notice=progress.notice)
    return cut_lists(job, clips, place)


def _laid_out(given: Given, stretches: Sequence[Span]) -> list[Cue]:
    """Subtitles of the words that are left, laid out on the clock of the copy, where the pauses are other ones."""
    transcript = given.of(ShownWords)
    removed = difference([Span(0.0, max(stretches[-1].end_s, transcript.media.duration_s))], stretches)
    segments = brought_together(words_left(spoken(transcript.segments, given.of(Events)), removed), stretches)
    events = [
        dataclasses.replace(event, start_s=moment(event.start_s, stretches), end_s=moment(event.end_s, stretches))
        for event in sounds_left(given.of(Events), removed)
    ]
    return _cues_of(given, segments, events, sum(one.duration_s for one in stretches))


def cues_left(given: Given, removed: Sequence[Span]) -> list[Cue]:
    """Subtitles without the words and sounds that are cut out, on the clock of the source."""
    segments = words_left(spoken(given.of(ShownWords).segments, given.of(Events)), removed)
    return _cues_of(given, segments, sounds_left(given.of(Events), removed), given.of(Identify).end_s)


def _cues_of(given: Given, segments: Sequence[Segment], events: Sequence[AudioEvent], end_s: float) -> list[Cue]:
    options = given.options.subtitles
    return with_labels(make_cues(segments, events, options, rate_fps=given.of(Identify).rate_fps, media_end_s=end_s), options)


def _source_time(time_s: float, stretches: Sequence[Span]) -> float:
    """Where a time of the copy lies in the source."""
    for one in stretches:
        if time_s <= one.duration_s:
            return one.start_s + time_s
        time_s -= one.duration_s
    return stretches[-1].end_s


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)
