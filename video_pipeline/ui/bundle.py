"""One HTML file that loads nothing, made of a page's `index.html` and of the modules and styles that it names.

The order of the modules follows from their imports. Each module becomes a function of its own, so that names of two modules
cannot collide. What the pages do not use is refused: default exports, `export { ... }`, `import * as`, circular imports.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
from rjsmin import jsmin

FOLDER = Path(__file__).resolve().parent
_PART = re.compile(
    r'<link rel="stylesheet" href="(?P<sheet>[^"]+)">'
    r'|<link rel="icon" href="(?P<icon>[^"]+)">'
    r'|<script type="module" src="(?P<script>[^"]+)"></script>'
    r"|<!--(?P<text>[A-Z]+)-->"
)
_IMPORT = re.compile(
    r'^import (?:\{(?P<names>[^}]*)\} from |(?P<whole>\w+) from )?"(?P<path>[^"]+)"(?: with \{ type: "(?:css|json)" \})?;$',
    re.MULTILINE,
)
_EXPORT = re.compile(r"^export (?=(?:async function\*?|function\*?|class|const) (?P<name>\w+))", re.MULTILINE)
_READABLE = " =:/'"
"""Characters of an icon that may stand in an attribute as they are."""
_LEFT = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


_TYPES = re.compile(r"^[ \t]*/\*\*.*?\*/[ \t]*\n?", re.MULTILINE | re.DOTALL)
"""Comments that hold types: for the type checker and for editors, a quarter of a page's size."""
_STYLE_SPACE = re.compile(r"\s*/\*.*?\*/|(?<=[{};,])\s+|\s+(?=[{}])|;\s*(?=\})|(?<=[a-z]:) ", re.DOTALL)
"""Comments of style sheets, and spaces and semicolons that no rule needs. No sheet has a text with such signs in it."""
_SEVERAL_LINES = re.compile(r"`[^`]*`")
_MARGINS = re.compile(r"^[ \t]+(?://.*\n)?|^//.*\n", re.MULTILINE)
"""Indents and lines that are comments alone: another tenth. No text of a script goes over several lines."""


class BundleError(Exception):
    """The files of a page do not fit together; the message names the file."""


def page(name: str, *, title: str = "", body: str = "", data: Any = None, language: str = "en", style: str = "") -> str:
    """The page in the folder `name` as one document. Raises BundleError.

    Args:
        title: plain text, for `<!--TITLE-->`.
        body: HTML, for `<!--BODY-->`.
        language: BCP 47, for `<!--LANGUAGE-->`.
        data: what becomes JSON, for `<!--DATA-->`.
        style: CSS of this page alone, before the others.
    """
    index = FOLDER / name / "index.html"
    texts = {"TITLE": escape(title), "BODY": body, "DATA": json_in_script(data), "LANGUAGE": escape(language)}

    def part(match: re.Match[str]) -> str:
        kind, value = str(match.lastgroup), match[str(match.lastgroup)]
        if kind == "text":
            return texts[value]
        path = _found(index, value)
        if kind == "script":
            return f'<script type="module">\n{script(path)}</script>'
        if kind == "sheet":
            return f"<style>\n{_sheet(path)}</style>"
        return f'<link rel="icon" href="data:image/svg+xml,{quote(_read(path).strip(), safe=_READABLE)}">'

    text = _read(index)
    return _PART.sub(part, text.replace("</title>", f"</title>\n<style>{style}</style>", 1) if style else text)


def script(entry: Path) -> str:
    """The module `entry` and all that it imports as one script. Raises BundleError."""
    names = {path: f"${number}" for number, path in enumerate(module_order(entry))}
    return str(jsmin("".join(_as_function(path, names) for path in names)))


def module_order(entry: Path) -> list[Path]:
    """Every file that `entry` needs, itself last, each after those that it imports. Raises BundleError."""
    order: dict[Path, None] = {}

    def visit(path: Path, importers: tuple[Path, ...]) -> None:
        if path in importers:
            circle = " -> ".join(_key(one) for one in (*importers[importers.index(path) :], path))
            raise BundleError(f"circular import: {circle}")
        if path in order:
            return
        for wanted, _ in _imports(path):
            visit(wanted, (*importers, path))
        order[path] = None

    visit(entry.resolve(), ())
    return list(order)


def json_in_script(value: Any) -> str:
    """JSON that may stand inside `<script>`: no text can end the element, begin a comment, or break a line of a script."""
    text = msgspec.json.encode(value).decode()
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _as_function(path: Path, names: dict[Path, str]) -> str:
    """A module as `const $7=(()=>{ ... return { clock }; })();`, by the short names of all modules."""
    own = names[path]
    if path.suffix == ".json":
        return f"const {own} = {json_in_script(msgspec.json.decode(_read(path)))};\n"
    if path.suffix == ".css":
        return f"const {own} = new CSSStyleSheet();\n{own}.replaceSync({json_in_script(_sheet(path))});\n"
    text = _TYPES.sub("", _IMPORT.sub(lambda match: _assignment(path, match, names), _embeddable(path)))
    if "\n" in "".join(_SEVERAL_LINES.findall(text)):
        raise BundleError(f"{_key(path)}: a text that goes over several lines is not supported")
    exports = ", ".join(_exports(path))
    text = _EXPORT.sub("", text)
    if left := _LEFT.search(text):
        raise BundleError(f"{_key(path)}: this form of import or export is not supported: {left[0]}")
    text = _MARGINS.sub("", text)
    return f"const {own} = (() => {{\n{text}return {{ {exports} }};\n}})();\n" if exports else f"(() => {{\n{text}}})();\n"


def _assignment(path: Path, match: re.Match[str], names: dict[Path, str]) -> str:
    """What stands in the place of an import."""
    module = names[_found(path, match["path"])]
    if match["whole"]:
        return f"const {match['whole']} = {module};"
    return f"const {{{match['names'].replace(' as ', ': ')}}} = {module};" if match["names"] else ""


def _sheet(path: Path) -> str:
    """A style sheet without what no browser needs."""
    return _STYLE_SPACE.sub("", _embeddable(path))


def _imports(path: Path) -> Iterator[tuple[Path, list[str]]]:
    """What a module imports: each file with the names wanted of it. Raises BundleError where there is no such file or name."""
    if path.suffix != ".js":
        return
    for match in _IMPORT.finditer(_read(path)):
        wanted = _found(path, match["path"])
        names = [name.split(" as ")[0].strip() for name in (match["names"] or "").split(",") if name.strip()]
        if missing := set(names) - set(_exports(wanted)):
            raise BundleError(f"{_key(path)} imports {', '.join(sorted(missing))}, which {_key(wanted)} does not export")
        yield wanted, names


def _exports(path: Path) -> list[str]:
    return [match["name"] for match in _EXPORT.finditer(_read(path))]


def _found(importer: Path, address: str) -> Path:
    path = (importer.parent / address).resolve()
    if not path.is_file():
        raise BundleError(f"{_key(importer)} names {address}, which does not exist")
    return path


def _embeddable(path: Path) -> str:
    """The text of a file that is to stand inside an element, which it must not end."""
    text = _read(path)
    if re.search(r"</(?:script|style)", text, re.IGNORECASE):
        raise BundleError(f"{_key(path)} contains an end tag, which would end the element that it is put into")
    return text


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _key(path: Path) -> str:
    """A file's name in messages and in the bundle: its path below the folder of all pages."""
    return path.relative_to(FOLDER).as_posix() if path.is_relative_to(FOLDER) else path.name
