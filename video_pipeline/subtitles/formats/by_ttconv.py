"""Broadcast formats that ttconv parses: its document becomes TTML, which is read here."""

from __future__ import annotations

import logging
import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import Any

from video_pipeline.core.cue import BOTTOM, Place
from video_pipeline.subtitles.formats import ttml_reading
from video_pipeline.subtitles.formats.base import Draft, Report

_TOP = 0.4
"""Text that ends above this share of the height stands at the top."""
_BOTTOM = 0.6
"""Text that ends below this share of the height stands at the bottom."""
_TALL = 0.5
"""A region of more than this share of the height says by its alignment where its text stands."""


def drafts_of(document: Any, report: Report) -> list[Draft]:
    """The cues of a ttconv `ContentDocument`. Rows become the top, the middle or the bottom."""
    from ttconv.imsc import writer

    logging.getLogger("ttconv").setLevel(logging.ERROR)
    text = ET.tostring(writer.from_model(document).getroot(), encoding="unicode")
    own = Report()
    drafts = ttml_reading.drafts_of(text, own)
    report.repairs += own.repairs
    for draft in drafts:
        draft.place, draft.style, draft.speaker = _place(draft.place), "", None
    return drafts


def _place(place: Place) -> Place:
    if place.y is None or place.height is None:
        return BOTTOM if place.row == 0 else Place(align=3 * place.row + 2)
    if place.height > _TALL:
        return Place(align=3 * place.row + 2)
    top = place.y - place.height * (1.0, 0.5, 0.0)[place.row]
    middle = top + place.height / 2
    row = 2 if middle < _TOP else 0 if middle > _BOTTOM else 1
    return replace(BOTTOM, align=3 * row + 2)
