"""File names as text. Bytes of a name that are not UTF-8 are lone surrogates to Python, and nothing can store these."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import unquote_to_bytes

_UNDECODED = re.compile("[\ud800-\udfff]")
_FILE = "file://"
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """The same text with U+FFFD for each byte that is not UTF-8."""
    return os.fsencode(text).decode("utf-8", "replace") if _UNDECODED.search(text) else text


def one_line(text: str) -> str:
    """The same text as a terminal may show it: names with line breaks, escapes or marks of direction stay one line."""
    return _CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), printable(text))


def stored_path(path: Path) -> str:
    """A path as text that can be stored and turned back: a file:// address where the path is not UTF-8, else the path itself."""
    text = str(path)
    return path.absolute().as_uri() if _UNDECODED.search(text) else text


def path_stored(text: str) -> Path:
    """The path that `stored_path` turned into text. Also takes file:// addresses that people write without %-codes."""
    if not text.startswith(_FILE):
        return Path(text)
    plain = Path(text.removeprefix(_FILE))
    return plain if plain.exists() else Path(os.fsdecode(unquote_to_bytes(text.removeprefix(_FILE))))
