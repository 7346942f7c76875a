"""Reading TTML: a tree with times, styles, regions and agents becomes cues."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from xml.etree.ElementTree import Element

from video_pipeline.core.cue import BOTTOM, PLAIN, Look, Place, Run
from video_pipeline.core.labels import Emotion
from video_pipeline.core.transcript import Token
from video_pipeline.subtitles.formats.base import Draft, Report, Unreadable
from video_pipeline.subtitles.formats.ttml_look import OWN_STYLES, XML_ID, Sheet, local
from video_pipeline.subtitles.formats.ttml_time import TimeUnits, attribute
from video_pipeline.subtitles.read.broken_xml import tree_of
from video_pipeline.subtitles.read.languages import language_of_tag
from video_pipeline.subtitles.read.markup import emotion_named, with_flag

_BARE_AMPERSAND = re.compile(r"&(?!(?:#\d+|#x[0-9a-fA-F]+|amp|lt|gt|quot|apos);)")
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_TIMED = ("begin", "end", "dur")
_NO_TEXT = frozenset(("metadata", "set", "title", "desc", "copyright", "agent", "name", "image", "audio", "animate"))
"""Elements inside a paragraph whose text is not shown."""
_HTML = {"i": "italic", "em": "italic", "b": "bold", "strong": "bold", "u": "underline", "s": "strike"}
"""Elements of HTML that people put into TTML."""
_LINE_BREAK = "\x1f"
"""Stands for `br` while spaces are collapsed."""
_OTHER_TEXT = frozenset(("x-translation", "x-roman"))
"""Roles of spans in lyrics that repeat the line in another language or script."""
_TOLERANCE_S = 0.05
"""A child may stand out of its parent by this much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Document:
    root: Element
    units: TimeUnits
    sheet: Sheet
    agents: Mapping[str, str]
    absolute: bool
    """Times of children count from the start of the document, as in lyrics, not from their parent."""
    report: Report


@dataclass(frozen=True, slots=True)
class _Around:
    """What an element inherits from its parent."""

    start_s: float = 0.0
    """The time from which its own times count."""
    end_s: float | None = None
    """The time it cannot exceed."""
    sequence: bool = False
    """Its children follow each other instead of starting together."""
    emotion: Emotion | None = None
    language: str = ""
    look: Look = PLAIN
    place: Place = BOTTOM
    preserve: bool = False
    """White space is kept."""


def drafts_of(text: str, report: Report) -> list[Draft]:
    """All cues of a document. Raises Unreadable."""
    root = _parsed(text, report)
    report.tag = root.get(_XML_LANG, "")
    report.language = language_of_tag(report.tag)
    body = next((element for element in root.iter() if local(element) == "body"), None)
    if body is None:
        return []
    units = TimeUnits.of(root, report.rate_fps)
    document = _Document(
        root=root,
        units=units,
        sheet=Sheet.of(root),
        agents={name: words for agent in root.iter() if local(agent) == "agent" for name, words in _agent(agent)},
        absolute=_is_absolute(body, units),
        report=report,
    )
    drafts = _walk(body, _Around(preserve=root.get(_XML_SPACE) == "preserve"), document)[0]
    if not drafts and any(attribute(one, "backgroundImage") for one in root.iter()):
        raise Unreadable("its subtitles are pictures, not text")
    return drafts


def _parsed(text: str, report: Report) -> Element:
    """The tree. Bare ampersands are escaped first; a document broken off is read up to the break."""
    text = text.lstrip()
    root, broken = tree_of(text)
    if broken is not None and _BARE_AMPERSAND.search(text):
        root, broken = tree_of(_BARE_AMPERSAND.sub("&amp;", text))
        report.add("bare ampersands")
    if root is None or (broken is not None and not any(local(element) == "p" for element in root.iter())):
        raise Unreadable(f"its XML cannot be parsed: {broken or 'it has no root'}")
    if broken is not None:
        report.add("broken XML", broken.position[0], str(broken))
    return root


def _is_absolute(body: Element, units: TimeUnits) -> bool:
    """Whether children's times lie within those of their parents as they stand, and would not if they were added."""
    outside = inside = 0
    for parent in body.iter():
        start_s, end_s = (units.seconds(attribute(parent, name)) for name in ("begin", "end"))
        if not start_s or end_s is None:
            continue
        for child in parent:
            own_s, own_end_s = (units.seconds(attribute(child, name)) for name in ("begin", "end"))
            if own_s is None:
                continue
            last_s = own_end_s if own_end_s is not None else own_s
            outside += start_s + last_s > end_s + _TOLERANCE_S
            inside += own_s >= start_s - _TOLERANCE_S and last_s <= end_s + _TOLERANCE_S
    return outside > 0 and inside >= outside


