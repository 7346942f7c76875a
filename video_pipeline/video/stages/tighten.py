"""The whole video without silences and filler words, with its subtitles and the cuts of the source."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from video_pipeline.clips.base import ClipJob, SourceVideo
from video_pipeline.clips.tighten.export import cut_lists, kept_of
from video_pipeline.core.clip import Clip
from video_pipeline.core.span import Span
from video_pipeline.media.cut import suffix
from video_pipeline.media.cutting.tight import joined
from video_pipeline.options import Options
from video_pipeline.subtitles.files import files_of
from video_pipeline.subtitles.retime import joined_cues
from video_pipeline.video.base import BaseStage, Given, StageProgress
from video_pipeline.video.errors import NothingHeard
from video_pipeline.video.stages.cues import Cues
from video_pipeline.video.stages.events import Events
from video_pipeline.video.stages.identify import Identify
from video_pipeline.video.stages.masked import IF_MASKED, source_of
from video_pipeline.video.stages.subtitles import appearance
from video_pipeline.video.stages.words import ShownWords


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
        info, options, space = source_of(given).info, given.options.clips, given.space
        transcript = given.of(ShownWords)
        source = SourceVideo(
            info=info,
            track=source_of(given).track,
            language=transcript.language,
            segments=transcript.segments,
            events=given.of(Events),
            cues=given.of(Cues).cues,
        )
        plan, stretches = kept_of(source, Span(0.0, info.duration_s or transcript.media.duration_s), options)
        if not stretches:
            raise NothingHeard(info.path, info.duration_s or 0.0, "nothing to keep in a tightened copy")
        stem = space.folder.name
        target = space.path(f"{stem}.tightened{suffix(info)}")
        space.replacing(target)
        joined(plan, stretches, target, options.cut, progress.advance)
        taken_s = plan.span.duration_s - sum(one.duration_s for one in stretches)
        progress.notice(f"{taken_s:.1f} s of {plan.span.duration_s:.1f} s were taken out of {target.name}")
        on_source = [one.shifted(plan.span.start_s) for one in stretches]
        files = [target]
        cues = joined_cues(source.cues, on_source)
        for name in given.options.subtitles.formats:
            for end, content in files_of(name, cues, appearance(given)).items():
                files.append(space.path(f"{stem}.tightened.{end}"))
                space.write(files[-1], content)
        clips = [Clip(one.start_s, one.end_s, 0.0, "") for one in on_source]
        job = ClipJob(source=source, clips=clips, folder=space.folder, options=options, notice=progress.notice)
        return [*files, *cut_lists(job, clips)]

    def save(self, value: Sequence[Path], given: Given) -> Sequence[Path]:
        return value

    def load(self, given: Given) -> Sequence[Path]:
        return given.outputs(self.name)
