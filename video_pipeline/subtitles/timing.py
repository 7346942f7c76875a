"""When cues appear and go: on the first word, long enough to read, never over the next, and at the picture's cuts.

All functions take arrays and treat each cue by itself, so that the search for the layout and the final timing ask the same ones.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from video_pipeline.core.cue import Cue
from video_pipeline.subtitles.labels import labelled_lines
from video_pipeline.subtitles.rules import SPACELESS, SubtitleOptions, width

Times = NDArray[np.float64]
USUAL_FPS = 25.0
_FOREVER_S = 1e12
NEAR_CUT_S = 12 / 24
"""Twelve frames of film: nearer to a cut than this, a cue begins or ends with it (Netflix Timed Text Style Guide)."""
_ONTO_CUT_S = 7.5 / 24
"""Up to seven frames before a cut a cue waits for it; from eight on it comes twelve before."""


def frame_gap_s(options: SubtitleOptions, rate_fps: float | None) -> float:
    """The least time between two cues; sound without a picture counts at 25 frames a second."""
    return options.gap_frames / (rate_fps or USUAL_FPS)


@dataclass(frozen=True, slots=True)
class Clock:
    """The limits on times: `gap_s` is the least between two cues, `cuts_s` the picture's cuts in order."""

    options: SubtitleOptions
    gap_s: float
    cuts_s: Times

    @classmethod
    def of(cls, options: SubtitleOptions, rate_fps: float | None, cuts_s: Sequence[float] = ()) -> Clock:
        return cls(options, frame_gap_s(options, rate_fps), np.asarray(cuts_s, np.float64))

    def starts_s(self, speech_s: Times) -> Times:
        """When cues appear whose first words begin at `speech_s`: then, or at a cut near by."""
        if not len(self.cuts_s):
            return speech_s
        before, after = self._cuts_around(speech_s)
        wait_s = after - speech_s
        out = np.where(wait_s <= _ONTO_CUT_S, after, np.where(wait_s < NEAR_CUT_S, after - NEAR_CUT_S, speech_s))
        return np.where(speech_s - before <= NEAR_CUT_S, before, out)

    def ends_s(self, starts_s: Times, speech_end_s: Times, reading_s: Times, next_s: Times, linger_s: Times | float) -> Times:
        """When cues go: as late as their words and `reading_s` need and a little later, never over the next cue at `next_s`.

        Where the next comes before the least time is over, the end says so: it is then too early.
        """
        options = self.options
        latest = np.minimum(next_s - self.gap_s, starts_s + options.longest_s)
        needed = self.needed_s(starts_s, speech_end_s, reading_s)
        ends = np.minimum(np.maximum(needed, speech_end_s + linger_s), latest)
        close = next_s - ends < options.close_gap_s
        ends = np.where(close, latest, ends)
        apart = next_s - options.close_gap_s  # what cannot be closed is opened, if the words allow it
        opened = close & (next_s - ends > self.gap_s + 1e-6) & (apart >= needed)
        return self._at_cuts(starts_s, np.where(opened, apart, ends), latest)

    def needed_s(self, starts_s: Times, speech_end_s: Times, reading_s: Times) -> Times:
        """The earliest good end: after the last word, the reading and the least time."""
        return np.maximum(speech_end_s, starts_s + np.maximum(reading_s, self.options.least_s))

    def _at_cuts(self, starts_s: Times, ends_s: Times, latest_s: Times) -> Times:
        """Ends near a cut moved to just before it, unless the cue would become too short or run into the next."""
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
    """How long reading takes, labels included."""
    lines = labelled_lines(cue, options.labels)
    words = 0 if cue.language in SPACELESS else sum(len(line.split()) for line in cue.lines)
    characters = sum(width(line, cue.language) for line in lines)
    return max(characters / options.reading(cue.language).speed_cps, words * options.word_s)


def started(cues: Sequence[Cue], clock: Clock) -> list[Cue]:
    """Cues with their final starts. Where words come faster than cues may, a cue starts late, until the next pause."""
    starts = clock.starts_s(np.array([cue.start_s for cue in cues], np.float64)).tolist()
    least_s, free_s, out = clock.options.least_s + clock.gap_s, 0.0, []
    for cue, wanted_s in zip(cues, starts, strict=True):
        start_s = max(wanted_s, free_s)
        moved = start_s != cue.start_s
        out.append(dataclasses.replace(cue, start_s=start_s, end_s=max(start_s, cue.end_s)) if moved else cue)
        free_s = start_s + least_s
    return out


def ended(cues: Sequence[Cue], clock: Clock) -> list[Cue]:
    """Cues with their final ends; `cues` have their final starts, and the ends of their words or sounds."""
    if not cues:
        return []
    options = clock.options
    starts, spoken = (np.array(times, np.float64) for times in zip(*((c.start_s, c.end_s) for c in cues), strict=True))
    reading = np.array([reading_s(cue, options) for cue in cues], np.float64)
    linger_s = np.array([options.linger_s if cue.lines else 0.0 for cue in cues], np.float64)  # no sound's label outlasts it
    ends = clock.ends_s(starts, spoken, reading, np.append(starts[1:], np.inf), linger_s)
    ends = np.minimum(np.maximum(ends, starts + options.least_s), starts + options.longest_s)
    return [dataclasses.replace(cue, end_s=end_s) for cue, end_s in zip(cues, ends.tolist(), strict=True)]


def settle(cues: Sequence[Cue], options: SubtitleOptions, rate_fps: float | None, cuts_s: Sequence[float] = ()) -> list[Cue]:
    """Cues with their final times. Hard rules hold whatever comes in: order, no overlap, the gap, least and longest time."""
    clock = Clock.of(options, rate_fps, cuts_s)
    return ended(started(cues, clock), clock)
