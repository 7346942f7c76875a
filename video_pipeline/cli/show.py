"""How a run is shown in a terminal: a bar per stage with speed and time left, JSON lines for programs, or nothing."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol, Self

from video_pipeline.core.pace import Pace
from video_pipeline.core.progress import WEIGHTS_STAGE, Silent

if TYPE_CHECKING:
    from pathlib import Path

    from video_pipeline.core.progress import Progress as ProgressContract
    from video_pipeline.video.records import Result

_as_json = False

if TYPE_CHECKING:

    class Show(ProgressContract, Protocol):
        """Progress, and the result at the end. With several videos `video` comes before each, and `end_of_all` at the end."""

        def video(self, name: str, number: int, count: int) -> None: ...

        def failed(self, name: str, error: Exception, code: int) -> None: ...

        def empty(self, name: str, error: Exception) -> None: ...

        def result(self, result: Result, goals: Sequence[str], beside: Sequence[Path] = ()) -> None: ...

        def end_of_all(self, count: int, failed: int, empty: int) -> None: ...


@contextmanager
def shown(*, quiet: bool, as_json: bool) -> Iterator[Show]:
    """The requested way to show a run; warnings that parts log are shown as notices."""
    global _as_json
    _as_json = as_json
    show = _show(quiet=quiet, as_json=as_json)
    handler = _Notices(show)
    log = logging.getLogger("video_pipeline")
    log.addHandler(handler)
    log.propagate = False
    try:
        with show:
            yield show
    finally:
        log.removeHandler(handler)


def _show(*, quiet: bool, as_json: bool) -> Any:
    if as_json:
        return JsonLines()
    if quiet:
        return Quiet()
    from video_pipeline.cli.bars import Bars

    return Bars()


def show_error(error: BaseException, code: int) -> int:
    """Show an error with its advice on standard error, or as a JSON line if that is the form of this run; returns `code`."""
    from video_pipeline.cli.advice import INTERRUPTED, advised

    stopped = isinstance(error, KeyboardInterrupt)
    if _as_json:
        _line(_error_record(error, code))
    else:
        from rich.console import Console
        from rich.text import Text

        sentence = INTERRUPTED if stopped else advised(error)
        Console(stderr=True, soft_wrap=True).print(Text.assemble(("error: ", "bold red"), sentence))
    return code


def print_failed(name: str, error: Exception) -> None:
    """One of several videos failed."""
    from rich.console import Console
    from rich.text import Text

    from video_pipeline.cli.advice import advised, named

    Console(stderr=True, soft_wrap=True).print(Text.assemble(("failed ", "bold red"), named(name, advised(error))))


def _error_record(error: BaseException, code: int) -> dict[str, Any]:
    from video_pipeline.cli.advice import INTERRUPTED, advice

    message = INTERRUPTED if isinstance(error, KeyboardInterrupt) else str(error)
    return {"event": "error", "type": type(error).__name__, "message": message, "advice": advice(error), "exit_code": code}


class Quiet(Silent):
    """Shows nothing; errors are shown where they are caught."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        pass

    def video(self, name: str, number: int, count: int) -> None:
        pass

    def failed(self, name: str, error: Exception, code: int) -> None:
        print_failed(name, error)

    def empty(self, name: str, error: Exception) -> None:
        pass

    def result(self, result: Result, goals: Sequence[str], beside: Sequence[Path] = ()) -> None:
        pass

    def end_of_all(self, count: int, failed: int, empty: int) -> None:
        pass


class JsonLines(Quiet):
    """One JSON object per line: stage, progress (at most ten per second), notice, result."""

    def __init__(self) -> None:
        self._stage = ""
        self._total_s = 0.0
        self._pace = Pace()
        self._last_progress = 0.0

    def begin(self, stage: str, total_s: float | None) -> None:
        self._stage, self._total_s, self._pace = stage, total_s or 0.0, Pace()
        size = {"total_mb": total_s} if stage == WEIGHTS_STAGE else {"media_s": total_s}
        _line({"event": "stage", "stage": stage, **size})

    def advance(self, done_s: float) -> None:
        now = time.monotonic()
        self._pace.advance(done_s)
        if now - self._last_progress >= 0.1:
            self._last_progress = now
            share = min(1.0, done_s / self._total_s) if self._total_s else None
            left_s = self._pace.left_s(self._total_s)
            left = {"left_s": round(left_s, 1)} if left_s is not None else {}
            unit = "done_mb" if self._stage == WEIGHTS_STAGE else "done_s"
            _line({"event": "progress", "stage": self._stage, unit: round(done_s, 2), "share": share, **left})

    def end(self, *, fresh: bool) -> None:
        _line({"event": "done", "stage": self._stage, "fresh": fresh, "took_s": round(self._pace.elapsed_s, 3)})

    def notice(self, text: str) -> None:
        _line({"event": "notice", "message": text})

    def video(self, name: str, number: int, count: int) -> None:
        _line({"event": "video", "video": name, "number": number, "count": count})

    def failed(self, name: str, error: Exception, code: int) -> None:
        _line({**_error_record(error, code), "event": "failed", "video": name})

    def empty(self, name: str, error: Exception) -> None:
        _line({"event": "empty", "video": name, "type": type(error).__name__, "message": str(error)})

    def result(self, result: Result, goals: Sequence[str], beside: Sequence[Path] = ()) -> None:
        from video_pipeline.video.records import result_record

        _line({"event": "result", **json.loads(result_record(result)), **({"beside": [*map(str, beside)]} if beside else {})})

    def end_of_all(self, count: int, failed: int, empty: int) -> None:
        _line({"event": "summary", "videos": count, "done": count - failed - empty, "failed": failed, "empty": empty})


class _Notices(logging.Handler):
    """Shows warnings that parts log as notices."""

    def __init__(self, show: Any) -> None:
        super().__init__(logging.WARNING)
        self._show = show

    def emit(self, record: logging.LogRecord) -> None:
        self._show.notice(record.getMessage())


def _line(record: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(record, ensure_ascii=False) + "\n")
    sys.stdout.flush()
