"""The timeline of highlights: sounds, speech, density of reactions, and the clips, with a line of text for each."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from video_pipeline.core.posterior import Curve
from video_pipeline.core.timecode import clock
from video_pipeline.report.timeline import (
    Beside,
    Lane,
    Scale,
    Timeline,
    area,
    clip_lane,
    draw,
    sound_lanes,
    speech_lane,
)

_DENSITY_COLOUR = "#B9A5FF"


def draw_moments(timeline: Timeline, title: str, density: Curve, explanation: str) -> str:
    """An SVG document as text; `density` covers the whole video."""
    lanes: dict[str, Lane] = {
        **sound_lanes(timeline.sounds()),
        "emotion" if timeline.feels() else "speech": speech_lane,
        "density": partial(_density_lane, density),
        "clips": clip_lane,
    }
    rows = [
        (f"#{rank} · {clip.score:.0f} · {clip.title}", f" · {clock(clip.start_s)} to {clock(clip.end_s)}: {clip.why}")
        for rank, clip in enumerate(timeline.clips, 1)
    ]
    return draw(timeline, title, lanes, Beside(rows=rows or [("", explanation)]))


def _density_lane(density: Curve, timeline: Timeline, scale: Scale, y: int) -> Iterator[str]:
    """The highest value fills the lane: the curve compares parts of one video, not videos."""
    most = float(density.values.max()) if len(density.values) else 0.0
    if most > 0:
        yield from area(density.values / most, scale, y, _DENSITY_COLOUR)
