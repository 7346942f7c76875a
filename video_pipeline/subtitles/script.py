"""Traditional or simplified characters, told from the text: recognisers write Mandarin in either. Labels follow the words."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import Language

_CHINESE = frozenset({Language.ZH, Language.YUE})
_LABELS = {True: Language.YUE, False: Language.ZH}
"""The language whose labels are in traditional characters, and the one whose are in simplified ones."""


def traditional_lead(text: str) -> int:
    """How many more characters only the traditional script has than only the simplified one; 0 if the text tells nothing."""
    return sum(map(_lead, text)) if not text.isascii() else 0


def with_scripts(cues: Sequence[Cue]) -> list[Cue]:
    """Chinese cues with labels in the script of their words, or of the nearest words before or after that tell it."""
    found = [traditional_lead(cue.text) if cue.language in _CHINESE else 0 for cue in cues]
    if not any(found):
        return list(cues)
    before: int = next(filter(None, found))
    out = []
    for cue, lead in zip(cues, found, strict=True):
        before = lead or before
        labels = _LABELS[before > 0]
        changed = cue.language in _CHINESE and labels is not cue.language
        out.append(dataclasses.replace(cue, labels_language=labels) if changed else cue)
    return out


@functools.lru_cache(maxsize=1 << 14)
def _lead(character: str) -> int:
    """1 for a character of the traditional script alone, -1 for one of the simplified script alone."""
    return _can(character, "big5hkscs") - _can(character, "gb2312") if character > "\u2fff" else 0


def _can(character: str, encoding: str) -> bool:
    """Whether an encoding has a character."""
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
