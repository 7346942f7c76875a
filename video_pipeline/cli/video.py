"""The commands on one video: `transcribe`, `subtitles` and `process`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from video_pipeline.cli.flags import ClipFlags, CopyFlags, RecordingFlags, RunFlags, SubtitleFlags, VideoFile
from video_pipeline.cli.flatten import flattened
from video_pipeline.cli.running import run_video

if TYPE_CHECKING:
    from video_pipeline.video.base import Goal


@dataclass(frozen=True, kw_only=True)
class ExistingFlags:
    """Subtitles that exist already."""

    panel: ClassVar[str | None] = "Existing subtitles"

    source: Annotated[
        Path | None, typer.Option("--from", help="A file to mend, restyle, convert and check; in any encoding.")
    ] = None
    resplit: Annotated[bool, typer.Option("--resplit", help="For --from: break cues and lines again by the preset's rules.")] = (
        False
    )


@flattened
def transcribe(video: VideoFile, recording: RecordingFlags, run: RunFlags) -> None:
    """Write transcript.json: who spoke when, what, and how it sounded."""
    with run.shown() as show:
        run_video(video, ("transcript",), run.options(recording), run, show)


@flattened
def subtitles(
    recording: RecordingFlags,
    text: SubtitleFlags,
    copies: CopyFlags,
    existing: ExistingFlags,
    run: RunFlags,
    video: Annotated[Path | None, typer.Argument(help="A video or audio file.")] = None,
) -> None:
    """Write subtitles (SRT and ASS) with emotions and sounds."""
    from video_pipeline.core.errors import BadValue

    goals: tuple[Goal, ...] = ("subtitles",)
    with run.shown() as show:
        options = run.options(recording, text, copies)
        if existing.source is not None:
            from video_pipeline.cli.existing import restyled

            show.result(restyled(existing.source, video, options, run.out, show, resplit=existing.resplit), goals)
        elif existing.resplit:
            raise BadValue("--resplit", "this goes with --from")
        elif video is None:
            raise BadValue("VIDEO", "name a video or audio file")
        else:
            run_video(video, goals, options, run, show)


@flattened
def process(
    video: VideoFile, recording: RecordingFlags, text: SubtitleFlags, copies: CopyFlags, clips: ClipFlags, run: RunFlags
) -> None:
    """Everything: transcript, subtitles, highlights, clips, report."""
    with run.shown() as show:
        goals: tuple[Goal, ...] = ("subtitles", "highlights", "clips", "report")
        run_video(video, goals, run.options(recording, text, copies, clips), run, show)
