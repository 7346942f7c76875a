"""How a run is shown in a terminal: a bar per stage with speed and time left, JSON lines for programs, or nothing."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol, Self

from video_pipeline.core.progress import WEIGHTS_STAGE, Silent

if TYPE_CHECKING:
    from video_pipeline.core.progress import Progress as ProgressContract
    from video_pipeline.video.records import Result

_as_json = False

_STAGES = {
    "identify": "Reading the file",
    WEIGHTS_STAGE: "Fetching the model",
    "load": "Loading the speech model",
    "listen": "Listening",
    "listen again": "Listening again",
    "events": "Finding sounds",
    "timeline": "Drawing the timeline",
    "shots": "Finding cuts",
    "subtitles": "Writing subtitles",
    "mux": "Adding a subtitle track",
    "burn": "Drawing subtitles",
    "signals": "Measuring signals",
    "highlights": "Choosing highlights",
    "clips": "Cutting clips",
    "report": "Drawing the report",
}


if TYPE_CHECKING:

    class Show(ProgressContract, Protocol):
        """Progress, and the result at the end."""

        def result(self, result: Result, goals: Sequence[str]) -> None: ...


@contextmanager
def shown(*, quiet: bool, as_json: bool) -> Iterator[Show]:
    """The requested way to show a run; warnings that parts log are shown as notices."""
    global _as_json
    _as_json = as_json
    show: Any = JsonLines() if as_json else Quiet() if quiet else Bars()
    handler = _Notices(show)
    log = logging.getLogger("video_pipeline")
    log.addHandler(handler)
    log.propagate = False
    try:
        with show:
            yield show
    finally:
        log.removeHandler(handler)


def show_error(error: BaseException, code: int) -> int:
    """Show an error with its advice on standard error, or as a JSON line if that is the form of this run; returns `code`."""
    from video_pipeline.cli.advice import INTERRUPTED, advice, advised

    stopped = isinstance(error, KeyboardInterrupt)
    if _as_json:
        message = INTERRUPTED if stopped else str(error)
        record = {"event": "error", "type": type(error).__name__, "message": message, "advice": advice(error)}
        _line({**record, "exit_code": code})
    else:
        from rich.console import Console
        from rich.text import Text

        sentence = INTERRUPTED if stopped else advised(error)
        Console(stderr=True, soft_wrap=True).print(Text.assemble(("error: ", "bold red"), sentence))
    return code


class Quiet(Silent):
    """Shows nothing; errors are shown where they are caught."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        pass

    def result(self, result: Result, goals: Sequence[str]) -> None:
        pass


class JsonLines(Quiet):
    """One JSON object per line: stage, progress (at most ten per second), notice, result."""

    def __init__(self) -> None:
        self._stage = ""
        self._total_s = 0.0
        self._began = 0.0
        self._last_progress = 0.0

    def begin(self, stage: str, total_s: float | None) -> None:
        self._stage, self._total_s, self._began = stage, total_s or 0.0, time.monotonic()
        size = {"total_mb": total_s} if stage == WEIGHTS_STAGE else {"media_s": total_s}
        _line({"event": "stage", "stage": stage, **size})

    def advance(self, done_s: float) -> None:
        now = time.monotonic()
        if now - self._last_progress >= 0.1:
            self._last_progress = now
            share = min(1.0, done_s / self._total_s) if self._total_s else None
            unit = "done_mb" if self._stage == WEIGHTS_STAGE else "done_s"
            _line({"event": "progress", "stage": self._stage, unit: round(done_s, 2), "share": share})

    def end(self, *, fresh: bool) -> None:
        _line({"event": "done", "stage": self._stage, "fresh": fresh, "took_s": round(time.monotonic() - self._began, 3)})

    def notice(self, text: str) -> None:
        _line({"event": "notice", "message": text})

    def result(self, result: Result, goals: Sequence[str]) -> None:
        from video_pipeline.video.records import result_record

        _line({"event": "result", **json.loads(result_record(result))})


class Bars(Quiet):
    """For people: bars on standard error if that is a terminal, the result on standard output."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

        self._console = Console(stderr=True, soft_wrap=True)
        columns = (SpinnerColumn(), TextColumn("{task.description:<24}"), BarColumn(32), TextColumn("{task.fields[speed]:>14}"))
        self._bars = Progress(*columns, TimeRemainingColumn(), console=self._console, disable=not self._console.is_terminal)
        self._task: Any = None
        self._stage = ""
        self._began, self._total_s = 0.0, 0.0
        self._first: float | None = None

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._bars.stop()

    def begin(self, stage: str, total_s: float | None) -> None:
        self._stage, self._began, self._total_s, self._first = stage, time.monotonic(), total_s or 0.0, None
        self._task = self._bars.add_task(_STAGES.get(stage, stage), total=total_s, speed="")

    def advance(self, done_s: float) -> None:
        speed = self._download(done_s) if self._stage == WEIGHTS_STAGE else f"{done_s / self._took_s():.1f}x realtime"
        self._bars.update(self._task, completed=min(done_s, self._total_s or done_s), speed=speed)

    def _download(self, done_mb: float) -> str:
        """Its share and speed; what an earlier download left does not count as speed."""
        if self._first is None:
            self._first = done_mb
        return f"{done_mb / max(1e-3, self._total_s):.0%} {(done_mb - self._first) / self._took_s():.1f} MB/s"

    def _took_s(self) -> float:
        return max(1e-3, time.monotonic() - self._began)

    def end(self, *, fresh: bool) -> None:
        took_s = time.monotonic() - self._began
        total_s = self._total_s or 1.0
        self._bars.update(self._task, total=total_s, completed=total_s, speed="up to date" if fresh else f"{took_s:.1f} s")

    def notice(self, text: str) -> None:
        from rich.text import Text

        self._console.print(Text.assemble(("note: ", "bold yellow"), text))

    def result(self, result: Result, goals: Sequence[str]) -> None:
        from video_pipeline.cli.summary import print_summary

        self._bars.stop()
        print_summary(result, goals)


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
