"""The texts in what a model answers, whatever form it has: JSON as it was asked for, broken or of other keys, YAML, TOML, XML,
CSV, tables, numbered lines and paragraphs.

Each form is looked for in time that grows with the answer alone. Nothing is guessed: a text counts where the number of its
sentence stands with it, and `checks.py` looks at all of them.
"""

from __future__ import annotations

import csv
import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

Entries = list[tuple[int, str]]
_ID = "id"
_NUMBER_KEYS = (_ID, "index", "number", "no", "nr", "line", "#")
_TEXT_KEYS = ("translation", "translated_text", "translated", "target", "text", "output", "result")
"""In the order in which they are believed: beside a translation, `text` is the source."""
_SOURCE_KEYS = ("source", "original", "src", "source_text", "speaker", "heard", "language", "note")
_MOST_FIGURES = 9
"""Of a number that may be that of a sentence."""
_ABOVE_ALL = 1_000_000_000
_NESTED = 3
"""How deep JSON stands in texts of JSON."""
_DEEP = 4
"""How deep rows may lie in JSON."""
_MOST_LINE = 4000
"""Letters of a line that may be one of a table."""
_QUOTES = "\"'“”‘’"
_KEY = r"[\"'“]?\w{1,20}[\"'”]?\s{0,9}[:=]"
_CLOSES = rf"[ \t]{{0,9}}(?:[}}\]\r\n]|$|,\s{{0,20}}(?:{_KEY}|[{{}}\]\r\n]|//|$))"
"""What follows the quotation mark that ends a text; those that a model forgot to escape have other words behind them."""
_NO_FIELD = r"(?![-#]|\w{1,20}[ \t]{0,9}[:=])"
"""Of a line that goes on with the text of the one before."""
_FIELD = re.compile(
    rf"(?<![\w{_QUOTES}])[{_QUOTES}]?(?:"
    rf"(?P<number_key>{'|'.join(_NUMBER_KEYS)})[{_QUOTES}]?[ \t]{{0,9}}[:=][ \t]{{0,9}}"
    r"[\"'“#]{0,2}(?P<number>\d{1,9})(?:\.0)?[\"'”]?(?=[ \t]{0,9}(?:[,}\]\r\n]|$))"
    rf"|(?P<text_key>{'|'.join(_TEXT_KEYS)})[{_QUOTES}]?[ \t]{{0,9}}[:=][ \t]{{0,9}}(?:"
    rf'"(?P<double>(?:[^"\\]|\\.|"(?!{_CLOSES}))*+)(?P<closed>"?)'
    r"|'(?P<single>(?:[^'\\]|\\.|''|'(?![ \t]{0,9}(?:[,}\]\r\n]|$)))*+)(?P<ended>'?)"
    r"|“(?P<curly>[^“”]*+)”?"
    rf"|[|>][+-]?[ \t]{{0,9}}\r?\n(?P<block>(?:[ \t]{{2,40}}{_NO_FIELD}\S[^\n]*(?:\n|$))++)"
    rf"|(?P<plain>[^\s{{}}\[\]|>{_QUOTES}][^\n{{}}]*+(?:\n[ \t]{{2,40}}{_NO_FIELD}\S[^\n{{}}]*+)*+)))",
    re.IGNORECASE | re.DOTALL,
)
"""A key and its value, as JSON, YAML, TOML and Python write them. A text that never ends is taken up to the end and not used."""
_ELEMENT = re.compile(r"<[a-z]\w{0,20}\s[^<>]{0,80}?\bid\s?=\s?[\"']?(\d{1,9})[\"']?[^<>]{0,80}>", re.IGNORECASE)
_NUMBER_ELEMENT = re.compile(r"<(id|index|number)>\s{0,9}(\d{1,9})\s{0,9}</\1>", re.IGNORECASE)
_TEXT_ELEMENT = re.compile(r"<(translation|target|text)>([^<]{1,2000})</\1>", re.IGNORECASE)
_BOLD = r"(?:\*\*|`)?"
_LINE = re.compile(
    rf"^[ \t]{{0,20}}(?:[-*•][ \t]{{1,3}})?{_BOLD}"
    rf"(?:[\[<(](\d+)[\])>]|#?(\d+)(?=[ ]{{0,3}}{_BOLD}[ ]{{0,3}}(?:[.:|)\t：、=→]|->|[-–—] )))"
    rf"{_BOLD}[ ]{{0,3}}(?:->|=>|[.:|)\t：、=→–—-])?(?:\*\*)?[ \t]{{0,20}}(\S.*)$",
    re.MULTILINE,
)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"|\'(?:[^\']|\'\')*+\'')
_PARAGRAPH = re.compile(
    r"^(?:#{1,6}[ \t]{1,3})?(?:id:?[ \t]{0,3})?[\[(]?(\d{1,9})[\])]?[.:]?[ \t]{0,9}\r?\n"
    r"(?:\d[\d:.,]{4,14} --> [^\n]{5,40}\n)?((?:(?![#\d])[^\n]*\S[^\n]*(?:\n|$)){1,4}+)",
    re.MULTILINE | re.IGNORECASE,
)
"""A number alone, and the lines below it: a heading, or a cue of SRT."""


