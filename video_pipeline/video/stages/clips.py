"""The clips: a group of stages, one per export, so that each is made again only where its own clips, words or options changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from video_pipeline.clips import EXPORTS
from video_pipeline.clips.base import ClipExport, ClipJob, ClipOptions, Exported, MadeClip, MadeClips, SourceVideo
from video_pipeline.clips.timelines import TIMELINES
from video_pipeline.core.clip import Clip
from video_pipeline.core.cue import Cue
from video_pipeline.core.printable import printable
from video_pipeline.core.span import Span
from video_pipeline.media.probe import probe
from video_pipeline.options import Options
from video_pipeline.video.base import BaseStage, DerivedStage, Given, Stage, StageProgress
from video_pipeline.video.bilingual import drawn_of
from video_pipeline.video.captions import Captions
from video_pipeline.video.errors import ClipsLeftOut
from video_pipeline.video.records import ClipRow, ClipsFile, Decisions
from video_pipeline.video.stages.cues import Cues
from video_pipeline.video.stages.events import Events
from video_pipeline.video.stages.highlights import FoundHighlights
from video_pipeline.video.stages.masked import IF_MASKED, source_of
from video_pipeline.video.stages.shots import Shots
from video_pipeline.video.stages.tighten import cues_left
from video_pipeline.video.stages.translate import IF_TRANSLATED, Translated
from video_pipeline.video.stages.words import ShownWords

FOLDER = "clips"
RECORD_FILE = f"{FOLDER}/clips.json"
VIDEO = "video"
CAPTIONS = "captions"
"""Not an export of the table: the subtitle files beside the clips."""
_HOOKED = "hooked"
_TIGHTENED = "tightened"
_SHOWS_WORDS = (CAPTIONS, "audiogram", _TIGHTENED, _HOOKED, "gallery")
_DRAWS_TEXT = ("audiogram", _TIGHTENED, _HOOKED, "reel", "sheet")
"""With fonts, of which a person may have named some."""
_LAST = "gallery"
"""It shows what all others made."""
_AS_LONG = (VIDEO, "audiogram")
"""Exports that run as the clip itself does: the subtitle files beside the clips fit these, others carry their own."""
_ENCODES = (VIDEO, "audiogram", _TIGHTENED, _HOOKED, "reel")


class ClipFiles(BaseStage[Exported]):
    """What one export makes of the chosen clips."""

    revision = 3

    def __init__(self, export: str, options: Options) -> None:
        self.export, self.name = export, f"{FOLDER}.{export}"
        self.phases = ("clips",) if export == VIDEO else ("reel",) if export == "reel" else ("clip files",)
        burned = export == VIDEO and options.clips.captions == "burned"
        listed = export == "timelines" and any(TIMELINES.load(name).holds_words for name in options.clips.timelines)
        self._shows_words = burned or listed or export in _SHOWS_WORDS
        self._draws_text = burned or export in _DRAWS_TEXT
        words = ("cues",) if self._shows_words else ()
        self.needs_if = {"shots": "highlights.shots", **IF_MASKED, **(IF_TRANSLATED if self._shows_words else {})}
        cut = (f"{FOLDER}.{VIDEO}",) if VIDEO in options.clips.exports and export != VIDEO else ()
        self.needs = ("identify", "words", "events", "highlights", *words, *cut)

    def reads(self, options: Options) -> tuple[str, ...]:
        words = ("subtitles",) if self._shows_words else ()
        fonts = ("video.fonts",) if self._draws_text else ()
        own = () if self.export == CAPTIONS else EXPORTS.load(self.export).reads
        others = ("clips.exports", "clips.timelines", "clips.hook.on") if self.export == _LAST else ()
        return ("track", *(f"clips.{name}" for name in own), *words, *fonts, *others)

    def depends_on(self, given: Given) -> object:
        """Files of a person's own that go into it; for the export that shows all others, what those made."""
        files = given.options.clips.reel.files() if "clips.reel" in self.reads(given.options) else []
        if self.export != _LAST:
            return files
        others = [stage.name for stage in parts(given.options) if stage.name != self.name]
        records = {name: given.space.record(name) for name in others}
        return files, {name: record.version for name, record in records.items() if record is not None}

    def length_s(self, given: Given) -> float | None:
        return sum(clip.duration_s for clip in given.of(FoundHighlights).clips) if self.export in _ENCODES else None

    def make(self, given: Given, progress: StageProgress) -> Exported:
        for old in given.outputs(self.name):
            given.space.keep_edited(old)
        clips, folder = given.of(FoundHighlights).clips, given.space.path(FOLDER)
        made = given.of(MadeVideos).clips if given.needs(MadeVideos) else {}
        words = _captions(given) if self._shows_words else None
        job = _job(given, progress, clips, folder, words, fonts=self._draws_text)
        return _exported(self.export, job, made, words, given.space.write)

    def save(self, value: Exported, given: Given) -> Sequence[Path]:
        return value.files

    def load(self, given: Given) -> Exported:
        return Exported(tuple(given.outputs(self.name)))


