"""Finds speech and cuts it into windows for the engine: never longer than a hard maximum, cut at the quietest place."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated

import msgspec
import numpy as np
import numpy.typing as npt

from video_pipeline.core.constraints import AtLeastZero, Share, check_fields
from video_pipeline.core.span import Span
from video_pipeline.core.waveform import RATE_HZ, Samples, Waveform
from video_pipeline.speech.vad import FRAME, FRAME_S, SileroVad, VadModel, on_processor

_ROUNDING_S = 1e-6
"""Tolerance when times that were summed up differently are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowOptions:
    """How speech is found and packed into windows. Thresholds are those of Silero's own segmenter, times suit subtitles."""

    onset: Share = 0.5
    """Probability of speech from which a frame starts it."""

    offset: Share = 0.35
    """Probability of speech below which it may end."""

    join_gap_s: AtLeastZero = 0.5
    """Pauses shorter than this, in seconds, stay inside one window."""

    least_s: AtLeastZero = 0.2
    """Shorter speech, in seconds, is a click and not a word."""

    pad_s: AtLeastZero = 0.15
    """Seconds of sound kept on both sides, for soft first and last consonants; at most half of `join_gap_s`."""

    longest_s: Annotated[float, msgspec.Meta(ge=1)] = 20.0
    """Longest window in seconds, at least 1; longer speech is cut where it is quietest."""

    def __post_init__(self) -> None:
        check_fields(self)
        if self.offset > self.onset:
            raise ValueError("offset must be at most onset")
        if 2 * self.pad_s > self.join_gap_s:
            raise ValueError("pad_s must be at most half of join_gap_s")
        if 4 * self.pad_s > self.longest_s:
            raise ValueError("pad_s must be at most a quarter of longest_s")


class SpanFinder:
    """Turns frame probabilities into spans of speech, each as soon as it is certain. Times count from the first frame."""

    def __init__(self, options: WindowOptions) -> None:
        self._options = options
        self._time_s = 0.0
        self._start_s: float | None = None
        self._quiet_s: float | None = None
        self._recent: list[float] = []
        """Probabilities since the span's start, to find the quietest place for a cut."""

    @property
    def open_since_s(self) -> float | None:
        """Start of the unfinished span."""
        return self._start_s

    def hear(self, probabilities: npt.NDArray[np.float32]) -> Iterator[Span]:
        for probability in probabilities.tolist():
            yield from self._frame(probability)
            self._time_s += FRAME_S

    def finish(self) -> Iterator[Span]:
        if self._start_s is not None:
            yield from self._close(self._quiet_s if self._quiet_s is not None else self._time_s)

    def _frame(self, probability: float) -> Iterator[Span]:
        options, now_s = self._options, self._time_s
        if self._start_s is None:
            if probability >= options.onset:
                self._start_s, self._recent = now_s, [probability]
            return
        self._recent.append(probability)
        if probability >= options.onset:
            self._quiet_s = None
        elif probability < options.offset and self._quiet_s is None:
            self._quiet_s = now_s
        if self._quiet_s is not None and now_s + FRAME_S - self._quiet_s >= options.join_gap_s:
            yield from self._close(self._quiet_s)
        elif len(self._recent) * FRAME_S >= options.longest_s - 2 * options.pad_s - FRAME_S:
            yield from self._split()

    def _close(self, end_s: float) -> Iterator[Span]:
        assert self._start_s is not None
        span = Span(self._start_s, end_s)
        self._start_s = self._quiet_s = None
        if span.duration_s >= self._options.least_s:
            yield span

    def _split(self) -> Iterator[Span]:
        """Cut at the quietest frame of the second half; the rest becomes the start of the next span."""
        assert self._start_s is not None
        half = len(self._recent) // 2
        at = half + int(np.argmin(self._recent[half:]))
        span = Span(self._start_s, self._start_s + at * FRAME_S)
        self._start_s, self._recent = span.end_s, self._recent[at:]
        if self._quiet_s is not None:
            self._quiet_s = max(self._quiet_s, span.end_s)
        yield span


def windows(
    blocks: Iterable[Waveform], options: WindowOptions, model: VadModel = on_processor
) -> Generator[Waveform, None, None]:
    """The spoken windows of a sound that comes in blocks, in order. Holds at most one window and one block in memory."""
    vad, finder, buffer = SileroVad(model), SpanFinder(options), _Buffer()
    last_end_s = 0.0
    for block in blocks:
        buffer.append(block)
        for span in finder.hear(vad.hear(block.samples)):
            window = buffer.cut(_padded(span, options.pad_s, last_end_s, finder.open_since_s))
            last_end_s = span.end_s
            yield window
        buffer.forget(finder.open_since_s, options.pad_s + options.join_gap_s)
    for span in [*finder.hear(vad.finish()), *finder.finish()]:
        window = buffer.cut(_padded(span, options.pad_s, last_end_s, finder.open_since_s))
        last_end_s = span.end_s
        if len(window.samples):
            yield window


def _padded(span: Span, pad_s: float, last_end_s: float, open_since_s: float | None) -> Span:
    """The span with padding on both sides, except where speech was cut in two, so that no word is transcribed twice."""
    cut_before, cut_after = span.start_s - last_end_s < _ROUNDING_S, open_since_s == span.end_s
    start_s = span.start_s if cut_before else max(last_end_s, span.start_s - pad_s)
    return Span(start_s, span.end_s if cut_after else span.end_s + pad_s)


class _Buffer:
    """The latest sound, addressed by seconds since the first block."""

    def __init__(self) -> None:
        self._samples: Samples = np.zeros(0, np.float32)
        self._first = 0
        """Number of the first sample held."""
        self._origin_s: float | None = None

    def append(self, block: Waveform) -> None:
        if self._origin_s is None:
            self._origin_s = block.start_s
        self._samples = np.concatenate([self._samples, block.samples])

    def cut(self, span: Span) -> Waveform:
        start = max(self._first, round(span.start_s * RATE_HZ))
        end = max(start, round(span.end_s * RATE_HZ))
        samples = self._samples[start - self._first : end - self._first].copy()
        return Waveform(samples, RATE_HZ, (self._origin_s or 0.0) + start / RATE_HZ)

    def forget(self, open_since_s: float | None, keep_s: float) -> None:
        """Drop the sound that no later window can need."""
        newest = self._first + len(self._samples)
        oldest_needed = newest if open_since_s is None else round(open_since_s * RATE_HZ)
        first = max(self._first, min(oldest_needed, newest) - round(keep_s * RATE_HZ) - FRAME)
        self._samples = self._samples[first - self._first :]
        self._first = first
