"""Find and replace in the lines of a transcript, as in an editor of texts: literally, and everywhere at once."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from video_pipeline.core.errors import BadValue
from video_pipeline.core.transcript import Segment
from video_pipeline.video.corrections import one_line

_LONGEST = 500
"""Characters of what is looked for, and of what takes its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """What is looked for, and what takes its place. Raises BadValue where nothing is looked for."""

    find: str
    to: str = ""
    match_case: bool = False
    whole_words: bool = False
    """Not inside a longer word; of no effect where words are not divided by spaces."""

    def __post_init__(self) -> None:
        if not self.find.strip():
            raise BadValue("find", "write what is looked for")
        if max(len(self.find), len(self.to)) > _LONGEST:
            raise BadValue("find", f"{_LONGEST} characters are the limit")

    @property
    def pattern(self) -> re.Pattern[str]:
        words = re.escape(self.find)
        if self.whole_words:  # where the text itself begins or ends with a letter
            before = r"(?<!\w)" if re.match(r"\w", self.find) else ""
            words = before + words + (r"(?!\w)" if re.search(r"\w$", self.find) else "")
        return re.compile(words, 0 if self.match_case else re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A line in which something was replaced."""

    was: Segment
    text: str
    """Empty where nothing of the line is left: then it is removed."""
    places: int

    @property
    def edit(self) -> tuple[list[Segment], list[Segment]]:
        """As `Video.edit` takes it."""
        return [self.was], [dataclasses.replace(self.was, text=self.text)] if self.text else []


def changed_lines(segments: Sequence[Segment], replacement: Replacement) -> Iterator[ChangedLine]:
    """The lines in which something is replaced, in order; none where the text would stay as it is."""
    pattern = replacement.pattern
    for segment in segments:
        text, places = pattern.subn(lambda _: replacement.to, segment.text)
        if places and text != segment.text:
            yield ChangedLine(segment, one_line(text), places)