class MadeVideos(ClipFiles):
    """The clips themselves, and `clips.json` about them."""

    name = f"{FOLDER}.{VIDEO}"

    def __init__(self, options: Options) -> None:
        super().__init__(VIDEO, options)

    def save(self, value: Exported, given: Given) -> Sequence[Path]:
        record = given.space.path(RECORD_FILE)
        given.space.write_json(record, ClipsFile(tuple(map(_row, value.clips.values()))))
        return [*value.files, record]

    def load(self, given: Given) -> Exported:
        rows = given.space.read_json(given.space.path(RECORD_FILE), ClipsFile).clips
        folder = given.space.path(FOLDER)
        return Exported(tuple(given.outputs(self.name)), {number: _restored(row, folder) for number, row in enumerate(rows)})


class AllClips(DerivedStage[None]):
    """Raises ClipsLeftOut where a clip could not be made, when all that could be made is there."""

    name = f"{FOLDER}.all"
    needs = (MadeVideos.name,)

    def make(self, given: Given, progress: StageProgress) -> None:
        _require_all(given.of(MadeVideos).clips)

    def identity(self, given: Given) -> object:
        given.of(AllClips)
        return ""


class Clips:
    """All exports that are asked for. None where there is no clip."""

    name = "clips"

    def parts(self, given: Given) -> Sequence[Stage[Any]]:
        if not given.of(FoundHighlights).clips:
            return []
        return [*parts(given.options), *([AllClips()] if VIDEO in given.options.clips.exports else [])]

    needs = ("highlights",)


def parts(options: Options) -> list[ClipFiles]:
    """A stage per export in the order of their table, the subtitle files right after the clips themselves."""
    return [MadeVideos(options) if name == VIDEO else ClipFiles(name, options) for name in _names(options.clips)]


class CutClips(DerivedStage[MadeClips]):
    """Clips that a person chose, in a folder of their own; nothing of them is recorded."""

    name = "cut"
    phases = ("clips",)
    needs = ("identify", "words", "events", "cues")
    needs_if = MappingProxyType({"shots": "highlights.shots", **IF_MASKED, **IF_TRANSLATED})

    def __init__(self, clips: Sequence[Clip], folder: Path, decisions: Decisions | None = None) -> None:
        self._clips, self._folder, self._decisions = clips, folder, decisions or Decisions()

    def reads(self, options: Options) -> tuple[str, ...]:
        return ("track", "clips", "subtitles", "video.fonts")

    def length_s(self, given: Given) -> float | None:
        return sum(clip.duration_s for clip in self._clips)

    def make(self, given: Given, progress: StageProgress) -> MadeClips:
        made = dict[int, MadeClip]()
        for name in _names(given.options.clips):
            words = _captions(given, self._decisions.removed if name == _TIGHTENED else ())
            job = _by_hand(_job(given, progress, self._clips, self._folder, words, fonts=True), self._decisions)
            made.update(_exported(name, job, made, words, _write).clips)
        if not any(clip.path for clip in made.values()):
            _require_all(made)
        return made


def _by_hand(job: ClipJob, decisions: Decisions) -> ClipJob:
    source = dataclasses.replace(job.source, removed=decisions.removed, crop=decisions.crop)
    return dataclasses.replace(job, source=source)


