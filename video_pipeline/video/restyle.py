"""Subtitles that exist already, made anew: read and mended, timed by a transcript, laid out by the rules, styled, checked."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from video_pipeline.core.cue import Cue
from video_pipeline.core.errors import BadRecord, BadValue, NoSuchFile
from video_pipeline.core.files import file_digest
from video_pipeline.core.transcript import AudioEvent, Segment, Transcript
from video_pipeline.options import Options
from video_pipeline.subtitles.align import aligned
from video_pipeline.subtitles.errors import NotSubtitles
from video_pipeline.subtitles.files import appearance_of, files_of
from video_pipeline.subtitles.formats.base import Repair
from video_pipeline.subtitles.labelling import with_labels
from video_pipeline.subtitles.layout import make_cues
from video_pipeline.subtitles.qc import check
from video_pipeline.subtitles.read.reading import read_cues
from video_pipeline.subtitles.read.relabel import meant
from video_pipeline.subtitles.read.untangle import untangled
from video_pipeline.subtitles.rules import SubtitleOptions
from video_pipeline.video.records import QualityFile, Result
from video_pipeline.video.workspace import Workspace

_LEAST_FOUND = 0.4
"""A text of which fewer words were said belongs to another recording."""


@dataclass(frozen=True, slots=True)
class Existing:
    """A subtitle file and what is done with it.

    Attributes:
        path: the file.
        transcript: whose words give the text their times; the cues are then laid out anew.
        resplit: break cues and lines anew; else only what is broken is mended.
        size_px: the picture's width and height.
        rate_fps: the picture's, for gaps in frames.
    """

    path: Path
    transcript: Path | None = None
    resplit: bool = False
    size_px: tuple[int, int] = (1920, 1080)
    rate_fps: float | None = None


@dataclass(frozen=True, slots=True)
class RepairsFile:
    """`repairs.json`: what was wrong with a file that was read, and how it was read."""

    source: str
    format: str
    encoding: str
    repairs: tuple[Repair, ...]
    found_in_transcript: float | None = None
    schema_version: int = 1


def restyle(existing: Existing, options: Options, out: Path) -> tuple[Result, RepairsFile]:
    """Write the cues of a subtitle file in all formats of the options, with `qc.json` and `repairs.json`, to `out/NAME/`.

    Raises:
        NoSuchFile, NotSubtitles: the file cannot be read. BadRecord: the transcript cannot.
        BadValue: the text has too few words in common with the transcript.
    """
    path, found = existing.path, None
    reading = read_cues(path)
    cues, mended = untangled(reading.cues)
    if not cues:
        raise NotSubtitles(path, "it holds no cue")
    cues = meant(cues)
    if not options.emotion:
        cues = [dataclasses.replace(cue, emotion=None, starts_emotion=False) for cue in cues]
    if existing.transcript is not None:
        cues, found = _retimed(cues, path, existing.transcript)
    if existing.resplit or existing.transcript is not None:
        segments, events = _as_said(cues)
        cues = make_cues(segments, events, options.subtitles, rate_fps=existing.rate_fps)
        mended += _unlabelled(events, cues, options.subtitles)
    cues = with_labels(cues, options.subtitles)
    record = RepairsFile(path.name, reading.format, reading.encoding, (*reading.repairs, *mended), found)
    return _written(cues, existing, options.subtitles, record, out), record


def _retimed(cues: Sequence[Cue], path: Path, stored: Path) -> tuple[list[Cue], float]:
    if not stored.is_file():
        raise NoSuchFile(stored)
    try:
        transcript = msgspec.json.decode(stored.read_bytes(), type=Transcript)
    except (OSError, msgspec.DecodeError, ValueError) as error:
        raise BadRecord(stored, str(error)) from None
    alignment = aligned(cues, transcript.segments)
    if alignment.found < _LEAST_FOUND:
        raise BadValue(str(path), f"only {alignment.found:.0%} of its words were said in {stored}; is it of another recording?")
    return list(alignment.cues), alignment.found


def _as_said(cues: Sequence[Cue]) -> tuple[list[Segment], list[AudioEvent]]:
    """What the layout starts from: a segment per cue with words, an event per sound."""
    segments = [
        Segment(cue.start_s, cue.end_s, " ".join(cue.lines), cue.tokens, cue.language, cue.emotion, speaker=cue.speaker)
        for cue in cues
        if cue.lines
    ]
    return segments, [AudioEvent(cue.start_s, cue.end_s, cue.sound, 1.0) for cue in cues if cue.sound is not None]


def _unlabelled(events: Sequence[AudioEvent], cues: Sequence[Cue], options: SubtitleOptions) -> list[Repair]:
    """Sounds that were labelled before and are not now: where people speak, a label needs room in the line."""
    labelled = [cue for cue in cues if cue.sound is not None]
    gone = [e for e in events if not any(cue.sound is e.label and cue.overlaps(e) for cue in labelled)]
    return [Repair("label left out", 0, f"{e.label} at {e.start_s:.3f} s") for e in gone if options.labels != "none"]


def _written(cues: Sequence[Cue], existing: Existing, options: SubtitleOptions, record: RepairsFile, out: Path) -> Result:
    space = Workspace.of(existing.path, file_digest(existing.path), out)
    findings = tuple(check(cues, options, existing.rate_fps))
    appearance = appearance_of(options, existing.size_px, existing.path.stem)
    written: list[Path] = []
    for name in options.formats:
        for end, text in files_of(name, cues, appearance).items():
            path = space.subtitles(name)
            written.append(path.with_name(path.name.removesuffix(name) + end))
            space.write(written[-1], text.encode())
    space.write_json(space.quality, QualityFile(len(cues), findings))
    repairs = space.folder / "repairs.json"
    space.write_json(repairs, record)
    space.finish("subtitles", "", [*written, space.quality, repairs])
    files = {"subtitles": space.outputs("subtitles")}
    return Result(space.folder, cues[-1].end_s, files=files, findings=findings, kept=tuple(space.kept))
