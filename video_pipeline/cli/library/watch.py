"""`library watch`: process what is new in folders, for as long as it runs."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from video_pipeline.cli.flags import LibraryRunFlags, RecognitionFlags, SpeakerFlags, SubtitleFlags
from video_pipeline.cli.flatten import flattened
from video_pipeline.cli.library.flags import WorkerFlags
from video_pipeline.cli.library.run import DeliveryFlags

if TYPE_CHECKING:
    from video_pipeline.cli.library.following import Form
    from video_pipeline.library.runner import LibraryOptions
    from video_pipeline.library.watch import Manners, Rest


_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "%": "%%", "$": "$$"})
"""Of the command lines in systemd's units."""


@dataclass(frozen=True, kw_only=True)
class WatchFlags:
    """When to look, and when to work."""

    panel: ClassVar[str | None] = "Watching"

    every: Annotated[float, typer.Option(min=0.1, help="Seconds between two checks.")] = 30.0
    rest: Annotated[float, typer.Option(min=0.0, help="Seconds for which a file must be unchanged before it is processed.")] = (
        60.0
    )
    hours: Annotated[str, typer.Option(help="Start videos only in these hours, for instance 22-6.")] = ""
    max_load: Annotated[float, typer.Option("--max-load", help="Start none while the load is higher. 0: no limit.")] = 0.0
    nice: Annotated[int, typer.Option(min=0, max=19, help="How far it stands back for other programs, as in nice(1).")] = 10
    once: Annotated[bool, typer.Option("--once", help="Check once, process what is ready, and exit.")] = False
    service: Annotated[bool, typer.Option("--service", help="Print a systemd unit that runs this command, and exit.")] = False


@flattened
def watch(  # noqa: PLR0913 - one group of flags each
    sources: Annotated[list[str], typer.Argument(help="Folders, patterns, lists, tables, addresses.")],
    watching: WatchFlags,
    workers: WorkerFlags,
    delivery: DeliveryFlags,
    recognition: RecognitionFlags,
    speakers: SpeakerFlags,
    text: SubtitleFlags,
    run: LibraryRunFlags,
) -> None:
    """Process new and changed videos once they stop changing, until interrupted. OUT/library.html shows how things stand.

    A failed video is not tried again until its file changes; `library retry` does that.
    """
    from video_pipeline.cli.library.following import Form
    from video_pipeline.library.runner import LibraryOptions
    from video_pipeline.library.watch import Manners, Rest
    from video_pipeline.video.process import fetch_weights

    if watching.service:
        typer.echo(_unit(sys.argv))
        return
    with run.shown() as show:
        chosen = run.options(recognition, speakers, text)
        options = LibraryOptions(
            executor=workers.chosen_executor,
            preset=run.preset,
            overrides=run.overrides(recognition, speakers, text),
            pool=workers.pool(),
            sidecars=delivery.is_beside,
            sidecar_name=delivery.checked_name(),
            upload=delivery.upload,
            staging=workers.staging,
            catalogue=delivery.catalogue,
        )
        manners, rest = Manners(hours=watching.hours, max_load=watching.max_load), Rest(watching.rest)
        fetch_weights(chosen, show)
    _be_nice(watching.nice)
    round_of = _Round(sources, run.out, options, manners, rest, Form(run.quiet, run.json))
    while True:
        with run.shown():
            round_of.look()
        if watching.once:
            return
        time.sleep(watching.every)


class _Round:
    """One look at the sources, and the work on what is ready there."""

    def __init__(
        self, sources: Sequence[str], out: Path, options: LibraryOptions, manners: Manners, rest: Rest, form: Form
    ) -> None:
        self._sources, self._out, self._options, self._manners, self._rest = sources, out, options, manners, rest
        self._form = form
        self._told = ""

    def look(self) -> None:
        """A source that is away, a disk that is full and the like are told once and looked at again in the next round."""
        from video_pipeline.cli.advice import advised
        from video_pipeline.core.errors import OptionError, PipelineError
        from video_pipeline.library.errors import SomeFailed

        try:
            self._tell(self._work())
        except (OptionError, SomeFailed) as error:
            if isinstance(error, OptionError):
                raise
        except PipelineError as error:
            self._tell(f"{advised(error)}; looking again in a while")

    def _tell(self, sentence: str) -> None:
        """Once, and again after something else."""
        if sentence and sentence != self._told:
            typer.echo(sentence, err=True)
        self._told = sentence

    def _work(self) -> str:
        """What videos wait for; empty where nothing waits."""
        from video_pipeline.cli.library.following import follow
        from video_pipeline.library.catalogue import catalogue
        from video_pipeline.library.index import index
        from video_pipeline.library.plan import plan
        from video_pipeline.library.report import write_report

        jobs = self._rest.at_rest(plan(self._sources, self._out, self._options, allow_empty=True))
        if not jobs:
            return ""
        with catalogue(self._out, address=self._options.catalogue) as record:
            waiting = list(record.undone(jobs, retry_failed=False))
        if not waiting:
            return ""
        if hindrance := self._manners.hindrance():
            return f"{len(waiting)} {'video waits' if len(waiting) == 1 else 'videos wait'} for {hindrance}"
        try:
            follow(waiting, self._out, self._options, self._form, self._manners.while_allowed)
        finally:
            with catalogue(self._out, address=self._options.catalogue) as record, index(self._out) as searched:
                searched.refresh(record)
                write_report(record, searched, self._out / "library.html")
        return ""


def _be_nice(steps: int) -> None:
    """Workers and FFmpeg inherit it."""
    import os

    change: Callable[[int], int] | None = getattr(os, "nice", None)
    if change is not None and steps:
        change(steps)


def _unit(command: Sequence[str]) -> str:
    """For `systemctl --user`: it starts again after a failure, and ends as by Ctrl-C."""
    words = [str(Path(command[0]).absolute()), *(word for word in command[1:] if word != "--service")]
    line = " ".join(f'"{word.translate(_ESCAPES)}"' for word in words)
    return f"""[Unit]
Description=video-pipeline library watch
After=network-online.target remote-fs.target

[Service]
WorkingDirectory={Path.cwd()}
ExecStart={line}
Restart=on-failure
RestartSec=60
KillSignal=SIGINT
SuccessExitStatus=130

[Install]
WantedBy=default.target"""
