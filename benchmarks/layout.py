"""Layout against people's: subtitle files that people wrote are laid out again from their words, and the breaks are compared.

`python -m benchmarks.layout FOLDER [--by-file] [--half 0 | 1] [--show N]`: FOLDER holds folders of subtitle files, one folder a
source. A file's language is told by its name (`talk.fr.srt`) or its letters.

The words of a cue share its time in proportion to their length. Gaps under half a second are closed first: they come from the
gap rule of the house that made the file, not from the voice, and would give away where its cues end. Cues with labels, speakers,
dialogue dashes, notes or more than two lines are left out and end a run. Longer pauses than a cue may span are not counted.
The line may be as wide as the file's own (98 of 100 lines). Files that a program broke, each line as full as it goes, do
not count.

Three figures, F1 of the places after words: where cues end; where lines end (a cue's end is one too); and line breaks of the
cues that need two lines, laid out one cue at a time. (Whether a text that fits on one line gets two is a matter of the house.)
"""

from __future__ import annotations

import argparse
import math
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from unittest import mock

import numpy as np

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import Segment, Token
from video_pipeline.subtitles import search
from video_pipeline.subtitles.costs import COSTS
from video_pipeline.subtitles.errors import NotSubtitles
from video_pipeline.subtitles.layout import make_cues
from video_pipeline.subtitles.punctuation import spoken
from video_pipeline.subtitles.read.reading import read_cues, suffixes
from video_pipeline.subtitles.rules import BY_LANGUAGE, SPACELESS, ReadingRules, SubtitleOptions, width
from video_pipeline.subtitles.utterances import LONGEST_PAUSE_S

