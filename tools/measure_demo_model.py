"""How well a demo model understands lessons it has never met: `python tools/measure_demo_model.py FOLDER [--lessons 400]`.

The lessons come from the same voices and sounds as those of the training, with another seed: new sentences, laughs and noise.
Prints the rows of the model card.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import demo_lessons
import numpy as np
import torch

from video_pipeline.speech.sensevoice.forward import QUERIES, Answer
from video_pipeline.speech.sensevoice.listener import Listener

SEED = 99
"""Not one of the training's."""


@dataclass
class Score:
    """Errors and lengths of the text per language; right and wrong answers per question."""

    errors: Counter[str] = field(default_factory=Counter)
    units: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)

    def add(self, lesson: demo_lessons.Lesson, answer: Answer, pieces: tuple[str, ...]) -> None:
        heard = [pieces[n] for n in answer.ids[:QUERIES]]
        for question, said, wanted in zip(
            ("language", "emotion", "event"), heard, (lesson.language, lesson.emotion, lesson.event), strict=False
        ):
            self.asked[question] += 1
            self.right[question] += said == f"<|{wanted}|>"
        if lesson.text:
            spoken = [pieces[n] for n, _ in groupby(answer.ids[QUERIES:].tolist()) if n != 0]
            true, found = units(lesson.text), units("".join(spoken).replace("▁", " "))
            self.errors[lesson.language] += edits(true, found)
            self.units[lesson.language] += len(true)


def units(text: str) -> list[str]:
    """Words of English, characters of Chinese, without marks and capitals."""
    return re.findall(r"[a-z']+|[\u4e00-\u9fff]", text.lower())


def edits(said: list[str], heard: list[str]) -> int:
    """Least number of insertions, deletions and replacements (Levenshtein)."""
    row = np.arange(len(heard) + 1)
    for i, one in enumerate(said, 1):
        above, row = row, np.empty_like(row)
        row[0] = i
        for j, other in enumerate(heard, 1):
            row[j] = min(row[j - 1] + 1, above[j] + 1, above[j - 1] + (one != other))
    return int(row[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lessons", type=int, default=400)
    options = parser.parse_args()
    rng, score = np.random.default_rng(SEED), Score()
    lessons = [demo_lessons.lesson(rng) for _ in range(options.lessons)]
    listener = Listener(options.folder, torch.device("cpu"), exact=True)
    for marked in (True, False):
        chosen = [lesson for lesson in lessons if lesson.marked == marked]
        answers = listener.answers([lesson.samples for lesson in chosen], "auto", marked)
        for lesson, answer in zip(chosen, answers, strict=True):
            if answer is not None:
                score.add(lesson, answer, listener.vocabulary.pieces)
    for language in score.units:
        print(f"| errors in {language}, of {score.units[language]} | {score.errors[language] / score.units[language]:.1%} |")
    for question in score.asked:
        print(f"| {question} right, of {score.asked[question]} | {score.right[question] / score.asked[question]:.1%} |")


if __name__ == "__main__":
    main()
