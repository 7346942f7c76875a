"""Run a library and show it: the outcome of each video, and the progress of all."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from video_pipeline.cli.library.views import Json, Lines, Live, Quiet, View
from video_pipeline.core.errors import CannotWrite
from video_pipeline.jobs.messages import JobUpdate
from video_pipeline.library.breaker import Waiting, concerns_all
from video_pipeline.library.catalogue import Catalogue, catalogue
from video_pipeline.library.errors import RunStopped, SomeFailed
from video_pipeline.library.index import index
from video_pipeline.library.presence import Presence
from video_pipeline.library.progress import Tally
from video_pipeline.library.records import Outcome, VideoJob
from video_pipeline.library.runner import LibraryOptions, run
from video_pipeline.library.spool import Spool

_INDEX_EVERY_S = 10.0
"""Least time between updates of the search index."""


class Form(NamedTuple):
    """How a run is shown."""

    quiet: bool
    as_json: bool


@dataclass(slots=True)
class _Run:
    """The counts of a run, and the view that shows them."""

    total: int
    tally: Tally
    view: View
    presence: Presence

    def update(self, update: JobUpdate) -> None:
        self.tally.update(update)
        self.view.update(update, self.tally, self.tally.standing(self.total))

    def count(self, outcome: Outcome) -> None:
        self.tally.count(outcome)
        self.view.outcome(outcome, self.tally, self.tally.standing(self.total))


Draw = Callable[[Iterable[VideoJob]], Iterable[VideoJob]]
"""Which of the jobs that wait are begun, and when."""


def follow(jobs: Iterable[VideoJob], out: Path, options: LibraryOptions, form: Form, draw: Draw = iter) -> None:
    """Run those of `jobs` that are not done.

    Raises:
        RunStopped: what went wrong with one video would have gone wrong with all. SourceGone: a folder of videos went away.
        SomeFailed: at least one video failed.
    """
    with catalogue(out, address=options.catalogue) as record:
        waiting = Spool(record.looked_at(jobs))
        total = len(waiting) + record.skipped.total()
        tally = Tally((job for job, _ in waiting), record.skipped["done"], elsewhere=record.skipped["elsewhere"])
        with _view(form) as view:
            following = _Run(total, tally, view, presence := Presence())
            try:
                _work_through(waiting, draw, record, options, following)
            finally:
                _index(record, out)
            now = tally.standing(total)
            view.end(now)
    presence.check()
    if now.failed:
        raise SomeFailed(now.failed, now.total)


def _work_through(
    waiting: Spool[tuple[VideoJob, int]], draw: Draw, record: Catalogue, options: LibraryOptions, following: _Run
) -> None:
    """The search index is updated now and then, so that a long run can be searched before its end at little cost."""
    indexed, left = time.monotonic(), Waiting(job for job, _ in waiting)
    jobs = following.presence.present(draw(record.expected(waiting)))
    with closing(run(jobs, record, options, following.update)) as outcomes:
        for outcome in outcomes:
            left.over(outcome.job)
            if outcome.error and following.presence.is_lost(outcome.job):
                record.retry([outcome.job.source])
                continue
            if concerns_all(outcome, left, record.folder, options.pool.free_mb << 20):
                record.retry([outcome.job.source])
                raise RunStopped(outcome.error, outcome.error_type, len(left))
            following.tally.elsewhere = record.skipped["elsewhere"]
            following.count(outcome)
            if time.monotonic() - indexed > _INDEX_EVERY_S:
                _index(record, record.folder)
                indexed = time.monotonic()
    following.tally.elsewhere = record.skipped["elsewhere"]


def _index(record: Catalogue, out: Path) -> None:
    """Errors in writing the index do not end the run: the next search tries again and reports them."""
    with suppress(CannotWrite), index(out) as searched:
        searched.refresh(record)


def _view(form: Form) -> View:
    if form.as_json:
        return Json()
    if form.quiet:
        return Quiet()
    return Live() if Console(stderr=True).is_terminal else Lines()
