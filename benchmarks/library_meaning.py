"""How quickly a library is searched by meaning: `python -m benchmarks.library_meaning --hours 20000`.

Made vectors, 180 blocks of sentences in an hour, of 256 components: what the usual model gives. Beside it stands the peer, the
product of all vectors with the one that is asked for, in numpy. Seconds of processor time, the middle of five.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from video_pipeline.library.index import Contents, Index, Media, Said, Sentence
from video_pipeline.library.meaning import learn, nearest

BLOCKS, DIMENSIONS, BLOCK_S = 180, 256, 20.0


class Made:
    """As many texts as there are blocks; none is like another."""

    name = "made"

    def __init__(self) -> None:
        self._dice = np.random.default_rng(0)

    def vectors(self, texts: list[str]) -> np.ndarray:
        found = self._dice.standard_normal((len(texts), DIMENSIONS)).astype(np.float32)
        return found / np.linalg.norm(found, axis=1, keepdims=True)


def middle_s(ask: Callable[[], object]) -> float:
    took = []
    for _ in range(5):
        began = time.process_time()
        ask()
        took.append(time.process_time() - began)
    return round(statistics.median(took), 3)


def build(index: Index, hours: int, model: Made) -> None:
    said = tuple(Sentence(BLOCK_S * k, BLOCK_S * k + BLOCK_S - 1, str(k), language="en") for k in range(BLOCKS))
    for number in range(hours):
        index.add(f"/library/{number:06}.mp4", f"/out/{number:06}", Contents(Said(Media(3600.0), said)))
    learn(index, model)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=int, default=1000)
    hours = parser.parse_args().hours
    with tempfile.TemporaryDirectory() as folder:
        index, model = Index(Path(folder)), Made()
        build(index, hours, model)
        (asked,) = model.vectors(["question"])

        def peer() -> object:
            rows = index.base.execute("SELECT vectors FROM meanings")
            return [np.frombuffer(vectors, np.int8).reshape(-1, DIMENSIONS).astype(np.float32) @ asked for (vectors,) in rows]

        figures = {"hours": hours, "nearest_s": middle_s(lambda: nearest(index, asked, None, 100)), "peer_s": middle_s(peer)}
    print(json.dumps(figures))


if __name__ == "__main__":
    sys.exit(main())
