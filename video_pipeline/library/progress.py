"""How far a run over a library is: files, hours, speed, time left, and what each worker is doing. The faces show it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import InitVar, dataclass, field

from video_pipeline.core.pace import Pace
from video_pipeline.core.timecode import span_words, whole_clock
from video_pipeline.jobs.messages import JobUpdate
from video_pipeline.library.records import EMPTY, Outcome, VideoJob

_SETTLED_S = 5.0
"""No time left is estimated earlier: it would jump."""


@dataclass(slots=True)
class Hand:
    """What a worker is doing; `share` of the stage is done, None if unknown."""

    source: str = ""
    stage: str = ""
    share: float | None = None
    files: int = 0
    note: str = ""
    total_s: float | None = None
    """Seconds of media of the stage."""
    pace: Pace = field(default_factory=Pace)
    """Of the stage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Overall numbers at one moment."""

    total: int
    before: int
    """Files that were done before this run."""
    done: int
    same: int
    """Of `done`, those that have the content of another file."""
    failed: int
    empty: int
    """Files with nothing to work on."""
    media_s: float
    """Seconds of sound of the files done in this run."""
    took_s: float
    speed: float
    """Seconds of sound per second, all workers together (RTFx)."""
    left_s: float | None
    """Until the end; None while it cannot be estimated."""
    elsewhere: int = 0
    """Files that another run holds."""

    @property
    def over(self) -> int:
        return self.before + self.done + self.failed + self.empty + self.elsewhere


@dataclass(slots=True)
class Tally:
    """Counts updates and outcomes of a run over `jobs`; `before` files were done already, `elsewhere` are held by another run."""

    jobs: InitVar[Iterable[VideoJob]]
    before: int
    clock: Callable[[], float] = time.monotonic
    elsewhere: int = 0
    hands: dict[str, Hand] = field(default_factory=dict)
    _waiting_bytes: int = field(default=0, init=False)
    _unsized: int = field(default=0, init=False)
    _worked_bytes: int = field(default=0, init=False)
    _done: int = field(default=0, init=False)
    _same: int = field(default=0, init=False)
    _failed: int = field(default=0, init=False)
    _empty: int = field(default=0, init=False)
    _media_s: float = field(default=0.0, init=False)
    _began: float = field(default=0.0, init=False)

    def __post_init__(self, jobs: Iterable[VideoJob]) -> None:
        for job in jobs:
            self._waiting_bytes += job.bytes
            self._unsized += not job.bytes
        self._began = self.clock()

    def update(self, update: JobUpdate) -> None:
        """What a worker is doing."""
        hand = self.hands.setdefault(update.worker, Hand())
        if update.kind == "started":
            hand.source, hand.stage, hand.share, hand.note = update.job_id, "", None, ""
        elif update.kind == "stage":
            hand.stage, hand.share = update.stage, 0.0 if update.total_s else None
            hand.total_s, hand.pace = update.total_s, Pace(self.clock)
        elif update.kind == "advance" and update.total_s:
            hand.share = min(1.0, update.done_s / update.total_s)
            hand.pace.advance(update.done_s)
        elif update.kind == "finished":
            hand.source, hand.stage, hand.share, hand.files = "", "", None, hand.files + 1
        elif update.kind == "worker":
            hand.note = update.text

    def count(self, outcome: Outcome) -> None:
        """A file is over."""
        self._waiting_bytes -= outcome.job.bytes
        if outcome.state == EMPTY:
            self._empty += 1
            return
        if outcome.error:
            self._failed += 1
            return
        self._done += 1
        if outcome.same_as:
            self._same += 1
        else:
            self._media_s += outcome.media_s
            self._worked_bytes += outcome.job.bytes

    def standing(self, total: int) -> Standing:
        took_s = self.clock() - self._began
        over = self._done + self._failed + self._empty
        waiting = max(0, total - self.before - self.elsewhere - over)
        return Standing(
            total=total,
            before=self.before,
            done=self._done,
            same=self._same,
            failed=self._failed,
            empty=self._empty,
            elsewhere=self.elsewhere,
            media_s=self._media_s,
            took_s=took_s,
            speed=self._media_s / max(1e-3, took_s),
            left_s=self._left_s(took_s, waiting),
        )

    def _left_s(self, took_s: float, waiting: int) -> float | None:
        """By bytes, since files differ in length; by files where their sizes are not known.

        Only files that were worked on tell how long others take: failures, empty files and duplicates are over at once.
        """
        worked = self._done - self._same
        if not waiting:
            return 0.0
        if not worked or took_s < _SETTLED_S:
            return None
        if self._worked_bytes and not self._unsized:
            return took_s * max(0, self._waiting_bytes) / self._worked_bytes
        return took_s * waiting / worked


def speed_words(times: float) -> str:
    """For people: "0.4x realtime", "37x realtime"."""
    return f"{times:.1f}x realtime" if times < 10 else f"{times:.0f}x realtime"


def clips_words(count: int) -> str:
    """For people: "1 clip", "3 clips"."""
    return f"{count} clip{'s' if count != 1 else ''}"


def standing_words(now: Standing) -> str:
    """The overall numbers in one line, the most important first, since a narrow terminal cuts the end off."""
    left = f", {span_words(now.left_s)} left" if now.left_s else ""
    share = int(100 * now.over / max(1, now.total))
    parts = [f"{share}%  {now.over}/{now.total} videos  in {whole_clock(now.took_s)}{left}"]
    parts += [f"{now.failed} failed"] if now.failed else []
    parts += [f"{now.empty} with nothing to do"] if now.empty else []
    parts += [f"{now.elsewhere} left to another run"] if now.elsewhere else []
    parts += [f"{now.same} the same as others"] if now.same else []
    parts += [f"{span_words(now.media_s)} of sound at {speed_words(now.speed)}"] if now.media_s else []
    return ", ".join(parts)
