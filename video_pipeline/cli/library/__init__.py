"""The table of library commands, one file each."""

from __future__ import annotations

import typer

from video_pipeline.cli.library import best, catalogue, forget, repair, report, retry, run, search, status, verify, watch

app = typer.Typer(no_args_is_help=True)
app.command("run")(run.run)
app.command("watch")(watch.watch)
app.command("status")(status.status)
app.command("retry")(retry.retry)
app.command("forget")(forget.forget)
app.command("verify")(verify.verify)
app.command("repair")(repair.repair)
app.command("catalogue")(catalogue.catalogue)
app.command("search")(search.search)
app.command("best")(best.best)
app.command("report")(report.report)
