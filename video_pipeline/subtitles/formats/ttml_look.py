"""Looks and places in TTML: styles that refer to styles, regions, and attributes on every element."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from video_pipeline.core.cue import BOTTOM, Look, Place
from video_pipeline.subtitles.formats.ttml_time import attribute
from video_pipeline.subtitles.read.markup import css_colour, emotion_named

XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
OWN_STYLES = frozenset(("plain", "words", "sound"))
"""Names of styles that `TtmlFormat` writes for itself."""
_OWN_REGION = "bottom"
_LENGTH = re.compile(r"([+-]?\d+(?:\.\d+)?)(%|px|c|rw|rh|vw|vh)")
_ROW_OF = {"before": 2, "center": 1, "after": 0}
_COLUMN_OF = {"left": 0, "start": 0, "center": 1, "right": 2, "end": 2}
_VERTICAL = {"tbrl": "rl", "tb": "rl", "tblr": "lr"}
_MOST_DEPTH = 8
"""Styles that refer to styles further than this refer in a circle."""
Attributes = Mapping[str, str]


@dataclass(slots=True)
class Sheet:
    """Styles and regions of a document."""

    styles: dict[str, dict[str, str]] = field(default_factory=dict)
    regions: dict[str, Place] = field(default_factory=dict)
    region_colours: dict[str, str] = field(default_factory=dict)
    base_colour: str = ""
    """Colour of the body: the usual one, and therefore no markup."""

    @classmethod
    def of(cls, root: Element) -> Sheet:
        sheet = cls()
        named = {name: one for one in root.iter() if local(one) == "style" and (name := one.get(XML_ID))}
        sheet.styles = {name: _resolved(one, named) for name, one in named.items()}
        for region in (one for one in root.iter() if local(one) == "region" and one.get(XML_ID)):
            values = sheet.attributes(region)
            for child in region:
                if local(child) == "style":
                    values |= sheet.attributes(child)
            sheet.regions[region.get(XML_ID, "")] = _place(values, region.get(XML_ID, ""), root)
        body = next((one for one in root.iter() if local(one) == "body"), None)
        if body is not None:
            sheet.base_colour = css_colour(sheet.attributes(body).get("color", "")) or "#ffffff"
        return sheet

    def attributes(self, element: Element) -> dict[str, str]:
        """The styling attributes of an element: those of its styles, then its own."""
        values: dict[str, str] = {}
        for name in element.get("style", "").split():
            if emotion_named(name) is None and name not in OWN_STYLES:
                values |= self.styles.get(name, {})
        return values | _own(element)

    def look(self, element: Element, around: Look) -> Look:
        values = self.attributes(element)
        if "fontStyle" in values:
            around = replace(around, italic=values["fontStyle"] in ("italic", "oblique", "reverseOblique"))
        if "fontWeight" in values:
            around = replace(around, bold=values["fontWeight"] == "bold")
        if decoration := values.get("textDecoration", ""):
            words = decoration.split()
            underline = "underline" in words or (around.underline and "noUnderline" not in words and "none" not in words)
            strike = "lineThrough" in words or (around.strike and "noLineThrough" not in words and "none" not in words)
            around = replace(around, underline=underline, strike=strike)
        if (colour := css_colour(values.get("color", ""))) and local(element) in ("p", "span"):
            around = replace(around, colour="" if colour == self.base_colour else colour)
        return around

    def place(self, element: Element, around: Place, root: Element) -> Place:
        """Where an element stands: in its region, with its own alignment."""
        values = self.attributes(element)
        name = element.get("region", "")
        place = self.regions.get(name, around) if name else around
        if "origin" in values or "extent" in values:
            place = _place({**values, "displayAlign": values.get("displayAlign", "before")}, "", root)
        column = _COLUMN_OF.get(values.get("textAlign", ""), place.column)
        return replace(place, align=3 * place.row + column + 1)

    def is_hidden(self, element: Element) -> bool:
        """Whether an element is never seen: hidden, and not shown later by an animation."""
        values = self.attributes(element)
        hidden = values.get("display") == "none" or values.get("visibility") == "hidden"
        return hidden and not any(local(child) == "set" and not self.is_hidden(child) for child in element)


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _resolved(style: Element, named: Mapping[str, Element], depth: int = 0) -> dict[str, str]:
    values: dict[str, str] = {}
    for name in style.get("style", "").split():
        if name in named and depth < _MOST_DEPTH:
            values |= _resolved(named[name], named, depth + 1)
    return values | _own(style)


def _own(element: Element) -> dict[str, str]:
    return {
        name: value.strip() for key, value in element.attrib.items() if "}" in key and (name := key.rpartition("}")[2]) != "id"
    }


def _place(values: Attributes, name: str, root: Element) -> Place:
    """The place of a region. Lengths in pixels and cells need the root's extent and cell resolution."""
    row, column = _ROW_OF.get(values.get("displayAlign", "before"), 2), _COLUMN_OF.get(values.get("textAlign", "center"), 1)
    vertical = _VERTICAL.get(values.get("writingMode", ""), "")
    place = Place(align=3 * row + column + 1, vertical=vertical, region="" if name == _OWN_REGION else name)
    origin, extent = _pair(values.get("origin", ""), root), _pair(values.get("extent", ""), root)
    if name == _OWN_REGION:
        return place if origin is None else BOTTOM
    if origin is None and extent is None:
        return place
    left, top = origin or (0.0, 0.0)
    width, height = extent or (1.0 - left, 1.0 - top)
    x, y = left + width * column / 2, top + height * (0.0, 0.5, 1.0)[2 - row]
    return replace(place, x=round(x, 5), y=round(y, 5), width=round(width, 5), height=round(height, 5))


def _pair(text: str, root: Element) -> tuple[float, float] | None:
    found = _LENGTH.findall(text)
    if len(found) != 2:
        return None
    cells = [float(one) for one in re.findall(r"\d+", attribute(root, "cellResolution") or "32 15")] or [32.0, 15.0]
    pixels = [float(one) for one in re.findall(r"(\d+(?:\.\d+)?)px", attribute(root, "extent") or "")] or [1920.0, 1080.0]
    sizes = [{"%": 100.0, "px": pixels[k], "c": cells[k], "rw": 100.0, "rh": 100.0, "vw": 100.0, "vh": 100.0} for k in (0, 1)]
    return float(found[0][0]) / sizes[0][found[0][1]], float(found[1][0]) / sizes[1][found[1][1]]
