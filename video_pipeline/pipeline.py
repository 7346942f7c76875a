"""One video's way through the house: the stages in order, each skipped where its results are fresh.

A stage's key is the digest of everything it depends on: the file's bytes, its options, the identities of engine and detectors,
and the keys of the stages before it. Only `listen` needs a model; everything after it is made again from what it stored.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import cached_property
from pathlib import Path

from video_pipeline import __version__, workspace
from video_pipeline.clips import EXPORTS
from video_pipeline.clips.base import ClipJob
from video_pipeline.core.cue import Cue
from video_pipeline.core.errors import NothingHeard, PipelineError
from video_pipeline.core.posterior import Posterior
from video_pipeline.core.progress import Progress, Silent
from video_pipeline.core.transcript import AudioEvent, EngineIdentity, MediaIdentity, Segment, Transcript
from video_pipeline.core.waveform import Waveform
from video_pipeline.events import DETECTORS
from video_pipeline.events.base import EventDetector
from video_pipeline.events.fusion import fuse
from video_pipeline.events.hysteresis import find_events
from video_pipeline.events.store import load_posterior, store_posterior
from video_pipeline.highlights.base import Evidence
from video_pipeline.highlights.choose import find_highlights
from video_pipeline.media.cut import suffix
from video_pipeline.media.decode import audio_blocks
from video_pipeline.media.probe import MediaInfo, probe
from video_pipeline.presets import Options
from video_pipeline.records import EMOTION_KEYS, EventsFile, HighlightsFile, QualityFile, Result
from video_pipeline.report.overview import Overview, render_overview, render_report
from video_pipeline.speech.choose import Choice, choose, chosen_class, open_engine
from video_pipeline.speech.stream import ahead
from video_pipeline.speech.windows import windows
from video_pipeline.subtitles import FORMATS
from video_pipeline.subtitles.base import Appearance
from video_pipeline.subtitles.layout import make_cues
from video_pipeline.subtitles.qc import Finding, check
from video_pipeline.subtitles.retime import retimed
from video_pipeline.workspace import Workspace, key_of

GOALS = ("transcript", "subtitles", "highlights", "clips", "report")
_WINDOWS_AHEAD = 32
_REVISION = 2
"""Raised whenever a stage would give something else for the same input, so that old results are made again."""


class Run:
    """One video, one set of options. Each stage is a method that gives its result, from the workspace where that is fresh."""

    def __init__(
        self, video: Path, options: Options, out: Path, progress: Progress | None = None, *, again: bool = False
    ) -> None:
        self.options = options
        self.progress = progress or Silent()
        self.again = again
        self.info: MediaInfo = probe(video)
        heard = self.info.audio_track(options.track)
        if len(self.info.audio) > 1:
            self.progress.notice(f"listening to audio track {heard}, of {len(self.info.audio)}; --track chooses another")
        self._stage("identify", None)
        self.digest = workspace.file_digest(video)
        self.progress.end(fresh=False)
        self.workspace = Workspace.of(video, self.digest, out)

    @cached_property
    def choice(self) -> Choice:
        return choose(self.options.speech)

    @cached_property
    def identity(self) -> EngineIdentity:
        return chosen_class(self.options.speech).identify(self.options.speech)

    @cached_property
    def listened(self) -> tuple[Transcript, Posterior]:
        """The transcript without events, and the probabilities of all sounds."""
        space, key = self.workspace, self.listen_key
        if self._fresh("listen", key):
            return space.read_json(space.transcript, Transcript), load_posterior(space.posterior)
        transcript, posterior = self._listen()
        if not transcript.segments and not find_events(posterior, self.options.events):
            raise NothingHeard(self.info.path, transcript.media.duration_s)
        if not space.is_fresh("listen", key):  # what was made of other words, or with emotions, must not stand beside these
            space.forget()
        space.write_json(space.transcript, transcript, leave_out=() if self.options.emotion else EMOTION_KEYS)
        space.write(space.posterior, store_posterior(posterior))
        self._finish("listen", key, [space.transcript, space.posterior])
        return transcript, load_posterior(space.posterior)  # as stored, so that a second run sees the very same numbers

    @cached_property
    def listen_key(self) -> str:
        speech = dataclasses.replace(self.options.speech, engine="auto", model="", transcript="")
        detectors = [DETECTORS.load(name)().identity for name in self.options.events.detectors]
        return self._key(
            self.digest, self.options.track, self.options.emotion, self.options.windows, speech, self.identity, detectors
        )

    @cached_property
    def events_key(self) -> str:
        return self._key(self.listen_key, self.options.events.rules)

    @cached_property
    def events(self) -> tuple[AudioEvent, ...]:
        space = self.workspace
        if self._fresh("events", self.events_key):
            return space.read_json(space.events, EventsFile).events
        _, posterior = self.listened
        self._stage("events", None)
        events = tuple(find_events(posterior, self.options.events))
        space.write_json(space.events, EventsFile(events))
        self._finish("events", self.events_key, [space.events])
        return events

    @cached_property
    def cues(self) -> list[Cue]:
        transcript, _ = self.listened
        return make_cues(transcript.segments, self.events, self.options.subtitles, rate_fps=self.rate_fps)

    @property
    def rate_fps(self) -> float | None:
        return self.info.video.rate_fps if self.info.video else None

    def subtitles(self) -> tuple[Finding, ...]:
        """Writes the subtitle files and the report on their quality; gives its findings."""
        space, video = self.workspace, self.info.video
        key = self._key(self.events_key, self.options.subtitles, video)
        if self._fresh("subtitles", key):
            return space.read_json(space.quality, QualityFile).findings
        self.events  # noqa: B018 - a stage of its own, over before this one begins
        self._stage("subtitles", None)
        cues = self.cues
        written = [self._write_cues(space.subtitles(name), name, cues) for name in self.options.subtitles.formats]
        findings = tuple(check(cues, self.options.subtitles, self.rate_fps))
        space.write_json(space.quality, QualityFile(len(cues), findings))
        self._finish("subtitles", key, [*written, space.quality])
        return findings

    @cached_property
    def highlights_key(self) -> str:
        return self._key(self.events_key, self.options.highlights)

    @cached_property
    def highlights(self) -> HighlightsFile:
        space = self.workspace
        if self._fresh("highlights", self.highlights_key):
            return space.read_json(space.highlights, HighlightsFile)
        transcript, _ = self.listened
        events = self.events
        self._stage("highlights", None)
        found = find_highlights(Evidence(transcript.media.duration_s, transcript.segments, events), self.options.highlights)
        record = HighlightsFile(found.clips, found.explanation)
        space.write_json(space.highlights, record)
        self._finish("highlights", self.highlights_key, [space.highlights])
        return record

    def clips(self) -> None:
        """Cuts the highlights, each with its subtitles on its own clock."""
        key = self._key(self.highlights_key, self.options.clips, self.options.subtitles)
        if self._fresh("clips", key):
            return
        chosen = self.highlights.clips
        cues = self.cues if chosen else []
        self._stage("clips", sum(clip.duration_s for clip in chosen) or None)
        job = ClipJob(self.info, self.options.track, chosen, self.workspace.clips, self.options.clips, self.progress.advance)
        for old in self.workspace.outputs("clips"):
            self.workspace.keep_edited(old)
        written = [path for name in self.options.clips.exports for path in EXPORTS.load(name)().export(job)]
        for number, clip in enumerate(chosen):
            own = retimed(cues, clip)
            written += [
                self._write_cues(job.folder / f"{job.stem(number)}.{name}", name, own) for name in self.options.subtitles.formats
            ]
        self._finish("clips", key, written)

    def report(self) -> None:
        """Draws the overview picture and the page."""
        space = self.workspace
        clips = [path.relative_to(space.folder).as_posix() for path in space.outputs("clips") if path.suffix == suffix(self.info)]
        key = self._key(self.highlights_key, self.options.subtitles, self.info.video, clips)
        if self._fresh("report", key):
            return
        transcript, posterior = self.listened
        overview = Overview(self.info, transcript, self.events, posterior, self.highlights.clips, self.cues)
        explanation = self.highlights.explanation
        self._stage("report", None)
        picture = render_overview(overview, self._render_cues("ass", self.cues))
        space.write(space.overview, picture.encode())
        space.write(space.report, render_report(overview, picture, explanation, sorted(clips)).encode())
        self._finish("report", key, [space.overview, space.report])

    def _listen(self) -> tuple[Transcript, Posterior]:
        self._stage("load", None)
        engine = open_engine(self.options.speech, self.identity)
        self.progress.notice(f"engine: {engine.identity.name} on {engine.identity.device}, since {self.choice.why}")
        if engine.lacks:
            self.progress.notice(f"this is a draft: the engine {engine.identity.name} does not give {', '.join(engine.lacks)}")
        detectors: list[EventDetector] = [DETECTORS.load(name)() for name in self.options.events.detectors]
        self.progress.end(fresh=False)
        self._stage("listen", self.info.duration_s)
        ear = _Ear(detectors, self.progress)
        segments: list[Segment] = []
        blocks = audio_blocks(self.info.path, self.options.track)
        found = windows(ear.listening(blocks), self.options.windows)
        with closing(found if engine.identity.device == "cpu" else ahead(found, _WINDOWS_AHEAD)) as spoken:
            for heard in engine.transcribe(spoken):
                if heard.segment is not None:
                    segments.append(heard.segment if self.options.emotion else heard.segment.without_emotion())
                for detector in detectors:
                    detector.tag(heard.window, heard.sounds)
        media = MediaIdentity(self.info.path.name, round(ear.end_s, 3), self.digest, self.options.track)
        segments.sort(key=lambda segment: segment.start_s)
        posterior = fuse([detector.finish(ear.end_s) for detector in detectors], ear.end_s)
        return Transcript(media, engine.identity, tuple(segments)), posterior

    def _write_cues(self, path: Path, format_name: str, cues: list[Cue]) -> Path:
        self.workspace.write(path, self._render_cues(format_name, cues).encode())
        return path

    def _render_cues(self, format_name: str, cues: list[Cue]) -> str:
        video, options = self.info.video, self.options.subtitles
        size = {"width_px": video.width_px, "height_px": video.height_px} if video else {}
        appearance = Appearance(options.labels, title=self.info.path.stem, byte_order_mark=options.byte_order_mark, **size)
        text: str = FORMATS.load(format_name)().render(cues, appearance)
        return text

    def _key(self, *parts: object) -> str:
        return key_of(__version__, _REVISION, *parts)

    def _fresh(self, stage: str, key: str) -> bool:
        if self.again or not self.workspace.is_fresh(stage, key):
            return False
        self._stage(stage, None)
        self.progress.end(fresh=True)
        return True

    def _stage(self, stage: str, total_s: float | None) -> None:
        self.progress.begin(stage, total_s)

    def _finish(self, stage: str, key: str, outputs: list[Path]) -> None:
        self.workspace.finish(stage, key, outputs)
        self.progress.end(fresh=False)


class _Ear:
    """Lets the detectors hear every block on its way to the speech engine."""

    def __init__(self, detectors: list[EventDetector], progress: Progress) -> None:
        self._detectors = detectors
        self._progress = progress
        self.end_s = 0.0

    def listening(self, blocks: Iterable[Waveform]) -> Iterator[Waveform]:
        for block in blocks:
            for detector in self._detectors:
                detector.hear(block)
            self.end_s = block.end_s
            yield block
            self._progress.advance(block.end_s)


def process(
    video: Path, goals: Iterable[str], options: Options, out: Path, progress: Progress | None = None, *, again: bool = False
) -> Result:
    """Bring a video to each of `goals` (see `GOALS`), doing only what is not done yet.

    Raises a PipelineError that says what to do; nothing half-written is left behind.
    """
    run = Run(video, options, out, progress, again=again)
    result = Result(run.workspace.folder)
    transcript, _ = run.listened
    result.events = run.events
    if "subtitles" in goals:
        result.findings = run.subtitles()
    if "highlights" in goals or "clips" in goals:
        result.clips, result.explanation = run.highlights.clips, run.highlights.explanation
    if "clips" in goals:
        run.clips()
    if "report" in goals:
        run.report()
    result.duration_s, result.engine = transcript.media.duration_s, transcript.engine
    result.files = {stage: run.workspace.outputs(stage) for stage in ("listen", "events", *goals) if stage != "transcript"}
    result.kept = tuple(run.workspace.kept)
    return result


def results_key(options: Options) -> str:
    """Changes when the same video would give other results: options, engine or version of this program."""
    try:
        identity = chosen_class(options.speech).identify(options.speech)
    except PipelineError as error:  # the run itself will say so of each video
        return key_of(__version__, _REVISION, options, str(error))
    return key_of(__version__, _REVISION, options, identity)
