"""Subtitles at length: 10 000 cues laid out, checked and written in every format, on a single core; seconds of processor time.

Invented speech: sentences over a vocabulary of 6 000 made-up words (or characters), as varied as real talk, so that no cache of
words flatters the figures. Prints a table for README.md.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from typing import TypeVar

from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import Segment, Token
from video_pipeline.subtitles import WRITERS
from video_pipeline.subtitles.files import rendered
from video_pipeline.subtitles.formats.base import Appearance
from video_pipeline.subtitles.layout import make_cues
from video_pipeline.subtitles.qc import check
from video_pipeline.subtitles.rules import SPACELESS, SubtitleOptions

T = TypeVar("T")
RUNS = 3
CPS = {Language.EN: 15.0, Language.ZH: 5.0, Language.JA: 5.0, Language.KO: 7.0}
FIRST = {Language.ZH: 0x4E00, Language.JA: 0x4E00, Language.KO: 0xAC00}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cues", type=int, default=10_000)
    wanted = parser.parse_args().cues
    print("| language | cues | laid out | checked | written in all formats | layout and writing |\n|---|---|---|---|---|---|")
    for language in CPS:
        print(row(language, wanted))


def row(language: Language, wanted: int) -> str:
    """One line of the table."""
    options = SubtitleOptions()
    trial = make_cues(speech(language, 300), [], options)
    segments = speech(language, 300 * wanted // len(trial))
    laid_s, cues = best_of(lambda: make_cues(segments, [], options, rate_fps=25.0))
    checked_s, _ = best_of(lambda: check(cues, options, 25.0))
    written_s, _ = best_of(lambda: [rendered(name, cues, Appearance()) for name in WRITERS])
    return f"| {language} | {len(cues)} | {laid_s:.2f} s | {checked_s:.2f} s | {written_s:.2f} s | {laid_s + written_s:.2f} s |"


def best_of(work: Callable[[], T]) -> tuple[float, T]:
    """The least of some runs in seconds of processor time, and the last result."""
    took = []
    for _ in range(RUNS):
        began = time.process_time()
        result = work()
        took.append(time.process_time() - began)
    return min(took), result


def speech(language: Language, count: int) -> list[Segment]:
    """Segments of one sentence each, one after the other with short pauses."""
    chance, at_s, out = random.Random(0), 0.0, []
    words = vocabulary(language, chance)
    comma, stop = ("，", "。") if language in SPACELESS else (",", ".")
    for _ in range(count):
        parts = [chance.choice(words) for _ in range(chance.randint(4, 16))]
        parts = [part + (comma if chance.random() < 0.12 else "") for part in parts[:-1]] + [parts[-1] + stop]
        text = "".join(parts) if language in SPACELESS else " ".join(parts)
        units = list(text) if language in SPACELESS else [parts[0], *(f" {part}" for part in parts[1:])]
        tokens, start_s = [], at_s
        for unit in units:
            end_s = at_s + len(unit) / CPS[language]
            tokens.append(Token(at_s, end_s, unit))
            at_s = end_s
        out.append(Segment(start_s, at_s, text, tokens=tuple(tokens), language=language))
        at_s += chance.choice([0.1, 0.3, 0.8])
    return out


def vocabulary(language: Language, chance: random.Random) -> list[str]:
    """Made-up words, short ones more often than long ones."""
    if language is Language.EN:
        return ["".join(chance.choices("etaoinshrdlu", k=chance.choice([2, 3, 3, 4, 5, 6, 8]))) for _ in range(6000)]
    first = FIRST[language]
    return ["".join(chr(first + chance.randrange(3000)) for _ in range(chance.choice([1, 2, 2, 3]))) for _ in range(6000)]


if __name__ == "__main__":
    main()
