"""Chinese words in the script that is wanted: models write Mandarin in simplified or traditional characters at random."""

from __future__ import annotations

import dataclasses
import functools
from itertools import accumulate, pairwise
from typing import Any

from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import Segment

SCRIPTS = ("auto", "hans", "hant")
_USUAL = {Language.ZH: "hans", Language.YUE: "hant"}
"""`auto`: Mandarin in simplified characters, Cantonese in traditional ones."""
_CONVERSIONS = {"hans": "t2s", "hant": "s2t"}


def in_script(segment: Segment | None, script: str) -> Segment | None:
    """A segment with its Chinese words in one of `SCRIPTS`; others stay."""
    if segment is None or segment.language not in _USUAL:
        return segment
    convert = _converter(_USUAL[segment.language] if script == "auto" else script).convert
    joined = "".join(token.text for token in segment.tokens)
    whole = convert(joined)  # as a whole, since some characters depend on their neighbours
    if len(whole) == len(joined):
        edges = accumulate((len(token.text) for token in segment.tokens), initial=0)
        texts = [whole[start:end] for start, end in pairwise(edges)]
    else:
        texts = [convert(token.text) for token in segment.tokens]
    tokens = tuple(dataclasses.replace(token, text=text) for token, text in zip(segment.tokens, texts, strict=True))
    return dataclasses.replace(segment, text="".join(texts).strip() if tokens else convert(segment.text), tokens=tokens)


@functools.cache
def _converter(script: str) -> Any:
    import opencc

    return opencc.OpenCC(_CONVERSIONS[script])
