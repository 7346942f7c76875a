"""How work tells what it is doing, so that a terminal, a web page and a library runner can each show it in their own way."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told by the pipeline, in this order per stage: `begin`, `advance`..., `end`; `notice` at any time."""

    def begin(self, stage: str, total_s: float | None) -> None:
        """A stage starts; `total_s` seconds of media lie before it, None where that is unknown or the stage is short."""
        ...

    def advance(self, done_s: float) -> None:
        """So many seconds of media are done since the stage began."""
        ...

    def end(self, *, fresh: bool) -> None:
        """The stage is over; `fresh` says that its results were there already."""
        ...

    def notice(self, text: str) -> None:
        """Something a person should know, in one sentence."""
        ...


class Silent:
    """Shows nothing."""

    def begin(self, stage: str, total_s: float | None) -> None:
        pass

    def advance(self, done_s: float) -> None:
        pass

    def end(self, *, fresh: bool) -> None:
        pass

    def notice(self, text: str) -> None:
        pass
