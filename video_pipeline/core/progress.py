"""How work reports its progress, so that a terminal, a web page and a library run can each show it."""

from __future__ import annotations

from typing import Protocol

WEIGHTS_STAGE = "weights"
"""The stage in which a speech model is downloaded. Its progress counts megabytes, that of all others seconds of media."""


class Progress(Protocol):
    """Called by the pipeline, per stage in the order `begin`, `advance`..., `end`; `notice` at any time."""

    def begin(self, stage: str, total_s: float | None) -> None:
        """A stage starts. It will process `total_s` seconds of media; None if that is unknown or the stage is short."""
        ...

    def advance(self, done_s: float) -> None:
        """`done_s` seconds of media were processed since the stage began."""
        ...

    def end(self, *, fresh: bool) -> None:
        """The stage has ended; `fresh` if its results existed already."""
        ...

    def notice(self, text: str) -> None:
        """A sentence that users should read."""
        ...


class Silent:
    """Ignores all progress."""

    def begin(self, stage: str, total_s: float | None) -> None:
        pass

    def advance(self, done_s: float) -> None:
        pass

    def end(self, *, fresh: bool) -> None:
        pass

    def notice(self, text: str) -> None:
        pass
