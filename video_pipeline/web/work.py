"""What a worker does for the server: process a video, or export some of its clips."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from video_pipeline.core.progress import Progress
from video_pipeline.jobs.messages import Done, JobResult
from video_pipeline.options import Options, load_options
from video_pipeline.web.errors import TooLarge
from video_pipeline.web.export import export
from video_pipeline.web.task import Made, Work

if TYPE_CHECKING:
    from video_pipeline.video.video import Video

_SLACK_S = 60.0
"""A header may be this wrong about the length of a video."""


def work(task: Work, progress: Progress) -> Done:
    """The task of the server's jobs. Raises whatever is wrong with the video."""
    if task.export is not None:
        return Done(value=Made(export(task, task.export, progress)))
    options = load_options(task.preset, task.overrides)
    video = _processed(task, options, _Limited(progress, task.limit_s))
    _make_preview(task, options, progress)
    return Done(video.duration_s, Made())


def _processed(task: Work, options: Options, progress: Progress) -> Video:
    """The only call of the pipeline in the server; the upload was hashed already."""
    from video_pipeline.video.process import process

    return process(task.video, task.goals, options, task.folder.parent, progress, digest=task.digest)


def _make_preview(task: Work, options: Options, progress: Progress) -> None:
    """A copy for browsers, if they cannot play the file and there is none yet."""
    from video_pipeline.media.preview import plays, write_preview
    from video_pipeline.media.probe import probe
    from video_pipeline.media.sound_choice import chosen_track

    info = probe(task.video)
    if task.preview.exists():
        return
    track = chosen_track(info, options.track, options.speech.language).number
    if not plays(info, track):
        progress.begin("preview", info.duration_s)
        write_preview(info, track, task.preview, progress.advance)
        progress.end(fresh=False)


class _Limited:
    """Progress that ends the work on a video whose sound is longer than the limit, whatever its header says."""

    def __init__(self, progress: Progress, limit_s: float) -> None:
        self._progress, self._limit_s = progress, limit_s
        self._stage = ""
        self.end, self.notice = progress.end, progress.notice

    def begin(self, stage: str, total_s: float | None) -> None:
        self._stage = stage
        self._progress.begin(stage, total_s)

    def advance(self, done_s: float) -> None:
        if self._stage == "listen" and done_s > self._limit_s + _SLACK_S:
            raise TooLarge("its sound, longer than the header says,", f"{self._limit_s / 3600:g} h")
        self._progress.advance(done_s)


_ADVICE = {
    "WorkerDied": "try again, or with fewer videos at once",
    "WorkerHung": "try again when nothing else is running",
    "EngineHung": "try again when nothing else is running",
    "TookTooLong": "the server can be started with a longer --time-limit",
    "TooMuchMemory": "the server can be started with a larger --memory-mb",
}
"""What to do about a worker that failed, by the type of its error."""


def sentence(result: JobResult) -> str:
    """A failed job's error as people read it: it names the video as they do, and no folder of this machine."""
    task: Work = result.job.payload
    words = result.error
    if result.is_defect:
        words = f"this is a defect of video-pipeline ({result.error_type}: {words})"
    elif advice := _ADVICE.get(result.error_type):
        words = f"{words}; {advice}"
    return without_folders(words.replace(str(task.video.absolute()), task.name), task.folder.absolute().parent)


def without_folders(words: str, out: Path) -> str:
    """A sentence in which files of the work folder go by their names in it, and those of the server's own by none."""
    own = re.compile(re.escape(str(out)) + r"(/\.web(/[^\s'\":;,]*)?)?/?")
    return own.sub(lambda match: "the work folder" if match[1] or match[0] == str(out) else "", words)