def _walk(element: Element, around: _Around, document: _Document) -> tuple[list[Draft], float | None]:
    """The cues in an element, and its end if the document gives one."""
    if document.sheet.is_hidden(element):
        if words := " ".join("".join(element.itertext()).split()):
            document.report.add("hidden text left out", 0, words[:60])
        return [], None
    times = _times(element, around, document)
    if times is None:
        stamps = ", ".join(value for name in _TIMED if (value := attribute(element, name)))
        words = " ".join("".join(element.itertext()).split())
        document.report.add("cue left out: its times cannot be read", 0, f"{stamps}: {words[:60]}")
        return [], None
    start_s, end_s = times
    inner = _inner(element, around, start_s, end_s, document)
    if local(element) in ("p", "span") and _is_one_cue(element, document):
        draft = _draft(element, inner, document)
        return ([draft] if draft.text.strip() else []), end_s
    drafts: list[Draft] = []
    if local(element) in ("p", "span") and (own := _draft(element, inner, document, without_timed=True)).text.strip():
        drafts.append(own)
    at_s = start_s
    for child in element:
        if local(child) not in ("div", "p", "span", "body"):
            continue
        found, child_end_s = _walk(child, replace(inner, start_s=at_s if inner.sequence else start_s, sequence=False), document)
        drafts += found
        at_s = child_end_s if child_end_s is not None else at_s
    return drafts, at_s if end_s is None and inner.sequence else end_s


def _inner(element: Element, around: _Around, start_s: float, end_s: float | None, document: _Document) -> _Around:
    space = element.get(_XML_SPACE)
    return _Around(
        start_s,
        end_s,
        element.get("timeContainer") == "seq",
        next(filter(None, map(emotion_named, element.get("style", "").split())), around.emotion),
        element.get(_XML_LANG) or around.language,
        document.sheet.look(element, around.look),
        document.sheet.place(element, around.place, document.root),
        around.preserve if space is None else space == "preserve",
    )


def _times(element: Element, around: _Around, document: _Document) -> tuple[float, float | None] | None:
    """Start and end of an element; None if it has a time that cannot be read."""
    stated = {name: attribute(element, name) for name in _TIMED}
    values = {name: document.units.seconds(value) for name, value in stated.items()}
    unread = [name for name, value in stated.items() if value and value != "indefinite" and values[name] is None]
    if "begin" in unread or (unread and local(element) in ("p", "span")):
        return None
    origin_s = 0.0 if document.absolute else around.start_s
    begin, end, duration = (values[name] for name in _TIMED)
    start_s = around.start_s if begin is None else origin_s + begin
    ends = [origin_s + end] if end is not None else []
    ends += [start_s + duration] if duration is not None else []
    ends += [around.end_s] if around.end_s is not None else []
    return start_s, min(ends) if ends else None


def _is_one_cue(element: Element, document: _Document) -> bool:
    """A leaf in time; or a timed line all of whose words have times of their own, one after another."""
    timed = [child for child in element.iter() if child is not element and _is_timed(child)]
    if not timed:
        return True
    if local(element) != "p" or not _is_timed(element):
        return False
    loose = "".join([element.text or "", *(child.tail or "" for child in element)])
    starts = [document.units.seconds(attribute(child, "begin")) for child in timed]
    return not loose.strip() and len(timed) > 1 and all(a is not None and b is not None and a <= b for a, b in pairwise(starts))


def _draft(element: Element, around: _Around, document: _Document, *, without_timed: bool = False) -> Draft:
    """The text of an element as a cue. Spans with times of their own may be cues of their own."""
    pieces = [(run, span) for run, span in _pieces(element, around, document, ()) if not (without_timed and span)]
    runs = [run for run, _ in pieces]
    if not around.preserve:
        runs = list(_collapsed(runs))
    runs = [replace(run, text=run.text.replace(_LINE_BREAK, "\n")) for run in runs]
    speaker = _speaker(element, document)
    voices = {run.look.voice for run in runs if run.text.strip()}
    if len(voices) == 1 and (voice := voices.pop()):
        speaker = voice
        runs = [replace(run, look=replace(run.look, voice="")) for run in runs]
    style = next(
        (name for name in element.get("style", "").split() if emotion_named(name) is None and name not in OWN_STYLES), ""
    )
    return Draft(
        around.start_s,
        around.end_s,
        "".join(run.text for run in runs),
        speaker=speaker,
        emotion=around.emotion,
        language=language_of_tag(around.language),
        tag=around.language,
        tokens=_tokens(pieces, around),
        runs=runs,
        place=around.place,
        style=style,
    )


