"""Each language's own habits for the marks at the end of a line.

Chinese shows a space for commas and full stops, Japanese a wide space for a full stop and a narrow one for a comma, and neither
shows them at the end of a line; Korean ends no line with a full stop. `spoken` is what must be the same before and after.
"""

from __future__ import annotations

import functools
import re

from video_pipeline.core.labels import Language

_ZH_FINAL = re.compile(r"[，。、\s]+$")
_ZH_STOPS = re.compile(r"[，。]\s*")
_JA_FINAL = re.compile(r"[。、\s]+$")
_JA_FULL, _JA_COMMA = re.compile(r"[。、]*。[。、]*\s*"), re.compile(r"、+\s*")
_BEFORE_QUOTE = re.compile(r"[，。、]+(?=[」』）】》”’])")
_KO_FINAL = re.compile(r"(?<!\.)\.$")
_HIDDEN = {
    Language.ZH: re.compile(r"[，。、\s]+"),
    Language.YUE: re.compile(r"[，。、\s]+"),
    Language.JA: re.compile(r"[。、\s]+"),
    Language.KO: re.compile(r"[.\s]+"),
}
_BLANKS = re.compile(r"\s+")


@functools.lru_cache(maxsize=1 << 16)  # people say the same words again and again
def shown(raw: str, language: Language) -> tuple[str, str]:
    """A piece of text as it is shown, and what follows it where it does not end its line."""
    if language in (Language.ZH, Language.YUE):
        return _chinese(raw.strip())
    if language is Language.JA:
        return _japanese(raw.strip())
    text = " ".join(raw.split())
    if language is Language.KO and _KO_FINAL.search(text):
        return text[:-1], "."
    return text, ""


def spoken(text: str, language: Language) -> str:
    """The text without blanks and without the marks that its language does not show."""
    return _HIDDEN.get(language, _BLANKS).sub("", text)


def _chinese(raw: str) -> tuple[str, str]:
    body = _ZH_FINAL.sub("", raw)
    final = raw[len(body) :]
    text = _ZH_STOPS.sub(" ", _BEFORE_QUOTE.sub("", body)).strip()
    return " ".join(text.split()), (final and " " if set(final) - {"、"} else final)


def _japanese(raw: str) -> tuple[str, str]:
    body = _JA_FINAL.sub("", raw)
    final = raw[len(body) :]
    text = _JA_COMMA.sub(" ", _JA_FULL.sub("\u3000", _BEFORE_QUOTE.sub("", body))).strip()
    return text, "\u3000" if "。" in final else final and " "
