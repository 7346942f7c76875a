"""How well and how quickly a library is searched: `python -m benchmarks.search`.

Quality: 200 made transcripts in five languages, in which answers to 60 questions of twelve kinds are planted at known places.
A moment counts as right where it covers a planted place. Precision at 10 is the share of right ones among the moments shown;
recall at 10 is the share of planted places (at most ten) that are shown. Beside it stand three peers that answer the same
questions in the same run: SQLite's `LIKE '%words%'` over sentences, which is what people do without an index, and its FTS5 as it
comes, ranked by bm25, with words (`porter unicode61`) and with `trigram`. `search_hard.py` holds 65 harder questions.

Speed: the questions of `benchmarks.library_search` on `--hours` made hours, with `LIKE` on the same sentences as the peer.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import random
import re
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.library_search import QUESTIONS, videos
from benchmarks.search_hard import rows
from video_pipeline.library.hybrid import search_meaning
from video_pipeline.library.index import Contents, Index, Media, Said, Sentence
from video_pipeline.library.meaning import embedder
from video_pipeline.library.search import Question, search

FILES = 200
SENTENCES = 120
SECONDS = 5.0
SHOWN = 10
LANGUAGES = ("en", "zh", "yue", "ja", "ko")
FILLERS = {
    "en": "we then spoke of many other things that people do every day in this town and at home".split(),
    "zh": list("我们后来又说了许多别的事情大家每天在家里和城里做的"),
    "yue": list("我哋之後又講咗好多其他嘢大家每日喺屋企同城市做嘅"),
    "ja": list("それからほかのいろいろなことについてはなしました毎日家と町でする"),
    "ko": ["우리는", "그리고", "다른", "많은", "이야기를", "했습니다", "매일", "집에서", "마을에서", "사람들이"],
}


@dataclass(frozen=True, slots=True)
class Planted:
    """A question, and the sentences that answer it; `names` are put into file names instead."""

    kind: str
    query: str
    language: str
    lines: tuple[str, ...]
    """Consecutive sentences, planted together."""
    names: tuple[str, ...] = ()
    decoys: tuple[str, ...] = ()
    """Sentences that must not count as answers."""
    places: list[tuple[str, float]] = field(default_factory=list)
    """Source and start of each plant."""


def questions() -> list[Planted]:
    """Five of each kind."""
    made: list[Planted] = []
    nouns = ("kestrel", "lighthouse", "turbine", "orchard", "glacier")
    others = ("granite", "velvet", "compass", "harvest", "lantern")
    for noun, other in zip(nouns, others, strict=True):
        made += [
            Planted("one word", noun, "en", (f"and there we saw the {noun} again",)),
            Planted(
                "words in neighbours", f"{noun}x {other}x", "en", (f"this is about the {noun}x", f"{other}x and the rest of it")
            ),
            Planted("phrase", f'"{noun}y {other}y"', "en", (f"it was a {noun}y {other}y indeed",), decoys=(f"{other}y {noun}y",)),
            Planted("OR", f"{noun}w OR {other}w", "en", (f"only the {other}w was left",)),
            Planted("NOT", f"{noun}v -{other}v", "en", (f"the {noun}v came alone",), decoys=(f"{noun}v with {other}v",)),
            Planted("prefix", f"{noun}q*", "en", (f"several {noun}qings were there",)),
            Planted("misspelt", noun[:2] + noun[3:] + "zu", "en", (f"near the {noun}zu we stopped",)),
            Planted("file name", f"{noun}n {other}n", "en", (), names=(f"{noun}n {other}n meeting",)),
        ]
    for simple, traditional in (("碳税", "碳稅"), ("电脑", "電腦"), ("图书馆", "圖書館"), ("铁路", "鐵路"), ("医院", "醫院")):
        made.append(Planted("simplified and traditional", simple, "yue", (f"佢哋話{traditional}好重要",)))
    for kana, other in (
        ("こーひー", "コーヒー"),
        ("ペンギン", "ぺんぎん"),
        ("ロボット", "ろぼっと"),
        ("テレビ", "てれび"),
        ("ﾊﾞﾅﾅ", "バナナ"),
    ):
        made.append(Planted("kana and width", kana, "ja", (f"きのう{other}を見た",)))
    for number in ("3000", "41,500", "７７７７", "COVID19", "e-mail"):
        text = {"3000": "3,000", "41,500": "41500", "７７７７": "7777", "COVID19": "covid-19", "e-mail": "email"}[number]
        made.append(Planted("numbers and hyphens", number, "en", (f"it was {text} in the end",)))
    for korean in ("기후변화", "도서관", "자전거", "우체국", "소방서"):
        made.append(Planted("part of a Korean word", korean, "ko", (f"어제 {korean}에서는 만났습니다",)))
    return made


def library(asked: Sequence[Planted], seed: int = 3) -> Iterator[tuple[str, Contents]]:
    """The films; each question's answer is planted in three of them, its decoys in two others."""
    chance = random.Random(seed)
    lines = {number: _fillers(chance, LANGUAGES[number % 5]) for number in range(FILES)}
    names = {number: f"film {number}" for number in range(FILES)}
    for one in asked:
        fitting = [number for number in range(FILES) if LANGUAGES[number % 5] == one.language]
        for number in chance.sample(fitting, 3):
            if one.names:
                names[number] = f"{names[number]} {one.names[0]}"
                one.places.append((str(number), 0.0))
                continue
            at = chance.randrange(0, SENTENCES - len(one.lines))
            while any(not line[0] for line in lines[number][at : at + len(one.lines)]):
                at = chance.randrange(0, SENTENCES - len(one.lines))
            for offset, text in enumerate(one.lines):
                lines[number][at + offset] = ("", text)
            one.places.append((str(number), at * SECONDS))
        for number, text in zip(chance.sample(fitting, len(one.decoys)), one.decoys, strict=True):
            free = [at for at, line in enumerate(lines[number]) if line[0]]
            lines[number][chance.choice(free)] = ("", text)
    for one in asked:
        one.places[:] = [(f"/library/{names[int(number)]}.mp4", start_s) for number, start_s in one.places]
    for number in range(FILES):
        language = LANGUAGES[number % 5]
        said = [
            Sentence(SECONDS * at, SECONDS * at + 4, filler or text, language=language)
            for at, (filler, text) in enumerate(lines[number])
        ]
        yield f"/library/{names[number]}.mp4", Contents(Said(Media(SECONDS * SENTENCES), tuple(said)))


