"""A run in a terminal: a bar per stage with percent, position, elapsed time and time left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TaskID, TextColumn
from rich.text import Text

from video_pipeline.cli.advice import advised, named
from video_pipeline.cli.stage_labels import stage_label
from video_pipeline.core.pace import Pace
from video_pipeline.core.progress import WEIGHTS_STAGE
from video_pipeline.core.timecode import span_words, whole_clock

if TYPE_CHECKING:
    from pathlib import Path

    from video_pipeline.video.records import Result

_LABEL = 20
"""Width of a stage's label, in characters."""
_DETAIL = 46
"""Width of the numbers after a bar, in characters; in a wide terminal there are more of them."""
_DETAIL_WIDE = 60
_WIDE = 100
"""Characters in a line from which a terminal is wide."""
_LONGEST_BAR = 32
_LEAST_LEFT_S = 1.0
"""Of time left: an engine that works on what it took in last would show "0 s left" all the while."""


def detail(pace: Pace, total: float | None, *, wide: bool, is_download: bool = False) -> str:
    """The numbers of work that is not finished: `37%  7:24/20:00  in 12:31, 21 min left`, or `37%  346/937 MB  ...`."""
    elapsed = whole_clock(pace.elapsed_s)
    if not total:
        return f"in {elapsed}"
    done, rate, left_s = min(pace.done, total), pace.rate, pace.left_s(total)
    position = f"{done:.0f}/{total:.0f} MB" if is_download else f"{whole_clock(done)}/{whole_clock(total)}"
    parts = [f"{int(100 * done / total):3}%", position]
    parts += [f"{rate:.1f}{' MB/s' if is_download else 'x realtime'}"] if wide and rate is not None else []
    left = f", {span_words(left_s)} left" if left_s is not None and left_s >= _LEAST_LEFT_S else ""
    return "  ".join([*parts, f"in {elapsed}{left}"])


class _Numbers(ProgressColumn):
    """The numbers after a bar."""

    def __init__(self, *, wide: bool) -> None:
        super().__init__()
        self._wide = wide

    def render(self, task: Task) -> Text:
        pace: Pace = task.fields["pace"]
        numbers = detail(pace, task.total, wide=self._wide, is_download=task.fields["is_download"])
        return Text(task.fields["outcome"] or numbers, no_wrap=True, overflow="ellipsis")


class Bars:
    """Bars on standard error if that is a terminal, the result on standard output."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._bars = self._fresh_bars()
        self._task: TaskID | None = None
        self._pace = Pace()
        self._total_s: float | None = None
        self._is_download = False

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._bars.stop()

    def begin(self, stage: str, total_s: float | None) -> None:
        self._pace, self._total_s = Pace(), total_s
        self._is_download = stage == WEIGHTS_STAGE
        label, download = stage_label(stage), self._is_download
        self._task = self._bars.add_task(label, total=total_s, pace=self._pace, outcome="", is_download=download)

    def advance(self, done_s: float) -> None:
        if self._is_download and not self._pace.done:
            self._pace.begin_at(done_s)
        self._pace.advance(done_s)
        if self._task is not None and self._total_s:
            self._bars.update(self._task, completed=min(done_s, self._total_s))

    def end(self, *, fresh: bool) -> None:
        if self._task is not None:
            outcome = "up to date" if fresh else f"{self._pace.elapsed_s:.1f} s"
            total_s = self._total_s or 1.0
            self._bars.update(self._task, total=total_s, completed=total_s, outcome=outcome)

    def notice(self, text: str) -> None:
        self._print(("note: ", "bold yellow"), text)

    def video(self, name: str, number: int, count: int) -> None:
        self._bars.stop()
        self._print((f"[{number}/{count}] ", "bold"), (name, "bold"))
        self._bars = self._fresh_bars()
        self._bars.start()

    def failed(self, name: str, error: Exception, code: int) -> None:
        self._bars.stop()
        self._print(("failed ", "bold red"), named(name, advised(error)))

    def empty(self, name: str, error: Exception) -> None:
        self._bars.stop()
        self._print(("empty  ", "dim"), named(name, str(error)))

    def result(self, result: Result, goals: Sequence[str], beside: Sequence[Path] = ()) -> None:
        from video_pipeline.cli.summary import print_summary

        self._bars.stop()
        print_summary(result, goals, beside)

    def end_of_all(self, count: int, failed: int, empty: int) -> None:
        self._bars.stop()
        counts = f"{count} files: {count - failed - empty} done, {failed} failed"
        Console(soft_wrap=True).print(Text(counts + (f", {empty} with nothing to do" if empty else "")))

    def _print(self, *parts: str | tuple[str, str]) -> None:
        self._console.print(Text.assemble(*parts), soft_wrap=True)

    def _fresh_bars(self) -> Progress:
        width = self._console.width
        wide = width >= _WIDE
        room = width - _LABEL - 4 - (_DETAIL_WIDE if wide else _DETAIL)
        bar = [BarColumn(min(room, _LONGEST_BAR))] if room >= 4 else []
        columns = (SpinnerColumn(), TextColumn(f"{{task.description:<{_LABEL}}}"), *bar, _Numbers(wide=wide))
        return Progress(*columns, console=self._console, disable=not self._console.is_terminal)
