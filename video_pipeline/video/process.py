"""`process`, which brings a video to its goals."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any

import msgspec

from video_pipeline.core.errors import NoSuchFile, PipelineError
from video_pipeline.core.files import file_digest, key_of
from video_pipeline.core.printable import stored_path
from video_pipeline.core.progress import Progress, Silent
from video_pipeline.core.transcript import Transcript
from video_pipeline.options import Options, changed_values, load_options
from video_pipeline.speech.choose import prepare
from video_pipeline.video import STAGES
from video_pipeline.video.advice import explained
from video_pipeline.video.base import Goal
from video_pipeline.video.edit_log import logged
from video_pipeline.video.engine import Engine, Mode, Phases
from video_pipeline.video.errors import NotFinished
from video_pipeline.video.goals import check_goals, stages_of_run
from video_pipeline.video.known_words import keeping_words
from video_pipeline.video.stages.identify import Identify
from video_pipeline.video.stages.recogniser import chosen_engine
from video_pipeline.video.translator import fetch_translator
from video_pipeline.video.video import AnyPath, Video
from video_pipeline.video.workspace import Workspace

_EMOTIONAL = re.compile(r"emotion|\.colours\.")
"""Options that mean nothing where emotions are switched off."""
_MOST_NAMES = 4
"""Of files in one notice."""


@explained()
def process(  # noqa: PLR0913 - what a person may say, by name
    video: AnyPath,
    goals: Collection[Goal] | Goal = "subtitles",
    options: Options | None = None,
    out: AnyPath = "outputs",
    on_progress: Progress | None = None,
    *,
    preset: str = "default",
    again: bool = False,
    digest: str = "",
    address: str = "",
    **overrides: Any,
) -> Video:
    """Bring a video to its goals, doing only what is not done yet. Results go to `out/NAME`, NAME being the video's.

    Args:
        video: a video or audio file.
        goals: some of `transcript`, `events`, `timeline`, `subtitles`, `highlights`, `clips`, `report`.
        options: all options at once, from `load_options`; or leave them out and name a preset and what differs from it.
        out: the folder for results of all videos.
        on_progress: is told what is being done.
        preset: a preset's name, or a TOML file.
        again: do everything again, also what is done.
        digest: BLAKE3 of the file's bytes, if known; saves reading it once.
        address: where the video lies, if the file is a copy that will be removed: pages and cut lists then name the address.
        overrides: options over the preset by their short names (`model="demo"`, `language="ja"`), or by their full names with two
            underscores for a dot (`subtitles__lines=1`).

    Returns:
        The video, to be asked for its transcript, events, cues, clips and files.

    Raises:
        UnknownName: there is no such goal or preset.
        UnknownKey: there is no such option.
        BadValue: an option is not allowed.
        InputError: the file cannot be used: NoSuchFile, NotMedia, NoAudio, NoSuchTrack, DamagedMedia; or NothingHeard: it holds
            neither speech nor a sound that is looked for.
        EngineError: no engine can run.
        CannotWrite: the results cannot be kept.

    Whatever is raised, nothing half-written is left, and what is finished is used by the next run.

    Example:
        >>> talk = process("talk.mp4", ["subtitles", "clips"], language="en")
        >>> talk.outputs("subtitles"), [clip.title for clip in talk.clips]
    """
    wanted = check_goals(goals)
    if options is not None and overrides:
        raise TypeError("give either options, or a preset and single options")
    chosen = options or load_options(preset, {name.replace("__", "."): value for name, value in overrides.items()})
    path, place = Path(video), Path(out)
    engine = Engine(path, chosen, lambda known: _space(path, known, place), on_progress or Silent(), Mode(again=again))
    engine.use(Identify(digest, address))
    if chosen.speech.may_lack_words and not again:
        engine = keeping_words(engine, Mode())
    _describe(engine)
    for stage in stages_of_run(wanted, chosen):
        engine.bring(stage)
    engine.space.keep_description()
    _notice_stale(engine)
    return Video(engine)


def _space(video: Path, digest: str, out: Path) -> Workspace:
    """The folder of results, in whose files are all edits that were made so far."""
    space = Workspace.of(video, digest, out)
    if space.source_digest == digest and logged(space.folder):
        Video.open(space.folder, video=video).write()
        space = Workspace.at(space.folder)
    return space


def transcribe(video: AnyPath, options: Options | None = None, out: AnyPath = "outputs", **more: Any) -> Transcript:
    """What is said in a video: `process` with the goal `transcript`, and its other arguments.

    Example:
        >>> for segment in transcribe("talk.mp4", language="en").segments:
        ...     print(f"{segment.start_s:.1f} {segment.emotion or ''} {segment.text}")
    """
    return process(video, ["transcript"], options, out, **more).transcript


def fetch_weights(options: Options, progress: Progress) -> None:
    """Fetch the models that `process` would fetch. Call before work is given to many workers, or counted as done.

    Raises FetchFailed if the speech engine was requested by name, and TranslatorUnavailable.
    """
    phases = Phases(progress)
    prepare(options.speech, phases)
    if options.translation.to:
        fetch_translator(options, phases)
    phases.end()


def results_of(video: AnyPath, out: AnyPath) -> Video | None:
    """The results of a video in a folder of many, None where there are none yet. Raises NoSuchFile."""
    path = Path(video)
    if not path.is_file():
        raise NoSuchFile(path)
    folder = Workspace.of(path, file_digest(path), Path(out)).folder
    try:
        return Video.open(folder, video=path)
    except (NoSuchFile, NotFinished):
        return None


def results_key(options: Options) -> str:
    """Changes when the same video would give other results: with the options, the engine, or a stage's revision.

    An engine that cannot run has a key too: the run itself will say what is wrong.
    """
    revisions = {name: getattr(STAGES.load(name), "revision", 0) for name in STAGES}
    try:
        identity: object = chosen_engine(options.speech).identity
    except PipelineError as error:
        identity = str(error)
    return key_of(revisions, changed_values(options), identity)


def _notice_stale(engine: Engine) -> None:
    """Name the files of earlier runs that stand beside newer ones."""
    space = engine.space
    names = [path.relative_to(space.folder).as_posix() for stage in engine.stale() for path in space.outputs(stage)]
    if names:
        shown = ", ".join(names[:_MOST_NAMES]) + (f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else "")
        engine.progress.notice(f"made from earlier results and not made again in this run: {shown}")


def _describe(engine: Engine) -> None:
    """Have the folder remember how it was asked for; of emotions that are switched off nothing at all."""
    info = engine.of(Identify).info
    path = Path(info.path.name) if info.address else engine.video.absolute()
    described = dataclasses.replace(info, path=path if info.address else info.path)
    media = {"path": stored_path(path), "info": msgspec.to_builtins(described, enc_hook=stored_path)}
    options = changed_values(engine.options)
    if not engine.options.emotion:
        options = {name: value for name, value in options.items() if not _EMOTIONAL.search(name)}
    engine.space.describe(options, media)
