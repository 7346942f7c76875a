"""The options of reports on conversations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from video_pipeline.core.constraints import AboveZero, FilePath, OneOf, check_fields

KINDS = ("call", "lesson", "podcast")
"""A call has an agent, a lesson a teacher; a podcast has equals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationOptions:
    """What a conversation was like."""

    kind: Annotated[str, OneOf("kind of conversation", KINDS)] = "podcast"
    """`call` looks for holds, key phrases and a check list, `lesson` for questions and waiting, `podcast` for the exchange."""

    lead: str = ""
    """Name of the agent or the teacher; empty takes who speaks first in a call, and longest in a lesson."""

    emotion: bool = False
    """Also tell emotions in reports of calls and lessons: forbidden in the EU at work and in schools, outside narrow uses."""

    silence_s: AboveZero = 3.0
    """From here on a pause in which nobody speaks is a silence of its own, in seconds (Contact Lens: 3)."""

    interruption_s: AboveZero = 0.3
    """Least time, in seconds, that two speak at once where one interrupts the other."""

    backchannel_s: AboveZero = 1.0
    """What somebody says within another's turn and is no longer, in seconds, is listening ("mm-hm"), no turn."""

    phrases: FilePath = ""
    """A TOML file of phrases of your own: `[apology]` with `en = ["regular expression", ...]`."""

    required: tuple[str, ...] = ()
    """Phrases that must be there, such as `greeting`, `closing`, for the check list."""

    def __post_init__(self) -> None:
        check_fields(self)

    def tells_emotion(self, emotion: bool) -> bool:
        """Whether the report says how people felt, where emotions are known (`emotion`) at all."""
        return emotion and (self.emotion or self.kind == "podcast")
