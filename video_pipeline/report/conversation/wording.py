"""What the words of a conversation tell: their number, questions and key phrases."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path

from video_pipeline.core.errors import BadValue, NoSuchFile
from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import Segment

SPACELESS = frozenset({Language.ZH, Language.YUE, Language.JA})
"""Where characters are counted instead of words."""
_WITHOUT_EDGES = SPACELESS | {Language.KO}
"""Languages in which no letter says where a word ends (Korean adds its endings to words)."""
_SENTENCE = re.compile(r"[^.!?。！？]+[.!?。！？]*")
_ASKED = re.compile(r"[?？]\s*$")
_QUESTIONS: Mapping[Language, re.Pattern[str]] = {
    Language.EN: re.compile(
        r"^(and |so |but |well,? )?(who|what|when|where|why|how|which|whose|"
        r"(do|did|does|can|could|would|will|should|is|are|was|were|have|has) "
        r"(i|you|we|they|he|she|it|there|that|this|anyone|anybody))\b",
        re.IGNORECASE,
    ),
    Language.ZH: re.compile(r"(吗|么|呢)[。.]?$|为什么|怎么(样|办)?|什么|哪(里|个|些|儿)|(是|会|能|可|有)不|多少|谁"),
    Language.YUE: re.compile(r"(嗎|呀|㗎|咩)[。.]?$|點解|點樣|邊(個|度)|乜嘢|幾多|係咪"),
    Language.JA: re.compile(r"(か|かな|の|かしら)[。.]?$"),
    Language.KO: re.compile(r"(까|나요|가요|니|냐|죠|을까요)[.]?$|^(왜|무엇|어떻게|언제|어디|누구)"),
}
"""Of sentences that end without a question mark, as recognisers leave them."""


def words_in(segment: Segment) -> int:
    """Number of words; of letters in languages without spaces."""
    if segment.language in SPACELESS:
        return sum(character.isalnum() for character in segment.text)
    return len(segment.text.split())


def questions_in(segment: Segment) -> list[str]:
    """The sentences of a line that ask something."""
    return [one for one in sentences_of(segment.text) if _ASKED.search(one) or _is_asked(one, segment.language)]


def sentences_of(text: str) -> list[str]:
    return [found.strip() for found in _SENTENCE.findall(text) if found.strip()]


class PhraseTable:
    """Regular expressions by name of a moment and language."""

    def __init__(self, table: Mapping[str, Mapping[Language, re.Pattern[str]]]) -> None:
        self._table = table

    @classmethod
    def of(cls, path: str = "") -> PhraseTable:
        """The package's own phrases with those of a file laid over. Raises NoSuchFile, BadValue."""
        own = resources.files("video_pipeline.report.conversation").joinpath("phrases.toml").read_text(encoding="utf-8")
        table = dict(_compiled(own, "phrases.toml"))
        if path:
            table |= dict(_compiled(phrases_text(path), path))
        return cls(table)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._table)

    def found(self, segment: Segment) -> Iterator[tuple[str, re.Match[str]]]:
        """The moments in a line, each once, with what says so."""
        for name, by_language in self._table.items():
            pattern = by_language.get(segment.language)
            if pattern is not None and (match := pattern.search(segment.text)):
                yield name, match


def phrases_text(path: str) -> str:
    """A file of phrases as it stands. Raises NoSuchFile, BadValue."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise NoSuchFile(Path(path)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise BadValue("conversation.phrases", f"{path} cannot be read: {error}") from None


def _compiled(text: str, name: str) -> Iterator[tuple[str, dict[Language, re.Pattern[str]]]]:
    known = [str(language) for language in Language]
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadValue("conversation.phrases", f"{name} is not TOML: {error}") from None
    for moment, by_language in tree.items():
        if not isinstance(by_language, dict):
            raise BadValue("conversation.phrases", f'{name}: write [{moment}] and below it en = ["...", "..."]')
        found = {}
        for code, patterns in by_language.items():
            if code not in known or not isinstance(patterns, list) or not all(isinstance(one, str) for one in patterns):
                raise BadValue("conversation.phrases", f"{name}: [{moment}] {code} is no language with a list of texts")
            found[Language(code)] = _joined(patterns, Language(code), f"{name}: [{moment}] {code}")
        yield moment, found


def _joined(patterns: Sequence[str], language: Language, place: str) -> re.Pattern[str]:
    edge = "" if language in _WITHOUT_EDGES else r"\b"
    try:
        return re.compile("|".join(f"{edge}(?:{pattern}){edge}" for pattern in patterns), re.IGNORECASE)
    except re.error as error:
        raise BadValue("conversation.phrases", f"{place}: {error}") from None


def _is_asked(sentence: str, language: Language) -> bool:
    pattern = _QUESTIONS.get(language)
    return pattern is not None and sentence[-1] not in "!！" and pattern.search(sentence.rstrip()) is not None
