"""The lines of a subtitle file that somebody has, as lines of a transcript."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import Segment
from video_pipeline.subtitles.errors import NotSubtitles
from video_pipeline.subtitles.read.reading import read_cues
from video_pipeline.subtitles.read.relabel import meant

Lines = Sequence[Segment]


def lines_in(path: Path, language: Language, *, emotion: bool = True) -> list[Segment]:
    """One for each subtitle with words, in order of time; sounds in brackets are labels, not words.

    Args:
        path: a file in any format that can be read.
        language: of lines whose language cannot be told.
        emotion: whether lines may say how they are spoken.

    Raises:
        NotSubtitles: it is none, or holds no words.
    """
    lines = [_line(cue, language) for cue in meant(read_cues(path).cues) if " ".join(cue.lines).strip()]
    if not lines:
        raise NotSubtitles(path, "it holds no words")
    return sorted(lines if emotion else [line.without_emotion() for line in lines], key=lambda line: line.start_s)


def differences(before: Lines, after: Lines) -> list[tuple[Lines, Lines]]:
    """Edits that make `after` of `before`, each of lines that overlap; lines that are the same are in none.

    Many small ones, so that words keep their times and the cost of finding them does not grow with the length.
    """
    edits: list[tuple[Lines, Lines]] = []
    was: list[Segment] = []
    lines: list[Segment] = []
    end_s = float("-inf")
    both = [*((False, line) for line in before), *((True, line) for line in after)]
    for is_new, line in sorted(both, key=lambda one: one[1].start_s):
        if line.start_s >= end_s:
            edits.append((was, lines))
            was, lines = [], []
        (lines if is_new else was).append(line)
        end_s = max(end_s, line.end_s)
    return [(was, lines) for was, lines in [*edits, (was, lines)] if [*map(_shown, was)] != [*map(_shown, lines)]]


def _line(cue: Cue, language: Language) -> Segment:
    known = cue.language if cue.language is not Language.UNKNOWN else language
    emotion_p = 1.0 if cue.emotion else 0.0
    text = " ".join(" ".join(cue.lines).split())
    return Segment(cue.start_s, cue.end_s, text, language=known, emotion=cue.emotion, emotion_p=emotion_p, speaker=cue.speaker)


def _shown(line: Segment) -> tuple[float, float, str, str | None]:
    """What tells whether a line is another; times to the millisecond, as files hold them."""
    return (round(line.start_s, 3), round(line.end_s, 3), line.text, line.speaker)
