"""The parts of an ASS document that decide which font draws a letter and how wide a line is.

Only documents are changed that break their lines themselves (`WrapStyle: 2`), and of these only events that libass places by
margins: what a person positioned or scaled stays as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

_EVENT = re.compile(r"^(Dialogue:(?:[^,\n]*,){9})(.*)$", re.MULTILINE)
_STYLE = re.compile(r"^(Style:[^,\n]*,)([^,\n]*)", re.MULTILINE)
_INLINE = re.compile(r"\\fn([^\\}]*)")
_FORMAT = re.compile(r"^\[V4\+? Styles\]\s*^Format:(.*)$", re.MULTILINE | re.IGNORECASE)
_PIECE = re.compile(r"\{[^}]*\}|\\[Nnh]|[^{\\]+|.", re.DOTALL)
_TAG = re.compile(r"\\fn([^\\}]*)|\\fs(\d+(?:\.\d+)?)|\\b(\d+)(?=[\\}])|\\i([01])(?=[\\}])|\\r([^\\}]*)")
_SIZE = re.compile(r"\\fs(\d+(?:\.\d+)?)")
_PLACED = re.compile(r"\\(?:pos|move|fsc[xy]|fsp|fr[xyz]?|r|q|t\([^)]*\\fs|p[1-9])|\{[^}]*\\(?:org|clip)")
_NEUTRAL = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Me"})
"""Categories of characters that draw nothing of their own: they stay in the font of the letters before them."""
INVISIBLE = _NEUTRAL
_SPARE = 0.06
"""Room for synthetic bold and for rounding, as a share of the font size."""
_LEAST_PX = 8


@dataclass(frozen=True, slots=True)
class Letters:
    """How letters are drawn at one place of an event."""

    family: str
    size_px: float
    bold: bool
    italic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Style:
    letters: Letters
    edge_px: float
    """Outline and shadow together."""
    margins_px: tuple[int, int]
    """Left and right."""


Width = Callable[[str, Letters], float]
"""Width of a character in units of the font size."""


def families(document: str) -> set[str]:
    """The families that the document names."""
    inline = (name for event in _EVENT.findall(document) for name in _INLINE.findall(event[1]))
    return {name.strip() for name in (*(name for _, name in _STYLE.findall(document)), *inline) if name.strip()}


def visible(document: str) -> set[str]:
    """The characters of all events that draw something."""
    texts = "".join(piece for _, text in _EVENT.findall(document) for piece in _PIECE.findall(text) if _is_text(piece))
    return {character for character in set(texts) if unicodedata.category(character) not in INVISIBLE}


def looks(document: str) -> tuple[tuple[bool, bool], ...]:
    """The pairs of bold and italic that occur in the styles."""
    found = {(style.letters.bold, style.letters.italic) for style in _styles(document).values()}
    return tuple(sorted(found)) or ((False, False),)


def renamed(document: str, takes: dict[str, str]) -> str:
    """The document with other families."""
    document = _STYLE.sub(lambda found: found[1] + takes.get(found[2].strip(), found[2]), document)
    return _INLINE.sub(lambda found: "\\fn" + takes.get(found[1].strip(), found[1]), document)


def mixed(document: str, other: Callable[[str, str], str]) -> str:
    """The document with the letters in other families that their own lacks. `other` gives a family for (family, letter)."""
    styles = _styles(document)

    def event(found: re.Match[str]) -> str:
        return found[1] + "".join(_runs(found[2], _style_of(found[1], styles).letters, styles, other))

    return _EVENT.sub(event, document) if styles else document


def fitted(document: str, width: Width) -> str:
    """The document with smaller letters in events of which a line does not fit between the margins."""
    styles, picture_px = _styles(document), _number(document, "PlayResX")
    if not styles or not picture_px or _number(document, "WrapStyle") != 2:
        return document

    def event(found: re.Match[str]) -> str:
        if _PLACED.search(found[2]):
            return found[0]
        style = _style_of(found[1], styles)
        fields = found[1].split(",")
        left, right = (
            int(own) if (own := text.strip()).isdigit() and int(own) else usual
            for text, usual in zip(fields[5:7], style.margins_px, strict=True)
        )
        room_px = picture_px - left - right - 2 * style.edge_px
        widest_px = max(_line_widths(found[2], style.letters, styles, width), default=0.0)
        return found[1] + (_smaller(found[2], style.letters.size_px, room_px / widest_px) if widest_px > room_px else found[2])

    return _EVENT.sub(event, document)


def _smaller(text: str, size_px: float, share: float) -> str:
    def scaled(px: float) -> str:
        return rf"\fs{max(_LEAST_PX, int(px * share))}"

    text = _SIZE.sub(lambda found: scaled(float(found[1])), text)
    return text if _SIZE.search(text.partition("}")[0]) else f"{{{scaled(size_px)}}}{text}"


def _line_widths(text: str, letters: Letters, styles: dict[str, _Style], width: Width) -> Iterator[float]:
    total_px, spare_px, base = 0.0, 0.0, letters
    for piece in _PIECE.findall(text):
        if piece in (r"\N", r"\n"):
            yield total_px + spare_px
            total_px = spare_px = 0.0
        elif piece.startswith("{") and piece.endswith("}"):
            letters = _after(piece, letters, base, styles)
        else:
            total_px += letters.size_px * sum(width(character, letters) for character in piece.replace(r"\h", " "))
            spare_px = max(spare_px, _SPARE * letters.size_px)
    yield total_px + spare_px


def _runs(text: str, letters: Letters, styles: dict[str, _Style], other: Callable[[str, str], str]) -> Iterator[str]:
    base, drawn = letters, letters.family
    for piece in _PIECE.findall(text):
        if not _is_text(piece):
            if drawn != letters.family and piece.startswith("{"):
                yield rf"{{\fn{letters.family}}}"
                drawn = letters.family
            if piece.startswith("{"):
                letters = _after(piece, letters, base, styles)
                drawn = letters.family
            yield piece
            continue
        for character in piece:
            if unicodedata.category(character) not in _NEUTRAL:
                family = other(letters.family, character)
                if family != drawn:
                    yield rf"{{\fn{family}}}"
                    drawn = family
            yield character


def _after(block: str, letters: Letters, base: Letters, styles: dict[str, _Style]) -> Letters:
    """The letters after a block of overrides."""
    for family, size, bold, italic, style in _TAG.findall(block):
        if family:
            letters = replace(letters, family=family.strip())
        elif size:
            letters = replace(letters, size_px=float(size))
        elif bold:
            letters = replace(letters, bold=int(bold) == 1 or int(bold) >= 600)
        elif italic:
            letters = replace(letters, italic=italic == "1")
        else:
            letters = styles[style].letters if style in styles else base
    return letters


def _styles(document: str) -> dict[str, _Style]:
    """By name; empty if the document lists no fields of styles."""
    head = _FORMAT.search(document)
    if head is None:
        return {}
    names = [name.strip().lower() for name in head[1].split(",")]
    found = {}
    for line in re.findall(r"^Style:(.*)$", document, re.MULTILINE):
        values = dict(zip(names, (value.strip() for value in line.split(",")), strict=False))
        if values.get("name"):
            found[values["name"]] = _style(values)
    return found


def _style(values: dict[str, str]) -> _Style:
    def number(name: str) -> float:
        try:
            return float(values.get(name, 0))
        except ValueError:
            return 0.0

    letters = Letters(values.get("fontname", ""), number("fontsize"), number("bold") != 0, number("italic") != 0)
    margins = (int(number("marginl")), int(number("marginr")))
    return _Style(letters=letters, edge_px=number("outline") + number("shadow"), margins_px=margins)


def _style_of(head: str, styles: dict[str, _Style]) -> _Style:
    """The style of an event. Libass takes the first one if the event names none that exists."""
    return styles.get(head.split(",")[3].strip().lstrip("*")) or styles.get("Default") or next(iter(styles.values()))


def _number(document: str, name: str) -> float:
    found = re.search(rf"^{name}:\s*(\d+)", document, re.MULTILINE)
    return float(found[1]) if found else 0.0


def _is_text(piece: str) -> bool:
    return not (piece.startswith("{") and piece.endswith("}") and len(piece) > 1) and piece not in (r"\N", r"\n", r"\h")
