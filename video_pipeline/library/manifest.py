"""Lists of videos: text with one source a line, or a table (CSV) whose further columns are options of that video alone."""

from __future__ import annotations

import csv
import difflib
import functools
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from video_pipeline.core.errors import BadRecord, BadValue, OptionError, UnknownKey
from video_pipeline.core.printable import printable
from video_pipeline.library.remote import is_remote, local_copy, name_of
from video_pipeline.options import SHORT_NAMES, full_name, load_options, option_names, parse_setting

LIST_SUFFIXES = frozenset({".txt", ".lst"})
"""Files with a source per line."""
TABLE_SUFFIXES = frozenset({".csv", ".tsv"})
"""Files with a source per row, options in further columns."""
SOURCE_COLUMNS = ("video", "path", "file", "url")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_METADATA = frozenset(
    "title creator subject description publisher contributor date type format identifier source relation coverage rights "
    "speaker author year place topic series episode tags keywords notes category event".split()
)
"""Columns that describe a video however near an option's name they are: Dublin Core's elements, and what archives add to them."""
_SLIP = 0.8
"""How alike (0 to 1, as difflib measures) a name is that is taken for a misspelt option."""
_SEPARATORS = ",;\t"
_ANSWERS = {"true": True, "yes": True, "false": False, "no": False}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line: a source, and the options of that video alone. `preset` is empty where the line names none."""

    source: str
    preset: str = ""
    overrides: Mapping[str, Any] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    """Columns that are no options."""


def is_manifest(source: str) -> bool:
    return suffix_of(source) in LIST_SUFFIXES | TABLE_SUFFIXES


def suffix_of(source: str) -> str:
    return Path(name_of(source) if is_remote(source) else source).suffix.lower()


def read_manifest(source: str) -> Iterator[Entry]:
    """The entries of a list or table on this machine or elsewhere. Paths in it are relative to its own folder.

    Raises, when it gets there:
        BadRecord: it is no such file. UnknownKey, BadValue: a column or a value is wrong; the message names the line.
    """
    if is_remote(source):
        with local_copy(source, name_of(source)) as copy:
            yield from _entries(copy, source, source.rpartition("/")[0])
    else:
        yield from _entries(Path(source), source, str(Path(source).absolute().parent))


def _entries(path: Path, source: str, base: str) -> Iterator[Entry]:
    lines = _lines(path)
    if suffix_of(source) in TABLE_SUFFIXES:
        yield from _table(lines, source, base)
        return
    for line in map(str.strip, lines):
        if line and not line.startswith("#"):
            yield Entry(_found(_placed(line, base), source))


def _lines(path: Path) -> Iterator[str]:
    """Editors on Windows put a byte order mark first; spreadsheets there also write UTF-16, which has one too.

    Bytes that are not UTF-8 are kept: a file may be called so.
    """
    try:
        with path.open("rb") as file:
            encoding = "utf-16" if file.read(2) in _UTF_16 else "utf-8-sig"
        with path.open(encoding=encoding, errors="surrogateescape" if encoding == "utf-8-sig" else "strict", newline="") as text:
            yield from text
    except (OSError, UnicodeError) as error:
        raise _no_list(str(path), str(error)) from None


def _found(video: str, source: str) -> str:
    """A path that is not UTF-8 must be there; else the list is in another encoding. Raises BadRecord."""
    if printable(video) != video and not os.path.lexists(video):
        raise _no_list(source, f"{printable(video)} is not in UTF-8")
    return video


def _no_list(source: str, why: str) -> BadRecord:
    what = "a list of videos is text in UTF-8 or UTF-16 with one path a line, or a CSV table"
    return BadRecord(Path(source), f"{what}: {why}; save it as UTF-8")


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


def _table(lines: Iterator[str], source: str, base: str) -> Iterator[Entry]:
    header = next(lines, "")
    rows = csv.DictReader(chain([header], lines), delimiter=max(_SEPARATORS, key=header.count))
    columns = [_column(name.strip()) for name in rows.fieldnames or ()]
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
        options = {name: value for name, value in cells.items() if _is_option(name)}
        metadata = {name: value for name, value in cells.items() if value and name not in options}
        for text in cells.values():
            if printable(text) != text:
                raise _no_list(source, f"line {rows.line_num} is not in UTF-8")
        preset, overrides = options.pop("preset", ""), _overrides(options, base)
        if (key := repr((preset, overrides))) not in checked:
            _check(preset, overrides, where)
            checked.add(key)
        yield Entry(_found(_placed(video, base), source), preset, overrides, metadata)


def _column(name: str) -> str:
    """People write `Video` and `Language`; a column of their own keeps its name."""
    plain = name.lower()
    return plain if plain in (*SOURCE_COLUMNS, "preset") or _is_option(plain) else name


def _is_option(name: str) -> bool:
    """Whether a column is meant as an option: it is one, has the form of one, or is a slip of the pen for one."""
    if "." in name or name in _option_names():
        return True
    return name.lower() not in _METADATA and bool(difflib.get_close_matches(name.lower(), _option_names(), 1, _SLIP))


@functools.cache
def _option_names() -> tuple[str, ...]:
    return (*SHORT_NAMES, "preset", *(name for name in option_names() if "." not in name))


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
