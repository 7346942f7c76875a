"""The export `timelines`: the clips as cuts of the original file, for editing programs."""

from __future__ import annotations

from video_pipeline.clips.base import ClipJob, Exported, MadeClips
from video_pipeline.clips.errors import ToolMissing
from video_pipeline.clips.timelines import TIMELINES
from video_pipeline.clips.timelines.cutlist import cut_list
from video_pipeline.media.targets import whole

FOLDER = "timelines"


class TimelinesExport:
    """One file per format of the options. A format whose library is missing is skipped with a notice."""

    reads = ("timelines", "captions")

    def export(self, job: ClipJob, made: MadeClips) -> Exported:
        if not job.clips:
            return Exported()
        cuts = cut_list(job, made)
        texts: dict[str, str] = {}
        for name in job.options.timelines:
            member = TIMELINES.load(name)()
            try:
                texts[member.file_name] = member.render(cuts)
            except ToolMissing as error:
                job.notice(str(error))
        files = tuple(job.folder / FOLDER / name for name in texts)
        for path, text in zip(files, texts.values(), strict=True):
            with whole(path) as part:
                part.write_text(text, encoding="utf-8", newline="")
        return Exported(files)
