"""Tokens as the layout needs them: in order of time, none blank and none wider than a line."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from video_pipeline.core.labels import Language
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Segment, Token
from video_pipeline.subtitles import southeast
from video_pipeline.subtitles.rules import clusters, width

_CJK = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORDS = re.compile(r"\s*\S+")
_UNITS = re.compile(rf"\s*(?:[^\s{_CJK}]+|[{_CJK}])")


def layout_tokens(segment: Segment, line_width: float) -> list[Token]:
    """The tokens of a segment, each at most `line_width` wide. If it has none, they are made from its text."""
    out: list[Token] = []
    floor_s = segment.start_s
    for token in _at_words(segment.tokens or tuple(_spread(segment.text, segment, segment.language))):
        text = token.text.strip()
        if not text:
            continue
        if token.start_s < floor_s:  # engines may give times that decrease
            token = Token(floor_s, max(floor_s, token.end_s), token.text, token.confidence)
        floor_s = token.start_s
        if len(text) > 1 and (len(text.split()) > 1 or width(text, segment.language) > line_width):
            out += _pieces(token, segment.language, line_width)
        else:
            out.append(token)
    return out


def _spread(text: str, span: Span, language: Language, confidence: float = 0.0) -> Iterator[Token]:
    """Pieces of `text` with times in proportion to their length: the best guess if an engine gives no times."""
    units = _WORDS if language is Language.KO else _UNITS
    total, at = max(1, len(text)), 0
    for found in units.finditer(text):
        start, at = at, found.end()
        yield _part(span, start / total, at / total, found.group(), confidence)


def _at_words(tokens: Sequence[Token]) -> Iterator[Token]:
    """The tokens, those of Thai and the like divided where words end: recognisers cut such text anywhere."""
    whole = "".join(token.text for token in tokens)
    if not southeast.LETTERS.search(whole):
        yield from tokens
        return
    edges, at = list(accumulate(map(len, southeast.words(whole)))), 0
    for token in tokens:
        until, total = at + len(token.text), len(token.text)
        cuts = [at, *edges[bisect_right(edges, at) : bisect_left(edges, until)], until]
        for a, b in pairwise(cuts):
            text = whole[a:b]
            yield token if len(cuts) == 2 else _part(token, (a - at) / total, (b - at) / total, text, token.confidence)
        at = until


def _part(span: Span, start_share: float, end_share: float, text: str, confidence: float) -> Token:
    start_s = min(span.end_s, span.start_s + span.duration_s * start_share)
    return Token(start_s, max(start_s, min(span.end_s, span.start_s + span.duration_s * end_share)), text, confidence)


def _pieces(token: Token, language: Language, line_width: float) -> Iterator[Token]:
    """The words of a token. A word wider than a line, such as a web address, is divided into parts that fit."""
    for word in _spread(token.text, token, language, token.confidence):
        text = word.text.strip()
        if width(text, language) <= line_width:
            yield word
            continue
        lead, parts, size = word.text[: len(word.text) - len(word.text.lstrip())], [""], 0.0
        for cluster in clusters(text):
            size += width(cluster, language)
            if size > line_width:
                parts.append("")
                size = width(cluster, language)
            parts[-1] += cluster
        for k, part in enumerate(parts):
            yield _part(word, k / len(parts), (k + 1) / len(parts), (lead if k == 0 else "") + part, token.confidence)