def _fillers(chance: random.Random, language: str) -> list[tuple[str, str]]:
    gap = "" if language in ("zh", "yue", "ja") else " "
    return [(gap.join(chance.choices(FILLERS[language], k=9)), "") for _ in range(SENTENCES)]


def hard_questions() -> list[Planted]:
    return [
        Planted(kind, query, language, tuple(lines), decoys=tuple(decoys)) for kind, (query, language, lines, decoys) in rows()
    ]


Found = list[tuple[str, float, float]]


def ours(index: Index, query: str) -> Found:
    return [(m.source, m.start_s, m.end_s) for m in search(index, Question(query, most=SHOWN)).moments]


def by_meaning(index: Index, query: str) -> Found:
    """With `--semantic`, by the model that VIDEO_PIPELINE_EMBEDDINGS names."""
    found = search_meaning(index, Question(query, semantic=True, most=SHOWN), embedder())
    return [(m.source, m.start_s, m.end_s) for m in found.moments]


def like(index: Index, query: str) -> Found:
    """The peer: sentences that hold the query as it is written."""
    words = f"%{query.strip(chr(34))}%"
    rows = index.base.execute(
        "SELECT source, start_s, end_s FROM said JOIN videos ON videos.id = video WHERE text LIKE ? LIMIT ?", (words, SHOWN)
    )
    return rows.fetchall()