CHAINED_S = 0.5
"""Shorter gaps are the house's rule for gaps."""
LEAST_TWO_LINES = 0.1
"""Files with fewer cues of two lines, as a share, were not broken into lines by a person."""
FILLED = 0.6
"""Share of first lines from which a program wrapped the file: the next word would not have fitted into `ROOM` of the line. Of 17
files that people broke 0 to 0.5, of 24 that look wrapped 0.62 to 0.97."""
ROOM = 0.9
LEAST_CUES = 12
APART_S = 2.0
"""Added between runs, so that no cue spans two."""
WIDEST = 1.25
"""Lines of more than this times the usual width: the file was made by other rules than ours."""
ONE_CUE = replace(COSTS, cue=1000.0)
"""Prices by which a text is divided only if a rule demands it."""
_NOT_SPEECH = re.compile(r"^\s*[-–—‐(\[（【♪#*><{]|[\])）】♪]\s*$|\[|♪|^[A-Z][A-Z .']+:|\{\\|</?[a-z]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word or a character that a person placed."""

    text: str
    ends_line: bool
    ends_cue: bool


@dataclass(slots=True)
class Score:
    """Counts of breaks."""

    both: int = 0
    ours: int = 0
    theirs: int = 0

    def add(self, ours: frozenset[int], theirs: frozenset[int]) -> None:
        self.both += len(ours & theirs)
        self.ours += len(ours)
        self.theirs += len(theirs)

    @property
    def f1(self) -> float:
        return 2 * self.both / max(1, self.ours + self.theirs)


KINDS = ("cues", "lines", "line breaks")
Scores = dict[str, Score]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--by-file", action="store_true", help="a row for each file")
    parser.add_argument("--half", type=int, choices=(0, 1), help="half of the files, by their names")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print the first N cues that people broke otherwise")
    arguments = parser.parse_args()
    rows: dict[tuple[str, str], Scores] = {}
    for path in sorted(arguments.folder.rglob("*")):
        if arguments.half is not None and zlib.crc32(path.name.encode()) % 2 != arguments.half:
            continue
        if path.suffix.lstrip(".").lower() in suffixes():
            for language, scores in scored(path, arguments.show).items():
                source = path.relative_to(arguments.folder).parts[0]
                row = rows.setdefault((path.name if arguments.by_file else source, str(language)), empty())
                for kind in KINDS:
                    row[kind].both += scores[kind].both
                    row[kind].ours += scores[kind].ours
                    row[kind].theirs += scores[kind].theirs
    print("| source | language | cues | F1 of cue ends | F1 of line ends | F1 of line breaks in given cues |")
    print("|---|---|---|---|---|---|")
    for (source, spoken_in), row in rows.items():
        print(formatted(source, spoken_in, row))
    for one in sorted({spoken_in for _, spoken_in in rows}):
        print(formatted("*all*", one, summed([row for (_, own), row in rows.items() if own == one])))
    print(formatted("**all**", "", summed(list(rows.values()))))


def formatted(source: str, language: str, row: Scores) -> str:
    return f"| {source} | {language} | {row['cues'].theirs} | " + " | ".join(f"{row[kind].f1:.3f}" for kind in KINDS) + " |"


def empty() -> Scores:
    return {kind: Score() for kind in KINDS}


def summed(rows: Sequence[Scores]) -> Scores:
    out = empty()
    for row in rows:
        for kind in KINDS:
            for field in ("both", "ours", "theirs"):
                setattr(out[kind], field, getattr(out[kind], field) + getattr(row[kind], field))
    return out


def scored(path: Path, show: int = 0) -> dict[Language, Scores]:
    """The scores of a file by language; empty if no person broke its lines, or by other rules."""
    try:
        cues = read_cues(path).cues
    except NotSubtitles:
        return {}
    if not cues:
        return {}
    language = Counter(cue.language for cue in cues).most_common(1)[0][0]
    plain = [cue for cue in cues if is_plain(cue, language)]
    two = sum(len(cue.lines) == 2 for cue in plain)
    if len(plain) < LEAST_CUES or two < LEAST_TWO_LINES * len(plain):
        return {}
    widest = float(np.quantile([width(line, language) for cue in plain for line in cue.lines], 0.98))
    own = SubtitleOptions().reading(language)
    if widest > WIDEST * own.line_width or filled(plain, widest) >= FILLED:
        return {}
    line_width = float(math.ceil(max(widest, 0.75 * own.line_width)))
    options = SubtitleOptions(languages={**BY_LANGUAGE, language: ReadingRules(line_width, own.speed_cps)}, labels="none")
    scores = empty()
    compare_runs(list(runs(cues, language)), options, scores)
    for cue in plain:
        if len(cue.lines) == 2 and width(" ".join(cue.lines), language) > line_width:
            compare_cue(cue, options, scores, path.name if show else "", show)
    return {language: scores}


def filled(cues: Sequence[Cue], line_width: float) -> float:
    """The share of first lines of two that have no room for the next word."""
    two = [cue.lines for cue in cues if len(cue.lines) == 2 and " " in cue.lines[1].strip()]
    full = sum(width(f"{first} {second.split()[0]}", Language.UNKNOWN) > ROOM * line_width for first, second in two)
    return full / len(two) if two else 0.0


def is_plain(cue: Cue, language: Language) -> bool:
    """Whether a cue is nothing but one person's speech in up to two lines."""
    if cue.language is not language or not 1 <= len(cue.lines) <= 2 or cue.duration_s <= 0 or cue.sound or cue.speaker:
        return False
    return not any(_NOT_SPEECH.search(line) for line in cue.lines)


def runs(cues: Sequence[Cue], language: Language) -> Iterator[list[Cue]]:
    """Neighbouring plain cues without a pause that no cue may span."""
    run: list[Cue] = []
    for cue in cues:
        plain = is_plain(cue, language)
        if run and not (plain and -CHAINED_S < cue.start_s - run[-1].end_s < LONGEST_PAUSE_S):
            yield run
            run = []
        if plain:
            run.append(cue)
    if run:
        yield run


def compare_runs(found: Sequence[Sequence[Cue]], options: SubtitleOptions, scores: Scores) -> None:
    """The breaks of all runs of a file. Those between runs are given."""
    language = found[0][0].language
    segments = [segment for k, run in enumerate(found) for segment in segments_of(run, k * APART_S)]
    ours = make_cues(segments, [], options)
    lasts, letters = [], 0
    for run in found:
        letters += sum(len(spoken(line, language)) for cue in run for line in cue.lines)
        lasts.append(letters)
    theirs = [cue for run in found for cue in run]
    for kind in ("cues", "lines"):
        scores[kind].add(ended(ours, kind, language) - set(lasts), ended(theirs, kind, language) - set(lasts))


def segments_of(run: Sequence[Cue], later_s: float) -> Iterator[Segment]:
    """A run as a recogniser would give it: a segment ends at every pause that is not the house's gap."""
    ends = [cue.end_s if following.start_s - cue.end_s >= CHAINED_S else following.start_s for cue, following in pairwise(run)]
    spans = [(cue.start_s, max(cue.start_s, end_s)) for cue, end_s in zip(run, [*ends, run[-1].end_s], strict=True)]
    tokens: list[Token] = []
    for k, (cue, (start_s, end_s)) in enumerate(zip(run, spans, strict=True)):
        tokens += timed(cue, start_s + later_s, end_s + later_s)
        if k + 1 == len(run) or spans[k + 1][0] - end_s >= CHAINED_S:
            yield segment(tokens, run[0].language)
            tokens = []


def compare_cue(cue: Cue, options: SubtitleOptions, scores: Scores, name: str, show: int) -> None:
    """The line break of one cue of two lines, given where the cue starts and ends."""
    language = cue.language
    slow_s = 6.5  # long enough to read and short enough for one cue
    with mock.patch.object(search, "COSTS", ONE_CUE):
        ours = make_cues([segment(timed(cue, 0.0, slow_s), language)], [], options)
    if len(ours) != 1:
        return  # it breaks a rule of ours; where it would be cut is counted by the others
    theirs, mine = ended([cue], "lines", language), ended(ours, "lines", language)
    last = max(theirs)
    scores["line breaks"].add(mine - {last}, theirs - {last})
    if show and theirs != mine and scores["line breaks"].theirs <= show:
        print(f"{name}: {' / '.join(cue.lines)}  |  ours: {' / '.join(ours[0].lines)}")


def timed(cue: Cue, start_s: float, end_s: float) -> Iterator[Token]:
    """The words of a cue, or its characters, with their shares of its time."""
    spaceless = cue.language in SPACELESS
    parts: list[str] = []
    for line in cue.lines:
        units = re.findall(r"[A-Za-z0-9'’.,%-]+\s*|\s*\S\s*", line) if spaceless else line.split()
        if spaceless and parts and parts[-1][-1].isascii() and line[0].isascii():
            units = [" " + units[0], *units[1:]]
        parts += units if spaceless else [" " + unit for unit in units]
    total, at = sum(map(len, parts)), 0
    for part in parts:
        yield Token(start_s + (end_s - start_s) * at / total, start_s + (end_s - start_s) * (at + len(part)) / total, part)
        at += len(part)


def segment(tokens: Sequence[Token] | Iterator[Token], language: Language) -> Segment:
    own = tuple(tokens)
    return Segment(own[0].start_s, own[-1].end_s, "".join(token.text for token in own), tokens=own, language=language)


def ended(cues: Sequence[Cue], kind: str, language: Language) -> frozenset[int]:
    """Where cues or lines end: the number of letters before."""
    at, out = 0, []
    for cue in cues:
        for line in cue.lines:
            at += len(spoken(line, language))
            if kind != "cues":
                out.append(at)
        if kind == "cues":
            out.append(at)
    return frozenset(out)


if __name__ == "__main__":
    main()
