"""Punctuation as each language shows it in subtitles.

Chinese shows commas and full stops as a space. Japanese shows a full stop as a wide space and a comma as a narrow one. Neither
shows them at the end of a line. Korean shows no full stop at the end of a line. ASCII marks after ideographs and kana, which many
recognisers write, are read and shown as the full-width ones. `spoken` is what stays the same.
"""

from __future__ import annotations

import functools
import re

from video_pipeline.core.labels import Language

_ZH_FINAL = re.compile(r"[，。、\s]+$")
_ZH_STOPS = re.compile(r"[，。]\s*")
_JA_FINAL = re.compile(r"[。、，\s]+$")
_JA_STOPS = re.compile(r"[。、，]*。[。、，]*\s*")
_JA_COMMAS = re.compile(r"[、，]+\s*")
_BEFORE_QUOTE = re.compile(r"[，。、]+(?=[」』）】》”’])")
_ASCII = re.compile(r"[,.?!;:]")
_ASCII_COMMA = re.compile(r"(?<![\x00-\x7f]),(?![,\d])|(?<=[A-Za-z\d]),(?=\s*[^\x00-\x7f])")
"""A comma after or before a character that is not ASCII. One between digits stays."""
_ASCII_STOP = re.compile(r"(?<![\x00-\x7f])\.(?![.\dA-Za-z])")
"""A single full stop after a character that is not ASCII: no ellipsis, no decimal point, no abbreviation."""
_ASCII_MARKS = re.compile(r"(?<=[^\x00-\x7f])[?!;:]+")
"""Other marks after a character that is not ASCII."""
_WIDE_MARKS = {ord(narrow): wide for narrow, wide in zip("?!;:", "？！；：", strict=True)}
_NARROW_MARKS = {ord(wide): chr(narrow) for narrow, wide in _WIDE_MARKS.items()}
_LATIN_COMMA = re.compile(r"(?<=[A-Za-z\d]),$")
_KO_FINAL = re.compile(r"(?<!\.)\.$")
_HIDDEN = {
    Language.ZH: re.compile(r"[，。、,.\s]+"),
    Language.YUE: re.compile(r"[，。、,.\s]+"),
    Language.JA: re.compile(r"[。、，,.\s]+"),
    Language.KO: re.compile(r"[.\s]+"),
}
_SPACES = re.compile(r"\s+")


@functools.lru_cache(maxsize=1 << 16)  # words recur
def shown(raw: str, language: Language) -> tuple[str, str]:
    """A piece of text as it is shown, and what follows it unless it ends a line."""
    if language in (Language.ZH, Language.YUE):
        return _without_final_comma(*_chinese(_full_width(raw.strip())))
    if language is Language.JA:
        return _without_final_comma(*_japanese(_full_width(raw.strip())))
    text = " ".join(raw.split())
    if language is Language.KO and _KO_FINAL.search(text):
        return text[:-1], "."
    return text, ""


def spoken(text: str, language: Language) -> str:
    """The text without spaces and without the punctuation that its language does not show everywhere."""
    plain = _HIDDEN.get(language, _SPACES).sub("", text)
    return plain.translate(_NARROW_MARKS) if language in (Language.ZH, Language.YUE, Language.JA) else plain


def _full_width(raw: str) -> str:
    """Marks of ASCII after wide characters, as those that they stand for."""
    if not _ASCII.search(raw):
        return raw
    raw = _ASCII_MARKS.sub(lambda found: found.group().translate(_WIDE_MARKS), raw)
    return _ASCII_STOP.sub("。", _ASCII_COMMA.sub("，", raw))


def _without_final_comma(text: str, tail: str) -> tuple[str, str]:
    """A comma after a Latin word goes on with the line, and ends none."""
    return (text[:-1], "," + tail) if _LATIN_COMMA.search(text) else (text, tail)


def _chinese(raw: str) -> tuple[str, str]:
    body = _ZH_FINAL.sub("", raw)
    final = raw[len(body) :]
    text = _ZH_STOPS.sub(" ", _BEFORE_QUOTE.sub("", body)).strip()
    return " ".join(text.split()), (final and " " if set(final) - {"、"} else final)


def _japanese(raw: str) -> tuple[str, str]:
    body = _JA_FINAL.sub("", raw)
    final = raw[len(body) :]
    text = _JA_COMMAS.sub(" ", _JA_STOPS.sub("\u3000", _BEFORE_QUOTE.sub("", body))).strip()
    return text, "\u3000" if "。" in final else final and " "
