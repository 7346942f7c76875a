"""Results that are there, opened for looking and changing: kept in memory, so that the next question costs next to nothing."""

from __future__ import annotations

import dataclasses
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from video_pipeline.core.clip import Clip, Reason
from video_pipeline.core.errors import BadRecord, CannotWrite, NoSuchFile
from video_pipeline.core.files import atomic_write, reason
from video_pipeline.core.span import Span
from video_pipeline.highlights.base import HighlightOptions
from video_pipeline.highlights.choose import Highlights
from video_pipeline.highlights.edges import Edges
from video_pipeline.highlights.passages import are_passages, for_passages, highlights_or_passages
from video_pipeline.highlights.phrases import phrases_of
from video_pipeline.highlights.reactions import shown_in
from video_pipeline.highlights.score import Scorer, score_of
from video_pipeline.highlights.words import title
from video_pipeline.media.framing import Place
from video_pipeline.media.probe import MediaInfo, probe
from video_pipeline.options import Options
from video_pipeline.subtitles.files import appearance_of, rendered
from video_pipeline.subtitles.layout import make_cues
from video_pipeline.subtitles.rules import SubtitleOptions
from video_pipeline.video.decisions import decisions_in
from video_pipeline.video.errors import NotFinished
from video_pipeline.video.stages.identify import Identify
from video_pipeline.video.stages.signals import StoredSignals, VideoEvidence
from video_pipeline.video.video import Video
from video_pipeline.video.workspace import CHOICE_FILE, CORRECTIONS_FILE, STATE_FILE
from video_pipeline.web.errors import NotNow

_KEPT = 8
"""Videos held in memory."""
_INFOS_KEPT = 64


@dataclass(frozen=True, slots=True)
class ChosenClip(Span):
    """A clip as a person set it."""

    title: str = ""


@dataclass(frozen=True, slots=True)
class ChoiceFile:
    """`choice.json`: the clips that a person keeps, with their own in- and out-points, and the weights in force."""

    clips: tuple[ChosenClip, ...]
    weights: dict[str, float]
    schema_version: int = 1


class OpenVideo:
    """The results of a video, and what a person chose of them. Nothing is written but by `video.write` and `keep`."""

    def __init__(self, video: Video) -> None:
        self.video = video

    @cached_property
    def edges(self) -> Edges:
        """Clean places to start and to end a clip."""
        return Edges.of(self.video.of(VideoEvidence))

    def ranked(self, options: HighlightOptions) -> Highlights:
        """The clips under other options."""
        return highlights_or_passages(self.video.of(VideoEvidence), options, self.video.of(StoredSignals))

    def rated(self, clips: tuple[ChosenClip, ...], options: HighlightOptions) -> tuple[Clip, ...]:
        """Clips with edges that a person chose, each with its score and reasons, in the order given."""
        if options.passages and self.video.clips and are_passages(self.video.clips):
            options = for_passages(options)
        scorer = Scorer(self.video.of(StoredSignals).curves, self.video.of(VideoEvidence), options)
        return tuple(self._rated(clip, scorer.reasons(clip)) for clip in clips)

    def _rated(self, clip: ChosenClip, reasons: tuple[Reason, ...]) -> Clip:
        evidence = self.video.of(VideoEvidence)
        phrases, events = phrases_of(self.video.options.highlights.language, evidence), shown_in(clip, evidence.causes())
        name = clip.title or title(clip, events, evidence.segments, phrases)
        return Clip(clip.start_s, clip.end_s, score_of(reasons), name, reasons=reasons, why="chosen by hand")

    def document(self, options: SubtitleOptions, near: Span) -> str:
        """An ASS document of what is said and heard around `near`, in a style."""
        video = self.video
        segments = [segment for segment in video.transcript.segments if segment.overlaps(near)]
        events = [event for event in video.events if event.overlaps(near)]
        source = video.of(Identify)
        cues = make_cues(segments, events, options, rate_fps=source.rate_fps, media_end_s=source.end_s)
        return rendered("ass", cues, appearance_of(options, source.size_px, video.path.stem))

    @property
    def choice(self) -> ChoiceFile | None:
        """What a person chose, None where nobody did. Raises BadRecord."""
        path = self.video.folder / CHOICE_FILE
        if not path.is_file():
            return None
        try:
            return msgspec.json.decode(path.read_bytes(), type=ChoiceFile)
        except (OSError, ValueError) as error:
            raise BadRecord(path, str(error)) from None

    def keep(self, choice: ChoiceFile | None) -> None:
        """Remember what a person chose; None goes back to the program's own choice. Raises CannotWrite."""
        path = self.video.folder / CHOICE_FILE
        if choice is None:
            path.unlink(missing_ok=True)
            return
        try:
            atomic_write(path, msgspec.json.format(msgspec.json.encode(choice), indent=1) + b"\n")
        except OSError as error:
            raise CannotWrite(path, reason(error)) from None

    def decided(self) -> dict[str, Any]:
        """What a person decided about the length and the picture, as pages are given it. Raises BadRecord."""
        decisions = decisions_in(self.video.folder)
        return {"removed": span_rows(decisions.removed), "crop": crop_rows(decisions.crop)}

    def chosen(self) -> tuple[Clip, ...]:
        """The clips to show and to export: a person's choice, else the best ones."""
        choice = self.choice
        if choice is None:
            return self.video.clips
        return self.rated(choice.clips, weighted(self.video.options.highlights, choice.weights))


