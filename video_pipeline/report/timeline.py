"""Draw a timeline as SVG: one lane per kind of information along the video."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from video_pipeline.core.clip import Clip
from video_pipeline.core.labels import SHOWN_EMOTIONS, Language, Sound, counted
from video_pipeline.core.palette import EMOTION_COLOURS, SOUND_COLOURS
from video_pipeline.core.posterior import Posterior, Values
from video_pipeline.core.span import Span
from video_pipeline.core.timecode import clock
from video_pipeline.core.transcript import AudioEvent, Segment
from video_pipeline.media.web_font import style_sheet

_WIDTH = 1320
_PAD = 28
_LEAST_LANE = 46
_GAP = 10
_TOP = 64
_FRAME_W = 520
_FRAME_H = 292
_LABEL_W = 84
_ROW_H = 26
_BACKGROUND = "#0F1218"
_PANEL = "#181D26"
_INK = "#EEF1F6"
_DIM = "#8B95A5"
_ALWAYS = (Sound.LAUGHTER, Sound.APPLAUSE)
"""Sounds that have a lane even if they do not occur."""
_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
"""Distances of the times on the axis."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """What is drawn along the video's `duration_s`."""

    duration_s: float
    segments: Sequence[Segment]
    events: Sequence[AudioEvent]
    posterior: Posterior
    clips: Sequence[Clip]

    def sounds(self) -> list[Sound]:
        """Sounds with a lane: laughter and applause always, so that their absence shows; others if they occur."""
        present = {event.label for event in self.events}
        return [sound for sound in Sound if sound in _ALWAYS or sound in present]

    def feels(self) -> bool:
        """Whether any emotion is known."""
        return any(segment.emotion for segment in self.segments)


@dataclass(frozen=True, slots=True)
class Scale:
    """Converts seconds to pixels; also holds the height of a lane."""

    left: float
    width: float
    duration_s: float
    lane_h: int

    def x(self, time_s: float) -> float:
        return self.left + self.width * min(1.0, max(0.0, time_s / self.duration_s))


Lane = Callable[[Timeline, Scale, int], Iterator[str]]
"""Draws one lane with its upper edge at the given height."""


def overview_lanes(timeline: Timeline) -> dict[str, Lane]:
    """Lanes for sounds, for speech in the colours of its emotions, and for clips."""
    speech = "emotion" if timeline.feels() else "speech"
    return {**sound_lanes(timeline.sounds()), speech: speech_lane, "clips": clip_lane}


def sound_lanes(sounds: Sequence[Sound]) -> dict[str, Lane]:
    return {str(sound): partial(_sound_lane, sound) for sound in sounds}


@dataclass(frozen=True, slots=True)
class Beside:
    """What is drawn beside and below the lanes."""

    picture: str | None = None
    """Data URL of the picture beside the lanes."""
    at_s: float = 0.0
    """Its time, which the lanes mark."""
    rows: Sequence[tuple[str, str]] = ()
    """Lines of text below the lanes: a bold part, then the rest."""


def draw(timeline: Timeline, title: str, lanes: Mapping[str, Lane], beside: Beside | None = None) -> str:
    """An SVG document as text."""
    beside = beside or Beside()
    picture, at_s = beside.picture, beside.at_s
    left = _PAD + (_FRAME_W + _PAD if picture else 0) + _LABEL_W
    fills = (_FRAME_H + _GAP) // len(lanes) - _GAP if picture else 0  # the lanes are together as high as the frame
    lane_h = max(_LEAST_LANE, fills)
    under = _TOP + max(_FRAME_H if picture else 0, len(lanes) * (lane_h + _GAP) - _GAP) + 58
    height = under + _ROW_H * len(beside.rows) + (_GAP if beside.rows else 0)
    scale = Scale(left, _WIDTH - _PAD - left, max(1e-3, timeline.duration_s), lane_h)
    body = [
        f'<rect width="{_WIDTH}" height="{height}" rx="18" fill="{_BACKGROUND}"/>',
        _text(_PAD, 40, title, size=19),
        _text(_WIDTH - _PAD, 40, _summary(timeline, clips="clips" in lanes), size=14, colour=_DIM, anchor="end"),
    ]
    if picture:
        body += _frame(picture, at_s)
    y = _TOP
    for name, lane in lanes.items():
        body += _panel(name, scale, y)
        body += lane(timeline, scale, y)
        y += lane_h + _GAP
    body += _axis(timeline, scale, y, at_s if picture else None)
    body += _legend(timeline, scale, under - 20)
    for number, (head, rest) in enumerate(beside.rows):
        body.append(_row(under + number * _ROW_H + 12, head, rest))
    font = "font-family=\"Letters, Inter, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif\""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" {font}>'
    letters = style_sheet("".join(body), Language.UNKNOWN)
    return "\n".join([head, *([f"<style>{letters}</style>"] if letters else []), *body, "</svg>"])


