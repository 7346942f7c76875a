"""What the Tab key completes in the values of flags. Nothing is imported before it is pressed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, get_args


def presets(incomplete: str) -> list[str]:
    """Names of presets."""
    from video_pipeline.options import preset_names

    return _beginning(incomplete, preset_names())


def settings(incomplete: str) -> list[str]:
    """Names of options, each with the sign that its value follows."""
    from video_pipeline.options import option_names

    return _beginning(incomplete, [f"{name}=" for name in option_names()])


def values_of(flag: str) -> Callable[[str], list[str]]:
    """For the flag of an option: the names it may have; of several with commas between, the last. Nothing for other options."""

    def complete(incomplete: str) -> list[str]:
        before, comma, last = incomplete.rpartition(",")
        return [before + comma + name for name in _beginning(last, list(_names(_kind_of(flag))))]

    return complete


def _beginning(incomplete: str, names: Any) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]


def _kind_of(flag: str) -> Any:
    """The annotation of an option; None if there is no such option, which holds for flags that set several."""
    from video_pipeline.core.constraints import field_types, split_annotation
    from video_pipeline.options import SHORT_NAMES, Options

    kind: Any = Options
    for part in SHORT_NAMES.get(flag, flag).split("."):
        fields = field_types(split_annotation(kind)[0])
        if part not in fields:
            return None
        kind = fields[part]
    return kind


def _names(kind: Any) -> Iterator[str]:
    from video_pipeline.core.constraints import OneOf, split_annotation

    base, notes = split_annotation(kind)
    for note in notes:
        if isinstance(note, OneOf):
            yield from map(str, note)
    for inner in get_args(base):
        yield from _names(inner)
