"""One video's way through the house: the stages in order, each skipped where its results are fresh.

A stage's key is the digest of everything it depends on: the file's bytes, its options, the identities of engine and detectors,
and the keys of the stages before it. Only `listen` needs a model; everything after it is made again from what it stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from video_pipeline import __version__
from video_pipeline.clips.base import ClipJob
from video_pipeline.core.cue import Cue
from video_pipeline.core.errors import PipelineError
from video_pipeline.core.files import key_of
from video_pipeline.core.posterior import Curve
from video_pipeline.core.progress import Progress
from video_pipeline.events.base import HOP_S
from video_pipeline.highlights import SIGNALS
from video_pipeline.highlights.base import REACTIONS, Evidence
from video_pipeline.highlights.choose import Highlights, find_highlights
from video_pipeline.highlights.stored import Signals, load_signals, make_signals, store_signals
from video_pipeline.highlights.table import clips_table
from video_pipeline.media.cut import suffix
from video_pipeline.media.shots import ShotOptions, cut_times_s
from video_pipeline.media.subtitled import Copy
from video_pipeline.options import Options
from video_pipeline.report.moments import draw_moments
from video_pipeline.report.overview import Overview, render_overview
from video_pipeline.report.sounds import draw_sounds
from video_pipeline.report.timeline import Timeline
from video_pipeline.report.viewer import View, render_page, view_data
from video_pipeline.speech.choose import chosen_class
from video_pipeline.subtitles.files import appearance_of, files_of, rendered
from video_pipeline.subtitles.formats.base import Appearance
from video_pipeline.subtitles.labelling import with_labels
from video_pipeline.subtitles.layout import make_cues
from video_pipeline.subtitles.qc import Finding, check
from video_pipeline.video.clipping import Captions, make_clips
from video_pipeline.video.copies import make_copy
from video_pipeline.video.listening import REVISION, ListeningRun
from video_pipeline.video.records import HighlightsFile, QualityFile, Result, ShotsFile
from video_pipeline.video.view import addresses, finding_rows, posters, shown_cues, style_of

GOALS = ("transcript", "events", "timeline", "subtitles", "highlights", "clips", "report")


class Run(ListeningRun):
    """One video, one set of options. Each stage is a method that gives its result, from the workspace where that is fresh."""

    def timeline(self) -> None:
        """Draws what was heard along the video."""
        key = self._key(self.events_key)
        if self._fresh("timeline", key):
            return
        (transcript, hearing), events = self.listened, self.events
        self._stage("timeline", None)
        drawn = Timeline(hearing.duration_s, transcript.segments, events, self.posterior, ())
        self.workspace.write(self.workspace.timeline, draw_sounds(drawn, transcript.media.name, hearing.traits.level_db).encode())
        self._finish("timeline", key, [self.workspace.timeline])

    @cached_property
    def cuts_s(self) -> tuple[float, ...]:
        """When the picture cuts, where cues care about it."""
        return self._all_cuts_s if self.options.subtitles.shots else ()

    @cached_property
    def _all_cuts_s(self) -> tuple[float, ...]:
        """When the picture cuts; none where there is no picture."""
        if self.info.video is None:
            return ()
        space, shots = self.workspace, ShotOptions()
        key = self._key(self.digest, shots)
        if self._fresh("shots", key):
            return space.read_json(space.shots, ShotsFile).cuts_s
        self._stage("shots", self.info.duration_s)
        cuts_s = tuple(cut_times_s(self.info.path, shots, advance=self.progress.advance))
        space.write_json(space.shots, ShotsFile(cuts_s))
        self._finish("shots", key, [space.shots])
        return cuts_s

    @cached_property
    def cues(self) -> list[Cue]:
        segments, events, options = self.listened[0].segments, self.events, self.options.subtitles
        cues = make_cues(segments, events, options, rate_fps=self.rate_fps, cuts_s=self.cuts_s)
        return with_labels(cues, self.options.subtitles)

    @property
    def rate_fps(self) -> float | None:
        return self.info.video.rate_fps if self.info.video else None

    def subtitles(self) -> tuple[Finding, ...]:
        """Writes the subtitle files and the report on their quality; gives its findings."""
        space, video = self.workspace, self.info.video
        key = self._key(self.events_key, self.options.subtitles, video)
        if self._fresh("subtitles", key):
            return space.read_json(space.quality, QualityFile).findings
        cues = self.cues  # with stages of their own, over before this one begins
        self._stage("subtitles", None)
        written = [
            path for name in self.options.subtitles.formats for path in self._write_cues(space.subtitles(name), name, cues)
        ]
        space.write_json(space.quality, QualityFile(len(cues), self.findings))
        self._finish("subtitles", key, [*written, space.quality])
        return self.findings

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with the cues."""
        return tuple(check(self.cues, self.options.subtitles, self.rate_fps, cuts_s=self.cuts_s, events=self.events))

    def videos(self) -> None:
        """Puts the subtitles, as they stand in the folder, into copies of the video."""
        space, transcript = self.workspace, self.listened[0]
        labels = self.options.subtitles.labels != "none"
        for kind in self.options.video.kinds:
            copy = Copy(kind, self.info, self.options.video, space.folder.name, transcript.language, labels)
            document = self._subtitle_text(copy.reads)
            key = self._key(self.digest, copy.depends_on, document)
            if not self._fresh(kind, key):
                make_copy(copy, document, space, key, self.progress)

    @cached_property
    def evidence(self) -> Evidence:
        """What is known of the video when its highlights are chosen."""
        (transcript, hearing), options = self.listened, self.options.highlights
        cuts_s = self._all_cuts_s if options.shots else ()
        level = Curve(hearing.traits.level_db, HOP_S)
        return Evidence(transcript.media.duration_s, transcript.segments, self.events, level, cuts_s)

    @cached_property
    def signals(self) -> Signals:
        """Every kind of evidence along the video, stored so that other weights cost next to nothing."""
        space, options = self.workspace, self.options.highlights
        key = self._key(self.events_key, list(SIGNALS), options.of_signals)
        if not self._fresh("signals", key):
            evidence = self.evidence
            self._stage("signals", None)
            space.write(space.signals, store_signals(make_signals(evidence, options)))
            self._finish("signals", key, [space.signals])
        return load_signals(space.signals)

    @cached_property
    def highlights_key(self) -> str:
        return self._key(self.events_key, self.options.highlights)

    @cached_property
    def highlights(self) -> HighlightsFile:
        space = self.workspace
        if self._fresh("highlights", self.highlights_key):
            return space.read_json(space.highlights, HighlightsFile)
        evidence, signals = self.evidence, self.signals
        self._stage("highlights", None)
        found = find_highlights(
            evidence, self.options.highlights, signals, lambda onset: self.events_from(dict.fromkeys(REACTIONS, onset))
        )
        record = HighlightsFile(found.clips, found.explanation)
        space.write_json(space.highlights, record)
        space.write(space.highlights_table, clips_table(found.clips).encode("utf-8-sig"))  # spreadsheets need the mark
        space.write(space.highlights_picture, self._drawn(found).encode())
        self._finish("highlights", self.highlights_key, [space.highlights, space.highlights_table, space.highlights_picture])
        return record

    def _drawn(self, found: Highlights) -> str:
        """The timeline with the clips drawn in."""
        transcript, _ = self.listened
        timeline = Timeline(transcript.media.duration_s, transcript.segments, self.events, self.posterior, found.clips)
        return draw_moments(timeline, transcript.media.name, found.density, found.explanation)

    def clips(self) -> None:
        """Cuts the highlights, each with its subtitles on its own clock."""
        options, fonts = self.options, self.options.video.fonts
        key = self._key(self.highlights_key, options.clips, options.clips.reel.files(), options.subtitles, fonts)
        if self._fresh("clips", key):
            return
        chosen, transcript = self.highlights.clips, self.listened[0]
        captions = Captions(self.cues if chosen else (), options.subtitles, self.info.path.stem)
        job = ClipJob(
            self.info,
            options.track,
            chosen,
            self.workspace.clips,
            options.clips,
            self.progress.advance,
            language=transcript.language,
            fonts=Path(fonts) if fonts else None,
            segments=transcript.segments,
            events=self.events,
            cuts_s=self._all_cuts_s if options.highlights.shots else (),
            notice=self.progress.notice,
        )
        self._stage("clips", sum(clip.duration_s for clip in chosen) or None)
        made = make_clips(job, captions, self.workspace, self.highlights_key, again=self.again)
        self._finish("clips", key, made)

    def view(self) -> View:
        """All that is shown of the video, for a page with a server behind it."""
        (transcript, hearing), found, options = self.listened, self.highlights, self.options.subtitles
        return View(
            transcript,
            self.info.video,
            self.events,
            self.posterior,
            shown_cues(self.cues, options.labels),
            found.clips,
            found.explanation,
            Curve(hearing.traits.level_db, HOP_S),
            self.cuts_s or self.evidence.cuts_s,
            finding_rows(self.findings),
            style_of(options),
            self.options.highlights.weights,
        )

    def report(self) -> None:
        """Draws the overview picture and the page."""
        space = self.workspace
        clips = [path.relative_to(space.folder).as_posix() for path in space.outputs("clips") if path.suffix == suffix(self.info)]
        media = addresses(self.info.path, space.folder)
        key = self._key(self.highlights_key, self.options.subtitles, self.info.video, clips, media)
        if self._fresh("report", key):
            return
        transcript, _ = self.listened
        overview = Overview(self.info, transcript, self.events, self.posterior, self.highlights.clips, self.cues)
        view = replace(self.view(), weights={}, media=media, files=sorted(clips))
        self._stage("report", None)
        picture = render_overview(overview, rendered("ass", self.cues, self._appearance))
        page = render_page(view_data(replace(view, posters=posters(self.info, view.clips))))
        space.write(space.overview, picture.encode())
        space.write(space.report, page.encode())
        self._finish("report", key, [space.overview, space.report])

    def _write_cues(self, path: Path, format_name: str, cues: list[Cue]) -> list[Path]:
        files = {
            path.with_name(path.name.removesuffix(format_name) + end): text
            for end, text in files_of(format_name, cues, self._appearance).items()
        }
        for target, text in files.items():
            self.workspace.write(target, text.encode())
        return list(files)

    @property
    def _appearance(self) -> Appearance:
        video = self.info.video
        size_px = (video.width_px, video.height_px) if video else (1920, 1080)
        return appearance_of(self.options.subtitles, size_px, self.info.path.stem)

    def _subtitle_text(self, format_name: str) -> str:
        """A subtitle file of the folder, with what a person may have edited in it; made where the options ask for none."""
        path = self.workspace.subtitles(format_name)
        if path in self.workspace.outputs("subtitles"):
            return path.read_text(encoding="utf-8-sig", errors="replace")
        return rendered(format_name, self.cues, self._appearance)


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
    if "timeline" in goals:
        run.timeline()
    if "subtitles" in goals:
        result.findings = run.subtitles()
        run.videos()
        goals = (*goals, *options.video.kinds)
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
        return key_of(__version__, REVISION, options, str(error))
    return key_of(__version__, REVISION, options, identity)