def peer_of(base: sqlite3.Connection, tokenize: str) -> Callable[[Index, str], Found]:
    """FTS5 over the sentences as it comes, with its own syntax: all words, or any where no sentence has all."""
    name = f"peer_{tokenize.split()[0]}"
    base.execute(f"CREATE VIRTUAL TABLE {name} USING fts5 (text, tokenize='{tokenize}')")
    base.execute(f"INSERT INTO {name} (rowid, text) SELECT id, text FROM said")

    def answer(_: Index, query: str) -> Found:
        wanted = [word for word in re.findall(r'"[^"]*"|[^\s()]+', query) if word not in ("OR", "NOT") and word[0] != "-"]
        quoted = [word if word[0] == '"' else f'"{word.rstrip("*")}"' + "*" * word.endswith("*") for word in wanted]
        for expression in (query, " AND ".join(quoted), " OR ".join(quoted)):
            found = f"""SELECT source, start_s, end_s FROM {name} JOIN said ON said.id = {name}.rowid
                JOIN videos ON videos.id = video WHERE {name} MATCH ? ORDER BY rank LIMIT ?"""
            with contextlib.suppress(sqlite3.OperationalError):  # what people write is often no expression of FTS5
                if rows := base.execute(found, (expression, SHOWN)).fetchall():
                    return rows
        return []

    return answer


def quality(answer: Callable[[Index, str], Found], index: Index, asked: Sequence[Planted]) -> dict[str, dict[str, float]]:
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for one in asked:
        shown = answer(index, one.query)
        right = [any(s == source and start <= at < end for source, at in one.places) for s, start, end in shown]
        told = sum(any(s == source and start <= at < end for s, start, end in shown) for source, at in one.places)
        found[one.kind].append((sum(right) / len(shown) if shown else 0.0, told / min(SHOWN, len(one.places))))
    everything = [pair for pairs in found.values() for pair in pairs]
    return {
        kind: {
            "precision_at_10": round(statistics.mean(p for p, _ in pairs), 3),
            "recall_at_10": round(statistics.mean(r for _, r in pairs), 3),
        }
        for kind, pairs in {**found, "all": everything}.items()
    }


def speed(hours: int) -> list[dict[str, float | str]]:
    with tempfile.TemporaryDirectory() as folder:
        index = Index(Path(folder))
        began_s = time.monotonic()
        with index.base:
            for number, contents in enumerate(videos(hours)):
                index.add(f"/library/{number}.mp4", f"/out/{number}", contents)
        built_s = time.monotonic() - began_s
        rows: list[dict[str, float | str]] = [{"question": "(build)", "ms": round(1000 * built_s)}]
        for name, question in QUESTIONS.items():
            took_ms = _median_ms(lambda question=question: search(index, question))
            row: dict[str, float | str] = {"question": name, "ms": took_ms}
            if question.text:
                row["like_ms"] = _median_ms(lambda question=question: _scan(index.base, question.text))
            rows.append(row)
        index.base.close()
    return rows


def _scan(base: sqlite3.Connection, text: str) -> None:
    """All of them, since ranking needs them all."""
    base.execute("SELECT count(*) FROM said WHERE text LIKE ?", (f"%{text.strip('*').strip(chr(34))}%",)).fetchone()


def _median_ms(ask: Callable[[], object], times: int = 5) -> float:
    took = []
    for _ in range(times):
        began_s = time.process_time()
        ask()
        took.append(1000 * (time.process_time() - began_s))
    return round(statistics.median(took), 1)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--hours", type=int, default=1000, help="made hours for speed; 0 leaves it out")
    options.add_argument("--semantic", action="store_true", help="beside search by words that by meaning")
    asked_for = options.parse_args()
    for difficulty, asked in (("usual", questions()), ("hard", hard_questions())):
        with tempfile.TemporaryDirectory() as folder:
            index = Index(Path(folder))
            with index.base:
                for source, contents in library(asked):
                    index.add(source, source, contents)
            words, trigram = (peer_of(index.base, how) for how in ("porter unicode61", "trigram"))
            answers = {"search": ours, "LIKE": like, "FTS5 words": words, "FTS5 trigram": trigram}
            if asked_for.semantic:
                answers = {"search": ours, "search --semantic": by_meaning}
            for name, answer in answers.items():
                for kind, figures in quality(answer, index, asked).items():
                    sys.stdout.write(json.dumps({"by": name, "difficulty": difficulty, "kind": kind, **figures}) + "\n")
            index.base.close()
    for row in speed(asked_for.hours) if asked_for.hours else ():
        sys.stdout.write(json.dumps({"hours": asked_for.hours, "cpu": True, **row}) + "\n")


if __name__ == "__main__":
    main()
