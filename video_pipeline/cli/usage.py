"""A command line as a person writes it: files whose names look like flags, and advice where it cannot be read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_END_OF_FLAGS = "--"
_LIKE_A_FILE = re.compile(r"-.*\.[A-Za-z]\w{1,4}", re.DOTALL)
"""A dash, and the suffix of a file: "-lead.srt", but not "-1.5"."""


def with_files_marked(arguments: Sequence[str]) -> list[str]:
    """The arguments, those that begin with a dash and are names of files with `./` before them.

    A pattern such as `*.mp4` gives such names, and `-lead.srt` would be the flag `-l` with the value `ead.srt`.
    """
    marked = list(arguments)
    for k, argument in enumerate(arguments):
        if argument == _END_OF_FLAGS:
            break
        if _LIKE_A_FILE.fullmatch(argument) and Path(argument).is_file():
            marked[k] = f"./{argument}"
    return marked


def like_files(arguments: Sequence[str]) -> list[str]:
    """Arguments that are read as flags and look like names of files."""
    end = arguments.index(_END_OF_FLAGS) if _END_OF_FLAGS in arguments else len(arguments)
    return [argument for argument in arguments[:end] if "=" not in argument and _LIKE_A_FILE.fullmatch(argument)]


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
