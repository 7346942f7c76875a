"""How many expected names are found, and what that costs, in frames as a model of pieces gives them.

    python -m benchmarks.terms [--sentences 300] [--terms 80] [--whisper MODEL]

With `--whisper`: 24 sentences spoken by eSpeak NG (package espeakng-loader) with a rare name in each, heard by that model of
Whisper without and with the names as terms.

No checkpoint of SenseVoice with pieces smaller than words is at hand, so its frames are made: words and their phones come from
the English dictionary inside pocketsphinx, pieces (BPE) from the words of this project's own pages. A piece stands for some
phones of a word. How likely another piece is in its frame falls with the distance of its usual phones (`clarity` nats a phone,
half where only voice or vowel differ) and with its rarity in the text that it was learned from, and shakes by a normal noise.
Names are words of the dictionary that the pages do not have, so the model writes them in common pieces that sound alike.

For every bonus: names written right, names written where they were not said, and errors of the other words.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.word_errors import edits
from benchmarks.word_errors import units as words_in
from tools import espeak
from video_pipeline.core.waveform import RATE_HZ, Waveform
from video_pipeline.speech.base import SpeechOptions
from video_pipeline.speech.choose import open_here
from video_pipeline.speech.pieces import Piece, units
from video_pipeline.speech.sensevoice import term_search
from video_pipeline.speech.sensevoice.term_search import TermSearch
from video_pipeline.speech.terms import Term
from video_pipeline.video.stages.recogniser import chosen_engine

PIECES = 1500
BLANK = "<blank>"
LEAST_LETTERS = 6
"""Of a name."""
ALIKE = (
    "AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW",
    "B P",
    "D T",
    "G K",
    "V F",
    "Z S",
    "ZH SH",
    "JH CH",
    "DH TH",
    "M N NG",
    "L R",
)
"""Phones that differ only in voice or colour."""
PRIOR = 0.3
"""Nats for each nat of a piece's rarity."""
BLANK_LOGIT = -3.0
LONGEST = 10
"""Phones of a piece that are compared."""
MARGIN = 2
"""Frames of silence around a sentence."""

Phones = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """How well the model hears: nats for each phone of difference, and the spread of its noise in nats."""

    clarity: float
    noise: float


LEVELS = (Level(4.0, 0.5), Level(3.0, 0.5), Level(3.0, 1.0), Level(2.0, 1.0))


def dictionary() -> dict[str, Phones]:
    import pocketsphinx

    path = Path(pocketsphinx.get_model_path()) / "en-us" / "cmudict-en-us.dict"
    rows = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return {word: tuple(phones) for word, *phones in rows if word.isalpha() and phones}


def words_of_pages() -> list[str]:
    root = Path(__file__).parent.parent
    pages = [root / "README.md", root / "CHANGELOG.md", *sorted((root / "docs").glob("*.md"))]
    return [word for page in pages for word in re.findall(r"[a-z]+", page.read_text(encoding="utf-8").lower())]


def tokenizer(words: Sequence[str]) -> Any:
    import sentencepiece

    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder, "text")
        text.write_text("\n".join(words), encoding="utf-8")
        sentencepiece.SentencePieceTrainer.train(
            input=str(text),
            model_prefix=str(Path(folder, "bpe")),
            vocab_size=PIECES,
            model_type="bpe",
            minloglevel=2,
            user_defined_symbols=[BLANK],
            hard_vocab_limit=False,
        )
        return sentencepiece.SentencePieceProcessor(str(Path(folder, "bpe.model")))


