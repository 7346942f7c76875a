"""Words of another tool, and the segments that they form."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from video_pipeline.core.labels import Language
from video_pipeline.core.languages import by_code, by_name
from video_pipeline.core.transcript import Segment, Token
from video_pipeline.speech.pieces import Piece, units

Json = Mapping[str, Any]

PAUSE_S = 0.8
"""Between words, from which they are of two segments."""
_LONGEST_S = 60.0
"""Of a segment: tools without marks and pauses would make one of an hour."""
_UNSPACED = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Han, kana, Thai, Lao, Burmese and Khmer: no space stands between two words of these."""
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_CLOSING = frozenset(".,!?;:%)]}…，。！？；：、）】》」』”’")
"""Marks that belong to the word before them."""

LETTER_S = 0.06
"""Of usual speech, for what has no end."""

_ALSO = {"jw": Language.JV, "mandarin": Language.ZH, "zh-hk": Language.YUE}


@dataclass(frozen=True, slots=True)
class Word:
    """A word as a tool gives it: `start_s` and `end_s` are None where it gives none."""

    text: str
    start_s: float | None
    end_s: float | None
    p: float = 1.0
    speaker: str | None = None


def language_of(name: object) -> Language:
    """Of a code (`en`, `en-US`, `eng`) or an English name."""
    text = str(name or "").strip().lower().replace("_", "-")
    short = text.partition("-")[0]
    special = _ALSO.get(text) or _ALSO.get(short) or by_name(text)
    return special or by_code(short) or Language.UNKNOWN


def speaker_of(name: object) -> str | None:
    """Numbers become names. Empty names, and "UU" of tools that do not know the speaker, are none."""
    if name is None or (text := str(name).strip()) in ("", "UU"):
        return None
    return f"SPEAKER_{int(text):02}" if text.isdigit() else text


def segments_of(words: Iterable[Word], language: Language) -> Iterator[Segment]:
    """A segment for each stretch of one speaker without a long pause."""
    run: list[Word] = []
    for word in words:
        if run and _parts(run, word):
            yield segment_of(run, language)
            run = []
        run.append(word)
    if run:
        yield segment_of(run, language)


def _parts(run: Sequence[Word], word: Word) -> bool:
    last = run[-1]
    if word.speaker != last.speaker:
        return True
    if word.start_s is None or last.end_s is None:
        return False
    long_s = word.start_s - (run[0].start_s or 0.0)
    return word.start_s - last.end_s > PAUSE_S or long_s > _LONGEST_S


def segment_of(
    words: Sequence[Word], language: Language, text: str = "", start_s: float | None = None, end_s: float | None = None
) -> Segment:
    """The segment of one stretch; `text` has the marks that single words may lack.

    Raises:
        ValueError: no word has a time, and no times are given.
    """
    text = " ".join((text or joined([word.text for word in words])).split())
    starts = [word.start_s for word in words if word.start_s is not None]
    ends = [word.end_s for word in words if word.end_s is not None]
    if (start_s is None and not starts) or (end_s is None and not ends):
        raise ValueError(f"no times for {text[:40]!r}")
    first_s = start_s if start_s is not None else min(starts)
    last_s = max(first_s, end_s if end_s is not None else max(ends))
    tokens = tuple(tokens_of(text, words, first_s, last_s))
    if tokens:
        first_s, last_s = tokens[0].start_s, tokens[-1].end_s
    speaker = next((word.speaker for word in words if word.speaker), None)
    return Segment(first_s, last_s, text, tokens=tokens, language=language, speaker=speaker)


def joined(texts: Iterable[str]) -> str:
    """One text of words, with a space between two of scripts that have spaces, and none before a closing mark."""
    out = ""
    for text in map(str.strip, texts):
        if not text:
            continue
        unspaced = not out or text[0] in _CLOSING or (_UNSPACED.match(text) and _UNSPACED.match(out[-1]))
        out += text if unspaced else f" {text}"
    return out


def tokens_of(text: str, words: Sequence[Word], start_s: float, end_s: float) -> Iterator[Token]:
    """The words at their places in the text, so that marks and spaces that the list leaves out stay.

    A word without times (WhisperX gives none to numbers) lasts from the end of the one before it to the start of the next. Words
    of Han and kana are divided into characters. None at all if the list and the text are not the same words.
    """
    cuts = _cuts(text, [word.text.strip() for word in words])
    for at, until, (from_s, until_s), word in zip(cuts, cuts[1:], _times(words, start_s, end_s), words, strict=False):
        yield from _divided(Token(from_s, until_s, text[at:until], word.p))


