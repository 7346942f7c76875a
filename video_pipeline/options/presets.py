"""Presets: TOML files with the sections and keys of the options."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from video_pipeline.core.errors import BadValue, UnknownName

_PACKAGE = Path(__file__).parents[1]


def preset_folder() -> Path:
    """Where the presets are: inside the installed package, or beside it in a checkout."""
    installed = _PACKAGE / "_presets"
    return installed if installed.is_dir() else _PACKAGE.parent / "presets"


def preset_names() -> tuple[str, ...]:
    """Names that `load_options` takes."""
    return tuple(sorted(path.stem for path in preset_folder().glob("*.toml")))


def describe_preset(name: str) -> str:
    """The preset's own first line. Raises UnknownName."""
    return _file_of(name).read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")


def read_preset(name: str) -> dict[str, Any]:
    """What a preset sets, by section. `name` is one of `preset_names()` or a path ending in `.toml`.

    Raises:
        UnknownName: no such preset. BadValue: the file is not TOML.
    """
    path = _file_of(name)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadValue(str(path), f"this is not TOML: {error}") from None


def _file_of(name: str) -> Path:
    path = Path(name) if name.endswith(".toml") else preset_folder() / f"{name}.toml"
    if not path.is_file():
        raise UnknownName("preset", name, preset_names())
    return path
