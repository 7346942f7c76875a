"""A conversation along its time, as SVG: a lane per speaker, silences grey, holds striped, overlaps and interruptions red."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from video_pipeline.core.span import Span
from video_pipeline.core.timecode import clock
from video_pipeline.report.conversation.record import Conversation
from video_pipeline.report.conversation.texts import Texts

_WIDTH = 1000
_LEFT = 130
_LANE_H = 26
_GAP = 6
_AXIS_H = 22
_LABEL = 16
"""Characters of a name."""
COLOURS = ("#56B4E9", "#F5B52E", "#2FCB9A", "#E79AC8", "#8FA6FF", "#C3C7A0")
"""Of the sides, in their order, and again from the first."""
_STEPS_S = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
_TICKS = 9


def drawn(conversation: Conversation, t: Texts) -> str:
    """The picture; empty where nobody speaks."""
    sides = conversation.sides
    if not sides or not conversation.duration_s:
        return ""
    height = len(sides) * (_LANE_H + _GAP) + _AXIS_H
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{t("who_when")}" class="lanes">'
        '<defs><pattern id="hold" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="3" height="6" fill="#8B95A5"/></pattern></defs>'
        + "".join(_lanes(conversation))
        + "".join(_marks(conversation, height - _AXIS_H - _GAP, t))
        + "".join(_axis(conversation.duration_s, height))
        + "</svg>"
    )


def colour_of(conversation: Conversation, name: str) -> str:
    names = [side.name for side in conversation.sides]
    return COLOURS[names.index(name) % len(COLOURS)] if name in names else COLOURS[0]


def _lanes(conversation: Conversation) -> Iterator[str]:
    for row, side in enumerate(conversation.sides):
        top = row * (_LANE_H + _GAP)
        name = side.name if len(side.name) <= _LABEL else side.name[: _LABEL - 1] + "…"
        yield f'<text x="0" y="{top + 18}" class="name">{escape(name)}</text>'
        yield f'<rect x="{_LEFT}" y="{top}" width="{_WIDTH - _LEFT}" height="{_LANE_H}" class="lane"/>'
        own = [turn for turn in conversation.turns if turn.speaker == side.name]
        yield from _boxes(own, conversation.duration_s, (top, _LANE_H), f'fill="{colour_of(conversation, side.name)}"', side.name)


def _marks(conversation: Conversation, height: float, t: Texts) -> Iterator[str]:
    duration_s = conversation.duration_s
    yield from _boxes(conversation.silences, duration_s, (0, height), 'fill="#8B95A5" fill-opacity=".25"', t("silence"))
    yield from _boxes(conversation.holds, duration_s, (0, height), 'fill="url(#hold)"', t("hold"))
    names = [side.name for side in conversation.sides]
    for one in conversation.interruptions:
        top = names.index(one.by) * (_LANE_H + _GAP)
        yield from _boxes([one], duration_s, (top, _LANE_H), 'fill="#FA5A2A"', t("interrupts", by=one.by, of=one.of))


def _boxes(spans: Sequence[Span], duration_s: float, place: tuple[float, float], look: str, title: str) -> Iterator[str]:
    top, height = place
    for span in spans:
        x, end = _x(span.start_s, duration_s), _x(span.end_s, duration_s)
        text = quoteattr(f"{span.start_s:.2f}")
        yield (
            f'<rect x="{x:.1f}" y="{top}" width="{max(1.0, end - x):.1f}" height="{height}" {look} data-at={text}>'
            f"<title>{escape(title)} {clock(span.start_s)}, {span.duration_s:.1f} s</title></rect>"
        )


def _axis(duration_s: float, height: float) -> Iterator[str]:
    step_s = next((step for step in _STEPS_S if duration_s / step <= _TICKS), _STEPS_S[-1])
    for number in range(int(duration_s // step_s) + 1):
        at_s = number * step_s
        yield f'<text x="{_x(at_s, duration_s):.1f}" y="{height - 6}" class="tick">{clock(at_s).removesuffix(".0")}</text>'


def _x(at_s: float, duration_s: float) -> float:
    return _LEFT + (_WIDTH - _LEFT) * min(1.0, at_s / duration_s)
