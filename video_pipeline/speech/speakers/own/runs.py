"""Runs of speech on the tracks, with voice prints taken along each while its sound is still there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from video_pipeline.core.span import Span
from video_pipeline.core.waveform import RATE_HZ, Samples
from video_pipeline.speech.speakers.own.fbank import HOP, Features, centred, lacks_highs, log_mel
from video_pipeline.speech.speakers.own.networks import CENTRE, STEP, TRACKS, Activity, voice_prints

_ACTIVE = 0.5
"""Probability from which somebody speaks."""
_GAP = round(0.25 * RATE_HZ / STEP)
"""Frames of activity; a longer pause ends a run."""
_LONGEST = round(6.0 * RATE_HZ / STEP)
"""Frames of activity that are printed at once, which bounds the sound that is kept."""
_LEAST = 30
"""Features, 0.3 s, in which nobody else speaks; less gives no voice print."""
PRINT = 150
"""Features of a voice print, 1.5 s."""
_EVERY = 50
"""Features from a print to the next, 0.5 s."""
_FEATURES_PER_S = RATE_HZ / HOP


@dataclass(frozen=True, slots=True, eq=False)
class Print:
    """A voice at a moment."""

    middle_s: float
    length_s: float
    """Of the sound that it was taken from."""
    vector: npt.NDArray[np.float32]
    """Of length 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Run(Span):
    """Speech on one track without a longer pause: most often one voice."""

    prints: tuple[Print, ...]
    """In order of time; none where others speak all the time, or too little is said."""
    track: int = 0
    """On which it was heard: what follows on it within seconds is the same person, as far as the segmentation can tell."""


@dataclass(slots=True)
class _Open:
    """A run that is not over, or its part that has no prints yet."""

    start: int
    end: int
    part: int
    """First frame that has no prints yet."""
    clear: list[tuple[int, int]] = field(default_factory=list)
    """Frames since then in which nobody else speaks."""
    prints: list[Print] = field(default_factory=list)


class RunFinder:
    """Hears the sound and sees its tracks, in that order, from start to end."""

    def __init__(self) -> None:
        self._rest = np.zeros(0, np.float32)
        self._features: list[Features] = [log_mel(self._rest)]
        self._first = 0
        """Number of the first feature that is kept."""
        self._frame = 0
        """Number of the next frame of activity."""
        self._open: list[_Open | None] = [None] * TRACKS
        self._spectrum, self._printed = np.zeros(0), 0
        """Sum of the features that voice prints were taken of, and their number."""

    @property
    def is_narrow(self) -> bool:
        """Whether the speech so far has nothing above 4 kHz."""
        return bool(self._printed) and lacks_highs(self._spectrum / self._printed)

    def hear(self, samples: Samples) -> None:
        """Sound whose activity is not known yet."""
        sound = np.concatenate([self._rest, samples])
        self._features.append(log_mel(sound))
        self._rest = sound[len(self._features[-1]) * HOP :]

    def see(self, activity: Activity) -> Iterator[Run]:
        """The runs that are over with these frames."""
        speaks = activity > _ACTIVE
        alone = speaks.sum(axis=1) == 1
        for track in range(TRACKS):
            clear = _spans(speaks[:, track] & alone, self._frame)
            for start, end in _spans(speaks[:, track], self._frame):
                run = self._open[track]
                if run is not None and start - run.end > _GAP:
                    yield self._closed(track, run)
                    run = None
                self._open[track] = run = run or _Open(start, start, start)
                self._extend(run, start, end, clear)
        self._frame += len(activity)
        self._forget()

    def finish(self) -> Iterator[Run]:
        for track, run in enumerate(self._open):
            if run is not None:
                yield self._closed(track, run)

    def _extend(self, run: _Open, start: int, end: int, clear: Sequence[tuple[int, int]]) -> None:
        """Put frames to a run; prints are taken whenever its part is long enough."""
        while start < end:
            limit = max(start + 1, min(end, run.part + _LONGEST))
            run.end = limit
            run.clear += [(max(a, start), min(b, limit)) for a, b in clear if a < limit and b > start]
            if limit - run.part >= _LONGEST:
                self._print(run)
            start = limit

    def _closed(self, track: int, run: _Open) -> Run:
        self._open[track] = None
        self._print(run)
        return Run(_time_s(run.start), _time_s(run.end), tuple(run.prints), track)

    def _print(self, run: _Open) -> None:
        """Take prints along the part of a run that has none yet."""
        index = np.concatenate([self._numbers(a, b) for a, b in run.clear] or [np.zeros(0, np.int64)])
        run.part, run.clear = run.end, []
        features = np.concatenate(self._features)
        index = index[(index >= 0) & (index < len(features))]
        if len(index) < _LEAST:
            return
        self._spectrum = features[index].sum(axis=0, dtype=np.float64) + (self._spectrum if self._printed else 0.0)
        self._printed += len(index)
        length = min(PRINT, len(index))
        starts = np.unique(np.append(np.arange(0, len(index) - length, _EVERY), len(index) - length))
        middles = index[starts + length // 2] + self._first
        vectors = voice_prints(centred(features[index]), starts, length)
        for middle, vector in zip(middles.tolist(), vectors, strict=True):
            run.prints.append(Print(middle / _FEATURES_PER_S, length / _FEATURES_PER_S, vector))

    def _numbers(self, start: int, end: int) -> npt.NDArray[np.int64]:
        """Numbers among the features that are kept, of those within frames of activity."""
        first, last = (round(_time_s(edge) * _FEATURES_PER_S) - self._first for edge in (start, end))
        return np.arange(first, last)

    def _forget(self) -> None:
        """Features before everything that is still to be printed."""
        parts = [run.part for run in self._open if run is not None]
        keep = int(_time_s(min([self._frame, *parts])) * _FEATURES_PER_S)
        features = np.concatenate(self._features)
        drop = max(0, min(keep - self._first, len(features)))
        self._features, self._first = [features[drop:]], self._first + drop


def _spans(on: npt.NDArray[np.bool_], first: int) -> list[tuple[int, int]]:
    """Where values are true, ends exclusive, counted from `first`."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], on, [False]]).astype(np.int8)))
    return [(int(a) + first, int(b) + first) for a, b in edges.reshape(-1, 2)]


def _time_s(frame: int) -> float:
    """Where a frame begins: halfway between its middle and that of the frame before."""
    return max(0.0, (frame * STEP + CENTRE - STEP / 2) / RATE_HZ)
