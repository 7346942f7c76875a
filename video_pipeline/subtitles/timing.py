"""When cues appear and disappear: with the first word, long enough to read, before the next cue, and at the picture's cuts.

The methods of `TimingLimits` take arrays and treat each cue on its own, so that the search for the layout and the final timing
use the same ones.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from video_pipeline.core.cue import Cue
from video_pipeline.subtitles.labels import labelled_lines
from video_pipeline.subtitles.rules import SPACELESS, SubtitleOptions, width

Times = NDArray[np.float64]
_USUAL_FPS = 25.0
"""Frame rate for gaps if there is no picture: that of European television."""
_FOREVER_S = 1e12
_LAST_S = 0.1
"""What is shown at least of a cue that starts where the video ends."""
NEAR_CUT_S = 12 / 24
"""Twelve frames of film. A cue nearer to a cut than this starts or ends with it (Netflix Timed Text Style Guide)."""
_ONTO_CUT_S = 7.5 / 24
"""A cue up to seven frames before a cut is moved to it; from eight frames on it is moved to twelve before (the same guide)."""
_ROUNDING_S = 1e-6
"""Differences below this are rounding errors."""


def frame_gap_s(options: SubtitleOptions, rate_fps: float | None) -> float:
    """Shortest time between two cues."""
    return options.gap_frames / (rate_fps or _USUAL_FPS)


@dataclass(frozen=True, slots=True)
class TimingLimits:
    """What limits the times of cues."""

    options: SubtitleOptions
    gap_s: float
    """Shortest time between two cues."""
    cuts_s: Times
    """When the picture cuts, in order."""
    media_end_s: float = math.inf
    """Where the video ends."""

    @classmethod
    def of(
        cls, options: SubtitleOptions, rate_fps: float | None, cuts_s: Sequence[float] = (), media_end_s: float = math.inf
    ) -> TimingLimits:
        return cls(options, frame_gap_s(options, rate_fps), np.asarray(cuts_s, np.float64), media_end_s)

    def starts_s(self, speech_s: Times) -> Times:
        """When cues appear whose first words start at `speech_s`: at that time or at a cut nearby."""
        if not len(self.cuts_s):
            return speech_s
        before, after = self._cuts_around(speech_s)
        wait_s = after - speech_s
        out = np.where(wait_s <= _ONTO_CUT_S, after, np.where(wait_s < NEAR_CUT_S, after - NEAR_CUT_S, speech_s))
        return np.where(speech_s - before <= NEAR_CUT_S, before, out)

    def ends_s(self, starts_s: Times, speech_end_s: Times, reading_s: Times, next_s: Times, linger_s: Times | float) -> Times:
        """When cues disappear: `linger_s` after their words, later if reading takes longer, but before the next cue at `next_s`.

        If the next cue starts before the least time is over, the result is earlier than the least time allows.
        """
        options = self.options
        latest = np.minimum(np.minimum(next_s - self.gap_s, starts_s + options.longest_s), self.media_end_s)
        needed = self.needed_s(starts_s, speech_end_s, reading_s)
        ends = np.minimum(np.maximum(needed, speech_end_s + linger_s), latest)
        close = next_s - ends < options.close_gap_s
        ends = np.where(close, latest, ends)
        apart = next_s - options.close_gap_s  # a gap that cannot be closed is widened if the words allow it
        opened = close & (next_s - ends > self.gap_s + _ROUNDING_S) & (apart >= needed)
        return self._at_cuts(starts_s, np.where(opened, apart, ends), latest)

    def needed_s(self, starts_s: Times, speech_end_s: Times, reading_s: Times) -> Times:
        """The earliest acceptable end: after the last word, the reading time and the least time."""
        return np.maximum(speech_end_s, starts_s + np.maximum(reading_s, self.options.least_s))

    def _at_cuts(self, starts_s: Times, ends_s: Times, latest_s: Times) -> Times:
        """Moves ends near a cut to just before it, unless the cue would become too short or reach the next one."""
        if not len(self.cuts_s):
            return ends_s
        for cut in self._cuts_around(ends_s):
            target = cut - self.gap_s
            near = (np.abs(cut - ends_s) < NEAR_CUT_S) & (target >= starts_s + self.options.least_s) & (target <= latest_s)
            ends_s = np.where(near, target, ends_s)
        return ends_s

    def _cuts_around(self, times_s: Times) -> tuple[Times, Times]:
        """The last cut at or before each time, and the first after it."""
        edges = np.concatenate(([-_FOREVER_S], self.cuts_s, [_FOREVER_S]))
        k = np.searchsorted(edges, times_s, side="right")
        return edges[k - 1], edges[np.minimum(k, len(edges) - 1)]


def reading_s(cue: Cue, options: SubtitleOptions) -> float:
    """How long reading takes, with labels."""
    lines = labelled_lines(cue, options.labels)
    words = 0 if cue.language in SPACELESS else sum(len(line.split()) for line in cue.lines)
    characters = sum(width(line, cue.language) for line in lines)
    return max(characters / options.reading(cue.language).speed_cps, words * options.word_s)


def with_starts(cues: Sequence[Cue], limits: TimingLimits) -> list[Cue]:
    """Cues with their final starts. If words come faster than cues may, cues start late until the next pause."""
    starts = limits.starts_s(np.array([cue.start_s for cue in cues], np.float64)).tolist()
    least_s, free_s, out = limits.options.least_s + limits.gap_s, 0.0, []
    for cue, wanted_s in zip(cues, starts, strict=True):
        start_s = max(wanted_s, free_s)
        moved = start_s != cue.start_s
        out.append(dataclasses.replace(cue, start_s=start_s, end_s=max(start_s, cue.end_s)) if moved else cue)
        free_s = start_s + least_s
    return out


def within_media(cues: Sequence[Cue], limits: TimingLimits) -> list[Cue]:
    """Cues of which the last ones start early enough to be seen, however many crowd where the video ends."""
    latest_s, out = limits.media_end_s - _LAST_S, []
    for cue in reversed(cues):
        start_s = max(0.0, min(cue.start_s, latest_s))
        out.append(cue if start_s == cue.start_s else dataclasses.replace(cue, start_s=start_s))
        latest_s = start_s - limits.gap_s - _LAST_S
    return out[::-1]


def with_ends(cues: Sequence[Cue], limits: TimingLimits) -> list[Cue]:
    """Cues with their final ends. `cues` have their final starts, and end with their words or sounds."""
    if not cues:
        return []
    options = limits.options
    starts, spoken = (np.array(times, np.float64) for times in zip(*((c.start_s, c.end_s) for c in cues), strict=True))
    reading = np.array([reading_s(cue, options) for cue in cues], np.float64)
    linger_s = np.array(
        [options.linger_s if cue.lines else 0.0 for cue in cues], np.float64
    )  # the label of a sound does not outlast it
    ends = limits.ends_s(starts, spoken, reading, np.append(starts[1:], np.inf), linger_s)
    ends = np.minimum(np.maximum(ends, starts + options.least_s), starts + options.longest_s)
    ends = np.minimum(ends, limits.media_end_s)
    return [dataclasses.replace(cue, end_s=end_s) for cue, end_s in zip(cues, ends.tolist(), strict=True)]
