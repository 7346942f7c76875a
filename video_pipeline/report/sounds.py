"""The timeline of sounds: one lane per sound, then speech, loudness and emotion."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from video_pipeline.core.labels import Sound
from video_pipeline.core.posterior import Values
from video_pipeline.report.timeline import Lane, Scale, Timeline, area, bar, draw, sound_lanes, speech_lane

_ALWAYS = (Sound.LAUGHTER, Sound.APPLAUSE, Sound.CHEER, Sound.MUSIC)
"""Sounds that have a lane even if they do not occur."""
_SPEECH_COLOUR = "#AFC3D6"
_LOUDNESS_COLOUR = "#7C8796"
_FLOOR_DB = -60.0
"""Bottom of the loudness lane: the noise of a quiet room in a decent recording."""


def draw_sounds(timeline: Timeline, title: str, level_db: Values) -> str:
    """An SVG document as text; `level_db` [frames] covers the whole video, in dB of full scale."""
    present = {event.label for event in timeline.events}
    lanes: dict[str, Lane] = sound_lanes([sound for sound in Sound if sound in _ALWAYS or sound in present])
    lanes |= {"speech": _speech, "loudness": partial(_loudness, level_db)}
    return draw(timeline, title, {**lanes, "emotion": speech_lane} if timeline.feels() else lanes)


def _speech(timeline: Timeline, scale: Scale, y: int) -> Iterator[str]:
    """The probability of speech, if a detector gave one, and below it a bar for each segment."""
    if "speech" in timeline.posterior.labels:
        yield from area(timeline.posterior.curve("speech").values, scale, y, _SPEECH_COLOUR)
    for segment in timeline.segments:
        yield bar(scale, segment, (y + scale.lane_h - 6, 5), _SPEECH_COLOUR, segment.text)


def _loudness(level_db: Values, timeline: Timeline, scale: Scale, y: int) -> Iterator[str]:
    yield from area(np.clip(1 - level_db / _FLOOR_DB, 0.0, 1.0).astype(np.float32), scale, y, _LOUDNESS_COLOUR)
