"""From a file to cues: the encoding, the format, its reader, and then what every format's cues must be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from video_pipeline.core.cue import Cue
from video_pipeline.core.errors import NoSuchFile
from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import Token
from video_pipeline.subtitles.errors import NotSubtitles
from video_pipeline.subtitles.read import READERS
from video_pipeline.subtitles.read.base import Draft, Reading, Repair, Report, SubtitleReader, Unreadable
from video_pipeline.subtitles.read.encoding import decode
from video_pipeline.subtitles.read.languages import guess_language, language_of_tag
from video_pipeline.subtitles.read.markup import tidy_lines, without_control_characters

_MOST_BYTES = 64 << 20
_SENTENCE_WORDS = 3
"""So many words, common English ones among them, are English in a Chinese file too."""
_LONGEST_S = 100 * 3600.0
_SUFFIXES = {"ssa": "ass", "xml": "ttml", "dfxp": "ttml", "itt": "ttml", "smi": "sami", "sub": "microdvd"}
SUFFIXES = frozenset({*READERS, *_SUFFIXES})
"""What the names of subtitle files end in."""


def read_cues(path: Path, language: Language | None = None) -> Reading:
    """The cues of a subtitle file, mended where they are broken, with a report of what was mended.

    Args:
        path: a file of any format in `READERS`; its content decides, its name only where that says nothing.
        language: of the cues; where it is None, what the file says, else what its name says (`NAME.en.srt`), else a guess.

    Raises:
        NoSuchFile: there is no such file. NotSubtitles: it holds none, or none that can be saved.
    """
    report = Report()
    text, encoding = decode(_content(path), report)
    name, reader = _reader(path, text)
    try:
        drafts = reader.read(text, report)
    except Unreadable as error:
        raise NotSubtitles(path, str(error)) from None
    told = language or report.language or language_of_tag(_name_tag(path))
    cues = _finished(drafts, told or guess_language("\n".join(draft.text for draft in drafts)), told is None, report)
    if not cues and text.strip("\0 \n\t") and name in ("srt", "sbv", "lrc"):
        raise NotSubtitles(path, "none of its cues holds any text")
    return Reading(tuple(cues), tuple(sorted(report.repairs, key=lambda repair: repair.line)), encoding, name)


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise NoSuchFile(path)
    if path.stat().st_size > _MOST_BYTES:
        raise NotSubtitles(path, f"it is larger than {_MOST_BYTES >> 20} MB")
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotSubtitles(path, error.strerror or str(error)) from None


def _reader(path: Path, text: str) -> tuple[str, SubtitleReader]:
    if not text.strip("\0 \n\t"):
        raise NotSubtitles(path, "it is empty")
    suffix = path.suffix.lstrip(".").lower()
    for name in READERS:
        reader: SubtitleReader = READERS.load(name)()
        if reader.owns(text):
            if name == "srt" and suffix == "vtt":  # the two differ in their first line, which is missing here
                return "vtt", READERS.load("vtt")()
            return name, reader
    if suffix not in SUFFIXES:
        raise NotSubtitles(path, f"it looks like none of {', '.join(READERS)}")
    raise NotSubtitles(path, f"it holds nothing that looks like {_SUFFIXES.get(suffix, suffix)}")


def _name_tag(path: Path) -> str:
    tag = Path(path.stem).suffix.lstrip(".")
    known = language_of_tag(tag) if 2 <= len(tag) <= 7 else None
    return tag if known not in (None, Language.UNKNOWN) else ""


def _finished(drafts: Iterable[Draft], language: Language, guessed: bool, report: Report) -> list[Cue]:
    cues = []
    for draft in drafts:
        lines = tidy_lines(_plain(draft, report))
        if not lines:
            report.add("cue without text", draft.line)
            continue
        start_s, end_s = _span(draft, report)
        own = draft.language or (_own_language(lines, language) if guessed else language)
        cues.append(Cue(start_s, end_s, lines, own, draft.emotion, speaker=draft.speaker, tokens=_inside(draft, start_s, end_s)))
    for a, b in pairwise(cues):
        if b.start_s < a.start_s:
            report.add("cues out of order", 0, f"{b.text[:40]!r} after {a.text[:40]!r}")
    return _emotions_begun(cues)


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
    """Times of words, only where they lie in order within the cue."""
    times = [start_s, *(t for token in draft.tokens for t in (token.start_s, token.end_s)), end_s]
    close = all(b >= a - 0.02 for a, b in pairwise(times))
    return draft.tokens if close else ()


def _own_language(lines: tuple[str, ...], whole: Language) -> Language:
    """A cue's own language where it is clearly another than the file's; a name or two in Latin letters do not tell."""
    text = " ".join(lines)
    own = guess_language(text)
    if own is Language.EN and whole is not Language.UNKNOWN and len(text.split()) >= _SENTENCE_WORDS:
        return own
    related = {own, whole} <= {Language.ZH, Language.YUE, Language.JA}
    return whole if related or own in (Language.EN, Language.UNKNOWN) else own


def _emotions_begun(cues: list[Cue]) -> list[Cue]:
    """Marks the first cue of each emotion, as `Cue.starts_emotion` wants it."""
    before = [None, *(cue.emotion for cue in cues)]
    return [
        replace(cue, starts_emotion=cue.emotion is not None and cue.emotion != old)
        for cue, old in zip(cues, before, strict=False)
    ]


def counted(repairs: Iterable[Repair]) -> list[str]:
    """Repairs by kind for people: `missing number (3)`, in order of their first line."""
    counts: dict[str, int] = {}
    for repair in repairs:
        counts[repair.what] = counts.get(repair.what, 0) + 1
    return [f"{what} ({count})" if count > 1 else what for what, count in counts.items()]
