"""The options that several commands on libraries share, each described once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from video_pipeline.jobs.limits import Pool

Library = Annotated[Path, typer.Option("--out", "-o", help="The library: the folder that its runs wrote to.")]
Executor = Annotated[str, typer.Option(help="inline, processes or ray.")]
Workers = Annotated[int, typer.Option(help="At once; 0 is one per core.")]
Address = Annotated[str, typer.Option(help="For --executor ray: the cluster's address; else Ray starts here.")]
Gpus = Annotated[float, typer.Option(help="For --executor ray: what a worker takes of a GPU, for instance 0.25.")]
Memory = Annotated[int, typer.Option("--memory-mb", help="The most that one worker may use; its video fails above. 0: no limit.")]
TimeLimit = Annotated[float, typer.Option("--time-limit", help="Minutes that one video may take. 0: no limit.")]
Names = Annotated[list[str] | None, typer.Argument(help="Videos: paths, addresses or patterns; none means all.")]
Within = Annotated[str, typer.Option("--in", help="Only videos whose path or address holds this.")]
Clips = Annotated[Path | None, typer.Option("--clips", help="Cut what was found into this folder, with subtitles.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line on standard output, for programs.")]


def pool(workers: int, address: str, gpus: float, memory_mb: int, time_limit_min: float) -> Pool:
    """The workers asked for. Raises BadValue."""
    from video_pipeline.core.errors import BadValue
    from video_pipeline.jobs.limits import Pool

    try:
        return Pool(workers=workers, memory_mb=memory_mb, item_s=60 * time_limit_min, address=address, gpus=gpus)
    except ValueError as error:
        raise BadValue("--workers, --gpus, --memory-mb, --time-limit", str(error)) from None
