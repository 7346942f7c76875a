"""The export `timelines`: the clips as cuts of the original file, for editors."""

from __future__ import annotations

from pathlib import Path

from video_pipeline.clips.base import ClipJob
from video_pipeline.clips.errors import ToolMissing
from video_pipeline.clips.timelines import TIMELINES
from video_pipeline.clips.timelines.cutlist import cut_list
from video_pipeline.media.targets import whole

FOLDER = "timelines"


class TimelinesExport:
    """One file per format of the options. A format whose library is missing is told of, and the others are written."""

    reads = ("timelines",)

    def export(self, job: ClipJob) -> list[Path]:
        if not job.clips:
            return []
        cuts = cut_list(job)
        texts: dict[str, str] = {}
        for name in job.options.timelines:
            member = TIMELINES.load(name)()
            try:
                texts[member.file_name] = member.render(cuts)
            except ToolMissing as error:
                job.notice(str(error))
        made = [job.folder / FOLDER / name for name in texts]
        for path, text in zip(made, texts.values(), strict=True):
            with whole(path) as part:
                part.write_text(text, encoding="utf-8", newline="")
        return made
