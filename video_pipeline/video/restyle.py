"""Subtitles that exist already: read and mended, timed by a transcript, laid out by the rules, styled, checked, written."""

from __future__ import annotations

import dataclasses
import math
import re
import secrets
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path

from video_pipeline.core.cue import BOTTOM, Cue
from video_pipeline.core.errors import BadValue
from video_pipeline.core.files import file_digest
from video_pipeline.core.progress import Progress, Silent
from video_pipeline.media.probe import MediaInfo, VideoTrack
from video_pipeline.options import Options
from video_pipeline.subtitles.errors import NotSubtitles
from video_pipeline.subtitles.files import left_out
from video_pipeline.subtitles.formats.base import Repair
from video_pipeline.subtitles.labelling import with_labels
from video_pipeline.subtitles.layout import make_cues
from video_pipeline.subtitles.qc import check
from video_pipeline.subtitles.read import script
from video_pipeline.subtitles.read.languages import guess_language, language_of_tag
from video_pipeline.subtitles.read.reading import Known, Reading, read_cues
from video_pipeline.subtitles.read.relabel import meant
from video_pipeline.subtitles.read.untangle import untangled
from video_pipeline.subtitles.retime import Move, moved
from video_pipeline.subtitles.rules import SubtitleOptions
from video_pipeline.video import file_words
from video_pipeline.video.aligning import timed_by
from video_pipeline.video.base import Given
from video_pipeline.video.engine import Engine
from video_pipeline.video.records import Result
from video_pipeline.video.stages.cues import Cues, Layout
from video_pipeline.video.stages.identify import Identify, Source
from video_pipeline.video.stages.subtitles import SubtitleFiles, Subtitles
from video_pipeline.video.workspace import Workspace

REPAIRS_FILE = "repairs.json"
_SOUND = re.compile(r"\[[^\[\]\n]{2,}\]|（[^（）\n]+）|^\s*-?\s*\([^()\n]{2,}\)|[♪♫]", re.MULTILINE)
"""What tells a sound in text: words in brackets, notes."""


@dataclass(frozen=True, slots=True)
class Existing:
    """A subtitle file and what is done with it."""

    path: Path
    transcript: Path | None = None
    """Whose words give the text their times; the cues are then laid out again."""
    _: KW_ONLY
    resplit: bool = False
    """Break cues and lines again by the rules; else only what is broken is mended."""
    size_px: tuple[int, int] = (1920, 1080)
    """Width and height of the picture."""
    rate_fps: float | None = None
    """Of the picture, for gaps in frames."""
    video: MediaInfo | None = None
    """The video of which copies are made with these subtitles."""
    known: Known = field(default_factory=Known)
    """What is known about the file besides its content."""
    overlaps: str = "auto"
    """What happens to cues that are shown together; one of `untangle.OVERLAPS`."""
    plain: bool = False
    """Drop markup, places and styles on purpose."""
    move: Move = field(default_factory=Move)
    """Where the times go."""

    @property
    def media_end_s(self) -> float:
        """Where the video ends; infinite where it is not known."""
        return (self.video.duration_s if self.video else None) or math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairsFile:
    """`repairs.json`: what was wrong with a file that was read, and how it was read."""

    source: str
    format: str
    encoding: str
    repairs: tuple[Repair, ...]
    found_in_transcript: float | None = None
    language: str = ""
    """BCP 47 tag of the file, as it, its name or its letters tell."""
    shift_s: float = 0.0
    scale: float = 1.0
    """Times were multiplied by this, then moved by `shift_s`."""
    schema_version: int = 1


def restyle(existing: Existing, options: Options, out: Path, progress: Progress | None = None) -> tuple[Result, RepairsFile]:
    """Write the cues of a subtitle file in all formats of the options, with `qc.json` and `repairs.json`, to `out/NAME/`.

    Raises:
        NoSuchFile, NotSubtitles: the file cannot be read. BadRecord: the transcript cannot.
        BadValue: the text has too few words in common with the transcript.
    """
    path, found = existing.path, None
    reading = _reading(existing)
    cues, mended = _ordered(reading, existing, options.subtitles)
    if not cues:
        raise NotSubtitles(path, "it holds no cue")
    if existing.plain:
        cues = [without_markup(cue) for cue in cues]
    cues = meant(cues)
    sounds = _tells_sounds(cues, reading)
    if not options.emotion:
        cues = [dataclasses.replace(cue, emotion=None, starts_emotion=False) for cue in cues]
    if existing.transcript is not None:
        cues, found, differences = timed_by(cues, path, existing.transcript)
        mended += differences
    if existing.resplit or existing.transcript is not None:
        segments, events = file_words.as_said(cues)
        mended += _unkept(cues)
        cues = make_cues(segments, events, options.subtitles, rate_fps=existing.rate_fps, media_end_s=existing.media_end_s)
        mended += file_words.unlabelled(events, cues, options.subtitles)
    bare, cues = cues, with_labels(cues, options.subtitles)
    for name in options.subtitles.formats:
        mended += left_out(name, cues)
    record = RepairsFile(
        source=path.name,
        format=reading.format,
        encoding=reading.encoding,
        repairs=(*reading.repairs, *mended),
        found_in_transcript=found,
        language=reading.tag,
        shift_s=round(existing.move.shift_s, 6),
        scale=existing.move.scale,
    )
    layout = _layout(cues, reading, existing, options, tells_sounds=sounds)
    engine = Engine(path, options, lambda digest: Workspace.of(path, digest, out), progress or Silent())
    if options.translation.to:
        said, heard = file_words.as_said([dataclasses.replace(cue, tokens=()) for cue in bare])
        file_words.translate_words(engine, said, heard, () if existing.resplit or existing.transcript is not None else bare)
    return _written(layout, existing, engine, record), record


