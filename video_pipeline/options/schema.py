"""The JSON schema of the options: types, ranges, names, defaults and descriptions. Forms and docs are made from it."""

from __future__ import annotations

import ast
import dataclasses
import functools
import inspect
import textwrap
import threading
from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin

import msgspec

from video_pipeline.core.constraints import OneOf, field_types, is_table, split_annotation
from video_pipeline.core.errors import UnknownKey
from video_pipeline.options import Options, full_name, option_names

Schema = dict[str, Any]
_parsing = threading.Lock()
"""Python 3.11 fails now and then where two threads parse at once (python/cpython#106905)."""


def options_schema() -> Schema:
    """A JSON schema of `Options`, which other packages' engines, formats and the like extend."""
    schema: Schema = msgspec.json.schema(Options)
    for record in _records(Options):
        definition = schema["$defs"][record.__name__]
        documents, types = field_docs(record), field_types(record)
        for field in dataclasses.fields(record):
            member: Schema = definition["properties"][field.name]
            member["description"] = documents.get(field.name, "")
            _add_names(member, types[field.name])
            if field.default_factory is not dataclasses.MISSING and not dataclasses.is_dataclass(types[field.name]):
                member["default"] = msgspec.to_builtins(field.default_factory())
    plain: Schema = msgspec.json.decode(msgspec.json.encode(schema))
    return plain


def option_schema(name: str, schema: Schema | None = None) -> Schema:
    """What the schema says of one option, by its dotted or short name. Raises UnknownKey."""
    schema = schema or options_schema()
    found: Schema = schema
    for part in full_name(name).split("."):
        found = resolved(found, schema)
        inner = found.get("properties", {}).get(part, found.get("additionalProperties"))
        if inner is None:
            raise UnknownKey("option", name, option_names())
        found = inner
    return found


def resolved(part: Schema, schema: Schema) -> Schema:
    """What a part of the schema refers to, else the part itself."""
    reference: str | None = part.get("$ref")
    return schema["$defs"][reference.rpartition("/")[2]] if reference else part


@functools.cache
def field_docs(record: type) -> Mapping[str, str]:
    """The docstring under each field of a class, on one line; empty where the source code is not at hand."""
    try:
        with _parsing:
            (definition,) = ast.parse(textwrap.dedent(inspect.getsource(record))).body
    except (OSError, SyntaxError):
        return {}
    assert isinstance(definition, ast.ClassDef)
    found: dict[str, str] = {}
    for statement, after in zip(definition.body, definition.body[1:], strict=False):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and isinstance(after, ast.Expr):
            found[statement.target.id] = " ".join(str(ast.literal_eval(after.value)).split())
    return found


def _records(kind: Any) -> Iterator[type]:
    """The dataclasses inside a type, itself first."""
    base, _ = split_annotation(kind)
    if isinstance(base, type) and dataclasses.is_dataclass(base):
        yield base
        for inner in field_types(base).values():
            yield from _records(inner)
    for inner in get_args(base):
        yield from _records(inner)


def _add_names(member: Schema, kind: Any) -> None:
    """Write the names of `OneOf` into the schema of a value of type `kind`, which msgspec does not know."""
    base, notes = split_annotation(kind)
    for note in notes:
        if isinstance(note, OneOf):
            member["enum"] = [str(name) for name in note]
    if is_table(base):
        key_kind, value_kind = get_args(base)
        member["propertyNames"] = _key_names(key_kind)
        _add_names(member["additionalProperties"], value_kind)
    elif get_origin(base) is tuple:
        _add_names(member["items"], get_args(base)[0])


def _key_names(kind: Any) -> Schema:
    """The keys of a table, with a title for one of them, for instance "sound"."""
    base, notes = split_annotation(kind)
    for note in notes:
        if isinstance(note, OneOf):
            return {"title": note.kind.rpartition(" ")[2], "enum": [str(name) for name in note]}
    return {"title": base.__name__.lower(), "enum": [str(member.value) for member in base]}
