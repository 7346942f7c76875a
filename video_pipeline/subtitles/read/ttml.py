"""TTML and its profiles (IMSC, DFXP): times may nest, be counted in frames or ticks, and stand on paragraphs or spans."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from video_pipeline.core.labels import Emotion
from video_pipeline.subtitles.read.base import Draft, Report, Unreadable
from video_pipeline.subtitles.read.languages import language_of_tag
from video_pipeline.subtitles.read.markup import emotion_named
from video_pipeline.subtitles.read.stamps import seconds

_ROOT = re.compile(r"<(?:\w+:)?tt[\s>]")
_BARE = re.compile(r"&(?!(?:#\d+|#x[0-9a-fA-F]+|amp|lt|gt|quot|apos);)")
_CLOCK = re.compile(r"(\d+):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?")
_FRAMES = re.compile(r"(\d+):(\d{1,2}):(\d{1,2}):(\d+)(?:\.\d+)?")
_OFFSET = re.compile(r"(\d+(?:\.\d+)?)(h|ms|m|s|f|t)")
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_NO_END_S = 5.0


@dataclass(frozen=True, slots=True)
class _Clock:
    rate_fps: float
    tick_hz: float


@dataclass(frozen=True, slots=True)
class _Place:
    """What an element inherits: the time its children count from and may not pass, style and language."""

    start_s: float = 0.0
    end_s: float | None = None
    sequence: bool = False
    emotion: Emotion | None = None
    language: str = ""


class TtmlReader:
    """A cue per timed leaf: a `p`, or each `span` in it that has times of its own."""

    def owns(self, text: str) -> bool:
        return _ROOT.search(text[:5000]) is not None

    def read(self, text: str, report: Report) -> list[Draft]:
        root = _parsed(text, report)
        rate = _number(root, "frameRate", 30.0) * _ratio(root)
        clock = _Clock(rate, _number(root, "tickRate", rate * _number(root, "subFrameRate", 1.0)))
        report.language = language_of_tag(root.get(_XML_LANG, ""))
        agents = {name: words for agent in root.iter() if _local(agent) == "agent" for name, words in _agent(agent)}
        body = next((element for element in root.iter() if _local(element) == "body"), None)
        return [] if body is None else _walk(body, _Place(), clock, agents)[0]


def _parsed(text: str, report: Report) -> Element:
    """The tree; of a broken file, what came before the break, with bare ampersands mended first."""
    text = text.lstrip()
    root, broken = _grown(text)
    if broken is not None and _BARE.search(text):
        root, broken = _grown(_BARE.sub("&amp;", text))
        report.add("bare ampersands")
    if root is None or (broken is not None and not any(_local(element) == "p" for element in root.iter())):
        raise Unreadable(f"its XML cannot be parsed: {broken or 'it has no root'}")
    if broken is not None:
        report.add("broken XML", broken.position[0], str(broken))
    return root


def _grown(text: str) -> tuple[Element | None, ParseError | None]:
    """The tree as far as it can be read, and what stopped it."""
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
        return  # the same error again, told by the parser already


def _walk(element: Element, place: _Place, clock: _Clock, agents: dict[str, str]) -> tuple[list[Draft], float | None]:
    """The cues below an element, and when it ends (None: it does not say)."""
    start_s, end_s = _times(element, place, clock)
    emotion = next(filter(None, map(emotion_named, element.get("style", "").split())), place.emotion)
    inner = _Place(start_s, end_s, element.get("timeContainer") == "seq", emotion, element.get(_XML_LANG) or place.language)
    if _local(element) in ("p", "span") and not any(_is_timed(child) for child in element.iter() if child is not element):
        text = _text(element)
        return ([_draft(element, text, inner, agents)] if text.strip() else []), end_s
    drafts: list[Draft] = []
    at_s = start_s
    for child in element:
        if _local(child) not in ("div", "p", "span", "body"):
            continue
        child_place = _Place(at_s if inner.sequence else start_s, end_s, False, inner.emotion, inner.language)
        found, child_end_s = _walk(child, child_place, clock, agents)
        drafts += found
        at_s = child_end_s if child_end_s is not None else at_s
    return drafts, at_s if end_s is None and inner.sequence else end_s


def _times(element: Element, place: _Place, clock: _Clock) -> tuple[float, float | None]:
    begin, end, duration = (_seconds(_attribute(element, name), clock) for name in ("begin", "end", "dur"))
    start_s = place.start_s + (begin or 0.0)
    ends = [place.start_s + end] if end is not None else []
    ends += [start_s + duration] if duration is not None else []
    ends += [place.end_s] if place.end_s is not None else []
    return start_s, min(ends) if ends else None


def _draft(element: Element, text: str, place: _Place, agents: dict[str, str]) -> Draft:
    speaker = agents.get((_attribute(element, "agent") or "").lstrip("#"))
    language = language_of_tag(place.language)
    end_s = place.end_s if place.end_s is not None else place.start_s + _NO_END_S
    return Draft(place.start_s, end_s, text, 0, speaker, place.emotion, language)


def _text(element: Element) -> str:
    """Words of an element: blanks collapse as in XML, `br` breaks the line, metadata is left out."""
    lines = "".join(_pieces(element)).split("\x1f")
    return "\n".join(" ".join(line.split()) for line in lines)


def _pieces(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if _local(child) == "br":
            yield "\x1f"
        elif _local(child) == "span":
            yield from _pieces(child)
        yield child.tail or ""


def _seconds(text: str | None, clock: _Clock) -> float | None:
    text = (text or "").strip()
    if found := _FRAMES.fullmatch(text):
        return seconds(found.group(1), found.group(2), found.group(3), None) + int(found.group(4)) / clock.rate_fps
    if found := _CLOCK.fullmatch(text):
        return seconds(*found.groups())
    if found := _OFFSET.fullmatch(text):
        units = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001, "f": 1 / clock.rate_fps, "t": 1 / clock.tick_hz}
        return float(found.group(1)) * units[found.group(2)]
    return None


def _agent(agent: Element) -> Iterator[tuple[str, str]]:
    name = agent.get("{http://www.w3.org/XML/1998/namespace}id")
    words = " ".join("".join(agent.itertext()).split())
    if name and words:
        yield name, words


def _number(root: Element, name: str, default: float) -> float:
    try:
        return float(_attribute(root, name) or default) or default
    except ValueError:
        return default


def _ratio(root: Element) -> float:
    found = re.fullmatch(r"(\d+)[ :](\d+)", (_attribute(root, "frameRateMultiplier") or "").strip())
    return int(found.group(1)) / int(found.group(2)) if found and int(found.group(2)) else 1.0


def _attribute(element: Element, name: str) -> str | None:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), None)


def _is_timed(element: Element) -> bool:
    return _local(element) in ("span", "p") and any(element.get(name) for name in ("begin", "end", "dur"))


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
