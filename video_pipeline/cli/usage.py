"""Advice on a command line that cannot be read."""

from __future__ import annotations

from typing import Any


def commands_with(flag: str) -> list[str]:
    """The commands that have a flag, which was given to one that has not."""
    import typer

    from video_pipeline.cli.app import app

    return [name for name, command in _commands(typer.main.get_command(app)) if any(flag in one.opts for one in command.params)]


def _commands(command: Any, above: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, inner in getattr(command, "commands", {}).items():
        found += [(above + name, inner), *_commands(inner, f"{above}{name} ")]
    return found
