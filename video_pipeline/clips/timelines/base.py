"""The contract of a timeline format.

To add one:
1. write one file here with a class that satisfies `TimelineFormat`;
2. add its line to `TIMELINES` in `__init__.py`;
3. add an independent reader to `tests/clips/timelines/test_formats.py`, which reads back what every member writes.
"""

from __future__ import annotations

from typing import Protocol

from video_pipeline.clips.timelines.cutlist import CutList


class TimelineFormat(Protocol):
    """Converts a cut list into the text of one file."""

    file_name: str
    holds_words: bool
    """Whether it has captions or titles, and so changes with the subtitles."""

    def render(self, cuts: CutList) -> str:
        """The complete file. Texts may contain any characters; frames count from the time code of the source."""
        ...
