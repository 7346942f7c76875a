"""Records of options as trees of plain values: laid over one another, checked, and built again. Knows no option by name."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, get_args, get_origin

import msgspec

from video_pipeline.core.constraints import OneOf, field_types, is_table, split_annotation
from video_pipeline.core.errors import BadValue, OutOfRange, UnknownKey

Tree = dict[str, Any]


def nested(dotted: str, value: Any) -> Tree:
    """`a.b` and 1 as `{"a": {"b": 1}}`."""
    for name in reversed(dotted.split(".")):
        value = {name: value}
    assert isinstance(value, dict)
    return value


def leaves(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """The values of a tree by dotted names."""
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from leaves(value, f"{above}{key}.")
        else:
            yield above + key, value


def lay_over(tree: Tree, changes: Mapping[str, Any], kind: Any, where: str) -> None:
    """Write `changes` into the tree of a record of type `kind`.

    Args:
        where: what the changes come from, for messages.

    Raises:
        UnknownKey: the type has no such key. BadValue: a value where a section belongs.
    """
    _lay_over(tree, changes, kind, where, None)


def lay_over_known(tree: Tree, changes: Mapping[str, Any], kind: Any) -> list[str]:
    """The same, but leaves out what the type does not know; returns the dotted names left out."""
    unknown: list[str] = []
    _lay_over(tree, changes, kind, "", unknown)
    return unknown


def build(kind: Any, tree: Any, place: str = "") -> Any:
    """A value of type `kind` from its tree.

    Raises:
        BadValue: a value has the wrong type or is out of range; its dotted name is in the message. UnknownName: see `OneOf`.
    """
    base, _ = split_annotation(kind)
    if dataclasses.is_dataclass(base) and isinstance(base, type):
        types = field_types(base)
        return _construct(base, {name: build(types[name], value, _join(place, name)) for name, value in tree.items()}, place)
    if is_table(base):
        key_kind, value_kind = get_args(base)
        return {_plain(key_kind, key, place): build(value_kind, value, _join(place, key)) for key, value in tree.items()}
    if get_origin(base) is tuple and isinstance(tree, str):
        tree = [part.strip() for part in tree.split(",") if part.strip()]
    return _plain(base, tree, place)


def _lay_over(tree: Tree, changes: Mapping[str, Any], kind: Any, where: str, unknown: list[str] | None, above: str = "") -> None:
    for key, value in changes.items():
        inner = _kind_of(kind, key)
        if inner is None or (unknown is not None and isinstance(value, Mapping) != _is_section(inner)):
            if unknown is None:
                raise UnknownKey(where, above + key, tuple(above + known for known in tree))
            unknown.append(above + key)
        elif not _is_section(inner):
            tree[key] = copy.copy(value)
        elif isinstance(value, Mapping):
            _lay_over(tree.setdefault(key, {}), value, inner, where, unknown, f"{above}{key}.")
        else:
            raise BadValue(f"{where}: {above}{key}", "this is a section, not a value")


def _kind_of(kind: Any, key: str) -> Any:
    """The type of the value under `key` of a record or a table; None where it has no such key."""
    base, _ = split_annotation(kind)
    if not is_table(base):
        return field_types(base).get(key)
    key_kind, value_kind = get_args(base)
    key_base, notes = split_annotation(key_kind)
    if isinstance(key_base, type) and issubclass(key_base, Enum):
        return value_kind if key in {member.value for member in key_base} else None
    return value_kind if all(key in tuple(note) for note in notes if isinstance(note, OneOf)) else None


def _is_section(kind: Any) -> bool:
    base, _ = split_annotation(kind)
    return is_table(base) or dataclasses.is_dataclass(base)


def _construct(record: type, values: Mapping[str, Any], place: str) -> Any:
    try:
        return record(**values)
    except OutOfRange as error:
        raise OutOfRange(_join(place, error.where), error.reason) from None
    except ValueError as error:
        raise BadValue(place or "options", str(error)) from None


def _plain(kind: Any, value: Any, place: str) -> Any:
    try:
        return msgspec.convert(value, split_annotation(kind)[0])
    except msgspec.ValidationError as error:
        raise BadValue(place, str(error)) from None


def _join(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name
