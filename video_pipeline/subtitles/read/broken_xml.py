"""XML that may be broken: the part of the tree before the break."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, ParseError, XMLPullParser


def tree_of(text: str) -> tuple[Element | None, ParseError | None]:
    """The tree as far as it can be read, and the error that stopped the parser."""
    parser: Any = XMLPullParser(["start"])
    broken: ParseError | None = None
    try:
        parser.feed(text)
        parser.close()
    except ParseError as error:
        broken = error
    events: Any = parser.read_events()
    return next((element for element in _elements(events)), None), broken


def _elements(events: Any) -> Iterator[Element]:
    try:
        for _, element in events:
            yield element
    except ParseError:
        return  # the parser has reported the same error already