class Model:
    """Frames of words. Piece 0 is the blank, as in SenseVoice."""

    def __init__(self, lexicon: dict[str, Phones], said: Sequence[str]) -> None:
        self._tokens, self._lexicon = tokenizer(said), lexicon
        own = [self._tokens.id_to_piece(k) for k in range(len(self._tokens))]
        self.pieces = [BLANK, *(piece for piece in own if piece != BLANK)]
        self._ids = {piece: k for k, piece in enumerate(self.pieces)}
        counts, sounds = Counter[int](), defaultdict[int, Counter[Phones]](Counter)
        for word, times in Counter(word for word in said if word in lexicon).items():
            for number, phones in self.spans(word):
                counts[number] += times
                sounds[number][phones] += times
        usual = [sounds[k].most_common(1)[0][0] if k in sounds else () for k in range(len(self.pieces))]
        total = sum(counts.values())
        self._prior = PRIOR * np.log([max(counts[k], 0.5) / total for k in range(len(self.pieces))])
        self._usual, self._lengths = _padded(usual)
        self._known: dict[Phones, np.ndarray] = {}

    def encode(self, text: str) -> list[int]:
        return [self._ids.get(piece, -1) for piece in self._tokens.encode(text, out_type=str)]

    def spans(self, word: str) -> Iterator[tuple[int, Phones]]:
        """The pieces of a word and the phones that each stands for, by its share of the letters."""
        ids, phones = self.encode(word), self._lexicon[word]
        at, letters = 0, len(word)
        for number in ids:
            length = len(self.pieces[number].removeprefix("▁"))
            yield number, phones[round(at * len(phones) / letters) : round((at + length) * len(phones) / letters)]
            at += length

    def frames(self, words: Sequence[str], level: Level, rng: np.random.Generator) -> np.ndarray:
        """[frames, pieces] log-likelihoods: a frame or two for each piece, and blanks between."""
        rows = [self._silence(level, rng) for _ in range(MARGIN)]
        for word in words:
            for number, phones in self.spans(word):
                starts = np.array([piece.startswith("▁") == self.pieces[number].startswith("▁") for piece in self.pieces])
                logits = self._prior - level.clarity * (self._distances(phones) + ~starts)
                logits = logits - logits.max() + level.noise * rng.standard_normal(len(logits))
                logits[0] = BLANK_LOGIT
                rows.append(logits)
                rows += [self._silence(level, rng) for _ in range(int(rng.integers(1, 3)))]
        logits = np.stack([*rows, *(self._silence(level, rng) for _ in range(MARGIN))])
        return logits - np.log(np.exp(logits).sum(1, keepdims=True))

    def _silence(self, level: Level, rng: np.random.Generator) -> np.ndarray:
        logits = -10.0 + level.noise * rng.standard_normal(len(self.pieces))
        logits[0] = 0.0
        return logits

    def _distances(self, phones: Phones) -> np.ndarray:
        """Of the usual phones of each piece: Levenshtein's, all pieces at once."""
        if phones not in self._known:
            count, longest = self._usual.shape
            rows = np.broadcast_to(np.arange(longest + 1.0), (count, longest + 1)).copy()
            for phone in phones[:LONGEST]:
                change = _change(phone)[self._usual]
                following = np.empty_like(rows)
                following[:, 0] = rows[:, 0] + 1
                for k in range(longest):
                    ways = [rows[:, k] + change[:, k], rows[:, k + 1] + 1, following[:, k] + 1]
                    following[:, k + 1] = np.min(ways, axis=0)
                rows = following
            self._known[phones] = rows[np.arange(count), self._lengths]
        found: np.ndarray = self._known[phones]
        return found


_PHONES: dict[str, int] = {"": 0}


def _padded(usual: Sequence[Phones]) -> tuple[np.ndarray, np.ndarray]:
    table = np.zeros((len(usual), LONGEST), int)
    for k, phones in enumerate(usual):
        for m, phone in enumerate(phones[:LONGEST]):
            table[k, m] = _PHONES.setdefault(phone, len(_PHONES))
    return table, np.array([min(LONGEST, len(phones)) for phones in usual])


def _change(phone: str) -> np.ndarray:
    """What it costs to hear each phone for this one."""
    alike = next((group.split() for group in ALIKE if phone in group.split()), [phone])
    return np.array([0.0 if other == phone else 0.5 if other in alike else 1.0 for other in _PHONES])


def greedy(frames: np.ndarray, pieces: Sequence[str]) -> list[Piece]:
    path, at = [], 0
    for number, run in groupby(frames.argmax(1)):
        until = at + len(list(run))
        if number:
            path.append(Piece(pieces[number], at, until, float(np.exp(frames[at, number]))))
        at = until
    return path


