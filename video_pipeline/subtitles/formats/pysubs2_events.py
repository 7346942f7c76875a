"""Formats that pysubs2 parses well: the events of a file that show text."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

from video_pipeline.subtitles.formats.base import Unreadable

if TYPE_CHECKING:
    import pysubs2


def text_events(text: str, format_name: str, rate_fps: float | None = None) -> Iterator[tuple[int, pysubs2.SSAEvent]]:
    """The events with their numbers, counted from 1, without comments and drawings.

    Args:
        format_name: what pysubs2 calls the format.
        rate_fps: for formats that count frames; None if the file declares the rate.

    Raises:
        Unreadable: the parser fails.
    """
    import pysubs2

    try:
        with warnings.catch_warnings(action="ignore"):  # they concern margins and layers, which are not read
            events = pysubs2.SSAFile.from_string(text, format_=format_name, fps=rate_fps)
    except Exception as error:  # noqa: BLE001 - the parser may raise anything on a broken file
        raise Unreadable(f"its {format_name} cannot be parsed: {error}") from None
    return ((number, event) for number, event in enumerate(events, 1) if not event.is_comment and not event.is_drawing)