def _require_all(made: MadeClips) -> None:
    left_out = [clip for clip in made.values() if clip.error]
    if left_out:
        raise ClipsLeftOut(len(left_out), len(made))


def _names(options: ClipOptions) -> list[str]:
    asked = [name for name in EXPORTS if name in options.exports or (name == _HOOKED and options.hook.on)]
    place = asked.index(VIDEO) + 1 if VIDEO in asked else 0
    encoded = {name for name in asked if name in _ENCODES}
    beside = options.captions == "files" and (not encoded or not encoded.isdisjoint(_AS_LONG))
    return [*asked[:place], *([CAPTIONS] if beside else []), *asked[place:]]


def _captions(given: Given, removed: Sequence[Span] = ()) -> Captions:
    """In the language that is spoken, or in those that are drawn instead.

    Words that were cut out do not stand in them; translated sentences stay whole: which of their words those are is not known.
    """
    layout = given.of(Cues)
    if given.needs(Translated):
        translated = given.of(Translated)
        shown = drawn_of(translated)
        if shown:
            return _drawn(given, shown.layout.cues, shown.layout.draft)
    return _drawn(given, cues_left(given, removed) if removed else layout.cues, layout.draft)


def _drawn(given: Given, cues: Sequence[Cue], draft: bool) -> Captions:
    return Captions(cues, given.options.subtitles, printable(given.video.stem), draft)


def _job(
    given: Given, progress: StageProgress, clips: Sequence[Clip], folder: Path, words: Captions | None, *, fonts: bool
) -> ClipJob:
    transcript = given.of(ShownWords)
    fonts_folder = given.options.video.fonts if fonts else ""
    source = SourceVideo(
        info=source_of(given).info,
        track=source_of(given).track,
        language=transcript.language,
        segments=transcript.segments,
        events=given.of(Events),
        cues=words.cues if words else (),
        cuts_s=given.of(Shots) if given.needs(Shots) else (),
    )

    def drawn(number: int, size_px: tuple[int, int]) -> str:
        assert words is not None
        return words.on(clips[number], size_px)

    return ClipJob(
        source=source,
        clips=clips,
        folder=folder,
        options=given.options.clips,
        captions=drawn if words else None,
        fonts=Path(fonts_folder) if fonts_folder else None,
        on_progress=progress.advance,
        notice=progress.notice,
    )


def _exported(name: str, job: ClipJob, made: MadeClips, words: Captions | None, write: Callable[[Path, bytes], None]) -> Exported:
    if name == CAPTIONS:
        assert words is not None
        return Exported(tuple(_sidecars(job, made, words, write)))
    export: ClipExport = EXPORTS.load(name)()
    return export.export(job, made)


def _sidecars(job: ClipJob, clips: MadeClips, captions: Captions, write: Callable[[Path, bytes], None]) -> list[Path]:
    """The subtitles of each clip beside it, of what its file really holds."""
    paths: list[Path] = []
    for number, clip in enumerate(job.clips):
        made = clips.get(number)
        if made is not None and made.path is None:
            continue
        span, size_px = (made.span, made.size_px) if made else (Span(clip.start_s, clip.end_s), None)
        contents = captions.files(span, size_px or (1920, 1080), job.folder / job.stem(number))
        for path, content in contents.items():
            write(path, content)
        paths += contents
    return paths


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _row(made: MadeClip) -> ClipRow:
    return ClipRow(
        file=made.path.name if made.path else "",
        start_s=made.span.start_s,
        end_s=made.span.end_s,
        way=made.way,
        fallback=made.fallback,
        check=made.check,
        shape=made.shape,
        error=made.error,
    )


def _restored(row: ClipRow, folder: Path) -> MadeClip:
    path = folder / row.file if row.file else None
    video = probe(path).video if path else None
    return MadeClip(
        path=path,
        span=Span(row.start_s, row.end_s),
        size_px=(video.width_px, video.height_px) if video else None,
        way=row.way,
        fallback=row.fallback,
        check=row.check,
        shape=row.shape,
        error=row.error,
    )