def is_script(existing: Existing) -> bool:
    """Whether the file is a plain script, which takes its times from a transcript. Raises NotSubtitles: it cannot be read."""
    return _cues_or_script(existing).format == script.FORMAT


def _reading(existing: Existing) -> Reading:
    """The cues of the file; of a plain script its sentences, which have no times yet.

    Raises:
        NotSubtitles: it contains neither. BadValue: it is a script, and no transcript gives it times.
    """
    reading = _cues_or_script(existing)
    if reading.format == script.FORMAT and existing.transcript is None:
        raise BadValue(str(existing.path), "a script has no times: name the video or its transcript, of which it takes them")
    return reading


def _cues_or_script(existing: Existing) -> Reading:
    path = existing.path
    if path.suffix.lower() not in script.SUFFIXES:
        return read_cues(path, known=existing.known)
    try:
        return read_cues(path, known=existing.known)
    except NotSubtitles as error:
        try:
            return script.read_script(path, existing.known)
        except NotSubtitles:
            raise error from None


def _ordered(reading: Reading, existing: Existing, options: SubtitleOptions) -> tuple[list[Cue], list[Repair]]:
    """The cues moved and in order of time, with a repair for each change; sentences of a script as they follow each other."""
    if reading.format == script.FORMAT:
        return list(reading.cues), []
    return untangled(moved(reading.cues, existing.move), existing.overlaps, options)


def without_markup(cue: Cue) -> Cue:
    """The cue as plain text at the usual place."""
    return dataclasses.replace(cue, marked=(), place=BOTTOM, style="")


def _tells_sounds(cues: Sequence[Cue], reading: Reading) -> bool:
    """Whether the file is for the deaf too: its name says so, or it tells sounds."""
    return reading.name_tags.is_sdh or any(cue.sound or _SOUND.search(cue.text) for cue in cues)


def _unkept(cues: Sequence[Cue]) -> list[Repair]:
    """Markup is lost where the text is laid out again."""
    count = sum(cue.is_marked or not cue.place.is_usual for cue in cues)
    return [Repair("markup left out", 0, f"laid out again: {count} cues")] if count else []


def _layout(cues: Sequence[Cue], reading: Reading, existing: Existing, options: Options, *, tells_sounds: bool) -> Layout:
    findings = tuple(check(cues, options.subtitles, existing.rate_fps))
    language = guess_language(" ".join(cue.text for cue in cues))
    if reading.tag:
        language = language_of_tag(reading.tag) or language
    tag = "" if reading.tag == language.value else reading.tag
    # whoever asks for a look of their own wants that one
    sheet = None if existing.plain or options.subtitles.style != SubtitleOptions().style else reading.sheet
    return Layout(cues, findings, language, tag=tag, tells_sounds=tells_sounds, sheet=sheet)


def _written(layout: Layout, existing: Existing, engine: Engine, record: RepairsFile) -> Result:
    """All files of the cues, and the copies of the video that are asked for."""
    source = _source(existing)
    engine.put(Identify.name, source, source.digest)
    engine.put(Cues.name, layout, record)
    engine.use(Restyled(record))
    options = engine.options
    translated = (file_words.STAGE,) if options.translation.to else ()
    stages = (Restyled.name, *translated, *(options.video.kinds if existing.video is not None else ()))
    for stage in stages:
        engine.bring(stage)
    return Result(
        folder=engine.space.folder,
        duration_s=max(cue.end_s for cue in layout.cues),
        files={stage: engine.outputs(stage) for stage in stages},
        findings=layout.findings,
        kept=tuple(engine.space.kept),
    )


class Restyled(Subtitles):
    """The stage `subtitles` of a folder that belongs to a subtitle file: made in every run, with a record of what was mended."""

    def __init__(self, record: RepairsFile) -> None:
        self._record = record

    def depends_on(self, given: Given) -> object:
        return secrets.token_hex()

    def save(self, value: SubtitleFiles, given: Given) -> Sequence[Path]:
        repairs = given.space.path(REPAIRS_FILE)
        written = super().save(value, given)
        given.space.write_json(repairs, self._record)
        return [*written, repairs]


def _source(existing: Existing) -> Source:
    """The picture that the subtitles are for; the folder belongs to the subtitle file."""
    path = existing.path
    picture = VideoTrack("", *existing.size_px, existing.rate_fps)
    return Source(
        existing.video or MediaInfo(path=path, container="", duration_s=None, video=picture, audio=()), file_digest(path)
    )
