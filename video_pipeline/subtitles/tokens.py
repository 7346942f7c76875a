"""Tokens as the layout needs them: every segment has some, none is wider than a line, punctuation as the language shows it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence

from video_pipeline.core.labels import Language
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Segment, Token
from video_pipeline.subtitles.rules import SPACELESS, width

_WORDS = re.compile(r"\s*\S+")
_CJK_UNITS = re.compile(r"\s*(?:[A-Za-z0-9][A-Za-z0-9'.,:%-]*[A-Za-z0-9%]|\S)")
_BLANKS = re.compile(r"\s+")
_ZH_STOPS = re.compile(r"[，。、]+\s*")
_JA_STOPS = re.compile(r"[。、]+\s*")
_KO_FINAL = re.compile(r"\.$")


def layout_tokens(segment: Segment, line_width: float) -> list[Token]:
    """The segment's tokens, made from its text where it has none, each at most `line_width` wide."""
    tokens = segment.tokens or tuple(_spread(segment.text, segment, _CJK_UNITS if segment.language in SPACELESS else _WORDS))
    return [piece for token in tokens if token.text.strip() for piece in _pieces(token, segment.language, line_width)]


def shown_text(tokens: Sequence[Token], language: Language) -> str:
    """The tokens as one line of a subtitle, with the language's own habits for punctuation."""
    text = _BLANKS.sub(" ", "".join(token.text for token in tokens)).strip()
    if language in (Language.ZH, Language.YUE):
        return _ZH_STOPS.sub(" ", text).strip()
    if language is Language.JA:
        return _JA_STOPS.sub(" ", text).strip()
    return _KO_FINAL.sub("", text) if language is Language.KO else text


def _spread(text: str, span: Span, units: re.Pattern[str]) -> Iterator[Token]:
    """Pieces of `text` with times in proportion to their length: the best guess where an engine gave no times."""
    total, at = max(1, len(text)), 0
    for found in units.finditer(text):
        start, at = at, found.end()
        yield Token(
            span.start_s + span.duration_s * start / total, span.start_s + span.duration_s * at / total, found.group(), 0.0
        )


def _pieces(token: Token, language: Language, line_width: float) -> Iterator[Token]:
    """A token wider than a line (a web address, a run of letters) in parts that fit."""
    if width(token.text.strip(), language) <= line_width:
        yield token
        return
    text, parts = token.text.strip(), []
    while text:
        size = len(text)
        while width(text[:size], language) > line_width and size > 1:
            size -= max(1, (size - int(line_width)) // 2)
        parts.append(text[:size])
        text = text[size:]
    step_s = token.duration_s / len(parts)
    for k, part in enumerate(parts):
        start_s = token.start_s + k * step_s
        lead = " " if k == 0 and token.text[:1].isspace() else ""
        end_s = max(start_s, token.end_s - (len(parts) - 1 - k) * step_s)
        yield dataclasses.replace(token, start_s=start_s, end_s=end_s, text=lead + part)
