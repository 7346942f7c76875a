"""YouTube's timed text in XML (`.srv1`, `.srv2`, `.srv3`); srv3 is written."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from xml.etree.ElementTree import Element

from video_pipeline.core.cue import PLAIN, Cue, Look, Run
from video_pipeline.core.timecode import to_ms
from video_pipeline.core.transcript import Token
from video_pipeline.subtitles.formats.base import CONTROL, Appearance, Draft, Match, Report, Unreadable
from video_pipeline.subtitles.labels import labelled_lines
from video_pipeline.subtitles.read.broken_xml import tree_of
from video_pipeline.subtitles.read.markup import css_colour

_SIGNATURE = re.compile(r"<(?:timedtext|transcript)[\s>]")
_HEAD_CHARACTERS = 1000
_USUAL_COLOURS = ("#ffffff", "#fefefe")


class SrvFormat:
    """Reads looks by their pens, and the times of words of automatic captions, whose lines last until the next."""

    suffixes = ("srv3", "srv2", "srv1")
    resolution_ms = 1
    holds = frozenset(("overlap",))

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str:
        rows = [
            f'<p t="{to_ms(cue.start_s)}" d="{to_ms(cue.end_s) - to_ms(cue.start_s)}">'
            + html.escape("\n".join(line.translate(CONTROL) for line in lines), quote=False)
            + "</p>"
            for cue in cues
            if (lines := labelled_lines(cue, appearance.labels))
        ]
        body = "\n".join(rows)
        head = '<?xml version="1.0" encoding="utf-8"?>\n<timedtext format="3">\n<body>'
        return f"{appearance.mark}{head}\n{body}\n</body>\n</timedtext>\n"

    def match(self, text: str) -> Match:
        return Match.SIGNATURE if _SIGNATURE.search(text[:_HEAD_CHARACTERS]) else Match.NONE

    def read(self, text: str, report: Report) -> list[Draft]:
        root, broken = tree_of(text.lstrip())
        if root is None:
            raise Unreadable(f"its XML cannot be parsed: {broken}")
        if broken is not None:
            report.add("broken XML", broken.position[0], str(broken))
        pens = {pen.get("id", ""): _look(pen) for pen in root.iter("pen")}
        drafts = [draft for element in root.iter() if element.tag in ("p", "text") and (draft := _draft(element, pens))]
        for a, b in pairwise(drafts):
            if a.tokens and a.end_s is not None and a.end_s > b.start_s:
                a.end_s = b.start_s  # automatic captions roll: a line goes on being shown above the next
                a.tokens = tuple(
                    replace(token, end_s=min(token.end_s, b.start_s)) for token in a.tokens if token.start_s < b.start_s
                )
        return drafts


def _look(pen: Element) -> Look:
    colour = css_colour(pen.get("fc", ""))
    flags = {name: pen.get(name) == "1" for name in ("i", "b", "u")}
    return Look(italic=flags["i"], bold=flags["b"], underline=flags["u"], colour="" if colour in _USUAL_COLOURS else colour)


def _draft(element: Element, pens: dict[str, Look]) -> Draft | None:
    start_s, length_s = _time(element, "t", "start"), _time(element, "d", "dur")
    if start_s is None or element.get("a") == "1":
        return None
    look = pens.get(element.get("p", ""), PLAIN)
    pieces = list(_pieces(element, look, pens))
    runs = [Run(html.unescape(run.text), run.look) for run, _ in pieces]
    end_s = None if length_s is None else start_s + length_s
    draft = Draft(start_s, end_s, "".join(run.text for run in runs), runs=runs)
    if end_s is not None and any(offset for _, offset in pieces):
        starts = [start_s + (offset or 0.0) for _, offset in pieces]
        ends = [*starts[1:], end_s]
        if all(a <= b for a, b in zip(starts, ends, strict=True)):
            draft.tokens = tuple(Token(a, b, run.text) for a, b, run in zip(starts, ends, runs, strict=True) if run.text.strip())
    return draft if draft.text.strip() else None


def _pieces(element: Element, look: Look, pens: dict[str, Look]) -> Iterator[tuple[Run, float | None]]:
    if element.text:
        yield Run(element.text, look), None
    for child in element:
        if child.tag == "br":
            yield Run("\n", look), None
        elif child.text:
            offset = _time(child, "t", "t")
            yield Run(child.text, pens.get(child.get("p", ""), look)), offset
        if child.tail and child.tail.strip():
            yield Run(child.tail, look), None


def _time(element: Element, ms: str, seconds: str) -> float | None:
    """Milliseconds in srv2 and srv3, seconds in srv1."""
    try:
        if (value := element.get(ms)) is not None:
            return int(value) / 1000
        return float(element.get(seconds, ""))
    except ValueError:
        return None
