"""The ways to show a library run: a live table in a terminal, plain lines elsewhere, JSON lines for programs."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol, Self

import msgspec
from rich.console import Console, Group
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from video_pipeline.cli.advice import advised_record, named
from video_pipeline.cli.bars import detail
from video_pipeline.cli.stage_labels import stage_label
from video_pipeline.core.printable import one_line
from video_pipeline.core.timecode import clock, span_words
from video_pipeline.jobs.messages import JobUpdate
from video_pipeline.library.progress import Hand, Standing, Tally, clips_words, speed_words, standing_words
from video_pipeline.library.records import EMPTY, Outcome

_LINE_EVERY_S = 30.0
"""Least time between lines about the whole run."""
_JSON_EVERY_S = 1.0
"""Least time between progress records."""
_LONGEST_BAR = 24
"""Width of a bar, in characters; a quarter of a narrow terminal."""
_MOST_HANDS = 16
"""Most workers that are shown."""


class View(Protocol):
    """Shows a run while its block is active."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *raised: object) -> None: ...

    def update(self, update: JobUpdate, tally: Tally, now: Standing) -> None: ...

    def outcome(self, outcome: Outcome, tally: Tally, now: Standing) -> None: ...

    def end(self, now: Standing) -> None: ...


class Quiet:
    """Shows nothing; errors are shown where they are caught."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        pass

    def update(self, update: JobUpdate, tally: Tally, now: Standing) -> None:
        pass

    def outcome(self, outcome: Outcome, tally: Tally, now: Standing) -> None:
        pass

    def end(self, now: Standing) -> None:
        pass


class Json(Quiet):
    """One JSON object per line: what workers do, `item` for each outcome, `progress` each second, `summary` at the end."""

    def __init__(self) -> None:
        self._last_line = 0.0

    def update(self, update: JobUpdate, tally: Tally, now: Standing) -> None:
        record = {"source" if key == "job_id" else key: value for key, value in asdict(update).items()}
        self._line(record.pop("kind"), {key: value for key, value in record.items() if value not in ("", None)})
        if time.monotonic() - self._last_line >= _JSON_EVERY_S:
            self._last_line = time.monotonic()
            self._line("progress", asdict(now))

    def outcome(self, outcome: Outcome, tally: Tally, now: Standing) -> None:
        self._line("item", msgspec.to_builtins(outcome, enc_hook=str))

    def end(self, now: Standing) -> None:
        self._line("summary", asdict(now))

    @staticmethod
    def _line(kind: str, record: dict[str, Any]) -> None:
        print(msgspec.json.encode({"event": kind, **record}).decode(), flush=True)


class Lines(Quiet):
    """A line for each finished video, and regularly a line about the whole run."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console()
        self._noted: set[str] = set()
        self._last_line = time.monotonic()

    def update(self, update: JobUpdate, tally: Tally, now: Standing) -> None:
        if update.kind == "notice" and update.text not in self._noted:
            self._noted.add(update.text)  # a notice that applies to every video is shown for the first one
            self._print(Text.assemble(("note: ", "bold yellow"), one_line(f"{Path(update.job_id).name}: {update.text}")))
        elif update.kind == "worker" and update.text.startswith(("died", "recycled")):
            self._print(Text(f"{update.worker}: {update.text}", "dim"))

    def outcome(self, outcome: Outcome, tally: Tally, now: Standing) -> None:
        self._print(_line(outcome))
        if time.monotonic() - self._last_line >= _LINE_EVERY_S:
            self._last_line = time.monotonic()
            self._print(Text(standing_words(now), "dim"))

    def end(self, now: Standing) -> None:
        videos = "1 video" if now.total == 1 else f"{now.total} videos"
        counts = f"{videos}: {now.done} done now, {now.before} done before, {now.failed} failed"
        counts += f", {now.empty} with nothing to do" if now.empty else ""
        counts += f", {now.elsewhere} left to another run" if now.elsewhere else ""
        same = f"; {now.same} of them duplicates" if now.same else ""
        speed = f"; {span_words(now.media_s)} of sound at {speed_words(now.speed)}" if now.media_s else ""
        self._print(Text(counts + same + speed))

    def _print(self, line: Text) -> None:
        self._console.print(line, soft_wrap=True)


class Live(Lines):
    """The lines, and below them a bar for the whole run and a row per worker.

    Where lines and bars go to one terminal they go through one console, which keeps them apart.
    """

    def __init__(self) -> None:
        from rich.live import Live as Region

        lines = Console()
        region = lines if lines.is_terminal else Console(stderr=True)
        super().__init__(lines)
        self._last_line = float("inf")  # no lines about the whole run: the live region shows it
        self._now: Standing | None = None
        self._hands: dict[str, Hand] = {}
        self._region = Region(
            console=region, get_renderable=self.drawn, refresh_per_second=4, transient=True, redirect_stderr=False
        )

    def __enter__(self) -> Self:
        self._region.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._region.stop()

    def update(self, update: JobUpdate, tally: Tally, now: Standing) -> None:
        super().update(update, tally, now)
        self._now, self._hands = now, tally.hands

    def outcome(self, outcome: Outcome, tally: Tally, now: Standing) -> None:
        super().outcome(outcome, tally, now)
        self._now, self._hands = now, tally.hands

    def drawn(self) -> Group | Text:
        """The live region below the lines."""
        now = self._now
        if now is None:
            return Text("looking for videos to process ...", "dim")
        bar = min(_LONGEST_BAR, self._region.console.width // 4)
        table = Table.grid(padding=(0, 2))
        table.add_column(no_wrap=True)
        table.add_column()
        table.add_column(no_wrap=True, overflow="ellipsis")
        table.add_row("all", ProgressBar(max(1, now.total), now.over, bar), standing_words(now))
        for name, hand in list(self._hands.items())[:_MOST_HANDS]:
            table.add_row(*_row(name, hand, bar))
        return Group(table)


def _row(name: str, hand: Hand, bar_width: int) -> tuple[Text, ProgressBar, Text]:
    share = hand.share
    bar = ProgressBar(1.0 if hand.source else 0.0, share or 0.0, bar_width, pulse=bool(hand.source) and share is None)
    if not hand.source:
        return Text(name, "dim"), bar, Text(hand.note or "waiting", "dim")
    stage = stage_label(hand.stage) if hand.stage else "starting"
    return Text(name), bar, Text.assemble((one_line(Path(hand.source).name), "cyan"), f"  {stage} {_numbers(hand)}")


def _numbers(hand: Hand) -> str:
    return detail(hand.pace, hand.total_s, wide=False).strip()


def _line(outcome: Outcome) -> Text:
    name = outcome.job.source
    if outcome.state == EMPTY:
        return Text.assemble(("empty  ", "dim"), one_line(named(name, outcome.error)))
    if outcome.error:
        return Text.assemble(("failed ", "bold red"), one_line(named(name, advised_record(outcome.error, outcome.error_type))))
    name = one_line(name)
    if outcome.same_as:
        return Text.assemble(("same   ", "bold green"), f"{name}  duplicates {one_line(outcome.same_as)}")
    speed = speed_words(outcome.media_s / max(1e-3, outcome.took_s))
    return Text.assemble(("done   ", "bold green"), f"{name}  {clock(outcome.media_s)}, {speed}, {clips_words(outcome.clips)}")
