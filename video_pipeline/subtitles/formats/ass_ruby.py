"""Readings over words in ASS, which has none: each is an event of its own, placed by the widths of the letters below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from video_pipeline.core.cue import Run
from video_pipeline.core.labels import Language
from video_pipeline.media.font_file import usual_width

_KANA_SHARE = 0.5
"""Size of furigana, as a share of the text below: as books print them."""
_PINYIN_SHARE = 0.45
_OVERLAP_SHARE = 0.2
"""Of both sizes: the empty room above letters and below their readings, as fonts have it."""
_ROOM_SHARE = 0.62
"""Height that a line needs above itself for its readings, as a share of its size."""
_SPACING_SHARE = 0.2
"""Space between ideographs with pinyin, which is wider than they are."""
_WIDEST_SHARE = 1.15
"""Readings are made narrower from this multiple of the width of what they stand over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A line and where it stands."""

    runs: Sequence[Run]
    language: Language
    size_px: int
    centre_px: float
    """Of the line, from the left."""
    bottom_px: float
    """Of the line's box, from the top."""
    bold: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A reading to draw: its centre and the bottom of its box."""

    text: str
    x_px: float
    bottom_px: float
    size_px: int
    narrowed: int
    """Percent of its width."""


def spacing_px(language: Language, size_px: int) -> float:
    """Extra space after each character of a line with readings."""
    return size_px * _SPACING_SHARE if language is Language.ZH else 0.0


def room_px(size_px: int) -> int:
    """What a line needs above itself."""
    return round(size_px * _ROOM_SHARE)


def readings_of(line: Placed) -> Iterator[Reading]:
    """The readings of a line from left to right."""
    gap_px = spacing_px(line.language, line.size_px)

    def width_px(text: str) -> float:
        return line.size_px * _advance(text, line.language, bold=line.bold) + gap_px * len(text)

    share = _PINYIN_SHARE if line.language is Language.ZH else _KANA_SHARE
    size_px = round(line.size_px * share)
    at_px = line.centre_px - sum(width_px(run.text) for run in line.runs) / 2
    for run in line.runs:
        below_px = width_px(run.text)
        if run.ruby:
            own_px = size_px * _advance(run.ruby, line.language, bold=False)
            narrowed = min(100, int(100 * below_px * _WIDEST_SHARE / own_px)) if own_px else 100
            bottom_px = line.bottom_px - line.size_px + _OVERLAP_SHARE * (line.size_px + size_px) * 0.5
            yield Reading(run.ruby, at_px + (below_px - gap_px) / 2, bottom_px, size_px, narrowed)
        at_px += below_px


def _advance(text: str, language: Language, *, bold: bool) -> float:
    """Width without the room for ink beyond the ends, in units of the font size."""
    return usual_width(text * 2, language, bold=bold) - usual_width(text, language, bold=bold)
