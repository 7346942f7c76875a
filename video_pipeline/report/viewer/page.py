"""One file of HTML out of many small modules: scripts joined in the order of the table, styles and data beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

import msgspec

FOLDER = Path(__file__).parent
MODULES = (
    "dom.js",
    "texts.js",
    "times.js",
    "source.js",
    "store.js",
    "captions.js",
    "shuttle.js",
    "player.js",
    "scale.js",
    "lanes.js",
    "timeline.js",
    "transcript.js",
    "cards.js",
    "weights.js",
    "exporting.js",
    "style.js",
    "checks.js",
    "keys.js",
    "element.js",
)
"""Each after those it imports from."""
STYLES = ("base.css", "player.css", "panels.css", "cards.css")
_AROUND = """html { background: #0b0d12; }
@media (prefers-color-scheme: light) { html { background: #f4f5f8; } }
body { margin: 0; }
"""
_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Cpath fill='%234c8fff' d='M1 3h4v10H1z'/%3E%3Cpath fill='%23ffd60d' d='M6 3h4v10H6z'/%3E"
    "%3Cpath fill='%23fa5a2a' d='M11 3h4v10h-4z'/%3E%3C/svg%3E"
)
_IMPORT = re.compile(r"^import \{[^}]*\} from \"[^\"]+\";\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let)\b)", re.MULTILINE)


def joined(paths: Iterable[Path]) -> str:
    """Modules as one script: their top-level names must differ, which the browser itself checks."""
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", path.read_text(encoding="utf-8"))) for path in paths)


def scripts() -> str:
    """The viewer, with the table of its styles: defines the element `<video-moments>`."""
    sheet = "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in STYLES)
    return f"const VIEWER_CSS = {script_json(sheet)};\n" + joined(FOLDER / name for name in MODULES)


def script_json(value: Any) -> str:
    """JSON that may stand inside `<script>`: no text can end the element, begin a comment, or break a line of a script."""
    text = msgspec.json.encode(value).decode()
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def document(title: str, sheet: str, body: str, script: str) -> str:
    """A whole page, nothing of which is loaded from anywhere. `body` is HTML."""
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="dark light">',
            f"<title>{escape(title)}</title>",
            f'<link rel="icon" href="{_ICON}">',
            f"<style>\n{sheet}</style>",
            "</head>",
            "<body>",
            "<noscript>This page needs JavaScript, which this browser has switched off.</noscript>",
            body,
            f'<script type="module">\n{script}\n</script>',
            "</body>",
            "</html>",
            "",
        ]
    )


def render_page(data: dict[str, Any]) -> str:
    """`report.html`: works from the disk, without a server and without a network."""
    body = f'<video-moments></video-moments>\n<script type="application/json" id="data">{script_json(data)}</script>'
    return document(data["name"], _AROUND, body, scripts() + "\nshowReport();")
