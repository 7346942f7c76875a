"""From a file to cues: finds the encoding and the format, reads the cues, and makes them what cues of any format must be."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from video_pipeline.core.cue import Cue, Run
from video_pipeline.core.errors import CannotRead, NoSuchFile
from video_pipeline.core.labels import Language
from video_pipeline.core.refusals import unreadable
from video_pipeline.core.transcript import Token
from video_pipeline.subtitles import FORMATS, READERS
from video_pipeline.subtitles.errors import NotSubtitles
from video_pipeline.subtitles.formats.ass_sheet import AssSheet
from video_pipeline.subtitles.formats.base import (
    BinaryReader,
    Draft,
    FormatReader,
    Match,
    Repair,
    Report,
    SubtitleFormat,
    Unreadable,
)
from video_pipeline.subtitles.read.direction import without_isolation
from video_pipeline.subtitles.read.encoding import decode
from video_pipeline.subtitles.read.languages import cue_languages, guess_language, language_of_tag
from video_pipeline.subtitles.read.markup import tidy_runs, without_control_characters, without_first
from video_pipeline.subtitles.read.other_kinds import HEAD_BYTES, other_kind
from video_pipeline.subtitles.read.spans import settled
from video_pipeline.subtitles.read.tags import NameTags, name_tags, own_tag, tag_of_text

_MOST_BYTES = 64 << 20
"""Larger files are refused: the subtitles of the longest films take one or two megabytes."""
_JITTER_S = 0.02
"""Times of words may overlap by this much, because formats round them."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a subtitle file contains."""

    cues: tuple[Cue, ...]
    """In the order of the file. They may overlap; `untangle.untangled` separates them."""
    repairs: tuple[Repair, ...]
    encoding: str
    format: str
    """A name in `subtitles.FORMATS`."""
    resolution_ms: int = 1
    """Times in this format are multiples of this."""
    tag: str = ""
    """BCP 47 tag of its language, as it or its name declares it, or as its letters tell; empty if unknown."""
    name_tags: NameTags = field(default_factory=NameTags)
    """What the file's name says about it."""
    lines: tuple[int, ...] = ()
    """Line number of each cue in the file, counted from 1; 0 if unknown."""
    sheet: AssSheet | None = None
    """The styles of an ASS file."""


@functools.cache
def suffixes() -> dict[str, str]:
    """The suffixes of names of subtitle files that can be read, without the dot, with the name of their format."""
    found: dict[str, str] = {}
    for name in READERS:
        member: SubtitleFormat = FORMATS.load(name)
        found |= dict.fromkeys(member.suffixes, name)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known about a file besides its content."""

    language: str = ""
    """BCP 47 or ISO 639 tag of its language; of several languages in a file, the one to read. Empty if unknown."""
    encoding: str = ""
    """Name of its encoding; empty to find it out."""
    rate_fps: float | None = None
    """Frames per second, for formats that count frames and do not say."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Names of a table's columns, by what they hold: `start`, `end`, `duration`, `text`, `speaker`, `language`."""


def read_cues(path: Path, language: Language | None = None, known: Known | None = None) -> Reading:
    """Reads the cues of a subtitle file and repairs them if they are broken.

    Args:
        path: a file in any format of `READERS`. Its content shows the format; its suffix decides between several.
        language: of all cues. If None, it is what `known` or the file declares, then what its name declares (`NAME.en.srt`);
            otherwise it is guessed for each cue.
        known: what else is known about it.

    Raises:
        NoSuchFile: the file does not exist.
        NotSubtitles: it contains no subtitles, or none that can be recovered.
    """
    known = known or Known()
    tags = name_tags(path)
    report = Report(rate_fps=known.rate_fps, columns=known.columns, wanted=known.language or tags.language)
    content = _content(path)
    name, match, drafts, encoding = _drafts(path, content, known, report)
    declared = own_tag(known.language or report.tag or tags.language)
    cues, lines = _finished(
        drafts, language or language_of_tag(known.language) or report.language or language_of_tag(declared), report
    )
    if not cues and match is Match.PATTERN:
        raise NotSubtitles(path, "none of its cues contains any text")
    tag = declared or tag_of_text("\n".join(cue.text for cue in cues))
    repairs = tuple(sorted(report.repairs, key=lambda repair: repair.line))
    resolution_ms = FORMATS.load(name)().resolution_ms
    return Reading(_tagged(cues, declared, tag), repairs, encoding, name, resolution_ms, tag, tags, lines, report.sheet)


def _tagged(cues: Sequence[Cue], declared: str, tag: str) -> tuple[Cue, ...]:
    """The cues with the tag of the file, those that have no tag and whose language cannot say it."""
    same = language_of_tag(tag)
    if not tag or tag == (same or ""):
        return tuple(cues)
    return tuple(replace(cue, tag=tag) if not cue.tag and cue.language is same else cue for cue in cues)


def _drafts(path: Path, content: bytes, known: Known, report: Report) -> tuple[str, Match, list[Draft], str]:
    """Format, certainty, cues and encoding. Raises NotSubtitles."""
    try:
        for name in READERS:
            member = FORMATS.load(name)()
            if hasattr(member, "match_bytes"):
                binary: BinaryReader = member
                if (match := binary.match_bytes(content)) is not Match.NONE:
                    return name, match, binary.read_bytes(content, report), "binary"
        text, encoding = decode(content, report, known.encoding, report.wanted)
        name, match = _format_of(path, text)
        reader: FormatReader = FORMATS.load(name)()
        return name, match, reader.read(text, report), encoding
    except Unreadable as error:
        raise NotSubtitles(path, str(error)) from None
    except RecursionError:
        raise NotSubtitles(path, "it is nested too deeply") from None


