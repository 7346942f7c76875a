"""The ways to show a run: a live table in a terminal, plain lines elsewhere, JSON lines for programs."""

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

from video_pipeline.core.timecode import clock
from video_pipeline.jobs.messages import JobUpdate
from video_pipeline.library.progress import Hand, Standing, Tally, clips_words, span_words, speed_words, standing_words
from video_pipeline.library.records import Outcome

_LINE_EVERY_S, _JSON_EVERY_S = 30.0, 1.0
_BAR = 32
_MOST_HANDS = 16
_ADVICE = {
    "WorkerDied": "try it alone, or with fewer --workers",
    "WorkerHung": "try it alone",
    "TookTooLong": "--time-limit sets another limit",
    "TooMuchMemory": "raise --memory-mb, or take fewer --workers",
}
"""What to do about a worker that failed, by the type of its error."""


class View(Protocol):
    """Shows a run while its block lasts."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *raised: object) -> None: ...

    def update(self, update: JobUpdate, tally: Tally, now: Standing) -> None: ...

    def outcome(self, outcome: Outcome, tally: Tally, now: Standing) -> None: ...

    def end(self, now: Standing) -> None: ...


class Quiet:
    """Nothing; errors are shown by whoever catches them."""

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
    """One object a line: what each worker does, `item` for every outcome, `progress` each second, `summary` at the end."""

    def __init__(self) -> None:
        self._told = 0.0

    def update(self, update: JobUpdate, tally: Tally, now: Standing) -> None:
        record = {"source" if key == "job_id" else key: value for key, value in asdict(update).items()}
        self._line(record.pop("kind"), {key: value for key, value in record.items() if value not in ("", None)})
        if time.monotonic() - self._told >= _JSON_EVERY_S:
            self._told = time.monotonic()
            self._line("progress", asdict(now))

    def outcome(self, outcome: Outcome, tally: Tally, now: Standing) -> None:
        self._line("item", msgspec.to_builtins(outcome, enc_hook=str))

    def end(self, now: Standing) -> None:
        self._line("summary", asdict(now))

    @staticmethod
    def _line(kind: str, record: dict[str, Any]) -> None:
        print(msgspec.json.encode({"event": kind, **record}).decode(), flush=True)


class Lines(Quiet):
    """A line per video as it is over, and now and then one on all of them."""

    def __init__(self) -> None:
        self._console = Console(soft_wrap=True)
        self._noted: set[str] = set()
        self._told = time.monotonic()

    def update(self, update: JobUpdate, tally: Tally, now: Standing) -> None:
        if update.kind == "notice" and update.text not in self._noted:
            self._noted.add(update.text)  # what is true of every video is printed for the first
            self._console.print(Text.assemble(("note: ", "bold yellow"), f"{Path(update.job_id).name}: {update.text}"))
        elif update.kind == "worker" and update.text.startswith(("died", "recycled")):
            self._console.print(Text(f"{update.worker}: {update.text}", "dim"))

    def outcome(self, outcome: Outcome, tally: Tally, now: Standing) -> None:
        self._console.print(_line(outcome))
        if time.monotonic() - self._told >= _LINE_EVERY_S:
            self._told = time.monotonic()
            self._console.print(Text(standing_words(now), "dim"))

    def end(self, now: Standing) -> None:
        videos = "1 video" if now.total == 1 else f"{now.total} videos"
        counts = f"{videos}: {now.done} done now, {now.before} done before, {now.failed} failed"
        same = f"; {now.same} of them the same as others" if now.same else ""
        speed = f"; {span_words(now.media_s)} of sound at {speed_words(now.speed)}" if now.media_s else ""
        self._console.print(counts + same + speed)


class Live(Lines):
    """The lines, and under them a bar over all and a row per worker."""

    def __init__(self) -> None:
        from rich.live import Live as Region

        super().__init__()
        self._told = float("inf")  # no lines about all: they are in the region
        self._now: Standing | None = None
        self._hands: dict[str, Hand] = {}
        self._region = Region(
            console=Console(stderr=True), get_renderable=self.drawn, refresh_per_second=4, transient=True, redirect_stderr=False
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
        """What stands under the lines now."""
        now = self._now
        if now is None:
            return Text("looking for what is to do ...", "dim")
        table = Table.grid(padding=(0, 2))
        table.add_row("all", ProgressBar(max(1, now.total), now.over, _BAR), standing_words(now))
        for name, hand in list(self._hands.items())[:_MOST_HANDS]:
            table.add_row(*_row(name, hand))
        return Group(table)


def _row(name: str, hand: Hand) -> tuple[Text, ProgressBar, Text]:
    share = hand.share
    bar = ProgressBar(1.0 if hand.source else 0.0, share or 0.0, _BAR, pulse=bool(hand.source) and share is None)
    if not hand.source:
        return Text(name, "dim"), bar, Text(hand.note or "waits", "dim")
    percent = f" {share:.0%}" if share is not None else ""
    return Text(name), bar, Text.assemble(f"{hand.stage or 'begins'}{percent}  ", (Path(hand.source).name, "cyan"))


def _line(outcome: Outcome) -> Text:
    name = outcome.job.source
    if outcome.error:
        advice = _ADVICE.get(outcome.error_type, "")
        return Text.assemble(("failed ", "bold red"), f"{name}: {outcome.error}{advice and '; '}{advice}")
    if outcome.same_as:
        return Text.assemble(("same   ", "bold green"), f"{name}  is {outcome.same_as}")
    speed = speed_words(outcome.media_s / max(1e-3, outcome.took_s))
    return Text.assemble(("done   ", "bold green"), f"{name}  {clock(outcome.media_s)}, {speed}, {clips_words(outcome.clips)}")
