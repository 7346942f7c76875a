"""Plain scripts (`.txt`, `.docx`): what is to be said, without times. `align` gives them the times of a transcript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from video_pipeline.core.cue import Cue
from video_pipeline.core.errors import NoSuchFile
from video_pipeline.core.sentences import split_sentences
from video_pipeline.subtitles.errors import NotSubtitles
from video_pipeline.subtitles.formats.base import Report
from video_pipeline.subtitles.read.encoding import decode
from video_pipeline.subtitles.read.languages import guess_language, language_of_tag
from video_pipeline.subtitles.read.reading import Known, Reading
from video_pipeline.subtitles.read.tags import name_tags, own_tag, tag_of_text

FORMAT = "script"
"""What a `Reading` of a script says of its format."""
SUFFIXES = frozenset((".txt", ".docx", ".md", ".fountain"))
_NAME = r"[^\W\d_][\w.'’ -]{0,30}"
_COLON = re.compile(rf"^\s*[-–—]?\s*(?:\[({_NAME})\]|\(({_NAME})\)|({_NAME})\s*[:：])\s*(?=\S)")
_CAPITALS = re.compile(r"^\s*([A-Z\u00c0-\u00de][A-Z\u00c0-\u00de .'’-]{1,30})(?:\s*\([^)]*\))?\s*$")
"""A name alone on a line, as screenplays write it above what is said."""
_DIRECTION = re.compile(r"^\s*(?:\([^()]*\)|\[[^\[\]]*\]|（[^（）]*）|(?:INT|EXT)[./ ].*)\s*$")
_INSIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|（[^（）]*）|【[^【】]*】")
_HEADING = re.compile(r"^\s*#+\s")
_LEAST_TURNS = 2
"""A word before a colon is a speaker's name if lines start so at least this often, or always."""


def read_script(path: Path, known: Known | None = None) -> Reading:
    """A cue for each sentence, all at 0 s, with its speaker. Directions in brackets are left out and reported.

    Raises:
        NoSuchFile, NotSubtitles: it cannot be read, or says nothing. ImportError: python-docx is needed and not installed.
    """
    known = known or Known()
    if not path.is_file():
        raise NoSuchFile(path)
    report, tags = Report(), name_tags(path)
    text, encoding, name = _text(path, known, report)
    tag = own_tag(known.language or tags.language) or tag_of_text(text)
    language = language_of_tag(tag) or guess_language(text)
    cues = [
        Cue(0.0, 0.0, (sentence,), language=language, tag="" if tag == language else tag, speaker=speaker)
        for speaker, paragraph in _turns(text, report)
        for sentence in split_sentences(paragraph, language)
        if any(map(str.isalnum, sentence))
    ]
    if not cues:
        raise NotSubtitles(path, "it contains no text")
    return Reading(tuple(cues), tuple(report.repairs), encoding, name, 1, tag, tags)


def _text(path: Path, known: Known, report: Report) -> tuple[str, str, str]:
    """Text, encoding and kind of the file."""
    if path.suffix.lower() != ".docx":
        text, encoding = decode(path.read_bytes(), report, known.encoding, known.language)
        return text, encoding, FORMAT
    from docx import Document

    try:
        document = Document(str(path))
    except Exception as error:  # noqa: BLE001 - the parser may raise anything on a broken file
        raise NotSubtitles(path, f"it cannot be read as a Word file: {error}") from None
    lines = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        lines += [": ".join(dict.fromkeys(cell.text.strip() for cell in row.cells if cell.text.strip())) for row in table.rows]
    return "\n".join(lines), "docx", FORMAT


def _turns(text: str, report: Report) -> Iterator[tuple[str | None, str]]:
    """Each speaker with what follows, line by line."""
    lines = text.split("\n")
    named = [found for line in lines if (found := _COLON.match(line))]
    counts: dict[str, int] = {}
    for found in named:
        name = next(filter(None, found.groups()))
        counts[name] = counts.get(name, 0) + 1
    spoken = sum(bool(line.strip()) for line in lines)
    speaker: str | None = None
    for number, line in enumerate(lines, 1):
        if not line.strip() or _HEADING.match(line):
            continue
        if _DIRECTION.match(line):
            report.add("direction left out", number, line.strip()[:60])
            continue
        following = lines[number] if number < len(lines) else ""
        if (alone := _CAPITALS.match(line)) and following.strip() and not _CAPITALS.match(following):
            speaker = alone.group(1).strip()
            continue
        if found := _COLON.match(line):
            name = next(filter(None, found.groups()))
            if counts[name] >= _LEAST_TURNS or len(named) == spoken or len(counts) >= _LEAST_TURNS:
                speaker, line = name.strip(), line[found.end() :]
        for inside in _INSIDE.findall(line):
            report.add("direction left out", number, inside[:60])
        if words := " ".join(_INSIDE.sub(" ", line).split()):
            yield speaker, words
