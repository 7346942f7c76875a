"""From a file to cues: finds the encoding and the format, reads the cues, and makes them what cues of any format must be."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from video_pipeline.core.cue import Cue
from video_pipeline.core.errors import NoSuchFile
from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import Token
from video_pipeline.subtitles import FORMATS, READERS
from video_pipeline.subtitles.errors import NotSubtitles
from video_pipeline.subtitles.formats.base import Draft, FormatReader, Match, Repair, Report, SubtitleFormat, Unreadable
from video_pipeline.subtitles.read.encoding import decode
from video_pipeline.subtitles.read.languages import cue_languages, guess_language, language_of_tag
from video_pipeline.subtitles.read.markup import tidy_lines, without_control_characters

_MOST_BYTES = 64 << 20
"""Larger files are refused: the subtitles of the longest films take one or two megabytes."""
_LONGEST_S = 100 * 3600.0
"""Later times are reported as a fault."""
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


@functools.cache
def suffixes() -> dict[str, str]:
    """The suffixes of names of subtitle files that can be read, without the dot, with the name of their format."""
    found: dict[str, str] = {}
    for name in READERS:
        member: SubtitleFormat = FORMATS.load(name)
        found |= dict.fromkeys(member.suffixes, name)
    return found


def read_cues(path: Path, language: Language | None = None) -> Reading:
    """Reads the cues of a subtitle file and repairs them if they are broken.

    Args:
        path: a file in any format of `READERS`. Its content shows the format; its suffix decides between several.
        language: of all cues. If None, it is what the file declares, then what its name declares (`NAME.en.srt`); otherwise
            it is guessed for each cue.

    Raises:
        NoSuchFile: the file does not exist.
        NotSubtitles: it contains no subtitles, or none that can be recovered.
    """
    report = Report()
    text, encoding = decode(_content(path), report)
    name, match = _format_of(path, text)
    reader: FormatReader = FORMATS.load(name)()
    try:
        drafts = reader.read(text, report)
    except Unreadable as error:
        raise NotSubtitles(path, str(error)) from None
    cues = _finished(drafts, language or report.language or language_of_tag(_name_tag(path)), report)
    if not cues and match is Match.PATTERN:
        raise NotSubtitles(path, "none of its cues contains any text")
    repairs = tuple(sorted(report.repairs, key=lambda repair: repair.line))
    return Reading(tuple(cues), repairs, encoding, name, reader.resolution_ms)


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise NoSuchFile(path)
    if path.stat().st_size > _MOST_BYTES:
        raise NotSubtitles(path, f"it is larger than {_MOST_BYTES >> 20} MB")
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotSubtitles(path, error.strerror or str(error)) from None


def _format_of(path: Path, text: str) -> tuple[str, Match]:
    """The format that the content shows most clearly. Between equals, the file's suffix decides, then the order of the table."""
    if not text.strip("\0 \n\t"):
        raise NotSubtitles(path, "it is empty")
    suffix = path.suffix.lstrip(".").lower()
    matches: dict[str, Match] = {}
    for name in READERS:
        reader: FormatReader = FORMATS.load(name)()
        matches[name] = reader.match(text)
    name = max(matches, key=lambda one: (matches[one], suffixes().get(suffix) == one))
    if matches[name] is not Match.NONE:
        return name, matches[name]
    if suffix in suffixes():
        raise NotSubtitles(path, f"it contains nothing that looks like {suffixes()[suffix]}")
    raise NotSubtitles(path, f"it looks like none of {', '.join(READERS)}")


def _name_tag(path: Path) -> str:
    """The language tag in a name such as `NAME.en.srt`; empty if there is none that is known."""
    tag = Path(path.stem).suffix.lstrip(".")
    known = language_of_tag(tag) if 2 <= len(tag) <= 7 else None
    return tag if known not in (None, Language.UNKNOWN) else ""


def _finished(drafts: Iterable[Draft], declared: Language | None, report: Report) -> list[Cue]:
    """The drafts that contain text, as cues. `declared` is the language of those that do not state their own."""
    cues: list[Cue] = []
    stated: list[Language | None] = []
    for draft in drafts:
        lines = tidy_lines(_plain(draft, report))
        if not lines:
            report.add("cue without text", draft.line)
            continue
        start_s, end_s = _span(draft, report)
        tokens = _inside(draft, start_s, end_s)
        cues.append(Cue(start_s, end_s, lines, emotion=draft.emotion, speaker=draft.speaker, tokens=tokens))
        stated.append(draft.language or declared)
    for a, b in pairwise(cues):
        if b.start_s < a.start_s:
            report.add("cues out of order", 0, f"{b.text[:40]!r} after {a.text[:40]!r}")
    return _emotions_begun(_in_languages(cues, stated))


def _in_languages(cues: Sequence[Cue], stated: Sequence[Language | None]) -> list[Cue]:
    """The cues with their languages, guessed if they are not stated."""
    texts = [cue.text for cue in cues]
    guessed = cue_languages(texts, cues, guess_language("\n".join(texts))) if None in stated else [Language.UNKNOWN] * len(cues)
    return [replace(cue, language=own or guess) for cue, own, guess in zip(cues, stated, guessed, strict=True)]


def _plain(draft: Draft, report: Report) -> str:
    text = without_control_characters(draft.text)
    if text != draft.text:
        report.add("control characters", draft.line)
    return text


def _span(draft: Draft, report: Report) -> tuple[float, float]:
    start_s = max(0.0, draft.start_s)
    end_s = start_s if draft.end_s is None else max(0.0, draft.end_s)
    if end_s < start_s:
        report.add("times swapped", draft.line, f"{start_s:.3f} to {end_s:.3f} s")
        start_s, end_s = end_s, start_s
    if end_s == start_s:
        report.add("cue of no length", draft.line, f"at {start_s:.3f} s")
    if end_s > _LONGEST_S:
        report.add("time beyond 100 hours", draft.line, f"{end_s:.0f} s")
    return start_s, end_s


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
