"""Where lines and cues may end: a penalty for a break before each token, `NEVER` where none is allowed."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

from video_pipeline.core.labels import Language
from video_pipeline.core.sentences import CLOSING, tokens_that_end
from video_pipeline.subtitles import southeast, syntax
from video_pipeline.subtitles.european import EUROPEAN
from video_pipeline.subtitles.rules import clusters

NEVER = math.inf
"""Inside a word, a number or an emoji, and where the rules of Japanese line breaking (kinsoku) forbid it."""
HELD = 9.0
"""Between words that stay together if they take only part of a line: article and noun, a full name, number and unit."""
PHRASE = 10.0
"""Inside a phrase of a language without spaces, which is divided only if it is wider than a line."""
SENTENCE_END = 0.0
"""After a sentence."""
CLAUSE_END = 0.2
"""After a comma and similar punctuation."""
_GOOD = 0.4
"""Before a conjunction, after a Korean clause."""
_FAIR = 0.9
"""Before a preposition, after a phrase that is complete."""
_PLAIN = 1.2
"""Between two Korean words, or two phrases, of no special kind."""
_PAIR = 1.6
"""Between two words of no special kind in other languages with spaces: `syntax.Spaced` adds what it knows of them."""
_CLOSEST = 0.35
"""Least penalty between two words without a mark between them."""
_GOVERNS_NOTHING = 0.5
"""Before a preposition that belongs to the verb before it."""
_DESCRIBES = 0.2
"""After a word whose ending says that it describes the next one."""
_HELPS = 1.0
"""After a verb or a negation that needs the verb after it: style guides keep them together more than people do."""
_LONG_WORD = 5
"""Letters from which the ending of a word says what it is."""
_UNSURE = 2.5
"""Between words of Chinese, which BudouX separates well but not always."""
_BAD = 4.0
"""After a word that needs the next one, such as a preposition or a pronoun."""
NEVER_FIRST = frozenset("、。，．・：；？！）］｝」』】〕〉》〜ー々っゃゅょァィゥェォッャュョぁぃぅぇぉ…‥,.!?:;)]}%’”％℃")
"""Characters that cannot start a line."""
NEVER_LAST = frozenset("（［｛「『【〔〈《([{“‘$#＄￥¥£€")
"""Characters that cannot end a line."""
_SPACED_FIRST = frozenset("?!;:,،؛؟।%‰°»›)]}")
"""Marks that belong to the word before them though a space is between: French and Arabic write one, and "4 %" has one."""
_SPACED_LAST = frozenset("«‹№¿¡")
"""Marks that belong to the word after them though a space is between."""
_SENTENCE_MARKS = frozenset(".!?。！？…．។៕။")
_CLAUSE_MARKS = frozenset(",;:、，；：—–၊")
_OPENING = "\"'“‘「『(（[［《【¿¡-"
_SHORT = 0.5
"""After a word so short that it probably needs the next one."""
_ABBREVIATION = re.compile(r"\w\.$")
_NUMBER = re.compile(r"[$€£¥]?\d[\d.,:]*$")
_COUNTED = re.compile(r"(?:第|\d)\s*$")
"""Before the unit of a number, or the number of a chapter, in languages without spaces: "10 公斤"."""
_CJK = re.compile(r"[\u2026\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff9f]")


def penalties(texts: Sequence[str], language: Language) -> list[float]:
    """The penalty of a break before each text, from 0 (after a sentence) to infinity (never). The first is 0.

    The texts are those of tokens: joined, with their own spaces, they are the text of the segment. None is blank.
    """
    inside = _inside_clusters(texts)
    found = (_spaceless if language in syntax.SPACELESS else _spaced)(texts, language)
    if any(map(southeast.LETTERS.search, texts)):
        found = _southeast(texts, found)
    return [NEVER if k in inside else penalty for k, penalty in enumerate(found)]


def _spaced(texts: Sequence[str], language: Language) -> list[float]:
    table = syntax.SPACED.get(language, EUROPEAN)
    out, starts_sentence = [0.0], True
    ends = tokens_that_end(texts, language)
    words = [text.strip() for text in texts]
    plain = [_plain(word) for word in words]
    for k, (left, right) in enumerate(pairwise(texts), 1):
        unspaced = not (right[0].isspace() or left[-1].isspace())
        penalty = _at_marks(words[k - 1], words[k], unspaced, ends_sentence=k - 1 in ends)
        if penalty is None:
            follows = plain[k + 1] if k + 1 < len(plain) and words[k][-1].isalnum() else ""
            penalty = _between_words(plain[k - 1], plain[k], follows, table, language)
            if penalty < HELD and _is_name(words[k - 1], words[k], plain[k - 1], plain[k], table):
                penalty = _BAD if starts_sentence else HELD
        starts_sentence = penalty == SENTENCE_END
        out.append(penalty)
    return out


@functools.lru_cache(maxsize=1 << 16)
def _plain(word: str) -> str:
    """A word without punctuation and capitals, as it is in the tables."""
    return word.strip(CLOSING + _OPENING + ",.;:!?").lower()


def _southeast(texts: Sequence[str], found: list[float]) -> list[float]:
    """Penalties with breaks between the words of Thai and the like, never inside one; a space ends a clause there."""
    words = set(accumulate(map(len, southeast.words("".join(texts)))))
    is_letter, out, at = southeast.LETTERS.match, list(found), 0
    for k, (left, right) in enumerate(pairwise(texts), 1):
        at += len(left)
        before, after = (left.rstrip() or left)[-1], (right.lstrip() or right)[0]
        if not (is_letter(before) and is_letter(after)):
            continue
        if not (left[-1].isspace() or right[0].isspace()):
            out[k] = _UNSURE if at in words and after not in southeast.MARKS else NEVER
        else:
            out[k] = min(out[k], _GOOD)
    return out


def _at_marks(left: str, right: str, unspaced: bool, *, ends_sentence: bool) -> float | None:
    """The penalty if characters alone decide it: punctuation, kinsoku, the middle of a word. None if the words decide."""
    before, after = left[-1], right[0]
    if "\u3400" <= before <= "\u9fff" and "\u3400" <= after <= "\u9fff" and after != "々":
        return None  # two ideographs decide nothing
    if (after in NEVER_FIRST and (unspaced or after > "\x7f")) or before in NEVER_LAST:
        return NEVER
    if not (unspaced or _SPACED_FIRST.isdisjoint(right[:1]) or any(map(str.isalnum, right))) or left in _SPACED_LAST:
        return NEVER
    if unspaced and not _CJK.match(before) and not _CJK.match(after) and not _both_letters_beside_dash(before, left, after):
        return NEVER
    if before.isalnum():
        return None
    mark = before if before not in CLOSING else left.rstrip(CLOSING)[-1:]
    if ends_sentence:
        return SENTENCE_END
    if mark in _SENTENCE_MARKS:
        return HELD if _ABBREVIATION.search(left) else CLAUSE_END
    return CLAUSE_END if mark and mark in _CLAUSE_MARKS else None


def _both_letters_beside_dash(before: str, left: str, after: str) -> bool:
    return before in "-—–/" and left[-2:-1].isalpha() and after.isalpha()


def _between_words(left: str, right: str, follows: str, table: syntax.Spaced, language: Language) -> float:
    """`follows` is the word after `right`, empty after a mark and at the end."""
    if left in table.holds or (right not in table.ending and (left in table.numbers or _NUMBER.match(left))):
        return HELD
    if language is Language.KO:
        return _between_korean(left, right, table)
    penalty = _PAIR
    if right in table.prepositions and (not follows or follows in table.clauses):
        penalty += _GOVERNS_NOTHING
    else:
        penalty += table.starting.get(right, table.starting.get(_elided(right), 0.0))
    if not (left in table.prepositions and right in table.clauses):
        penalty += table.ending.get(left, 0.0)
    if len(left) >= _LONG_WORD and left.endswith(table.describes) and left not in table.ending:
        penalty += _DESCRIBES
    if len(left) <= table.short and left not in table.ending:
        penalty += _SHORT
    if left in table.helps and (right in table.helped or right not in table.starting or right.endswith("ing")):
        penalty += _HELPS
    return max(_CLOSEST, penalty)


def _elided(word: str) -> str:
    """The article, pronoun or preposition that French and Italian write together with the next word: "l'" of "l'accès"."""
    head, mark, _ = word.replace("’", "'").partition("'")
    return head + mark if mark else ""


def _between_korean(left: str, right: str, table: syntax.Spaced) -> float:
    before, after = _korean(left), _korean(right)
    if after.is_bound:
        return HELD
    if after.is_auxiliary or before.is_adnominal or left in table.leans:
        return _BAD
    return _GOOD if before.ends_clause or right in table.links else _PLAIN


class _Korean(NamedTuple):
    """What the form of a Korean word says about its neighbours."""

    is_bound: bool
    """It is a noun that needs the word before it."""
    is_auxiliary: bool
    """It is a verb that completes the verb before it."""
    is_adnominal: bool
    """It describes the noun after it."""
    ends_clause: bool


@functools.lru_cache(maxsize=1 << 16)
def _korean(word: str) -> _Korean:
    return _Korean(
        syntax.KOREAN_BOUND.fullmatch(word) is not None,
        syntax.KOREAN_AUXILIARY.match(word) is not None,
        syntax.KOREAN_ADNOMINAL.search(word) is not None,
        syntax.KOREAN_CLAUSE.search(word) is not None,
    )


def _is_name(left: str, right: str, plain_left: str, plain_right: str, table: syntax.Spaced) -> bool:
    """Two capitalised words in a row, or an initial and a word, but not text that is all in capitals."""
    if not (left[0].isupper() and right[0].isupper()) or plain_left in table.ending or plain_right in table.ending:
        return False
    return left[-1].isalnum() and plain_left != "i" and not (len(left) > 1 and left.isupper() and right.isupper())


def _spaceless(texts: Sequence[str], language: Language) -> list[float]:
    table, phrases = syntax.SPACELESS[language], _phrases(texts, language)
    ends = tokens_that_end(texts, language)
    at = list(accumulate(map(len, texts), initial=0))
    out = [0.0]
    for k, (left, right) in enumerate(pairwise(texts), 1):
        unspaced = not (right[0].isspace() or left[-1].isspace())
        penalty = _at_marks(left.strip(), right.strip(), unspaced, ends_sentence=k - 1 in ends)
        if penalty is None:
            beside = phrases.get(at[k])
            penalty = _between_phrases(*beside, table) if beside else PHRASE if unspaced else _PLAIN
            if not unspaced and _COUNTED.search(left) and right.strip()[0].isalpha():
                penalty = max(penalty, HELD)
        out.append(penalty)
    return out


def _between_phrases(left: str, right: str, table: syntax.Spaceless) -> float:
    if table.follows.match(right) or table.holds.search(left):
        return HELD
    if table.alone is not None and _is_fragment(left, right, table.alone):
        return HELD
    if table.leans.search(left):
        return _BAD
    if table.links.match(right):
        return _GOOD
    if table.closes.search(left):
        return _FAIR
    if table.alone is None or (table.subjects and table.subjects.match(right)):
        return _PLAIN
    return _UNSURE


def _is_fragment(left: str, right: str, alone: frozenset[str]) -> bool:
    """Whether one side is a single character that is not a word, and so is part of its neighbour."""
    if left in alone or right in alone:
        return False
    return any(len(phrase) == 1 and _CJK.match(phrase) is not None for phrase in (left, right))


def _phrases(texts: Sequence[str], language: Language) -> dict[int, tuple[str, str]]:
    """The phrases to the left and right of each place between two phrases, by BudouX, whose models are in its package."""
    at, out = 0, {}
    for left, right in pairwise(_parser(language).parse("".join(texts))):
        at += len(left)
        out[at] = left.strip(), right.strip()
    return out


def _inside_clusters(texts: Sequence[str]) -> frozenset[int]:
    """Indices of the texts that start inside a character: with an accent, or with the second half of a flag."""
    joined = "".join(texts)
    parts = clusters(joined) if not joined.isascii() else []
    if len(parts) in (0, len(joined)):
        return frozenset()
    whole = set(accumulate(map(len, parts), initial=0))
    return frozenset(k for k, at in enumerate(accumulate(map(len, texts[:-1]), initial=0)) if at not in whole)


@functools.cache
def _parser(language: Language) -> Any:
    import budoux

    if language is Language.JA:
        return budoux.load_default_japanese_parser()
    if language is Language.YUE:
        return budoux.load_default_traditional_chinese_parser()
    return budoux.load_default_simplified_chinese_parser()
