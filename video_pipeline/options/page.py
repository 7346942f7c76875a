"""The options page of the documentation, written from the JSON schema.

python -m video_pipeline.options.page > docs/options.md
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from video_pipeline.options import SHORT_NAMES
from video_pipeline.options.schema import Schema, options_schema, resolved

_HEAD = """\
# Options

Every option of `video-pipeline`, by section. This page is written by `make docs` from the JSON schema of the options, which the
command line, the page on the web and `load_options` in Python share.

An option has a dotted name. It is set

- on the command line: `--set subtitles.lines=1`, or by a flag of its own;
- in a preset: a TOML file with the same sections, given by `--preset mine.toml`;
- in a list of videos (CSV): by a column of that name, for one video alone;
- in a request to the server: `{"subtitles.lines": 1}`;
- in Python: `load_options("default", {"subtitles.lines": 1})`.

A value given there comes before the preset's, and the preset's before the default. A list is written `["srt", "vtt"]` or
`srt,vtt`. `<...>` in a name stands for one of the names listed with it. Times are in seconds (`_s`), levels in decibels (`_db`),
sizes in pixels (`_px`).

`video-pipeline presets NAME` prints a preset with every option and its value.

"""


_MOST_NAMES = 40
"""Of a list that is written out."""
_FEW_NAMES = 12
"""Of a longer one."""


def options_page() -> str:
    """The whole page as Markdown."""
    return _HEAD + "\n".join([*_short_names(), *_sections()]).rstrip() + "\n"


def _short_names() -> Iterator[str]:
    yield "## Short names"
    yield ""
    yield "These options have a second name, which is also that of their flag."
    yield ""
    yield "| short name | option |"
    yield "|---|---|"
    for short, full in SHORT_NAMES.items():
        yield f"| `{short}` | `{full}` |"
    yield ""


def _sections() -> Iterator[str]:
    schema = options_schema()
    root = resolved(schema, schema)
    yield from _section("General", "", root, schema)


def _section(title: str, above: str, section: Schema, schema: Schema, about: str = "") -> Iterator[str]:
    """A table of the section's own options, then its sub-sections."""
    yield f"## {title}"
    yield ""
    yield from [about, ""] if about else []
    rows, below = [], []
    for name, member in section["properties"].items():
        inner = resolved(member, schema)
        if "properties" in inner:
            below.append((above + name, inner, member["description"]))
        elif "properties" in resolved(inner.get("additionalProperties", {}), schema):
            key = f"<{inner['propertyNames']['title']}>"
            keys = f"{member['description']} `{key}`: {_names(inner['propertyNames']['enum'])}."
            below.append((f"{above}{name}.{key}", _table_record(inner, schema), keys))
        else:
            rows.append(_row(above + name, member))
    if rows:
        yield from ["| option | default | allowed | what it does |", "|---|---|---|---|", *rows, ""]
    for name, inner, description in below:
        yield from _section(f"`{name}`", f"{name}.", inner, schema, description)


def _table_record(table: Schema, schema: Schema) -> Schema:
    """The record that a table holds under each key, with the default of each key."""
    record = resolved(table["additionalProperties"], schema)
    properties = {}
    for name, member in record["properties"].items():
        defaults = {key: values[name] for key, values in table["default"].items()}
        properties[name] = {**member, "default": defaults}
    return {**record, "properties": properties}


def _row(name: str, member: Schema) -> str:
    value, allowed = member, member.get("propertyNames", {}).get("enum")
    while "propertyNames" in value:
        name += f".<{value['propertyNames']['title']}>"
        value = value["additionalProperties"]
    limits = _allowed(value)
    if allowed and not value.get("enum"):
        limits = f"{limits}; {_names(allowed)}" if limits else _names(allowed)
    return f"| `{name}` | {_default(member.get('default'))} | {limits} | {member['description']} |"


def _default(value: Any) -> str:
    """A value, or for a table the commonest value and then those keys that have another."""
    if not isinstance(value, dict):
        return _code(value)
    values = [msgspec.json.encode(one) for one in value.values()]
    common = max(values, key=values.count)
    if values.count(common) == 1 and len(values) > 1:
        return ", ".join(f"{key} {_default(one)}" for key, one in value.items())
    others = [f"{key} {_default(one)}" for key, one in value.items() if msgspec.json.encode(one) != common]
    shown = _default(msgspec.json.decode(common))
    return f"{shown} ({', '.join(others)})" if others else shown


def _code(value: Any) -> str:
    if value == "":
        return "empty"
    if isinstance(value, list):
        return ", ".join(map(_code, value)) or "empty"
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    return f"`{value:.4g}`" if isinstance(value, int | float) else f"`{value}`"


def _allowed(member: Schema) -> str:
    if "enum" in member.get("items", {}):
        return f"any of {_names(member['items']['enum'])}"
    if "enum" in member:
        return _names(member["enum"])
    if member.get("format") == "path":
        return "a path"
    if "pattern" in member:
        return f"`{member['examples'][0]}`"
    words = {
        "boolean": "`true` or `false`",
        "integer": "a whole number",
        "number": "a number",
        "string": "text",
    }
    return " ".join(filter(None, [words.get(member.get("type", ""), ""), _range(member)]))


def _range(member: Schema) -> str:
    low, above, high = member.get("minimum"), member.get("exclusiveMinimum"), member.get("maximum")
    parts = []
    if low is not None and high is not None:
        parts.append(f"from {low:g} to {high:g}")
    elif low is not None:
        parts.append(f"from {low:g}")
    if above is not None:
        parts.append(f"above {above:g}")
    if "multipleOf" in member:
        parts.append("even" if member["multipleOf"] == 2 else f"a multiple of {member['multipleOf']:g}")
    return ", ".join(parts)


def _names(names: list[str]) -> str:
    shown = [f"`{name}`" for name in names if name]
    if len(shown) > _MOST_NAMES:
        return f"{', '.join(shown[:_FEW_NAMES])} and {len(shown) - _FEW_NAMES} others"
    return ", ".join(shown)


if __name__ == "__main__":
    print(options_page(), end="")
