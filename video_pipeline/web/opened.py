"""Results that are there, opened for looking and changing: kept in memory, so that the next question costs next to nothing."""

from __future__ import annotations

import dataclasses
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from video_pipeline.core.clip import Clip, Reason
from video_pipeline.core.progress import Silent
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Transcript
from video_pipeline.events.store import Hearing
from video_pipeline.highlights.base import HighlightOptions
from video_pipeline.highlights.choose import Highlights, find_highlights
from video_pipeline.highlights.edges import Edges
from video_pipeline.highlights.phrases import phrases_of
from video_pipeline.highlights.reactions import shown_in
from video_pipeline.highlights.score import Scorer, score_of
from video_pipeline.highlights.words import title
from video_pipeline.media.probe import MediaInfo, probe
from video_pipeline.options import Options
from video_pipeline.subtitles.files import rendered
from video_pipeline.subtitles.layout import make_cues
from video_pipeline.subtitles.rules import SubtitleOptions
from video_pipeline.video.pipeline import Run
from video_pipeline.video.workspace import Workspace
from video_pipeline.web.errors import NotNow

_KEPT = 8


@dataclass(frozen=True, slots=True)
class Chosen(Span):
    """A clip as a person set it."""

    title: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceFile:
    """`choice.json`: the clips that a person keeps, with their own in- and out-points, and the weights in force."""

    clips: tuple[Chosen, ...]
    weights: dict[str, float]
    schema_version: int = 1


class Opened(Run):
    """A run whose listening is done: its file is not hashed again, and no model is ever loaded."""

    def __init__(self, info: MediaInfo, digest: str, folder: Path, options: Options) -> None:
        self.options, self.progress, self.again = options, Silent(), False
        self.info, self.digest = info, digest
        self.workspace = Workspace(folder, digest)

    def _listen(self) -> tuple[Transcript, Hearing]:
        raise NotNow("its results are of another version or other options; run it again first")

    @cached_property
    def edges(self) -> Edges:
        return Edges.of(self.evidence)

    def ranked(self, options: HighlightOptions) -> Highlights:
        """The clips under other options; nothing is written."""
        return find_highlights(self.evidence, options, self.signals)

    def rated(self, clips: tuple[Chosen, ...], options: HighlightOptions) -> tuple[Clip, ...]:
        """Clips with edges that a person chose, each with its score and reasons, in the order given."""
        scorer = Scorer(self.signals.curves, self.evidence, options)
        return tuple(self._rated(clip, scorer.reasons(clip)) for clip in clips)

    def _rated(self, clip: Chosen, reasons: tuple[Reason, ...]) -> Clip:
        phrases, events = phrases_of(self.options.highlights.language, self.evidence), shown_in(clip, self.evidence.reactions())
        name = clip.title or title(clip, events, self.evidence.segments, phrases)
        return Clip(clip.start_s, clip.end_s, score_of(reasons), name, reasons, "chosen by hand")

    def document(self, options: SubtitleOptions, near: Span) -> str:
        """An ASS document of what is said and heard around `near`, in a style."""
        segments = [segment for segment in self.listened[0].segments if segment.overlaps(near)]
        events = [event for event in self.events if event.overlaps(near)]
        cues = make_cues(segments, events, options, rate_fps=self.rate_fps)
        return rendered(
            "ass",
            cues,
            dataclasses.replace(self._appearance, labels=options.labels, style=options.style, safe_zone=options.safe_zone),
        )

    def subtitle_text(self, format_name: str) -> str:
        """All subtitles in a format, whether or not the options ask for it."""
        return rendered(format_name, self.cues, self._appearance)

    @property
    def kept(self) -> ChoiceFile | None:
        """What a person chose, None where nobody did."""
        path = self.workspace.choice
        return self.workspace.read_json(path, ChoiceFile) if path.is_file() else None

    def chosen(self) -> tuple[Clip, ...]:
        """The clips to show and to export: a person's choice, else the best ones."""
        kept = self.kept
        if kept is None:
            return self.highlights.clips
        return self.rated(kept.clips, weighted(self.options.highlights, kept.weights))


def weighted(options: HighlightOptions, weights: dict[str, float]) -> HighlightOptions:
    """The same with other weights. Raises UnknownName for a signal that is none."""
    return dataclasses.replace(options, weights={**options.weights, **weights})


class Shelf:
    """The results that were opened last. What a stage or a person changed since is read anew."""

    def __init__(self) -> None:
        self._runs: OrderedDict[tuple[object, ...], Opened] = OrderedDict()
        self._infos: dict[Path, MediaInfo] = {}
        self._lock = threading.Lock()

    def info(self, video: Path) -> MediaInfo:
        """Raises what `probe` raises."""
        known = self._infos.get(video)
        if known is None or not video.is_file():
            known = probe(video)
            with self._lock:
                self._infos[video] = known
                while len(self._infos) > _KEPT * 8:
                    self._infos.pop(next(iter(self._infos)))
        return known

    def opened(self, video: Path, digest: str, folder: Path, options: Options) -> Opened:
        """Raises NotNow where there are no results yet."""
        changed = tuple(_changed(folder / name) for name in (".stages.json", "corrections.json", "choice.json"))
        if not changed[0]:
            raise NotNow("it is not processed yet")
        key = (folder, repr(options), *changed)
        with self._lock:
            run = self._runs.get(key)
            if run is not None:
                self._runs.move_to_end(key)
                return run
        run = Opened(self.info(video), digest, folder, options)
        with self._lock:
            self._runs[key] = run
            while len(self._runs) > _KEPT:
                self._runs.popitem(last=False)
        return run


def _changed(path: Path) -> tuple[int, int]:
    try:
        facts = path.stat()
    except OSError:
        return (0, 0)
    return (facts.st_mtime_ns, facts.st_size)
