"""The flags that several commands on libraries share."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import typer

if TYPE_CHECKING:
    from video_pipeline.jobs.limits import Pool

LibraryFolder = Annotated[Path, typer.Option("--out", "-o", help="The library: the folder that its runs wrote to.")]
Names = Annotated[list[str] | None, typer.Argument(help="Videos: paths, addresses or patterns; none means all.")]
Within = Annotated[str, typer.Option("--in", help="Only videos whose path or address contains this.")]
Catalogue = Annotated[
    str,
    typer.Option(
        help="Keep the catalogue in this database instead of OUT/library.sqlite: postgresql://user@host/name. "
        "VIDEO_PIPELINE_CATALOGUE in the environment does the same, and hides a password from other users."
    ),
]
ClipFolder = Annotated[Path | None, typer.Option("--clips", help="Cut what was found into this folder, with subtitles.")]


_CPUS = 1.0
_TRIES = 2
"""As `Pool` has them, which is not imported for `--help`."""
_RAY_JOB = "RAY_JOB_CONFIG_JSON_ENV_VAR"
"""Environment variable that Ray sets for the command of a job (`ray job submit`), with RAY_ADDRESS."""


@dataclass(frozen=True, kw_only=True)
class WorkerFlags:
    """Where and on how many workers videos are processed."""

    panel: ClassVar[str | None] = "Workers"

    executor: Annotated[str, typer.Option(help="auto, inline (one video after the other), processes or ray.")] = "auto"
    workers: Annotated[int, typer.Option(help="Videos at once; 0 is one per core.")] = 0
    address: Annotated[
        str, typer.Option(help="For --executor ray: the cluster's address; without it, Ray starts on this machine.")
    ] = ""
    gpus: Annotated[float, typer.Option(help="For --executor ray: share of a GPU per worker, for instance 0.25.")] = 0.0
    cpus: Annotated[float, typer.Option(help="For --executor ray: cores per worker.")] = _CPUS
    resource: Annotated[
        list[str] | None,
        typer.Option(help="For --executor ray: other resources per worker: NAME=AMOUNT, repeatable."),
    ] = None
    share_engine: Annotated[
        str, typer.Option("--share-engine", help="One engine that several workers decode for: auto (on a GPU), yes or no.")
    ] = "auto"
    staging: Annotated[
        str,
        typer.Option(
            help="For workers that do not share OUT: results travel through this address, for instance s3://bucket/tmp."
        ),
    ] = ""
    tries: Annotated[int, typer.Option(help="How many workers may die on one video before it counts as failed.")] = _TRIES
    memory_mb: Annotated[
        int, typer.Option("--memory-mb", help="The most that one worker may use; its video fails above. 0: no limit.")
    ] = 0
    time_limit: Annotated[float, typer.Option("--time-limit", help="Minutes that one video may take. 0: no limit.")] = 0.0

    @property
    def chosen_executor(self) -> str:
        """The executor asked for by name, or by what is asked of it. Raises BadValue for what it cannot do."""
        local = {
            "--workers": self.workers > 1,
            "--memory-mb": self.memory_mb,
            "--time-limit": self.time_limit,
            "--share-engine": self.share_engine != "auto",
            "--tries": self.tries != _TRIES,
        }
        cluster = {"--address": self.address, "--gpus": self.gpus, "--cpus": self.cpus != _CPUS, "--resource": self.resource}
        if self.executor == "auto":
            return "ray" if any(cluster.values()) or _RAY_JOB in os.environ else "processes" if any(local.values()) else "inline"
        needs = {"inline": {**local, **cluster}, "processes": cluster}.get(self.executor, {})
        idle = [flag for flag, value in needs.items() if value]
        if idle:
            other = "ray" if any(cluster.values()) else "processes"
            raise _bad_value(
                f"--executor {self.executor}", f"{', '.join(idle)} would do nothing; use --executor {other}, or leave it out"
            )
        return self.executor

    def pool(self) -> Pool:
        """The workers asked for. Raises BadValue."""
        from video_pipeline.jobs.limits import Pool

        try:
            return Pool(
                workers=self.workers,
                memory_mb=self.memory_mb,
                item_s=60 * self.time_limit,
                address=self.address,
                gpus=self.gpus,
                cpus=self.cpus,
                resources=dict(map(_resource, self.resource or ())),
                tries=self.tries,
                share_engine=_share(self.share_engine),
            )
        except ValueError as error:
            raise _bad_value("--workers, --gpus, --cpus, --tries, --memory-mb, --time-limit", str(error)) from None


def _share(words: str) -> Literal["auto", "yes", "no"]:
    """Raises BadValue."""
    match words:
        case "auto" | "yes" | "no":
            return words
    raise _bad_value("--share-engine", f"{words!r} is none of auto, yes and no")


def _resource(words: str) -> tuple[str, float]:
    """Raises BadValue."""
    name, _, amount = words.partition("=")
    try:
        if name and float(amount) > 0:
            return name, float(amount)
    except ValueError:
        pass
    raise _bad_value("--resource", f"{words!r} is no NAME=AMOUNT, such as special=1")


def _bad_value(where: str, reason: str) -> Exception:
    from video_pipeline.core.errors import BadValue

    return BadValue(where, reason)