def _content(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise NoSuchFile(path)
        with path.open("rb") as file:
            if words := other_kind(file.read(HEAD_BYTES)):
                raise NotSubtitles(path, words)
        if path.stat().st_size > _MOST_BYTES:
            raise NotSubtitles(path, f"it is larger than {_MOST_BYTES >> 20} MB")
        return path.read_bytes()
    except OSError as error:
        raise CannotRead(path, unreadable(error)) from None


def _format_of(path: Path, text: str) -> tuple[str, Match]:
    """The format that the content shows most clearly. Between equals, the file's suffix decides, then the order of the table."""
    if not text.strip("\0 \n\t"):
        raise NotSubtitles(path, "it is empty")
    suffix = path.suffix.lstrip(".").lower()
    matches: dict[str, Match] = {}
    for name in READERS:
        reader: FormatReader = FORMATS.load(name)()
        if hasattr(reader, "match"):
            matches[name] = reader.match(text)
    name = max(matches, key=lambda one: (matches[one], suffixes().get(suffix) == one))
    if matches[name] is not Match.NONE:
        return name, matches[name]
    if suffix in suffixes():
        raise NotSubtitles(path, f"it contains nothing that looks like {suffixes()[suffix]}")
    raise NotSubtitles(path, f"it looks like none of {', '.join(READERS)}")


def _finished(drafts: Iterable[Draft], declared: Language | None, report: Report) -> tuple[list[Cue], tuple[int, ...]]:
    """The drafts that contain text, as cues, and their lines. `declared` is the language of those that do not state their own."""
    cues: list[Cue] = []
    stated: list[Language | None] = []
    lines: list[int] = []
    for draft in settled(drafts, report):
        marked = tidy_runs(_plain(draft, report))
        if not marked:
            report.add("cue without text", draft.line)
            continue
        marked = tuple(_without_isolation(line) for line in marked)
        start_s, end_s = draft.start_s, draft.end_s or draft.start_s
        cue = Cue(
            start_s,
            end_s,
            tuple("".join(run.text for run in line) for line in marked),
            emotion=draft.emotion,
            speaker=draft.speaker,
            tokens=_inside(draft, start_s, end_s),
            place=draft.place,
            style=draft.style,
            tag=own_tag(draft.tag),
        )
        plain = Cue(start_s, end_s, cue.lines)
        cues.append(replace(cue, marked=marked) if marked != plain.runs else cue)
        stated.append(draft.language or declared)
        lines.append(draft.line)
    for a, b in pairwise(cues):
        if b.start_s < a.start_s:
            report.add("cues out of order", 0, f"{b.text[:40]!r} after {a.text[:40]!r}")
    return _emotions_begun(_in_languages(cues, stated)), tuple(lines)


def _without_isolation(line: tuple[Run, ...]) -> tuple[Run, ...]:
    """The line without marks of direction that its letters make needless."""
    text = "".join(run.text for run in line)
    if without_isolation(text) == text:
        return line
    inner = list(without_first(line, 1))
    inner[-1] = replace(inner[-1], text=inner[-1].text[:-1])
    return tuple(run for run in inner if run.text)


def _in_languages(cues: Sequence[Cue], stated: Sequence[Language | None]) -> list[Cue]:
    """The cues with their languages, guessed if they are not stated."""
    texts = [cue.text for cue in cues]
    guessed = cue_languages(texts, cues, guess_language("\n".join(texts))) if None in stated else [Language.UNKNOWN] * len(cues)
    return [replace(cue, language=own or guess) for cue, own, guess in zip(cues, stated, guessed, strict=True)]


def _plain(draft: Draft, report: Report) -> list[Run]:
    runs = list(draft.runs) or [Run(draft.text)]
    plain = [replace(run, text=without_control_characters(run.text)) for run in runs]
    if plain != runs:
        report.add("control characters", draft.line)
    return plain


def _inside(draft: Draft, start_s: float, end_s: float) -> tuple[Token, ...]:
    """The words with their times, if these are in order and within the cue."""
    times = [start_s, *(t for token in draft.tokens for t in (token.start_s, token.end_s)), end_s]
    in_order = all(b >= a - _JITTER_S for a, b in pairwise(times))
    return draft.tokens if in_order else ()


def _emotions_begun(cues: Sequence[Cue]) -> list[Cue]:
    """Marks the first cue of each emotion (`Cue.starts_emotion`)."""
    before = [None, *(cue.emotion for cue in cues)]
    return [
        replace(cue, starts_emotion=cue.emotion is not None and cue.emotion != old)
        for cue, old in zip(cues, before, strict=False)
    ]


def counted(repairs: Iterable[Repair]) -> list[str]:
    """Kinds of repairs for people, such as `missing number (3)`, in the order of their first occurrence."""
    counts: dict[str, int] = {}
    for repair in repairs:
        counts[repair.what] = counts.get(repair.what, 0) + 1
    return [f"{what} ({count})" if count > 1 else what for what, count in counts.items()]
