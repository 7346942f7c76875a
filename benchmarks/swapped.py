"""How often texts of neighbours that changed places are found, and how often right ones are suspected.

    python -m benchmarks.swapped PAIRS.tsv ... [--seeds 1 2 3] [--part 100]

PAIRS.tsv: sentences in the order in which they are said, each with a person's translation after a tab. A twentieth of the
neighbours change places; "equally long" are those of which none is a third longer. `--part` looks at so many sentences at a
time, as if each part were a whole text.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from video_pipeline.translate.swapped import swapped

_SHARE = 0.05
_EQUAL = 1.33
Pairs = Sequence[tuple[str, str]]


@dataclass
class Tally:
    sentences: int = 0
    suspected: int = 0
    moved: int = 0
    found: int = 0
    equal: int = 0
    equal_found: int = 0

    def add(self, pairs: Pairs, seed: int) -> None:
        said, texts = ([pair[k] for pair in pairs] for k in (0, 1))
        self.sentences += len(pairs)
        self.suspected += len(swapped(said, texts))
        places = list(_places(len(pairs), random.Random(seed)))
        for k in places:
            texts[k], texts[k + 1] = texts[k + 1], texts[k]
        found = swapped(said, texts)
        for k in places:
            hit = {k, k + 1} <= found
            equal = 1 / _EQUAL < len(said[k]) / len(said[k + 1]) < _EQUAL
            self.moved, self.found = self.moved + 1, self.found + hit
            self.equal, self.equal_found = self.equal + equal, self.equal_found + (hit and equal)


def _places(count: int, rng: random.Random) -> Iterator[int]:
    k = 0
    while k < count - 1:
        if rng.random() < _SHARE:
            yield k
            k += 1
        k += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path, nargs="+")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--part", type=int, default=100_000)
    given = parser.parse_args()
    for path in given.pairs:
        rows = [tuple(line.split("\t")) for line in path.read_text(encoding="utf-8").splitlines()]
        pairs, tally = [(row[0], row[1]) for row in rows if len(row) == 2 and all(row)], Tally()
        for seed in given.seeds:
            for at in range(0, len(pairs), given.part):
                tally.add(pairs[at : at + given.part], seed)
        print(
            f"{path.stem}: {tally.suspected} of {tally.sentences} right ones suspected; of those that "
            f"changed places {tally.found} of {tally.moved} found, {tally.equal_found} of {tally.equal} of equal length"
        )


if __name__ == "__main__":
    main()
