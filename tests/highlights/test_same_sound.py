"""A moment that is shown twice is told by its sound where there are no words."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from video_pipeline.core.labels import Sound
from video_pipeline.core.posterior import Curve
from video_pipeline.core.transcript import AudioEvent, Segment
from video_pipeline.highlights.base import Evidence, HighlightOptions
from video_pipeline.highlights.choose import find_highlights

HOP_S = 0.05
FRAMES = round(400 / HOP_S)


def fingerprints(seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 1 << 16, FRAMES).astype(np.uint16)


def repeated(before_s: float, after_s: float, late_frames: int = 0, wrong: float = 0.0) -> np.ndarray:
    """Sound in which what surrounds 100 s is heard around 300 s again, `late_frames` later, a share of the bits `wrong`."""
    prints, rng = fingerprints(), np.random.default_rng(2)
    first, last = round((100 - before_s) / HOP_S), round((100 + after_s) / HOP_S)
    flipped = (rng.random((last - first, 16)) < wrong) @ (1 << np.arange(16))
    to = first + round(200 / HOP_S) + late_frames
    prints[to : to + last - first] = prints[first:last] ^ flipped.astype(np.uint16)
    return prints


def clips(prints: np.ndarray | None) -> int:
    """Of two laughs, at 100 s and at 300 s, with speech before each whose words are not known."""
    said = [Segment(start_s, start_s + 4.5, "") for start_s in np.arange(0, 395, 5.0).tolist()]
    laughs = [AudioEvent(start_s, start_s + 3.0, Sound.LAUGHTER, 0.9) for start_s in (100.0, 300.0)]
    evidence = Evidence(400.0, said, laughs, Curve(np.full(FRAMES, -30, np.float32), HOP_S), prints=prints)
    return len(find_highlights(evidence, dataclasses.replace(HighlightOptions(), top=10)).clips)


@pytest.mark.parametrize(
    ("prints", "count"),
    [
        (None, 2),
        (fingerprints(), 2),
        (repeated(10, 4), 1),
        (repeated(10, 4, late_frames=2), 1),
        (repeated(10, 4, wrong=0.25), 1),  # another encoding, or another level of the music under it
        (repeated(10, 4, wrong=0.45), 2),
        (repeated(0, 4), 2),  # only the laugh: a laugh track
        (repeated(10, 0), 2),  # only the jingle before it
        (np.full(FRAMES, 7, np.uint16), 2),  # a steady tone agrees with itself everywhere
    ],
)
def test_the_same_sound_gives_one_clip(prints: np.ndarray | None, count: int) -> None:
    assert clips(prints) == count
