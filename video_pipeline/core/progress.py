"""How work reports its progress, so that a terminal, a web page and a library run can each show it."""

from __future__ import annotations

from typing import Protocol

WEIGHTS_STAGE = "weights"
"""The stage in which a model is downloaded. Its progress counts megabytes, that of all others seconds of media."""
_MEGABYTE = 1e6


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


class FetchProgress(Protocol):
    """How a download of weights is reported."""

    def phase(self, name: str, total: float | None) -> None:
        """It begins; `name` is `WEIGHTS_STAGE`."""
        ...

    def advance(self, done: float) -> None: ...

    def notice(self, text: str) -> None:
        """Something a person should know, in one sentence."""
        ...


class FetchReport:
    """Turns bytes into a notice of the size, and then the progress of a stage."""

    def __init__(self, progress: FetchProgress, what: str) -> None:
        self._progress, self._what = progress, what
        self._has_begun = False

    def __call__(self, done_bytes: int, total_bytes: int) -> None:
        if not self._has_begun:
            self._has_begun = True
            here = f", {done_bytes / _MEGABYTE:.0f} MB of it are here already" if done_bytes >= _MEGABYTE else ""
            self._progress.notice(f"fetching {self._what}, once: {total_bytes / _MEGABYTE:.0f} MB{here}")
            self._progress.phase(WEIGHTS_STAGE, total_bytes / _MEGABYTE)
        self._progress.advance(done_bytes / _MEGABYTE)
