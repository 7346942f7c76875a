"""What a Python caller can change about each error, attached as a note: tracebacks show notes below the error's own sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from video_pipeline.clips.errors import NoFaceDetector, ToolMissing
from video_pipeline.core.errors import CannotWrite, PipelineError, for_class
from video_pipeline.core.extras import MissingPackage, install_command, missing_package, requirement
from video_pipeline.media.errors import (
    CannotCut,
    CannotHold,
    FfmpegMissing,
    MissingFont,
    NoLibass,
    NotEnoughSpace,
    told_as,
)
from video_pipeline.speech.errors import (
    BadTranscript,
    DeviceMissing,
    FetchFailed,
    ModelNotCached,
    NoTranscript,
    OtherLanguage,
    OtherVideo,
    WeightsDamaged,
    WeightsMissing,
)
from video_pipeline.translate.errors import TranslatorFailed, TranslatorRefused, TranslatorUnavailable
from video_pipeline.video.errors import NotFinished

ADVICE: dict[type[BaseException], str] = {
    CannotWrite: "pass another folder as `out`",
    NotEnoughSpace: "make room, or pass another folder as `out`",
    CannotHold: 'video__container="mkv" holds them all',
    CannotCut: 'clips__cut__way="exact" works for every video',
    FfmpegMissing: "install FFmpeg or the package imageio-ffmpeg",
    MissingFont: "video__fonts=FOLDER uses fonts of your own",
    NoLibass: "put a full build of FFmpeg on PATH, or take this one off PATH to use the one inside imageio-ffmpeg",
    ToolMissing: "install it with pip",
    NoFaceDetector: f'install {requirement("faces")}, or pass clips__shape__steer="auto"',
    FetchFailed: 'try again later, put the files there, or pass engine="draft" for English',
    WeightsMissing: 'run `video-pipeline models fetch` once, or continue with engine="draft"',
    ModelNotCached: "run once with a network, or pass model=FOLDER",
    WeightsDamaged: "run `video-pipeline models fetch --again`",
    OtherLanguage: 'run `video-pipeline models fetch` once for other languages, or pass language="en" if it is English',
    TranslatorRefused: "set VIDEO_PIPELINE_TRANSLATOR_KEY to the server's key",
    TranslatorFailed: "run again to go on where it stopped, or pass another translator_url",
    TranslatorUnavailable: "pass translator_url, or translator_model",
    NotFinished: "call `process` for the video first",
    NoTranscript: 'pass speech__transcript="FILE"',
    BadTranscript: "pass words with times, or run `video-pipeline subtitles --from FILE` for subtitles",
    OtherVideo: "switch on the option speech__other_video to play it all the same",
    DeviceMissing: 'pass device="auto"',
}
"""By error class; a class that is not here takes the advice of its base."""


@contextmanager
def explained() -> Iterator[None]:
    """Add the advice to errors that leave the block; also a decorator. For the outermost functions that Python callers use."""
    try:
        yield
    except PipelineError as error:
        _add_advice(error)
        raise
    except ImportError as error:
        if missing := missing_package(error):
            _add_advice(missing)
            raise missing from error
        raise


def _add_advice(error: PipelineError) -> None:
    kind = told_as(type(error), str(error))
    clause = f"run `{install_command(error.extra)}`" if isinstance(error, MissingPackage) else for_class(ADVICE, kind)
    if clause and clause not in getattr(error, "__notes__", ()):
        error.add_note(clause)
