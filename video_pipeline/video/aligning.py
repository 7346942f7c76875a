"""Cues of a file or of a script with the times at which a transcript says their words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from video_pipeline.core.cue import Cue
from video_pipeline.core.errors import BadRecord, BadValue, NoSuchFile
from video_pipeline.core.timecode import clock
from video_pipeline.core.transcript import Transcript
from video_pipeline.subtitles.align import Difference, aligned
from video_pipeline.subtitles.formats.base import Repair

_LEAST_FOUND = 0.4
"""A text of which fewer words were said belongs to another recording."""


def timed_by(cues: Sequence[Cue], path: Path, stored: Path) -> tuple[list[Cue], float, list[Repair]]:
    """The cues with the times of a stored transcript, the share of their words in it, and where the two differ.

    Args:
        path: the file that the cues come from, for errors.
        stored: a `transcript.json`.

    Raises:
        NoSuchFile, BadRecord: the transcript cannot be read. BadValue: the text has too few words in common with it.
    """
    if not stored.is_file():
        raise NoSuchFile(stored)
    try:
        transcript = msgspec.json.decode(stored.read_bytes(), type=Transcript)
    except (OSError, msgspec.DecodeError, ValueError) as error:
        raise BadRecord(stored, str(error)) from None
    alignment = aligned(cues, transcript.segments)
    if alignment.found < _LEAST_FOUND:
        raise BadValue(str(path), f"only {alignment.found:.0%} of its words were said in {stored}; is it of another recording?")
    told = [Repair(_kind(one), 0, f"{clock(one.start_s)}: {_quoted(one)}") for one in alignment.differences]
    return list(alignment.cues), alignment.found, told


def _kind(difference: Difference) -> str:
    if not difference.said:
        return "written but not said"
    return "said otherwise than written" if difference.written else "said but not written"


def _quoted(difference: Difference) -> str:
    pieces = ((difference.written, "written"), (difference.said, "said"))
    return ", ".join(f"{kind} {words[:60]!r}" for words, kind in pieces if words)
