"""Whatever a translator answers, no subtitle is lost, moved or without its words: two hundred made files, with all faults."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from tests.translate.endpoint import WORDS, Endpoint, Play, made
from tests.translate.test_openai import BAD, other_language, right
from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import Segment
from video_pipeline.subtitles.rules import SubtitleOptions
from video_pipeline.translate.base import Answer, Notes, Sentence, TranslationOptions, Usage, Window
from video_pipeline.translate.cache import SentenceCache
from video_pipeline.translate.prompts import _material, answer_of
from video_pipeline.translate.sentences import sentences_of
from video_pipeline.translate.translating import Job, Translated, Translation
from video_pipeline.video.translations import Frame, too_long

FILES = 200
OPTIONS = SubtitleOptions()


class Playing:
    """A translator in this process that answers as a server would."""

    varies = True
    identity = "playing"

    def __init__(self, play: Play, language: str, ratio: float = 1.0) -> None:
        self.endpoint = Endpoint(play=play, language=language, ratio=ratio)
        self.windows = 0

    def prepare(self) -> None:
        pass

    def translate(self, window: Window) -> Answer:
        self.windows += 1
        rows = _material(window)["sentences"]
        play = self.endpoint.play if self.windows % 3 == 1 and len(rows) > 2 else right  # every third is as bad as it is meant
        return answer_of(play(self.endpoint, rows, {}), Usage(requests=1))


def made_file(seed: int) -> tuple[list[Cue], str, str]:
    """Cues of a film with sentences over several cues, two speakers, pauses, numbers and short cries; source and target."""
    rng = random.Random(seed)
    source, target = rng.choice([("en", "ja"), ("zh", "en"), ("ja", "en"), ("en", "zh"), ("en", "de"), ("ko", "en")])
    spaceless = source in ("zh", "ja")
    at_s, cues = 1.0, []
    for _ in range(rng.randint(4, 40)):
        speaker = rng.choice(["Ann", "Bob"])
        parts = rng.randint(1, 3)
        for part in range(parts):
            length_s = rng.uniform(1.2, 5.0)
            words = rng.choices(WORDS[source], k=rng.randint(4, 14) if spaceless else rng.randint(2, 8))
            text = ("" if spaceless else " ").join(words)
            if rng.random() < 0.1:
                text += ("" if spaceless else " ") + str(rng.randint(100, 9999))
            text += ("。" if spaceless else ".") if part == parts - 1 else ""
            cues.append(Cue(at_s, at_s + length_s, (text,), language=Language(source), speaker=speaker))
            at_s += length_s + rng.choice([0.08, 0.08, 0.4, 3.0])
    return cues, source, target


def said(cues: Sequence[Cue]) -> list[Sentence]:
    segments = [Segment(c.start_s, c.end_s, " ".join(c.lines), language=c.language, speaker=c.speaker) for c in cues]
    return sentences_of(segments, [])


def translate(
    sentences: Sequence[Sentence], source: str, target: str, folder: Path, translator: Any, **more: Any
) -> list[Translated]:
    fits = more.pop("fits", None)
    options = TranslationOptions(to=(target,), **more)
    cache = SentenceCache(folder / f"{random.getrandbits(64)}")
    job = Job(
        sentences=sentences, source=source, target=target, options=options, translator=translator, cache=cache, notes=Notes()
    )
    return Translation(job).run(fits)


def letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


@pytest.mark.parametrize("part", range(4))
def test_no_cue_is_lost_or_moved_whatever_is_answered(part: int, tmp_path: Path) -> None:
    faults: list[Play] = [right, *(play for play in BAD if play is not other_language)]  # few words do not tell French
    for seed in range(part, FILES, 4):
        cues, source, target = made_file(seed)
        sentences = said(cues)
        assert letters("".join(s.text for s in sentences)) == letters("".join(c.text for c in cues)), seed
        rows = translate(sentences, source, target, tmp_path, Playing(faults[seed % len(faults)], target))
        for sentence, row in zip(sentences, rows, strict=True):
            assert row.text == (sentence.text if row.fault else made({"text": sentence.text}, target)), (seed, sentence.text)
        texts = [row.text for row in rows]
        out = Frame(options=OPTIONS, fixed=cues).cues(sentences, texts, target)
        assert [(cue.start_s, cue.end_s) for cue in out] == [(cue.start_s, cue.end_s) for cue in cues], seed
        assert [cue.speaker for cue in out] == [cue.speaker for cue in cues], seed
        place = 0
        for sentence, text in zip(sentences, texts, strict=True):
            within = [cue for cue in out if cue.overlaps(sentence) and cue.speaker == sentence.speaker]
            once = [text for text, _ in groupby(letters(cue.text) for cue in within)]  # a word for two cues stands in both
            assert letters(text) in "".join(once), (seed, text)
            assert out.index(within[0]) >= place, seed
            place = out.index(within[0])


@pytest.mark.parametrize("part", range(4))
def test_laid_out_again_every_word_is_shown_in_its_sentence_s_time(part: int, tmp_path: Path) -> None:
    for seed in range(part, FILES, 16):
        cues, source, target = made_file(seed)
        sentences = said(cues)
        texts = [row.text for row in translate(sentences, source, target, tmp_path, Playing(right, target))]
        out = Frame(options=OPTIONS).cues(sentences, texts, target)
        assert "".join(letters(cue.text) for cue in out) == "".join(map(letters, texts)), seed
        for cue in out:
            own = [s for s in sentences if s.start_s - 1e-6 <= cue.tokens[0].start_s and cue.tokens[0].end_s <= s.end_s + 1e-6]
            assert own, (seed, cue)
            assert any(one.speaker == cue.speaker for one in own), seed


def within_share(texts: Sequence[str], sentences: Sequence[Sentence], tag: str, frame: Frame) -> float:
    cues = frame.cues(sentences, texts, tag)
    broken = {f.cue for f in frame.findings(cues) if f.rule in ("speed_cps", "lines", "line_width")}
    return 1 - len(broken) / len(cues)


@pytest.mark.parametrize("kept", [False, True], ids=["laid out again", "in the file's cues"])
def test_texts_that_are_too_long_come_back_shorter_and_fit(kept: bool, tmp_path: Path) -> None:
    """A translator whose texts are 1.6 times as long: shares of cues within the limits, before and after it is asked again."""
    before, after, count = 0.0, 0.0, 0
    for seed in range(kept, 60, 2 + kept):
        cues, source, target = made_file(seed)
        sentences, frame = said(cues), Frame(options=OPTIONS, fixed=cues if kept else ())
        long = [row.text for row in translate(sentences, source, target, tmp_path, Playing(right, target, 1.6), shorter=0)]

        def fits(texts: Sequence[str], frame: Frame = frame, sentences: Any = sentences, tag: str = target) -> dict[int, int]:
            return too_long(sentences, texts, tag, frame)

        rows = translate(sentences, source, target, tmp_path, Playing(right, target, 1.6), fits=fits)
        assert not any(row.fault for row in rows)
        size = len(frame.cues(sentences, long, target))
        before += size * within_share(long, sentences, target, frame)
        after += size * within_share([row.text for row in rows], sentences, target, frame)
        count += size
    assert before / count < 0.9
    assert after / count >= 0.95


LONG = "so we will see what this one is about and then you can tell me more of it, or she may"


class Overshooting:
    """A translator whose shorter texts are longer than asked for, by a share."""

    varies = True
    identity = "overshooting"

    def __init__(self, share: float) -> None:
        self.share = share
        self.asked: list[int] = []

    def prepare(self) -> None:
        pass

    def translate(self, window: Window) -> Answer:
        most = [one.most_characters or 0 for one in window.asked if one.too_long]
        self.asked += most
        size = round(most[0] * self.share) if most else len(LONG)
        return Answer({one.number: LONG[:size] for one in window.asked})


def test_a_translator_that_overshoots_is_asked_for_less(tmp_path: Path) -> None:
    sentences = [Sentence(start_s=0.0, end_s=4.0, text="wir werden sehen was das ist", language=Language.DE)]
    most = 40
    translator = Overshooting(1.15)
    rows = translate(
        sentences, "de", "en", tmp_path, translator, fits=lambda texts: {0: most} if len(texts[0]) > most else {}, shorter=3
    )
    assert translator.asked == [40, 34]
    assert len(rows[0].text) <= most


def test_a_translator_that_never_comes_to_less_is_asked_so_often_and_no_more(tmp_path: Path) -> None:
    sentences = [Sentence(start_s=0.0, end_s=4.0, text="wir werden sehen was das ist", language=Language.DE)]
    translator = Overshooting(9.0)
    rows = translate(sentences, "de", "en", tmp_path, translator, fits=lambda texts: {0: 40}, shorter=3)
    assert len(translator.asked) == 3 and translator.asked == sorted(translator.asked, reverse=True)
    assert not rows[0].fault
