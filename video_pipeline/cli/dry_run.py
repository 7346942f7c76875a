"""`--dry-run`: what a run would do with a video."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import typer
from rich.console import Console
from rich.text import Text

from video_pipeline.cli.flags import RunFlags
from video_pipeline.cli.stage_labels import stage_label
from video_pipeline.core.timecode import span_words
from video_pipeline.library.remote import is_remote
from video_pipeline.options import Options
from video_pipeline.translate.cost import Estimate
from video_pipeline.video.base import Goal
from video_pipeline.video.planning import Plan, Planned, plan_run

_COLOURS = {Planned.FRESH: "green", Planned.TO_DO: "bold", Planned.DEPENDS: "yellow"}


def print_plan(source: str, goals: Sequence[Goal], options: Options, run: RunFlags) -> None:
    """Print it; with `--json` as one record. A remote video is not fetched for that. Raises what `plan_run` raises."""
    if is_remote(source):
        _print_remote(source, as_json=run.json)
        return
    plan = plan_run(Path(source), goals, options, run.out, again=run.again)
    if run.json:
        typer.echo(msgspec.json.encode({"event": "plan", "video": source, **msgspec.to_builtins(plan, enc_hook=str)}))
    elif not run.quiet:
        _print(source, plan)


def _print_remote(source: str, *, as_json: bool) -> None:
    if as_json:
        typer.echo(msgspec.json.encode({"event": "plan", "video": source, "stages": []}))
    else:
        Console(soft_wrap=True).print(Text(f"{source}: to be fetched; its content decides what else there is to do"))


def _print(source: str, plan: Plan) -> None:
    console = Console(soft_wrap=True)
    length = f", {span_words(plan.duration_s)} of media" if plan.duration_s else ""
    console.print(Text.assemble((source, "bold"), f"{length}; results in {plan.folder}"))
    if any(stage.name == "listen" and stage.planned is not Planned.FRESH for stage in plan.stages):
        console.print(Text(f"  engine: {plan.engine.name} on {plan.engine.device}, since {plan.why}"))
    for stage in plan.stages:
        work = f" ({span_words(stage.media_s)} of media)" if stage.media_s else ""
        words = "depends on what the stages before it give" if stage.planned is Planned.DEPENDS else stage.planned.value
        console.print(Text.assemble(f"  {_label(stage.name):<28}", (words, _COLOURS[stage.planned]), work))
    if plan.translation is not None:
        console.print(Text(f"  {_cost_words(plan.translation)}"))


def _cost_words(cost: Estimate) -> str:
    """What a translation will cost, in one line."""
    usage, hour = cost.usage, cost.per_hour
    known = f", {cost.cached} known already" if cost.cached else ""
    price = f", price {cost.price:g}" if cost.price else ""
    return (
        f"translation into {', '.join(cost.languages)}: about {cost.sentences} sentences each{known}; {usage.requests} requests, "
        f"{usage.tokens_in} tokens to send and {usage.tokens_out} to receive{price} "
        f"(an hour: {hour.tokens_in} and {hour.tokens_out})"
    )


def _label(stage: str) -> str:
    group, _, part = stage.partition(".")
    return f"{stage_label(group)}: {part}" if part else stage_label(group)
