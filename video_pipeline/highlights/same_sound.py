"""Moments that are shown twice, told by fingerprints of their sound: a teaser at the start, a replay, an advertisement again.

The sound before a reaction and that of the reaction itself must both agree: a laugh track repeats only the second, and the same
jingle before two rounds of applause only the first.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from video_pipeline.core.span import Span
from video_pipeline.highlights.base import Evidence, Prints

Bits = npt.NDArray[np.float32]

_BEFORE_S = 3.0
"""Compared before the start of a reaction: about one sentence."""
_AFTER_S = 1.0
"""Compared from its start on: most of a short laugh."""
_SHIFT_FRAMES = 3
"""Frames by which the starts of the two events may differ."""
_MOST_DIFFERENT = 0.35
"""Share of bits that may differ: unrelated sounds differ in about half of them, another encoding in a quarter at most."""
_LEAST_CHANGES = 0.27
"""Least share of bits that change from frame to frame: silence and steady tones agree with themselves at any offset."""
_BITS = 16


class Sounds:
    """The sound around reactions of one video."""

    def __init__(self, evidence: Evidence) -> None:
        self._prints: Prints | None = evidence.prints if evidence.level else None
        self._hop_s = evidence.level.hop_s if evidence.level else 1.0
        self._parts = (Span(-_BEFORE_S, 0.0), Span(0.0, _AFTER_S))
        self._known: list[list[Bits]] = [[] for _ in self._parts]
        """Per part: the bits of all reactions that were added."""

    def add(self, starts_s: Sequence[float]) -> bool:
        """False, without adding them, if one of these reactions is the same recording, words before it included, as one added."""
        frames = [frame for start_s in starts_s for frame in [round(start_s / self._hop_s)] if self._tells(frame)]
        if any(self._is_known(frame) for frame in frames):
            return False
        for part, known in zip(self._parts, self._known, strict=True):
            known += [self._bits(frame, part) for frame in frames]
        return True

    def _tells(self, frame: int) -> bool:
        """Whether the sound there can be recognised, at every shift."""
        if self._prints is None or frame - self._frames(_BEFORE_S) < _SHIFT_FRAMES:
            return False
        if frame + self._frames(_AFTER_S) + _SHIFT_FRAMES > len(self._prints):
            return False
        bits = [self._bits(frame, part) for part in self._parts]
        return all((one[_BITS:] != one[:-_BITS]).mean() >= _LEAST_CHANGES for one in bits)

    def _is_known(self, frame: int) -> bool:
        if not self._known[0]:
            return False
        shifts = range(-_SHIFT_FRAMES, _SHIFT_FRAMES + 1)
        same = np.ones((len(shifts), len(self._known[0])), np.bool_)
        for part, known in zip(self._parts, self._known, strict=True):
            here = np.stack([self._bits(frame + shift, part) for shift in shifts])
            same &= here @ np.stack(known).T >= (1 - 2 * _MOST_DIFFERENT) * here.shape[1]
        return bool(same.any())

    def _bits(self, frame: int, part: Span) -> Bits:
        """Each -1 or 1, so that a product is the number of equal bits less that of different ones."""
        assert self._prints is not None
        words = self._prints[frame + self._frames(part.start_s) : frame + self._frames(part.end_s)]
        return np.where((words[:, None] >> np.arange(_BITS)) & 1, np.float32(1), np.float32(-1)).ravel()

    def _frames(self, seconds: float) -> int:
        return round(seconds / self._hop_s)