def entries_of(text: str) -> Entries:
    """Numbers of sentences with their texts, in the form that gives most of them; the first of equals."""
    found = [(number, _alone(words, number)) for number, words in _from_json(decoded(text))]
    for form in (_from_fields, _from_elements, _from_table, _from_paragraphs, _from_lines):
        if not found:
            found = [(number, _alone(words, number)) for number, words in form(text)]
    return found


def decoded(text: str) -> Any:
    """The JSON value in a text; None if there is none."""
    for _ in range(_NESTED):  # JSON as a text of JSON
        if not text.lstrip().startswith('"{'):
            break
        text = _unquoted(text.strip())
    for opening, closing in (("{", "}"), ("[", "]")):
        a, b = text.find(opening), text.rfind(closing)
        if 0 <= a < b and (opening == "{" or text.find("{") > a or "{" not in text):
            try:
                return msgspec.json.decode(text[a : b + 1])
            except (ValueError, RecursionError):
                continue
    a, b = text.find("["), text.rfind("]")
    try:
        return msgspec.json.decode(text[a : b + 1]) if 0 <= a < b else None
    except (ValueError, RecursionError):
        return None


def _from_json(value: Any, depth: int = 0) -> Iterator[tuple[int, str]]:
    """Rows of objects with a number and a text, objects from numbers to texts, pairs; however deep they lie."""
    if depth > _DEEP:
        return
    if isinstance(value, list):
        for row in value:
            if isinstance(row, list) and len(row) == 2 and isinstance(row[1], str):
                yield from _numbered(row[0], row[1])
            else:
                yield from _from_json(row, depth + 1)
    elif isinstance(value, dict):
        number = next((value[key] for key in value if key.lower() in _NUMBER_KEYS), None)
        if number is not None:
            yield from _numbered(number, _text_in(value))
            return
        for key, inner in value.items():
            if _number_of(key) is None:
                yield from _from_json(inner, depth + 1)
            else:
                yield from _numbered(key, _text_in(inner) if isinstance(inner, dict) else inner)


def _text_in(row: Mapping[str, Any]) -> Any:
    """The translation in a row: by its key, else the only text that is not the source."""
    own = {key.lower(): value for key, value in row.items() if isinstance(value, str)}
    if key := next((key for key in _TEXT_KEYS if key in own), ""):
        return own[key]
    rest = [value for key, value in own.items() if key not in (*_SOURCE_KEYS, *_NUMBER_KEYS)]
    return rest[0] if len(rest) == 1 else None


def _from_fields(text: str) -> Iterator[tuple[int, str]]:
    """Numbers and texts as fields one after the other; a record begins with whichever of its fields came first."""
    rows: list[dict[str, str]] = []
    for match in _FIELD.finditer(text):
        key = _ID if match["number_key"] else match["text_key"].lower()
        if not rows or key in rows[-1] or next(iter(rows[0])) == key:
            rows.append({})
        rows[-1][key] = match["number"] or _value(match)
    for row in rows:
        words = next((row[key] for key in _TEXT_KEYS if row.get(key)), None)
        yield from _numbered(row.get(_ID), words)


def _value(match: re.Match[str]) -> str:
    if match["double"] is not None:
        return _unquoted(f'"{match["double"]}"') if match["closed"] else ""
    if match["single"] is not None:
        return match["single"].replace("''", "'").replace("\\'", "'") if match["ended"] else ""
    return " ".join((match["curly"] or match["block"] or match["plain"] or "").split())


def _from_elements(text: str) -> Iterator[tuple[int, str]]:
    """`<t id="101">Text</t>`, or `<id>101</id><text>Text</text>`."""
    for match in _ELEMENT.finditer(text):
        end = text.find("</", match.end(), match.end() + _MOST_LINE)
        if end > 0:
            yield from _numbered(match[1], html.unescape(text[match.end() : end]))
    for match in _NUMBER_ELEMENT.finditer(text):
        words = _TEXT_ELEMENT.search(text, match.end(), match.end() + 3000)
        if words:
            yield from _numbered(match[2], html.unescape(words[2]))


