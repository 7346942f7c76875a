"""`Video`: one video with its results, as people hold it, and `process`, which makes them."""

from __future__ import annotations

import itertools
import os
from collections.abc import Collection, Sequence
from html import escape
from pathlib import Path
from typing import Any, Self, TypeVar, cast, get_args

import msgspec

from video_pipeline.clips.base import MadeClips
from video_pipeline.core.clip import Clip
from video_pipeline.core.cue import Cue
from video_pipeline.core.errors import NoSuchFile, PipelineError, UnknownName
from video_pipeline.core.files import file_digest, key_of
from video_pipeline.core.progress import Progress, Silent
from video_pipeline.core.timecode import clock
from video_pipeline.core.transcript import AudioEvent, Transcript
from video_pipeline.media.probe import MediaInfo, probe
from video_pipeline.options import Options, load_options
from video_pipeline.report.viewer import View
from video_pipeline.subtitles.files import appearance_of, rendered
from video_pipeline.subtitles.qc import Finding
from video_pipeline.video import STAGES
from video_pipeline.video.advice import explained
from video_pipeline.video.base import Goal, Stage
from video_pipeline.video.corrections import CorrectionsFile, corrected, corrections_in
from video_pipeline.video.engine import Engine, Mode
from video_pipeline.video.errors import NotFinished
from video_pipeline.video.option_values import changed_values, restored
from video_pipeline.video.records import ClipsFile, HighlightsFile, Result
from video_pipeline.video.stages.clips import FOLDER, RECORD_FILE, CutClips, MadeVideos
from video_pipeline.video.stages.cues import Cues
from video_pipeline.video.stages.events import Events
from video_pipeline.video.stages.highlights import HIGHLIGHTS_FILE, FoundHighlights
from video_pipeline.video.stages.identify import Identify, Source
from video_pipeline.video.stages.listen import TRANSCRIPT_FILE, Listen, save_transcript
from video_pipeline.video.stages.recogniser import Recogniser
from video_pipeline.video.stages.timeline import TimelinePicture
from video_pipeline.video.view import posters, view_of
from video_pipeline.video.workspace import CORRECTIONS_FILE, Workspace

T = TypeVar("T")
AnyPath = str | os.PathLike[str]
GOALS: tuple[str, ...] = get_args(Goal)
_ALWAYS = ("listen", "events")
"""Stages that every run brings up to date."""


