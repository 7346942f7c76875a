"""Build XML from nested calls."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.etree.ElementTree import Element


def element(tag: str, *children: Element | str | int, **attributes: str | int) -> Element:
    """An element with attributes; a child that is not an element is its text."""
    made = Element(tag, {name: str(value) for name, value in attributes.items()})
    for child in children:
        if isinstance(child, Element):
            made.append(child)
        else:
            made.text = str(child)
    return made


def document(root: Element) -> str:
    """The complete file. The document type is only named, as the programs themselves write it."""
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE {root.tag}>\n{body}\n'
