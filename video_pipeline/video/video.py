"""`Video`: one video with its results, as people hold it."""

from __future__ import annotations

import dataclasses
import itertools
import os
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Self, TypeVar

from video_pipeline.clips.base import MadeClips
from video_pipeline.core.clip import Clip
from video_pipeline.core.cue import Cue
from video_pipeline.core.progress import Progress
from video_pipeline.core.transcript import AudioEvent, Segment, Transcript
from video_pipeline.media.probe import MediaInfo
from video_pipeline.options import Options
from video_pipeline.report.viewer import View
from video_pipeline.subtitles.files import appearance_of, rendered
from video_pipeline.subtitles.qc import Finding
from video_pipeline.video.advice import explained
from video_pipeline.video.base import Goal, Stage
from video_pipeline.video.corrections import one_line
from video_pipeline.video.edits import with_edits, with_logged, written
from video_pipeline.video.engine import Engine
from video_pipeline.video.goals import by_speaker, check_goals, stages_of, stages_of_run
from video_pipeline.video.naming import NamedSpeaker, talk_times
from video_pipeline.video.opening import WRITING, engine_at, engine_on
from video_pipeline.video.records import ClipsFile, Decisions, HighlightsFile, Result
from video_pipeline.video.stages.clips import FOLDER, RECORD_FILE, CutClips, MadeVideos
from video_pipeline.video.stages.cues import Cues
from video_pipeline.video.stages.events import Events
from video_pipeline.video.stages.highlights import HIGHLIGHTS_FILE, FoundHighlights
from video_pipeline.video.stages.identify import Identify
from video_pipeline.video.stages.tighten import CutCopy
from video_pipeline.video.stages.timeline import TimelinePicture
from video_pipeline.video.stages.words import ShownWords
from video_pipeline.video.view import notebook_page, posters, view_of

T = TypeVar("T")
AnyPath = str | os.PathLike[str]


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
    @explained()
    def open(cls, folder: AnyPath, *, video: AnyPath | None = None, options: Options | None = None) -> Self:
        """The results in a folder.

        Args:
            folder: where `process` left them: `OUT/NAME`.
            video: the file, where it is not where it was then.
            options: None takes those that the results were made with.

        Raises:
            NoSuchFile: there is no such folder. NotFinished: it holds no transcript. BadRecord: a file in it is damaged.
        """
        return cls(with_logged(engine_at(Path(folder), Path(video) if video is not None else None, options)))

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
        return self.of(ShownWords)

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
    def kept(self) -> tuple[Path, ...]:
        """Copies made of files that a person had edited, before they were replaced."""
        return tuple(self._engine.space.kept)

    def of(self, stage: type[Stage[T]]) -> T:
        """The value of any stage."""
        return self._engine.of(stage)

    def outputs(self, goal: str) -> list[Path]:
        """The files that are there of a goal or a stage, without making any."""
        return [path for stage in stages_of(goal, self.options) for path in self._engine.outputs(stage)]

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
        wants_clips = "highlights" in goals or "clips" in goals
        return Result(
            folder=self.folder,
            duration_s=self.duration_s,
            language=self.transcript.language,
            engine=self.transcript.engine,
            files={stage: self._engine.outputs(stage) for stage in stages_of_run(goals, self.options)},
            speakers=talk_times(self.transcript.segments),
            events=tuple(self.events),
            clips=self.clips if wants_clips else (),
            explanation=self.explanation if wants_clips else "",
            findings=self.findings if "subtitles" in goals else (),
            kept=self.kept,
        )

    @explained()
    def write(self, *goals: Goal, on_progress: Progress | None = None) -> Self:
        """Bring the files of some goals up to date, from what was heard; never listens.

        Raises:
            UnknownName: there is no such goal. PipelineError: see `process`.
        """
        space = written(self._engine).space
        engine = engine_on(self.path, self.options, space, self.of(Identify), on_progress, WRITING)
        asked = [stage for goal in check_goals(goals) for stage in stages_of(goal, self.options)]
        for stage in (*by_speaker(self.options), *asked):
            engine.bring(stage)
        self._engine = engine
        return self

    def correct(self, number: int, text: str) -> None:
        """Put another text into segment `number` of the transcript, for this and all later runs; an empty one removes it.

        Files made of the words are stale then: `write` makes them again.
        """
        was, words = self.transcript.segments[number], one_line(text)
        self.edit([([was], [dataclasses.replace(was, text=words)] if words else [])])

    def edit(
        self,
        edits: Sequence[tuple[Sequence[Segment], Sequence[Segment]]],
        *,
        speakers: tuple[NamedSpeaker, ...] | None = None,
        later: bool = False,
    ) -> None:
        """Put other lines in the place of segments of the transcript, for this and all later runs.

        Args:
            edits: for each, segments as they are in `transcript`, and the lines that stand for them. One for one corrects,
                several for one split it, one for several joins them, none removes, and lines for no segment are added. Words
                keep the times at which they were heard; the lines' own `tokens` are not looked at.
            speakers: all names that hold from now on; None leaves them as they are. `people.py` makes them.
            later: only log the edits in the folder, which costs little however long the video is; the files that hold the words
                follow with the next `write`, or when the video is processed again. Names are written at once.

        Files made of the words are stale then: `write` makes them again.
        """
        self._engine = with_edits(self._engine, edits, speakers)
        if not later or speakers is not None:
            self._engine = written(self._engine, always=True)

    @explained()
    def cut(
        self,
        clips: Sequence[Clip] | None,
        to: AnyPath,
        *,
        options: Options | None = None,
        decisions: Decisions | None = None,
        on_progress: Progress | None = None,
    ) -> MadeClips:
        """Cut clips of one's own into a folder of their own, with everything that the options export of clips.

        Args:
            clips: None takes the whole video without what `decisions` cut out, with its subtitles and the lists of its cuts.
            decisions: where the crop goes by a person's hand, and what tightened clips do without.

        Raises:
            NothingHeard: everything was cut out.
            PipelineError: see `process`; what is finished stays in the folder.
        """
        engine = engine_on(self.path, options or self.options, self._engine.space, self.of(Identify), on_progress)
        stage = (
            CutClips(clips, Path(to), decisions) if clips is not None else CutCopy((decisions or Decisions()).removed, Path(to))
        )
        engine.use(stage)
        made = engine.value(stage.name)
        return made if clips is not None else {}

    def __repr__(self) -> str:
        return f"Video({self.path.name!r}, folder={str(self.folder)!r})"

    def _repr_html_(self) -> str:
        """In a notebook: what was heard along the video, and a picture of each of the best moments."""
        pictures = posters(self.info, self.clips) if self.path.is_file() else []
        return notebook_page(self.path.name, self.transcript, self.of(TimelinePicture), self.clips, pictures)
