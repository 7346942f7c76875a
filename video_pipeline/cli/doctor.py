"""`doctor`: what is installed, which engine `auto` would choose and why, and how to fix what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from video_pipeline.cli.checks import Check


def doctor(
    model: Annotated[str | None, typer.Option("--model", help="A SenseVoice checkpoint folder.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
) -> None:
    """Show what is installed, which device and engine would be used, and how to fix what is missing."""
    from video_pipeline.cli.checks import examine

    findings = examine(model or "")
    if json:
        import msgspec

        typer.echo(msgspec.json.encode(findings).decode())
    else:
        _print(findings)
    if any(not finding.ok and finding.needed for finding in findings):
        raise typer.Exit(8)


def _print(findings: Sequence[Check]) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(soft_wrap=True)
    for finding in findings:
        mark, colour = ("ok", "green") if finding.ok else ("--", "red" if finding.needed else "yellow")
        console.print(Text.assemble((f" {mark} ", f"bold {colour}"), (f"{finding.what:<18}", "bold"), finding.found))
        if finding.advice:
            console.print(Text(f"{'':23}{finding.advice}", style="yellow"))
