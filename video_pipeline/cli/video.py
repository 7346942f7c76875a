"""The commands that write what was said: `transcribe`, `subtitles` and `process`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from video_pipeline.cli.existing import ExistingFlags, Restyling, restyled
from video_pipeline.cli.flags import (
    VIDEOS_HELP,
    BesideFlags,
    ClipFlags,
    CopyFlags,
    RecordingFlags,
    RunFlags,
    SpeakerFlags,
    SubtitleFlags,
    TranslationFlags,
    Videos,
)
from video_pipeline.cli.flatten import flattened
from video_pipeline.cli.running import Request, run_videos

if TYPE_CHECKING:
    from video_pipeline.video.base import Goal


@flattened
def transcribe(videos: Videos, recording: RecordingFlags, speakers: SpeakerFlags, run: RunFlags) -> None:
    """Write transcript.json: who spoke when, what, and how it sounded."""
    with run.shown() as show:
        run_videos(videos, Request(goals=("transcript",), options=run.options(recording, speakers), run=run), show)


@flattened
def subtitles(  # noqa: PLR0913 - one group of flags each
    recording: RecordingFlags,
    speakers: SpeakerFlags,
    text: SubtitleFlags,
    translation: TranslationFlags,
    copies: CopyFlags,
    beside: BesideFlags,
    existing: ExistingFlags,
    run: RunFlags,
    videos: Annotated[list[str] | None, typer.Argument(metavar="VIDEO...", help=VIDEOS_HELP)] = None,
) -> None:
    """Write subtitles (SRT and ASS) with emotions and sounds."""
    from video_pipeline.core.errors import BadValue

    goals: tuple[Goal, ...] = ("subtitles",)
    with run.shown() as show:
        spoken = recording if existing.source is None else replace(recording, language=None)
        options = run.options(spoken, speakers, text, translation, copies)
        if existing.source is not None:
            video = _only_one(videos or (), beside, run)
            request = Restyling(existing.source, video, existing, recording.language or "")
            show.result(restyled(request, options, run.out, show), goals)
        elif flag := existing.used():
            raise BadValue(flag, "this goes with --from")
        elif not videos:
            raise BadValue("VIDEO", "name a video or audio file")
        else:
            run_videos(videos, Request(goals=goals, options=options, run=run, beside=beside), show)


def _only_one(videos: Sequence[str], beside: BesideFlags, run: RunFlags) -> Path | None:
    """The video that existing subtitles belong to. Raises BadValue."""
    from video_pipeline.core.errors import BadValue

    if len(videos) > 1:
        raise BadValue("--from", "name one video, the one that the subtitles belong to")
    if beside.is_beside or run.dry_run:
        raise BadValue("--beside, --name, --dry-run", "these do not go with --from")
    return Path(videos[0]) if videos else None


@flattened
def process(  # noqa: PLR0913 - one group of flags each
    videos: Videos,
    recording: RecordingFlags,
    speakers: SpeakerFlags,
    text: SubtitleFlags,
    translation: TranslationFlags,
    copies: CopyFlags,
    clips: ClipFlags,
    beside: BesideFlags,
    run: RunFlags,
) -> None:
    """Everything: transcript, subtitles, highlights, clips, report."""
    goals: tuple[Goal, ...] = ("subtitles", "highlights", "clips", "report")
    with run.shown() as show:
        options = run.options(recording, speakers, text, translation, copies, clips)
        run_videos(videos, Request(goals=goals, options=options, run=run, beside=beside), show)