def _cuts(text: str, words: Sequence[str]) -> list[int]:
    """Where the words start in the text, with the marks before them, and its end. Empty if they are not all in it, in order."""
    folded = text.lower()
    if len(folded) != len(text):  # letters whose lower case is two letters
        folded = text
    cuts, at = [0], 0
    for word in words:
        found = folded.find(word.lower() if folded is not text else word, at)
        if found < 0 or _skips_letters(text, at, found):
            return []
        at = found + len(word)
        while at < len(text) and not text[at].isalnum() and not text[at].isspace() and text[at] not in "([{“‘「『《¿¡":
            at += 1
        cuts.append(at)
    if len(cuts) < 2 or _skips_letters(text, at, len(text)):
        return []
    return [*cuts[:-1], len(text)]


def _skips_letters(text: str, at: int, until: int) -> bool:
    return any(map(str.isalnum, text[at:until]))


def _times(words: Sequence[Word], start_s: float, end_s: float) -> list[tuple[float, float]]:
    """Start and end of each word, in order: none begins before the one before it has ended."""
    times: list[tuple[float, float]] = []
    at_s = start_s
    for number, word in enumerate(words):
        following_s = next((after.start_s for after in words[number + 1 :] if after.start_s is not None), end_s)
        from_s = max(word.start_s if word.start_s is not None else at_s, times[-1][1] if times else 0.0)
        until_s = max(from_s, word.end_s if word.end_s is not None else following_s)
        times.append((round(from_s, 3), round(until_s, 3)))
        at_s = until_s
    return times


def _divided(token: Token) -> Iterator[Token]:
    """A token of Han or kana as its characters; marks stay with the one before them."""
    if len(token.text.strip()) < 2 or not _CJK.search(token.text):
        yield token
        return
    lead = token.text[: len(token.text) - len(token.text.lstrip())]
    parts = units([Piece(token.text.strip(), token.start_s, token.end_s, token.confidence)])
    if "".join(part.text for part in parts) != token.text.strip():
        yield token
        return
    for number, part in enumerate(parts):
        yield Token(round(part.start, 3), round(part.end, 3), (lead if number == 0 else "") + part.text, token.confidence)


def seconds(value: object) -> float:
    """A time in seconds: a number, or text such as `1.5`, `1.5s`, `PT1M2.5S` or `0:01:02.5`. What is before the start is at it.

    Raises:
        ValueError: it is none of these.
    """
    return max(0.0, _time(value))


def milliseconds(value: object) -> float:
    """A time in milliseconds, in seconds.

    Raises:
        ValueError: it is no time.
    """
    return seconds(value) / 1000


_LATEST = 1e13
"""In ticks of 100 ns, the smallest unit of a form: eleven days."""


def _time(value: object) -> float:
    try:
        number = _written_s(value.strip()) if isinstance(value, str) else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = math.nan
    if isinstance(value, bool) or not abs(number) <= _LATEST:
        raise ValueError(f"{value!r:.40} is no time")
    return number


_ISO_8601 = re.compile(r"PT(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?")


def _written_s(text: str) -> float:
    if iso := _ISO_8601.fullmatch(text):
        hours, minutes, rest = (float(part or 0) for part in iso.groups())
        return hours * 3600 + minutes * 60 + rest
    total_s = 0.0
    for part in text.removesuffix("s").replace(",", ".").split(":"):
        total_s = 60 * total_s + float(part)
    return total_s


def optional_s(value: object) -> float | None:
    return None if value is None else seconds(value)


def pair_of(value: object) -> tuple[object, object]:
    """A start and an end.

    Raises:
        ValueError: it is no list of two.
    """
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ValueError(f"{value!r:.40} is no start and end")
    return value[0], value[1]


def text_of(value: object) -> str:
    """A text, or a number as one; none is empty.

    Raises:
        ValueError: it is neither.
    """
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"{value!r:.40} is no text")
    return str(value)


def probability_of(value: object) -> float:
    """From 0 to 1; 1 where it is missing or no number."""
    try:
        p = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return 1.0
    return min(1.0, max(0.0, p)) if math.isfinite(p) else 1.0


def marked(words: Sequence[Word], mark: str) -> list[Word]:
    """The words with a mark joined to the last."""
    return [*words[:-1], replace(words[-1], text=words[-1].text + mark)] if words else []
