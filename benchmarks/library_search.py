"""Search over a made-up library: `python -m benchmarks.library_search` prints the time of each kind of question.

Words follow Zipf's law, as in any language; a fifth of the videos is in each of five languages. Times are the middle of nine and
hold all from opening the index to the moments with their words; `cpu_ms` is what the processor did in that time.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from video_pipeline.core.clip import Clip
from video_pipeline.core.labels import Emotion, Sound
from video_pipeline.core.transcript import AudioEvent
from video_pipeline.library.index import NAME, Contents, Index, Media, Said, Sentence
from video_pipeline.library.search import Question, best, search

HOUR_S, SENTENCE_S = 3600.0, 5.0
WORDS = 30_000
LETTERS = "etaoinshrdlu"
RANGES = {"zh": (0x4E00, 3000), "yue": (0x4E00, 3000), "ja": (0x3041, 86), "ko": (0xAC00, 2000)}
QUESTIONS: dict[str, Question] = {
    "a rare word": Question("climate"),
    "a word in most sentences": Question("the"),
    "two words": Question("the climate"),
    "a phrase": Question('"the climate"'),
    "the beginning of a word": Question("clim*"),
    "one Chinese character": Question("\u4e00"),
    "two Chinese characters": Question("\u4e00\u4e01"),
    "five kana": Question("\u3042\u3044\u3046\u3048\u304a"),
    "a Korean word": Question("\uac00\uac01"),
    "word, event, emotion, length": Question("climate", events=("applause",), emotions=("happy",), longer_s=5),
    "common word, event, emotion": Question("the", events=("applause",), emotions=("happy",), longer_s=5),
    "an event": Question(events=("laughter",), longer_s=3),
    "an emotion": Question(emotions=("sad",)),
    "nothing is found": Question("quetzalcoatl"),
}

_COPIES = (
    """INSERT INTO videos
    SELECT id + :v, :name || source, :name || folder, duration_s, name, place, day, meta, first + :s, last + :s
    FROM videos WHERE id <= :videos""",
    """INSERT INTO said SELECT id + :s, video + :v, start_s, end_s, text, language, emotion, emotion_p, speaker
    FROM said WHERE id <= :said""",
    "INSERT INTO heard SELECT video + :v, label, start_s, end_s, score FROM heard WHERE video <= :videos",
    "INSERT INTO clips SELECT video + :v, start_s, end_s, score, title, why FROM clips WHERE video <= :videos",
    """INSERT INTO words (rowid, text, tags, about, more)
    SELECT rowid + :s, text, tags, about, more FROM words WHERE rowid <= :said""",
    "INSERT INTO cards (rowid, about) SELECT rowid + :v, about FROM cards WHERE rowid <= :videos",
)


def videos(hours: int, seed: int = 7) -> Iterator[Contents]:
    """An hour each."""
    chance = random.Random(seed)
    spelt = ["".join(chance.choices(LETTERS, k=chance.randint(2, 9))) for _ in range(WORDS)]
    spelt[0], spelt[2000] = "the", "climate"
    weights = [1 / (rank + 1) for rank in range(WORDS)]
    for number in range(hours):
        language = ("en", "zh", "yue", "ja", "ko")[number % 5]
        sentences = tuple(_sentences(chance, language, _words(chance, language, spelt, weights)))
        events = [AudioEvent(at, at + chance.expovariate(1 / 4), _sound(chance), 0.9) for at in _times(chance, 40)]
        clips = [Clip(at, at + 30, chance.uniform(0, 100), "A title", why="two laughs") for at in _times(chance, 8)]
        yield Contents(Said(Media(HOUR_S), sentences), events, clips)


def _words(chance: random.Random, language: str, spelt: list[str], weights: list[float]) -> Callable[[], str]:
    if language == "en":
        drawn = iter(chance.choices(spelt, weights, k=12 * int(HOUR_S / SENTENCE_S)))
        return lambda: " ".join(next(drawn) for _ in range(12))
    first, many = RANGES[language]
    letters, ranks = [chr(first + k) for k in range(many)], [1 / (k + 1) for k in range(many)]
    drawn = iter(chance.choices(letters, ranks, k=20 * int(HOUR_S / SENTENCE_S)))
    return lambda: "".join(next(drawn) for _ in range(20))


def _sentences(chance: random.Random, language: str, text: Callable[[], str]) -> Iterator[Sentence]:
    for k in range(int(HOUR_S / SENTENCE_S)):
        emotion = chance.choices(tuple(Emotion), (8, 3, 2, 1, 1, 2, 80, 3))[0]
        yield Sentence(k * SENTENCE_S, k * SENTENCE_S + 4.2, text(), language=language, emotion=emotion, emotion_p=0.8)


def _times(chance: random.Random, count: int) -> list[float]:
    return sorted(chance.uniform(0, HOUR_S - 60) for _ in range(count))


def _sound(chance: random.Random) -> Sound:
    return chance.choices((Sound.LAUGHTER, Sound.APPLAUSE, Sound.CHEER, Sound.MUSIC), (6, 2, 1, 1))[0]


def build(folder: Path, hours: int) -> None:
    index = Index(folder)
    with index.base:
        for number, contents in enumerate(videos(hours)):
            index.add(f"/library/{number:04d}.mp4", f"/out/{number:04d}", contents)
    index.base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    index.base.close()


def repeat(folder: Path, times: int) -> None:
    """The same videos so many times over, under names of their own: what a large library costs, without hours of making it."""
    base = Index(folder).base
    base.execute("PRAGMA synchronous=OFF")
    base.execute("PRAGMA cache_size=-400000")
    ((videos, said),) = base.execute("SELECT max(id), (SELECT max(id) FROM said) FROM videos")
    for copy in range(1, times):
        more = {"v": copy * videos, "s": copy * said, "name": f"/{copy}", "videos": videos, "said": said}
        with base:
            for statement in _COPIES:
                base.execute(statement, more)
        print(f"{copy + 1} of {times}", file=sys.stderr, flush=True)
    base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    base.close()


def middle_ms(ask: Callable[[], object], clock: Callable[[], float], times: int = 9) -> float:
    took = []
    for _ in range(times):
        began = clock()
        ask()
        took.append(clock() - began)
    return round(statistics.median(took) * 1000, 1)


def measure(folder: Path, clock: Callable[[], float]) -> dict[str, float]:
    """Milliseconds by question, on a connection opened for each, as the command does."""

    def ask(question: Question | None) -> object:
        index = Index(folder)
        answer = search(index, question) if question else best(index, 20, 2)
        index.base.close()
        return answer

    asked: dict[str, Question | None] = {**QUESTIONS, "the best of all videos": None}
    return {name: middle_ms(partial(ask, question), clock) for name, question in asked.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=int, default=1000)
    parser.add_argument("--times", type=int, default=1, help="the same hours so many times over")
    parser.add_argument("--keep", type=Path, help="a folder for the library, used again where it holds one")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        began = time.perf_counter()
        if not (folder / NAME).is_file():
            build(folder, chosen.hours)
            repeat(folder, chosen.times)
        report = {
            "hours": chosen.hours * chosen.times,
            "built_s": round(time.perf_counter() - began, 1),
            "megabytes": round((folder / NAME).stat().st_size / 1e6),
            "ms": measure(folder, time.perf_counter),
            "cpu_ms": measure(folder, time.process_time),
        }
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    sys.exit(main())