class Video:
    """One video and its results.

    `process` gives one; `Video.open` gives one of a finished folder, without a model and without reading the video again. What
    it is asked for is loaded when it is first asked for, or made again from what was heard where options or a newer program ask
    for something else. An opened folder is only read: `write` and `correct` are the methods that change it.

    Example:
        >>> video = Video.open("outputs/talk")
        >>> [cue.text for cue in video.cues[:2]], [clip.title for clip in video.clips]
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, folder: AnyPath, *, video: AnyPath | None = None, options: Options | None = None) -> Self:
        """The results in a folder.

        Args:
            folder: where `process` left them: `OUT/NAME`.
            video: the file, where it is not where it was then.
            options: None takes those that the results were made with.

        Raises:
            NoSuchFile: there is no such folder. NotFinished: it holds no transcript. BadRecord: a file in it is damaged.
        """
        place = Path(folder)
        if not place.is_dir():
            raise NoSuchFile(place)
        space = Workspace.at(place)
        if space.record(Listen.name) is None:
            raise NotFinished(place, Listen.name)
        path = Path(video if video is not None else space.media.get("path") or _name(space))
        source = Source(_info(space, path), space.source_digest)
        return cls(_opened(path, options or restored(space.options), space, source))

    @property
    def folder(self) -> Path:
        """Where the results are."""
        return self._engine.space.folder

    @property
    def path(self) -> Path:
        """The video's file, which may be gone."""
        return self._engine.video

    @property
    def options(self) -> Options:
        return self._engine.options

    @property
    def info(self) -> MediaInfo:
        """What the file holds."""
        return self.of(Identify).info

    @property
    def transcript(self) -> Transcript:
        """What was said, with a person's corrections; the sounds are in `events`."""
        return self.of(Listen).transcript

    @property
    def duration_s(self) -> float:
        """Of the sound."""
        return self.transcript.media.duration_s

    @property
    def events(self) -> Sequence[AudioEvent]:
        """Laughter, applause and the like, in order of their start."""
        return self.of(Events)

    @property
    def cues(self) -> Sequence[Cue]:
        """The subtitles, laid out by the options."""
        return self.of(Cues).cues

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The rules that the subtitles break."""
        return self.of(Cues).findings

    @property
    def clips(self) -> tuple[Clip, ...]:
        """The best moments, best first."""
        return self.of(FoundHighlights).clips

    @property
    def explanation(self) -> str:
        """How the clips came about, or why there are none."""
        return self.of(FoundHighlights).explanation

    @property
    def corrections(self) -> CorrectionsFile:
        """What a person corrected in the words."""
        return corrections_in(self._engine.space)

    @property
    def kept(self) -> tuple[Path, ...]:
        """Copies made of files that a person had edited, before they were replaced."""
        return tuple(self._engine.space.kept)

    def of(self, stage: type[Stage[T]]) -> T:
        """The value of any stage."""
        return self._engine.of(stage)

    def outputs(self, goal: str) -> list[Path]:
        """The files that are there of a goal or a stage, without making any."""
        return [path for stage in _stages_of(goal, self.options) for path in self._engine.outputs(stage)]

    def clip_files(self) -> list[tuple[Clip, Path | None]]:
        """The best moments as they are stored, each with the video that was cut of it; makes nothing. Raises BadRecord."""
        space, place = self._engine.space, MadeVideos.name
        if space.record(FoundHighlights.name) is None:
            return []
        clips = space.read_json(space.path(HIGHLIGHTS_FILE), HighlightsFile).clips
        rows = space.read_json(space.path(RECORD_FILE), ClipsFile).clips if space.record(place) else ()
        files = [space.path(f"{FOLDER}/{row.file}") if row.file else None for row in rows]
        return list(itertools.zip_longest(clips, files[: len(clips)]))

    def subtitles(self, format_name: str) -> str:
        """All subtitles in a format, whether or not the options ask for it. Raises UnknownName."""
        looks = appearance_of(self.options.subtitles, self.of(Identify).size_px, self.path.stem)
        return rendered(format_name, self.cues, looks)

    def view(self) -> View:
        """All that a page shows of the video."""
        return view_of(self._engine)

    def result(self, goals: Collection[str]) -> Result:
        """What was made for some goals, as plain data."""
        stages = [*_ALWAYS, *(stage for goal in goals for stage in _stages_of(goal, self.options))]
        wants_clips = "highlights" in goals or "clips" in goals
        return Result(
            folder=self.folder,
            duration_s=self.duration_s,
            engine=self.transcript.engine,
            files={stage: self._engine.outputs(stage) for stage in dict.fromkeys(stages)},
            events=tuple(self.events),
            clips=self.clips if wants_clips else (),
            explanation=self.explanation if wants_clips else "",
            findings=self.findings if "subtitles" in goals else (),
            kept=self.kept,
        )

    def write(self, *goals: Goal, on_progress: Progress | None = None) -> Self:
        """Bring the files of some goals up to date, from what was heard; never listens.

        Raises:
            UnknownName: there is no such goal. PipelineError: see `process`.
        """
        space = self._engine.space
        engine = Engine(self.path, self.options, lambda _: space, on_progress or Silent(), Mode(listens=False))
        source = self.of(Identify)
        engine.put(Identify.name, source, source.digest)
        for goal in check_goals(goals):
            for stage in _stages_of(goal, self.options):
                engine.bring(stage)
        self._engine = engine
        return self

    def correct(self, number: int, text: str) -> None:
        """Put another text into segment `number` of the transcript, for this and all later runs; an empty one removes it.

        Files made of the words are stale then: `write` makes them again.
        """
        space, transcript = self._engine.space, self.transcript
        record = self.corrections.with_text(transcript.segments[number], text)
        space.write_json(space.path(CORRECTIONS_FILE), record)
        self._engine.amend(Listen.name, lambda given: save_transcript(corrected(transcript, record), given))
        self._engine = _opened(self.path, self.options, space, self.of(Identify))

    def cut(
        self, clips: Sequence[Clip], to: AnyPath, *, options: Options | None = None, on_progress: Progress | None = None
    ) -> MadeClips:
        """Cut clips of one's own into a folder of their own, with everything that the options export of clips.

        Raises:
            PipelineError: see `process`; what is finished stays in the folder.
        """
        engine = _opened(self.path, options or self.options, self._engine.space, self.of(Identify), on_progress)
        engine.use(CutClips(clips, Path(to)))
        made: MadeClips = engine.value(CutClips.name)
        return made

    def __repr__(self) -> str:
        return f"Video({self.path.name!r}, folder={str(self.folder)!r})"

    def _repr_html_(self) -> str:
        """In a notebook: what was heard along the video, and a picture of each of the best moments."""
        transcript = self.transcript
        facts = f"{clock(self.duration_s)} · {transcript.engine.name} · {transcript.language}"
        pictures = posters(self.info, self.clips) if self.path.is_file() else []
        shown = "".join(_figure(clip, picture) for clip, picture in zip(self.clips, pictures, strict=False))
        title = f"<b>{escape(self.path.name)}</b> {escape(facts)}"
        return f"<div>{title}{self.of(TimelinePicture)}<div style='display:flex;gap:8px;flex-wrap:wrap'>{shown}</div></div>"


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
        overrides: options over the preset by their short names (`model="demo"`, `language="ja"`), or by their full names with two
            underscores for a dot (`subtitles__lines=1`).

    Returns:
        The video, to be asked for its transcript, events, cues, clips and files.

    Raises:
        UnknownName: there is no such goal or preset. UnknownKey, BadValue: an option is wrong. NoSuchFile, NotMedia, NoAudio,
        NoSuchTrack, DamagedMedia: the file cannot be used. NothingHeard: it holds neither speech nor a sound that is looked for.
        EngineError: no engine can run. CannotWrite: the results cannot be kept. Whatever is raised, nothing half-written is
        left, and what is finished is used by the next run.

    Example:
        >>> talk = process("talk.mp4", ["subtitles", "clips"], language="en")
        >>> talk.outputs("subtitles"), [clip.title for clip in talk.clips]
    """
    wanted = check_goals(goals)
    if options is not None and overrides:
        raise TypeError("give either options, or a preset and single options")
    chosen = options or load_options(preset, {name.replace("__", "."): value for name, value in overrides.items()})
    path, place = Path(video), Path(out)
    engine = Engine(path, chosen, lambda known: Workspace.of(path, known, place), on_progress or Silent(), Mode(again=again))
    engine.use(Identify(digest))
    _describe(engine)
    for stage in (*_ALWAYS, *(stage for goal in wanted for stage in _stages_of(goal, chosen))):
        engine.bring(stage)
    engine.space.keep_description()
    return Video(engine)