def _from_table(text: str) -> Iterator[tuple[int, str]]:
    """CSV with any delimiter, and tables of Markdown."""
    lines = [line.strip() for line in text.splitlines() if 0 < len(line.strip()) < _MOST_LINE]
    for delimiter in ("|", "\t", ";", ","):
        rows = list(_cells(lines, delimiter))
        numbered = [row for row in rows if any(_number_of(cell) is not None for cell in row)]
        if len(numbered) * 2 < len(rows) or not numbered:
            continue
        head = next((row for row in rows if {cell.lower() for cell in row} & {*_NUMBER_KEYS}), [])
        names = [cell.lower() for cell in head]
        at = next((names.index(key) for key in _NUMBER_KEYS if key in names), 0)
        texts = [key for key in _TEXT_KEYS if key in names]
        own = names.index(texts[0]) if texts else len(names) - 1 if names and at < len(names) - 1 else 1
        for row in numbered:
            if at < len(row) and own < len(row):
                rest = row[own:] if own == max(len(names) - 1, 1) else [row[own]]  # commas that nobody quoted
                yield from _numbered(row[at], (", " if delimiter == "," else delimiter).join(rest))
        return


def _cells(lines: Sequence[str], delimiter: str) -> Iterator[list[str]]:
    if delimiter == "|":
        for line in lines:
            if line.count("|") >= 2 and re.search(r"[^|:\s-]", line):
                yield [cell.strip() for cell in line.strip("|").split("|")]
        return
    own = [line for line in lines if delimiter in line]
    try:
        for row in csv.reader(own, delimiter=delimiter, skipinitialspace=True):
            yield [cell.strip() for cell in row]
    except csv.Error:
        return


def _from_paragraphs(text: str) -> Iterator[tuple[int, str]]:
    for number, words in _PARAGRAPH.findall(text):
        yield from _numbered(number, " ".join(words.split()))


def _from_lines(text: str) -> Iterator[tuple[int, str]]:
    rows = [(next(filter(None, numbers)), words.strip()) for *numbers, words in _LINE.findall(text)]
    quoted = all(map(_QUOTED.fullmatch, (words for _, words in rows)))  # values of YAML or TOML
    for number, words in rows:
        yield from _numbered(number, _value_of_line(words) if quoted or "\\" in words or words[0] == "'" else words)


def _value_of_line(words: str) -> str:
    """Without the quotation marks from end to end."""
    if not _QUOTED.fullmatch(words):
        return words
    return _unquoted(words) if words[0] == '"' else words[1:-1].replace("''", "'")


def _numbered(given: Any, words: Any) -> Iterable[tuple[int, str]]:
    number = _number_of(given)
    return [(number, words)] if number is not None and isinstance(words, str) else []


def _alone(words: str, number: int) -> str:
    """The text without its number before it, or out of the JSON that it stands in once more."""
    for _ in range(_NESTED):
        if not words.lstrip().startswith(("{", "[")):
            break
        value = decoded(words)
        inner = value.get("translations", value) if isinstance(value, dict) else value
        rows = inner if isinstance(inner, list) else [inner]
        texts = [row.get("text", row.get("translation")) for row in rows if isinstance(row, dict)] if rows else []
        if len(texts) != 1 or not isinstance(texts[0], str) or rows[0].get("id", number) != number:
            break
        words = texts[0]
    return re.sub(rf"^\s*[\[<(]?{number}[\])>]?\s{{0,3}}[.:|)]\s*", "", words, count=1)


def _number_of(value: object) -> int | None:
    """Of a sentence, as it was asked for: 101 of 101.0, "101", "#101" and "id 101"; None where there is none."""
    if isinstance(value, str):
        digits = re.sub(r"^\s{0,9}(?:#|id)\s{0,9}", "", value, count=1, flags=re.IGNORECASE).removesuffix(".0")
        return int(digits) if digits.isdecimal() and len(digits) <= _MOST_FIGURES else None
    if isinstance(value, float) and value.is_integer() and abs(value) < _ABOVE_ALL:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _ABOVE_ALL else None


def _unquoted(quoted: str) -> str:
    """The text of a JSON string; halves of letters that were sent in two pieces are one again, or the sign for a broken one."""
    try:
        value = str(json.loads(quoted, strict=False))
    except ValueError:
        return quoted[1:-1].replace('\\"', '"')
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
