"""Lists of videos: text with one source a line, or a table (CSV) whose further columns are options of that video alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from video_pipeline.core.errors import BadRecord, BadValue, OptionError, UnknownKey
from video_pipeline.library.remote import is_remote, local_copy, name_of
from video_pipeline.options import SHORT_NAMES, full_name, load_options, parse_setting

LIST_SUFFIXES = frozenset({".txt", ".lst"})
"""Files with a source per line."""
TABLE_SUFFIXES = frozenset({".csv", ".tsv"})
"""Files with a source per row, options in further columns."""
SOURCE_COLUMNS = ("video", "path", "file", "url")
_SEPARATORS = ",;\t"
_ANSWERS = {"true": True, "yes": True, "false": False, "no": False}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line: a source, and the options of that video alone. `preset` is empty where the line names none."""

    source: str
    preset: str = ""
    overrides: Mapping[str, Any] = field(default_factory=dict)


def is_manifest(source: str) -> bool:
    return suffix_of(source) in LIST_SUFFIXES | TABLE_SUFFIXES


def suffix_of(source: str) -> str:
    return Path(name_of(source) if is_remote(source) else source).suffix.lower()


def read_manifest(source: str) -> list[Entry]:
    """The entries of a list or table on this machine or elsewhere. Paths in it are relative to its own folder.

    Raises:
        BadRecord: it is no such file. UnknownKey, BadValue: a column or a value is wrong; the message names the line.
    """
    if is_remote(source):
        with local_copy(source, name_of(source)) as copy:
            text, base = _text(copy), source.rpartition("/")[0]
    else:
        text, base = _text(Path(source)), str(Path(source).absolute().parent)
    if suffix_of(source) in TABLE_SUFFIXES:
        return list(_table(text, source, base))
    lines = (line.strip() for line in text.splitlines())
    return [Entry(_placed(line, base)) for line in lines if line and not line.startswith("#")]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")  # editors on Windows put a byte order mark first
    except (OSError, UnicodeDecodeError) as error:
        raise BadRecord(path, f"a list of videos is UTF-8 text with one path a line, or a CSV table: {error}") from None


def _placed(source: str, base: str) -> str:
    """A source as the list means it: beside the list, or, where nothing is there, from where the program was started."""
    if is_remote(source):
        return source
    path = Path(source.removeprefix("file://")).expanduser()
    if path.is_absolute():
        return str(path)
    if is_remote(base):
        return f"{base}/{source}"
    beside = Path(base) / path
    return str(beside if beside.exists() or not path.exists() else path.absolute())


def _table(text: str, source: str, base: str) -> Iterator[Entry]:
    header = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=max(_SEPARATORS, key=header.count))
    columns = [name.strip() for name in rows.fieldnames or ()]
    rows.fieldnames = columns
    column = next((name for name in SOURCE_COLUMNS if name in columns), None)
    if column is None:
        raise BadRecord(Path(source), f"a table of videos has a column {', '.join(SOURCE_COLUMNS[:-1])} or {SOURCE_COLUMNS[-1]}")
    checked: set[str] = set()
    for row in rows:
        where = f"{source}, line {rows.line_num}"
        if None in row:
            raise BadValue(where, f"more fields than the {len(columns)} columns of the header")
        cells = {name: (value or "").strip() for name, value in row.items()}
        if not (video := cells.pop(column)):
            continue
        preset, overrides = cells.pop("preset", ""), _overrides(cells, base)
        if (key := repr((preset, overrides))) not in checked:
            _check(preset, overrides, where)
            checked.add(key)
        yield Entry(_placed(video, base), preset, overrides)


def _overrides(cells: Mapping[str, str], base: str) -> dict[str, Any]:
    """Options by dotted names. A column has an option's dotted or short name."""
    found: dict[str, Any] = {}
    for column, value in cells.items():
        if value:
            name = full_name(column)
            found[name] = _placed(value, base) if name == "speech.transcript" else _value(name, value)
    return found


def _value(key: str, value: str) -> Any:
    """As `--set` reads it; spreadsheets write TRUE."""
    return _ANSWERS.get(value.lower()) if value.lower() in _ANSWERS else parse_setting(f"{key}={value}")[1]


def _check(preset: str, overrides: Mapping[str, Any], where: str) -> None:
    """A wrong option is an error now, not one when its video's turn comes."""
    try:
        load_options(preset or "default", overrides)
    except UnknownKey as error:
        raise UnknownKey(where, error.key, (*error.known, *SHORT_NAMES, "preset")) from None
    except OptionError as error:
        raise BadValue(where, str(error)) from None