def transcribe(video: AnyPath, options: Options | None = None, out: AnyPath = "outputs", **more: Any) -> Transcript:
    """What is said in a video: `process` with the goal `transcript`, and its other arguments.

    Example:
        >>> for segment in transcribe("talk.mp4", language="en").segments:
        ...     print(f"{segment.start_s:.1f} {segment.emotion or ''} {segment.text}")
    """
    return process(video, ["transcript"], options, out, **more).transcript


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


def check_goals(goals: Collection[str]) -> tuple[Goal, ...]:
    """The goals, each once; one alone may be given as it is. Raises UnknownName, which suggests the nearest one."""
    names = (goals,) if isinstance(goals, str) else tuple(dict.fromkeys(goals))
    for name in names:
        if name not in GOALS and name not in STAGES:
            raise UnknownName("goal", name, GOALS)
    return cast(tuple[Goal, ...], names)


def results_key(options: Options) -> str:
    """Changes when the same video would give other results: with the options, the engine, or a stage's revision.

    An engine that cannot run has a key too: the run itself will say what is wrong.
    """
    engine = Engine(Path(), options, lambda _: Workspace(Path(), ""), Silent())
    revisions = {name: getattr(engine.stage(name), "revision", 0) for name in STAGES}
    try:
        identity: object = engine.of(Recogniser).identity
    except PipelineError as error:
        identity = str(error)
    return key_of(revisions, changed_values(options), identity)


def _stages_of(goal: str, options: Options) -> tuple[str, ...]:
    """The stages that have to be brought up to date for a goal."""
    if goal == "subtitles":
        return ("subtitles", *options.video.kinds)
    return (Listen.name,) if goal == "transcript" else (goal,)


def _describe(engine: Engine) -> None:
    """Have the folder remember how it was asked for."""
    media = {"path": str(engine.video.absolute()), "info": msgspec.to_builtins(engine.of(Identify).info, enc_hook=str)}
    engine.space.describe(changed_values(engine.options), media)


def _opened(path: Path, options: Options, space: Workspace, source: Source, progress: Progress | None = None) -> Engine:
    """An engine that only reads the folder."""
    engine = Engine(path, options, lambda _: space, progress or Silent(), Mode(saves=False, listens=False))
    engine.put(Identify.name, source, source.digest)
    return engine


def _name(space: Workspace) -> str:
    """What the video was called, in a folder that does not say where it lay."""
    return space.read_json(space.path(TRANSCRIPT_FILE), Transcript).media.name


def _info(space: Workspace, path: Path) -> MediaInfo:
    """What the video's file holds, as it was found when it was processed; of a folder without that, as the file is now."""
    stored = space.media.get("info")
    if stored is not None:
        return msgspec.convert({**stored, "path": str(path)}, MediaInfo, dec_hook=lambda kind, value: kind(value))
    return probe(path) if path.is_file() else MediaInfo(path=path, container="", duration_s=None, video=None, audio=())


def _figure(clip: Clip, picture: str) -> str:
    image = f"<img src='{picture}' style='width:100%' alt=''>"
    caption = f"{clock(clip.start_s)} {escape(clip.title)}"
    return f"<figure style='width:192px;margin:0'>{image}<figcaption>{caption}</figcaption></figure>"