def _pieces(
    element: Element, around: _Around, document: _Document, span: tuple[float, ...]
) -> Iterator[tuple[Run, tuple[float, ...]]]:
    """Runs of an element, each with start and end of the timed span that it is in, if any."""
    if element.text:
        yield Run(element.text, around.look), span
    for child in element:
        if local(child) == "br":
            yield Run(_LINE_BREAK, around.look), span
        elif local(child) not in _NO_TEXT:
            yield from _span_pieces(child, around, document, span)
        if child.tail:
            yield Run(child.tail, around.look), span


def _span_pieces(
    child: Element, around: _Around, document: _Document, span: tuple[float, ...]
) -> Iterator[tuple[Run, tuple[float, ...]]]:
    if (attribute(child, "role") or "") in _OTHER_TEXT or document.sheet.is_hidden(child):
        document.report.add("hidden text left out", 0, " ".join("".join(child.itertext()).split())[:60])
        return
    inner = replace(around, look=document.sheet.look(child, around.look))
    if local(child) in _HTML:
        inner = replace(inner, look=with_flag(inner.look, _HTML[local(child)]))
    if (name := _speaker(child, document)) is not None:
        inner = replace(inner, look=replace(inner.look, voice=name))
    ruby = attribute(child, "ruby") or document.sheet.attributes(child).get("ruby", "")
    if ruby == "container":
        yield from ((run, span) for run in _ruby(child, inner, document))
        return
    if ruby in ("text", "textContainer", "delimiter"):
        return
    if _is_timed(child) and (times := _times(child, around, document)) and times[1] is not None:
        span = (times[0], times[1])
    yield from _pieces(child, inner, document, span)


def _ruby(container: Element, around: _Around, document: _Document) -> Iterator[Run]:
    """The bases of a container, each with its reading."""
    bases: list[str] = []
    readings: list[str] = []
    for span in container.iter():
        kind = attribute(span, "ruby") or document.sheet.attributes(span).get("ruby", "") if local(span) == "span" else ""
        if kind == "base":
            bases.append("".join(span.itertext()))
        elif kind == "text":
            readings.append("".join(span.itertext()).strip())
    if len(bases) != len(readings):
        bases, readings = ["".join(bases)], ["".join(readings)]
    yield from (Run(base, around.look, reading) for base, reading in zip(bases, readings, strict=True) if base)


def _collapsed(runs: list[Run]) -> Iterator[Run]:
    """White space collapses as in XML, across runs and at line breaks."""
    before = " "
    for run in runs:
        text = re.sub(r"[ \t\r\n]+", " ", run.text)
        if before.endswith((" ", _LINE_BREAK)):
            text = text.lstrip(" ")
        if text:
            before = text
            yield replace(run, text=text)


def _tokens(pieces: list[tuple[Run, tuple[float, ...]]], around: _Around) -> tuple[Token, ...]:
    """A token of each timed span. Text between spans belongs to the one before."""
    tokens: list[Token] = []
    last: tuple[float, ...] = ()
    for run, span in pieces:
        text = re.sub(r"[ \t\r\n]+", " ", run.text.replace(_LINE_BREAK, " "))
        if not span:
            if tokens:
                tokens[-1] = replace(tokens[-1], text=tokens[-1].text + text)
        elif span == last:
            tokens[-1] = replace(tokens[-1], text=tokens[-1].text + text)
        else:
            tokens.append(Token(span[0], max(span), text))
        last = span or last
    in_time = all(a.end_s <= b.start_s + _TOLERANCE_S for a, b in pairwise(tokens))
    return tuple(tokens) if tokens and in_time and tokens[0].start_s >= around.start_s - _TOLERANCE_S else ()


def _speaker(element: Element, document: _Document) -> str | None:
    return document.agents.get((attribute(element, "agent") or "").lstrip("#"))


def _agent(agent: Element) -> Iterator[tuple[str, str]]:
    name = agent.get(XML_ID)
    words = " ".join("".join(agent.itertext()).split())
    if name and words:
        yield name, words


def _is_timed(element: Element) -> bool:
    return local(element) in ("span", "p") and any(attribute(element, name) for name in _TIMED)
