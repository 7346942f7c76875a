"""What to do about each error on the command line: the one table of it. `core.errors` states facts, this adds the flags."""

from __future__ import annotations

from video_pipeline.clips.errors import NoFaceDetector, ToolMissing
from video_pipeline.core.errors import BrokenExtension, CannotWrite, class_named, for_class
from video_pipeline.core.extras import MissingPackage, install_command
from video_pipeline.jobs.errors import ClusterLost, EngineHung, TookTooLong, TooMuchMemory, WorkerDied, WorkerHung
from video_pipeline.library.errors import (
    CatalogueUnusable,
    DamagedCatalogue,
    NoEmbeddings,
    NoVideos,
    RemoteBroken,
    RemoteRefused,
    RemoteTooBig,
    RunStopped,
    SomeFailed,
    SourceChanged,
    SourceGone,
)
from video_pipeline.media.errors import (
    CannotCut,
    CannotHold,
    FfmpegMissing,
    IsFolder,
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
from video_pipeline.video.errors import NotFinished, NothingHeard

INTERRUPTED = "Stopped. Finished work is kept; run the same command again to resume."

_LEFT_OUT = "run `video-pipeline models fetch` once for other languages, or use --language en if it is English"
ADVICE: dict[type[BaseException], str] = {
    CannotWrite: "choose another folder with --out",
    NotEnoughSpace: "make room, or choose another folder with --out",
    IsFolder: "use `video-pipeline library run` to process all videos in it",
    CannotHold: "--container mkv holds them all",
    CannotCut: "--cut exact works for every video",
    BrokenExtension: "update or uninstall that package",
    FfmpegMissing: "install FFmpeg, or run `pip install imageio-ffmpeg`",
    MissingFont: "--fonts FOLDER uses fonts of your own",
    NoLibass: "put a full build of FFmpeg on PATH, or take this one off PATH to use the one inside imageio-ffmpeg",
    ToolMissing: "install it with pip",
    NoFaceDetector: f"run `{install_command('faces')}`, or use --set clips.shape.steer=auto",
    FetchFailed: "try again later, put the files there yourself, or use --engine draft for English",
    WeightsMissing: "run `video-pipeline models fetch` once (needs a network and 1 GB), or continue without: --engine draft",
    ModelNotCached: "run the same command once with a network, or name a folder with --model",
    WeightsDamaged: "run `video-pipeline models fetch --again`",
    OtherLanguage: _LEFT_OUT,
    NoTranscript: "name one with --transcript FILE",
    BadTranscript: "subtitles, and texts without times, are read by --from FILE",
    OtherVideo: "--set speech.other_video=true plays it all the same",
    DeviceMissing: "use --device cpu or --device auto",
    WorkerDied: "process it alone, or use fewer --workers",
    WorkerHung: "process it alone",
    EngineHung: "process it alone",
    ClusterLost: "when it is back, run the same command again to resume",
    TookTooLong: "raise --time-limit",
    TooMuchMemory: "raise --memory-mb, or use fewer --workers",
    DamagedCatalogue: "run `video-pipeline library repair`, which builds it again from the results",
    CatalogueUnusable: "when the server answers, run the same command again to resume, or name another with --catalogue",
    NoEmbeddings: "name the folder of a model for model2vec in VIDEO_PIPELINE_EMBEDDINGS, or leave --semantic out",
    NoVideos: "use --allow-empty if that is right",
    SourceChanged: "run the same command again when it is whole; `library watch` waits for that",
    SourceGone: "when the disk is back, run the same command again to resume",
    RemoteRefused: "check that your credentials allow reading it",
    RemoteBroken: "run the same command again to retry",
    RemoteTooBig: "VIDEO_PIPELINE_MOST_GB in the environment sets another limit",
    TranslatorRefused: "set VIDEO_PIPELINE_TRANSLATOR_KEY to the server's key",
    TranslatorFailed: "run the same command again to go on where it stopped, or name another --translator-url",
    TranslatorUnavailable: "name a server with --translator-url, or a model with --translator-model",
    NotFinished: "run `video-pipeline process` on the video first",
    SomeFailed: "run the same command again to retry only the failed ones",
}
"""By error class; a class that is not here takes the advice of its base."""


def advice(error: BaseException) -> str:
    """One clause, empty if there is none."""
    if isinstance(error, MissingPackage):
        return f"run `{install_command(error.extra)}`"
    if isinstance(error, RunStopped):
        kind = class_named(error.error_type)
        return (for_class(ADVICE, kind) or "") if kind else ""
    if isinstance(error, NothingHeard) and error.left_out:
        return _LEFT_OUT
    return for_class(ADVICE, told_as(type(error), str(error))) or ""


def advised(error: BaseException) -> str:
    """The sentence of an error with the advice on it."""
    return _joined(str(error), advice(error))


def advised_record(sentence: str, error_type: str) -> str:
    """The same for an error of which only the sentence and the name of its class were stored."""
    kind = class_named(error_type)
    return _joined(sentence, for_class(ADVICE, told_as(kind, sentence)) or "" if kind else "")


def named(source: str, sentence: str) -> str:
    """A sentence on one of several sources, whose name stands before it unless the sentence says it."""
    return sentence if source in sentence else f"{source}: {sentence}"


def _joined(sentence: str, clause: str) -> str:
    return f"{sentence}; {clause}" if clause else sentence
