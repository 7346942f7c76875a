"""A run over one video: the only place where a command calls the pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from video_pipeline.cli.flags import RunFlags
    from video_pipeline.cli.show import Show
    from video_pipeline.options import Options
    from video_pipeline.video.base import Goal
    from video_pipeline.video.records import Result


def run_video(video: Path, goals: Sequence[Goal], options: Options, run: RunFlags, show: Show) -> Result:
    """Process one video and show its result. Raises a PipelineError."""
    from video_pipeline.video.process import process

    result = process(video, goals, options, run.out, show, again=run.again).result(goals)
    show.result(result, goals)
    return result
