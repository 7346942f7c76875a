"""`library repair`: bring the catalogue in line with the results."""

from __future__ import annotations

import typer

from video_pipeline.cli.flags import OUT
from video_pipeline.cli.library.flags import Catalogue, LibraryFolder


def repair(out: LibraryFolder = OUT, catalogue: Catalogue = "") -> None:
    """Build the catalogue again from the results, where it is missing or damaged, and take in results that it does not know."""
    from video_pipeline.core.errors import NoSuchFile
    from video_pipeline.library.repair import repair as mend

    if not out.is_dir():
        raise NoSuchFile(out)
    done = mend(out, catalogue)
    if done.aside:
        typer.echo(f"the damaged catalogue is kept as {done.aside}")
    typer.echo(f"{done.kept} videos were known, {done.found} were found by their results")