def text_of(path: Sequence[Piece]) -> list[str]:
    return "".join(unit.text for unit in units(path)).lower().split()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, default=300)
    parser.add_argument("--terms", type=int, default=80)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--whisper", default="", metavar="MODEL")
    arguments = parser.parse_args()
    if arguments.whisper:
        by_whisper(arguments.whisper)
        return
    lexicon, said = dictionary(), words_of_pages()
    model, draw = Model(lexicon, said), random.Random(arguments.seed)
    common = [word for word, times in Counter(said).items() if times > 2 and word in lexicon]
    rare = sorted(word for word in lexicon.keys() - set(said) if len(word) >= LEAST_LETTERS)
    names = draw.sample(rare, arguments.terms)
    plain = [draw.choices(common, k=8) for _ in range(arguments.sentences)]
    named = [[*words[:4], draw.choice(names), *words[4:]] for words in plain]
    print("| clarity, noise | bonus | names found | wrongly, of 1 000 words | errors of other words, before and after |")
    print("|---|---|---|---|---|")
    for level in LEVELS:
        rng = np.random.default_rng(arguments.seed)
        heard = [(words, model.frames(words, level, rng)) for words in (*plain, *named)]
        for bonus in (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0):
            term_search.PIECE_BONUS = bonus
            search = TermSearch([Term(name) for name in names], model.encode, model.pieces) if bonus else None
            print(f"| {level.clarity:g}, {level.noise:g} | {bonus:g} | " + " | ".join(_row(heard, names, model, search)) + " |")


NAMES = (
    "Siobhan Kowalczyk Bhattacharya Okonkwo Vanterpool Reykjavik Oaxaca Ljubljana Thistlewood Brzezinski Quinoa Zoltan "
    "Anastasopoulos Ferreira Ngata Wojciech Delacroix Mbappe Rasmussen Taliesin Karolinska Haversham Izaguirre Penhaligon"
).split()
FRAMES = (
    "Yesterday {} told us about the plan.",
    "We are waiting for {} at the station.",
    "I have never met {} before today.",
    "The letter from {} came this morning.",
)
VOICES = ("en-us+f2", "en-us+m3")
BESIDE_S = 0.15


def by_whisper(model: str) -> None:
    """Names found by Whisper in spoken sentences, and errors of all other words."""
    rng, at_s, found = np.random.default_rng(0), 0.0, []
    sentences = [FRAMES[k % len(FRAMES)].format(name) for k, name in enumerate(NAMES)]
    for k, sentence in enumerate(sentences):
        samples = np.pad(espeak.say(sentence, espeak.Voice(VOICES[k % len(VOICES)])).samples, round(BESIDE_S * RATE_HZ))
        samples = (samples + NOISE * rng.standard_normal(len(samples))).astype(np.float32)
        found.append(Waveform(samples, RATE_HZ, at_s))
        at_s += len(samples) / RATE_HZ + 2 * BESIDE_S
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "names").write_text("\n".join(NAMES), encoding="utf-8")
        for terms in ("", str(Path(folder, "names"))):
            options = SpeechOptions(engine="whisper", model=model, language="en", terms=terms)
            engine = open_here(options, chosen_engine(options).identity)
            texts = [heard.segment.text if heard.segment else "" for heard in engine.transcribe(iter(found), {})]
            hits = sum(name.lower() in text.lower() for name, text in zip(NAMES, texts, strict=True))
            wanted, written = ([_others(text) for text in part] for part in (sentences, texts))
            wrong = sum(map(edits, wanted, written))
            of = sum(map(len, wanted))
            print(f"{'with' if terms else 'without'} terms: {hits} of {len(NAMES)} names; {wrong} edits of {of} other words")


def _others(text: str) -> list[str]:
    names = {name.lower() for name in NAMES}
    return [word for word in words_in(text, "en") if word not in names]


NOISE = 0.003


def _row(heard: Sequence[tuple[Sequence[str], np.ndarray]], names: Sequence[str], model: Model, search: Any) -> Iterator[str]:
    found = wanted = false = before = after = others = 0
    for words, frames in heard:
        path = greedy(frames, model.pieces)
        changed = path
        if search is not None:
            changed, _ = search.applied(path, (frames - frames.max(1, keepdims=True))[:, list(search.kept)].astype(np.float32))
        inside, written = Counter(word for word in words if word in names), text_of(changed)
        hits = sum((inside & Counter(written)).values())
        wanted, found = wanted + inside.total(), found + hits
        false += sum(word in names for word in written) - hits
        if not inside:
            others += len(words)
            before, after = before + edits(words, text_of(path)), after + edits(words, written)
    yield f"{100 * found / wanted:.0f} %"
    yield f"{1000 * false / (others * 2):.1f}"
    yield f"{100 * before / others:.1f}, {100 * after / others:.1f} %"


if __name__ == "__main__":
    main()
