"""Places in WebVTT: cue settings such as `line:5% align:left`, and regions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from video_pipeline.core.cue import Place

_SETTING = re.compile(r"(vertical|line|position|size|align|region):(\S+)", re.IGNORECASE)
_OLD_SETTING = re.compile(r"([DLTSA]):(\S+)")
_OLD_NAMES = {"D": "vertical", "L": "line", "T": "position", "S": "size", "A": "align"}
"""Settings of drafts of WebVTT."""
_PERCENT = re.compile(r"(-?\d+(?:\.\d+)?)%")
_COLUMNS = {"start": 0, "left": 0, "center": 1, "middle": 1, "end": 2, "right": 2}
_LINE_SHARE = 0.0533
"""Height of a line in a region, as a share of the picture's (WebVTT, section 6.1: 5.33vh)."""
_ROWS_AT = 1 / 3
"""A line below this share of the height is at the top, above twice of it at the bottom."""


def place_of_settings(text: str, regions: Mapping[str, Place] | None = None) -> Place | None:
    """The place that the settings behind a timing line name; None if the text is no list of settings."""
    words = text.split()
    named = [found for word in words if (found := _SETTING.fullmatch(word))]
    values = {found.group(1).lower(): found.group(2) for found in named}
    if not values:
        old = [found for word in words if (found := _OLD_SETTING.fullmatch(word))]
        values = {_OLD_NAMES[found.group(1)]: found.group(2) for found in old}
    if not values:
        return None
    place = replace((regions or {}).get(values.get("region", ""), Place()), region=values.get("region", ""))
    place = _on_line(place, values.get("line", ""))
    column = _COLUMNS.get(values.get("align", "").lower(), place.column)
    place = replace(place, align=3 * place.row + column + 1, settings=" ".join(text.split()))
    if percent := _PERCENT.match(values.get("position", "")):
        place = replace(place, x=round(float(percent.group(1)) / 100, 5))
    if percent := _PERCENT.match(values.get("size", "")):
        place = replace(place, width=round(float(percent.group(1)) / 100, 5))
    vertical = values.get("vertical", "").lower()
    return replace(place, vertical=vertical if vertical in ("rl", "lr") else "")


def _on_line(place: Place, value: str) -> Place:
    value, _, edge = value.partition(",")
    column = place.column
    if percent := _PERCENT.fullmatch(value):
        y = float(percent.group(1)) / 100
        row = {"start": 2, "center": 1, "end": 0}.get(edge, 2 if y < 2 * _ROWS_AT else 0)
        exact = row or edge == "end"  # otherwise the upper edge is meant, and only the number of lines tells where they end
        return replace(place, y=round(y, 5) if exact else None, align=3 * row + column + 1)
    if re.fullmatch(r"-?\d+", value):
        row = 2 if not value.startswith("-") else 0
        return replace(place, line=int(value), align=3 * row + column + 1)
    return place


def settings_of(place: Place) -> str:
    """The settings of a place; empty for the usual one."""
    if place.settings:
        return place.settings
    found = []
    if place.vertical:
        found.append(f"vertical:{place.vertical}")
    if place.region:
        found.append(f"region:{place.region}")
    elif place.line is not None:
        found.append(f"line:{place.line}")
    elif place.y is not None:
        low = place.row == 2 and place.y >= 2 * _ROWS_AT  # to be told from the usual place
        found.append(f"line:{_percent(place.y)}" + (",start" if low else "", ",center", ",end")[2 - place.row])
    elif place.row:
        found.append("line:0" if place.row == 2 else "line:50%,center")
    if place.x is not None:
        found.append(f"position:{_percent(place.x)}")
    if place.width is not None:
        found.append(f"size:{_percent(place.width)}")
    if place.column != 1:
        found.append(f"align:{'left' if place.column == 0 else 'right'}")
    return " ".join(found)


def region_of_block(lines: list[str]) -> tuple[str, Place]:
    """Name and place of a `REGION` block."""
    pairs = (found for line in lines for found in re.finditer(r"([a-z]+)\s*[:=]\s*(\S+)", line, re.IGNORECASE))
    values: dict[str, str] = {found[1].lower(): found[2] for found in pairs}
    width = _share(values.get("width", "100%"), 1.0)
    height = min(1.0, int(values["lines"]) * _LINE_SHARE) if values.get("lines", "").isdigit() else 3 * _LINE_SHARE
    anchor, view = (_pair(values.get(name, "0%,100%")) for name in ("regionanchor", "viewportanchor"))
    left, top = view[0] - anchor[0] * width, view[1] - anchor[1] * height
    row = 2 if top + height / 2 < _ROWS_AT else 0 if top + height / 2 > 2 * _ROWS_AT else 1
    y = top if row == 2 else top + height if row == 0 else top + height / 2
    name = values.get("id", "")
    return name, Place(
        align=3 * row + 2, x=_round(left + width / 2), y=_round(y), width=_round(width), height=_round(height), region=name
    )


def _pair(text: str) -> tuple[float, float]:
    first, _, second = text.partition(",")
    return _share(first, 0.0), _share(second, 1.0)


def _share(text: str, default: float) -> float:
    found = _PERCENT.fullmatch(text)
    return float(found.group(1)) / 100 if found else default


def _round(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 5)


def _percent(share: float) -> str:
    return f"{100 * share:.3f}".rstrip("0").rstrip(".") + "%"
