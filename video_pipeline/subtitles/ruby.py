"""Readings over words, for people who learn: furigana over Japanese, pinyin over Chinese.

SudachiPy and pypinyin know the readings; both come with the extra `ruby`.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from video_pipeline.core.cue import Cue, Look, Run
from video_pipeline.core.extras import MissingPackage, requirement
from video_pipeline.core.labels import Language

_KANJI = re.compile(r"[\u3400-\u9fff\uf900-\ufaff々〆ヶ]+")
_TO_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ"))}
Piece = tuple[str, str]
"""Text and what is written over it, empty for nothing."""


def with_readings(cues: Sequence[Cue]) -> list[Cue]:
    """Japanese and Chinese cues with readings, but for what has some already. Raises MissingPackage."""
    return [_read(cue) for cue in cues]


def without_readings(cue: Cue) -> Cue:
    """For formats that would write each of them into the line."""
    lines = tuple(tuple(dataclasses.replace(run, ruby="") for run in line) for line in cue.runs)
    return dataclasses.replace(cue, marked=lines) if cue.is_marked else cue


def _read(cue: Cue) -> Cue:
    pieces = _READERS.get(cue.language)
    if pieces is None or not cue.lines:
        return cue
    lines = tuple(tuple(_runs(line, pieces)) for line in cue.runs)
    return dataclasses.replace(cue, marked=lines)


def _runs(line: Sequence[Run], pieces: Callable[[str], Iterator[Piece]]) -> Iterator[Run]:
    """The runs of a line; text without a reading stays in one piece."""
    for run in line:
        if run.ruby:
            yield run
            continue
        plain = ""
        for text, reading in pieces(run.text):
            if reading:
                yield from _plain(plain, run.look)
                yield Run(text, run.look, reading)
                plain = ""
            else:
                plain += text
        yield from _plain(plain, run.look)


def _plain(text: str, look: Look) -> Iterator[Run]:
    if text:
        yield Run(text, look)


def furigana(text: str) -> Iterator[Piece]:
    """Kanji with their readings in hiragana; kana around and between them are read as they are."""
    for word in _tokenizer().tokenize(text):
        surface, reading = word.surface(), word.reading_form().translate(_TO_HIRAGANA)
        if not _KANJI.search(surface) or not reading or surface == reading:
            yield surface, ""
        else:
            yield from _aligned(surface, reading)


def _aligned(surface: str, reading: str) -> Iterator[Piece]:
    """`食べ物` and `たべもの` as `食` with `た`, `べ`, and `物` with `もの`; the whole word where they do not fit."""
    parts = re.findall(rf"{_KANJI.pattern}|[^\u3400-\u9fff\uf900-\ufaff々〆ヶ]+", surface)
    pattern = "".join("(.+?)" if _KANJI.fullmatch(part) else re.escape(part.translate(_TO_HIRAGANA)) for part in parts)
    found = re.fullmatch(pattern, reading)
    if found is None:
        yield surface, reading
        return
    readings = iter(found.groups())
    for part in parts:
        yield part, next(readings) if _KANJI.fullmatch(part) else ""


def pinyin(text: str) -> Iterator[Piece]:
    """Each character with its sound, by the words that it stands in."""
    try:
        import pypinyin
    except ImportError:
        raise MissingPackage("pypinyin", requirement("ruby")) from None
    found = pypinyin.pinyin(text, style=pypinyin.Style.TONE, errors=lambda others: [[""] for _ in others])  # type: ignore[arg-type, return-value]
    sounds = [sound for (sound,) in found]
    yield from zip(text, sounds, strict=True) if len(sounds) == len(text) else [(text, "")]


@functools.cache
def _tokenizer() -> Any:
    try:
        from sudachipy import Dictionary
    except ImportError:
        raise MissingPackage("sudachipy", requirement("ruby")) from None
    return Dictionary(dict="core").create()


_READERS: dict[Language, Callable[[str], Iterator[Piece]]] = {Language.JA: furigana, Language.ZH: pinyin}
