"""What the annotation of an option allows, and the check of a record against it.

Ranges are `msgspec.Meta` (`Annotated[int, msgspec.Meta(ge=1)]`), names of a table are `OneOf`. Both stand in the JSON schema of
the options, and `check_fields` holds a record to them, whether it was read from a file or constructed in Python.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, get_args, get_origin, get_type_hints

import msgspec

from video_pipeline.core.errors import OutOfRange, UnknownName

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
"""A part of a whole, or a probability."""
AtLeastZero = Annotated[float, msgspec.Meta(ge=0)]
AboveZero = Annotated[float, msgspec.Meta(gt=0)]
AtLeastOne = Annotated[int, msgspec.Meta(ge=1)]
Count = Annotated[int, msgspec.Meta(ge=0)]
FilePath = Annotated[str, msgspec.Meta(extra_json_schema={"format": "path"})]
"""Names a file or folder of the machine. Requests from elsewhere may not set it."""


@dataclass(frozen=True, slots=True, eq=False)
class OneOf:
    """The names that a text may be: members of `names`, which may be a `Registry`, or one of `also`."""

    kind: str
    names: Iterable[str]
    also: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[str]:
        yield from self.also
        yield from self.names

    def require(self, name: object) -> None:
        """Raises UnknownName."""
        known = self.names if isinstance(self.names, Mapping) else tuple(self.names)
        if name not in self.also and name not in known:
            raise UnknownName(self.kind, str(name), tuple(str(one) for one in self))


def check_fields(record: Any) -> None:
    """Hold a dataclass to its annotations. Call it in `__post_init__`.

    Raises:
        OutOfRange: a number is out of range, or a text not of the form that it must have. UnknownName: a name is in no table.
    """
    declared: Any = type(record)
    for name, kind in _constrained(declared):
        _check(getattr(record, name), kind, name)


@functools.cache
def field_types(record: type) -> dict[str, Any]:
    """The fields of a dataclass with their annotations."""
    hints = get_type_hints(record, include_extras=True)
    return {field.name: hints[field.name] for field in dataclasses.fields(record)}


def split_annotation(kind: Any) -> tuple[Any, tuple[Any, ...]]:
    """A type without its `Annotated`, and what that says."""
    return (kind.__origin__, kind.__metadata__) if get_origin(kind) is Annotated else (kind, ())


def range_words(meta: msgspec.Meta) -> str:
    """For people: "1 or more", "from 0 to 1", "more than 0"."""
    low, high = _words(meta.ge, "{:g} or more"), _words(meta.le, "{:g} or less")
    if meta.ge is not None and meta.le is not None:
        low, high = f"from {meta.ge:g} to {meta.le:g}", ""
    parts = [low, _words(meta.gt, "more than {:g}"), high, _words(meta.lt, "less than {:g}")]
    parts += ["even" if meta.multiple_of == 2 else _words(meta.multiple_of, "a multiple of {:g}")]
    parts += [f"written as {meta.examples[0]}" if meta.examples else ""]
    return " and ".join(filter(None, parts))


@functools.cache
def _constrained(record: type) -> tuple[tuple[str, Any], ...]:
    return tuple((name, kind) for name, kind in field_types(record).items() if _is_constrained(kind))


def _is_constrained(kind: Any) -> bool:
    base, notes = split_annotation(kind)
    return any(isinstance(note, OneOf | msgspec.Meta) for note in notes) or any(map(_is_constrained, get_args(base)))


_TABLES: Final = (dict, Mapping)


def is_table(kind: Any) -> bool:
    """Whether a type maps names to values."""
    return get_origin(split_annotation(kind)[0]) in _TABLES


def _check(value: Any, kind: Any, place: str) -> None:
    base, notes = split_annotation(kind)
    for note in notes:
        if isinstance(note, OneOf):
            note.require(value)
        elif isinstance(note, msgspec.Meta) and not _allows(note, value):
            raise OutOfRange(place, f"must be {range_words(note)}, not {_shown(value)}")
    if is_table(base):
        key_kind, value_kind = get_args(base)
        for key, item in value.items():
            _check(key, key_kind, place)
            _check(item, value_kind, f"{place}.{key}")
    elif get_origin(base) is tuple:
        for item in value:
            _check(item, get_args(base)[0], place)


def _allows(meta: msgspec.Meta, value: Any) -> bool:
    if meta.pattern is not None:
        return isinstance(value, str) and re.fullmatch(meta.pattern, value) is not None
    if (meta.ge, meta.gt, meta.le, meta.lt, meta.multiple_of) == (None,) * 5:
        return True
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return (
        (meta.ge is None or value >= meta.ge)
        and (meta.gt is None or value > meta.gt)
        and (meta.le is None or value <= meta.le)
        and (meta.lt is None or value < meta.lt)
        and (meta.multiple_of is None or value % meta.multiple_of == 0)
    )


def _words(limit: float | None, form: str) -> str:
    return "" if limit is None else form.format(limit)


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else repr(value)
