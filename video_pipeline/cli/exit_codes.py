"""The exit status of the process for each error, in one table."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from video_pipeline.core.errors import (
    BadRecord,
    CannotRead,
    CannotWrite,
    EngineError,
    NoSuchFile,
    OptionError,
    OutputError,
    PipelineError,
    ToolError,
    class_named,
    for_class,
)
from video_pipeline.core.refusals import reason, unreadable
from video_pipeline.jobs.errors import Cancelled
from video_pipeline.library.errors import DamagedCatalogue, RunStopped, SomeFailed, SourceChanged, TakenOver
from video_pipeline.media.errors import DamagedMedia, NoAudio, NoPicture, NoSubtitleTrack, NoSuchTrack, NotMedia, PicturesOfText
from video_pipeline.speech.errors import OtherLanguage
from video_pipeline.subtitles.errors import NotSubtitles, RulesBroken, SomeBroken
from video_pipeline.video.errors import ClipsLeftOut, NotFinished, NothingHeard, PhrasesMissing

EXIT_CODES: dict[type[BaseException], int] = {
    OptionError: 2,
    NoSuchFile: 3,
    CannotRead: 3,
    NotFinished: 3,
    NotMedia: 4,
    NotSubtitles: 4,
    DamagedMedia: 4,
    SourceChanged: 4,
    NoAudio: 5,
    NoSuchTrack: 5,
    NoPicture: 5,
    NoSubtitleTrack: 5,
    PicturesOfText: 5,
    NothingHeard: 6,
    OutputError: 7,
    EngineError: 8,
    ToolError: 9,
    BadRecord: 10,
    DamagedCatalogue: 10,
    SomeFailed: 11,
    ClipsLeftOut: 11,
    RunStopped: 11,
    TakenOver: 11,
    RulesBroken: 12,
    SomeBroken: 12,
    PhrasesMissing: 12,
    OtherLanguage: 13,
    Cancelled: 130,
    KeyboardInterrupt: 130,
}
"""By error class; a class that is not here takes the code of its base. 0 is success; 1 is a defect of video_pipeline."""


def exit_code(error: BaseException) -> int:
    if isinstance(error, RunStopped):
        return for_class(EXIT_CODES, class_named(error.error_type) or RunStopped) or 11
    return for_class(EXIT_CODES, type(error)) or 1


def refusal(error: OSError) -> PipelineError | None:
    """What the system refuses about a file that no part of the program expected it to; None for other errors."""
    if not error.filename:
        return None
    path = Path(os.fsdecode(error.filename))
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
        return CannotWrite(path, reason(error))
    if error.errno in (errno.ENAMETOOLONG, errno.ELOOP):
        return CannotRead(path, reason(error))
    if error.errno in (errno.EACCES, errno.EPERM):
        is_there = os.path.lexists(path) and not path.is_dir()
        return (
            CannotRead(path, unreadable(error)) if is_there and not os.access(path, os.R_OK) else CannotWrite(path, reason(error))
        )
    return None