def _panel(name: str, scale: Scale, y: int) -> Iterator[str]:
    yield f'<rect x="{scale.left}" y="{y}" width="{scale.width}" height="{scale.lane_h}" rx="6" fill="{_PANEL}"/>'
    yield _text(scale.left - 12, y + scale.lane_h / 2 + 5, name, size=14, colour=_DIM, anchor="end")


def _sound_lane(sound: Sound, timeline: Timeline, scale: Scale, y: int) -> Iterator[str]:
    """The probability as a filled curve, and the events as bars below it; events with marks are pale."""
    colour = SOUND_COLOURS[sound]
    if sound in timeline.posterior.labels:
        yield from area(timeline.posterior.curve(sound).values, scale, y, colour)
    for event in timeline.events:
        if event.label is sound:
            marks = f" ({', '.join(event.marks)})" if event.marks else ""
            tip = f"{sound} {clock(event.start_s)} to {clock(event.end_s)}, {event.score:.2f}{marks}"
            yield bar(scale, event, (y + scale.lane_h - 6, 5), colour, tip, opacity=0.4 if event.marks else 1.0)


def area(values: Values, scale: Scale, y: int, colour: str) -> Iterator[str]:
    """A filled curve of values from 0 to 1 along the whole video; every two pixels show their highest value."""
    if not len(values):
        return
    count = min(len(values), int(scale.width / 2))
    tops = np.maximum.reduceat(values, np.arange(count) * len(values) // count).tolist()
    step, floor, right = scale.width / count, y + scale.lane_h - 7, scale.left + scale.width
    points = " ".join(
        f"{scale.left + (k + 0.5) * step:.1f},{floor - top * (scale.lane_h - 12):.1f}" for k, top in enumerate(tops)
    )
    yield f'<polygon points="{scale.left:.1f},{floor} {points} {right:.1f},{floor}" fill="{colour}" fill-opacity="0.75"/>'


def speech_lane(timeline: Timeline, scale: Scale, y: int) -> Iterator[str]:
    """Each segment in the colour of its emotion; segments without one are grey."""
    for segment in timeline.segments:
        shown = segment.emotion in SHOWN_EMOTIONS
        colour = EMOTION_COLOURS[segment.emotion] if segment.emotion and shown else "#4A5464"
        tip = f"{clock(segment.start_s)} {segment.emotion if shown else ''} {segment.text}"
        yield bar(scale, segment, (y + 9, scale.lane_h - 18), colour, tip)


def clip_lane(timeline: Timeline, scale: Scale, y: int) -> Iterator[str]:
    """A box per clip with its rank and score."""
    for rank, clip in enumerate(timeline.clips, 1):
        x, width = scale.x(clip.start_s), max(3.0, scale.x(clip.end_s) - scale.x(clip.start_s))
        box = f'x="{x:.1f}" y="{y + 5}" width="{width:.1f}" height="{scale.lane_h - 10}" rx="6"'
        look = f'fill="{_INK}" fill-opacity="0.10" stroke="{_INK}" stroke-width="1.6"'
        yield f"<rect {box} {look}><title>{escape(clip.title)}: {escape(clip.why)}</title></rect>"
        if width > 44:
            yield _text(x + width / 2, y + scale.lane_h / 2 + 6, f"#{rank}  {clip.score:.0f}", size=17, anchor="middle")
    if not timeline.clips:
        yield _text(scale.left + 12, y + scale.lane_h / 2 + 5, "none", size=13, colour=_DIM)


def _axis(timeline: Timeline, scale: Scale, y: int, mark_s: float | None) -> Iterator[str]:
    step_s = next((s for s in _STEPS_S if timeline.duration_s / s <= 9), _STEPS_S[-1])
    for k in range(int(timeline.duration_s / step_s) + 1):
        yield _text(scale.x(k * step_s), y + 12, clock(k * step_s).removesuffix(".0"), size=12, colour=_DIM, anchor="middle")
    if mark_s is not None:
        x = scale.x(mark_s)
        dashes = f'stroke="{_INK}" stroke-opacity="0.8" stroke-dasharray="3 4"'
        yield f'<line x1="{x:.1f}" y1="{_TOP - 6}" x2="{x:.1f}" y2="{y - 4}" {dashes}/>'
        yield f'<circle cx="{x:.1f}" cy="{_TOP - 8}" r="4" fill="{_INK}"/>'


def _frame(picture: str, at_s: float) -> Iterator[str]:
    yield f'<rect x="{_PAD}" y="{_TOP}" width="{_FRAME_W}" height="{_FRAME_H}" rx="10" fill="#000"/>'
    yield f'<clipPath id="round"><rect x="{_PAD}" y="{_TOP}" width="{_FRAME_W}" height="{_FRAME_H}" rx="10"/></clipPath>'
    yield (
        f'<image x="{_PAD}" y="{_TOP}" width="{_FRAME_W}" height="{_FRAME_H}" href={quoteattr(picture)} '
        'clip-path="url(#round)" preserveAspectRatio="xMidYMid meet"/>'
    )
    yield _text(_PAD, _TOP + _FRAME_H + 26, f"at {clock(at_s)}", size=13, colour=_DIM)


def _legend(timeline: Timeline, scale: Scale, y: int) -> Iterator[str]:
    """The colours of the emotions that occur."""
    x = scale.left
    for emotion in (e for e in SHOWN_EMOTIONS if any(s.emotion is e for s in timeline.segments)):
        yield f'<circle cx="{x + 5:.1f}" cy="{y - 4}" r="5" fill="{EMOTION_COLOURS[emotion]}"/>'
        yield _text(x + 16, y, emotion, size=13, colour=_DIM)
        x += 40 + 7.5 * len(emotion)


def bar(scale: Scale, span: Span, rows: tuple[int, int], colour: str, tip: str, *, opacity: float = 1.0) -> str:
    """A bar over `span`; `rows` are its upper edge and its height, `tip` is its tooltip."""
    x, width = scale.x(span.start_s), max(1.5, scale.x(span.end_s) - scale.x(span.start_s))
    top, height = rows
    look = f'rx="2.5" fill="{colour}"' + (f' fill-opacity="{opacity}"' if opacity < 1 else "")
    return f'<rect x="{x:.1f}" y="{top}" width="{width:.1f}" height="{height}" {look}><title>{escape(tip)}</title></rect>'


def _text(x: float, y: float, words: str, *, size: int, colour: str = _INK, anchor: str = "start") -> str:
    style = f'font-size="{size}" fill="{colour}" font-weight="{600 if size > 16 else 400}" text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{escape(words)}</text>'


def _row(y: float, head: str, rest: str) -> str:
    style = f'font-size="14" fill="{_DIM}"'
    return f'<text x="{_PAD}" y="{y}" {style}><tspan fill="{_INK}" font-weight="600">{escape(head)}</tspan>{escape(rest)}</text>'


def _summary(timeline: Timeline, *, clips: bool) -> str:
    counts = [counted(sum(e.label is sound for e in timeline.events), sound) for sound in timeline.sounds()]
    cut = [f"{len(timeline.clips)} clip{'s' * (len(timeline.clips) != 1)}"] if clips else []
    return "  ·  ".join([clock(timeline.duration_s).removesuffix(".0"), *counts, *cut])