def crop_rows(places: Sequence[Place]) -> list[dict[str, float]]:
    """Places of the crop as pages are given them."""
    return [{"at_s": round(one.time_s, 3), "x": round(one.x, 4), "y": round(one.y, 4)} for one in places]


def span_rows(spans: Sequence[Span]) -> list[dict[str, float]]:
    """Stretches that are cut out, likewise."""
    return [{"start_s": round(one.start_s, 3), "end_s": round(one.end_s, 3)} for one in spans]


def weighted(options: HighlightOptions, weights: dict[str, float]) -> HighlightOptions:
    """The same with other weights. Raises UnknownName for an unknown signal."""
    return dataclasses.replace(options, weights={**options.weights, **weights})


class OpenVideos:
    """The results that were opened last. What a stage or a person changed since is read again."""

    def __init__(self) -> None:
        self._videos: OrderedDict[tuple[object, ...], OpenVideo] = OrderedDict()
        self._infos: dict[Path, MediaInfo] = {}
        self._lock = threading.Lock()

    def info(self, video: Path) -> MediaInfo:
        """What a file holds, whether or not it is processed. Raises what `probe` raises."""
        known = self._infos.get(video)
        if known is None or not video.is_file():
            known = probe(video)
            with self._lock:
                self._infos[video] = known
                while len(self._infos) > _INFOS_KEPT:
                    self._infos.pop(next(iter(self._infos)))
        return known

    def opened(self, video: Path, folder: Path, options: Options) -> OpenVideo:
        """Raises NotNow where there are no results yet."""
        changed = tuple(_changed(folder / name) for name in (STATE_FILE, CORRECTIONS_FILE, CHOICE_FILE))
        key = (folder, repr(options), *changed)
        with self._lock:
            known = self._videos.get(key)
            if known is not None:
                self._videos.move_to_end(key)
                return known
        try:
            found = OpenVideo(Video.open(folder, video=video, options=options))
        except (NoSuchFile, NotFinished):
            raise NotNow("it is not processed yet") from None
        with self._lock:
            self._videos[key] = found
            while len(self._videos) > _KEPT:
                self._videos.popitem(last=False)
        return found


def _changed(path: Path) -> tuple[int, int]:
    try:
        facts = path.stat()
    except OSError:
        return (0, 0)
    return (facts.st_mtime_ns, facts.st_size)
