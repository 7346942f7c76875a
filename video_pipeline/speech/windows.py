"""Finds speech and cuts it into windows for the engine: never longer than a hard maximum, cut at the quietest place."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
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
_PAUSE_FRAMES = 5
"""Shortest pause inside a window, 0.16 s: the silence before "p", "t" or "k" is shorter."""
_STRETCH_FRAMES = 3
"""Shortest speech between two pauses, 0.1 s; less is a click."""


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


@dataclass(frozen=True, slots=True)
class Speech(Span):
    """Speech for one window."""

    stretches: tuple[Span, ...] = ()
    """What is spoken between pauses too short to end a window, in order."""

    def shifted(self, by_s: float) -> Speech:  # the stretches too
        return Speech(self.start_s + by_s, self.end_s + by_s, tuple(stretch.shifted(by_s) for stretch in self.stretches))


@dataclass(frozen=True, slots=True, eq=False)
class SpokenWindow(Waveform):
    """A window, and where in it the detector heard speech."""

    speech: Speech = Speech(0.0, 0.0)
    """On the media clock."""
    starts: bool = True
    """There is silence before the speech; not if the window was cut out of longer speech."""
    ends: bool = True
    """There is silence after it."""
    speaker: str | None = None
    """Who speaks in it, where each speaker has a channel."""


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

    def hear(self, probabilities: npt.NDArray[np.float32]) -> Iterator[Speech]:
        for probability in probabilities.tolist():
            yield from self._frame(probability)
            self._time_s += FRAME_S

    def finish(self) -> Iterator[Speech]:
        if self._start_s is not None:
            yield from self._close(self._quiet_s if self._quiet_s is not None else self._time_s)

    def _frame(self, probability: float) -> Iterator[Speech]:
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

    def _close(self, end_s: float) -> Iterator[Speech]:
        assert self._start_s is not None
        span = Speech(self._start_s, end_s, self._stretches(end_s))
        self._start_s = self._quiet_s = None
        if span.duration_s >= self._options.least_s:
            yield span

    def _split(self) -> Iterator[Speech]:
        """Cut at the quietest frame of the second half; the rest becomes the start of the next span."""
        assert self._start_s is not None
        half = len(self._recent) // 2
        at = half + int(np.argmin(self._recent[half:]))
        span = Speech(self._start_s, self._start_s + at * FRAME_S, self._stretches(self._start_s + at * FRAME_S))
        self._start_s, self._recent = span.end_s, self._recent[at:]
        if self._quiet_s is not None:
            self._quiet_s = max(self._quiet_s, span.end_s)
        yield span

    def _stretches(self, end_s: float) -> tuple[Span, ...]:
        """The speech since the span's start, without its pauses."""
        assert self._start_s is not None
        frames, start_s = self._recent[: round((end_s - self._start_s) / FRAME_S)], self._start_s
        found = _without_pauses(frames, self._options.onset, self._options.offset)
        return tuple(Span(start_s + a * FRAME_S, start_s + b * FRAME_S) for a, b in found)


def _without_pauses(frames: Sequence[float], onset: float, offset: float) -> list[tuple[int, int]]:
    """Stretches `[a, b)` of frames with speech; the first starts with the first frame and the last ends with the last one."""
    out: list[tuple[int, int]] = []
    start: int | None = 0
    quiet: int | None = None
    for k, probability in enumerate(frames):
        if probability >= onset:
            start, quiet = k if start is None else start, None
        elif start is not None and quiet is None and probability < offset:
            quiet = k
        if start is not None and quiet is not None and k + 1 - quiet >= _PAUSE_FRAMES:
            if quiet - start >= _STRETCH_FRAMES:
                out.append((start, quiet))
            start = quiet = None
    if start is not None:
        out.append((start, len(frames)))
    return out or [(0, len(frames))]


def windows(
    blocks: Iterable[Waveform], options: WindowOptions, model: VadModel = on_processor
) -> Generator[SpokenWindow, None, None]:
    """The spoken windows of a sound that comes in blocks, in order. Holds at most one window and one block in memory."""
    vad, finder, buffer = SileroVad(model), SpanFinder(options), _Buffer()
    last_end_s = 0.0
    for block in blocks:
        buffer.append(block)
        for speech in finder.hear(vad.hear(block.samples)):
            window = _window(buffer, speech, options.pad_s, last_end_s, finder.open_since_s)
            last_end_s = speech.end_s
            yield window
        buffer.forget(finder.open_since_s, options.pad_s + options.join_gap_s)
    for speech in [*finder.hear(vad.finish()), *finder.finish()]:
        window = _window(buffer, speech, options.pad_s, last_end_s, finder.open_since_s)
        last_end_s = speech.end_s
        if len(window.samples):
            yield window


def _window(buffer: _Buffer, speech: Speech, pad_s: float, last_end_s: float, open_since_s: float | None) -> SpokenWindow:
    """Speech with padding on both sides, except where it was cut in two, so that no word is transcribed twice."""
    cut_before, cut_after = speech.start_s - last_end_s < _ROUNDING_S, open_since_s == speech.end_s
    start_s = speech.start_s if cut_before else max(last_end_s, speech.start_s - pad_s)
    sound = buffer.cut(Span(start_s, speech.end_s if cut_after else speech.end_s + pad_s))
    on_clock = speech.shifted(buffer.origin_s)
    return SpokenWindow(sound.samples, sound.rate_hz, sound.start_s, on_clock, starts=not cut_before, ends=not cut_after)


class _Buffer:
    """The latest sound, addressed by seconds since the first block."""

    def __init__(self) -> None:
        self._samples: Samples = np.zeros(0, np.float32)
        self._first = 0
        """Number of the first sample held."""
        self._origin_s: float | None = None

    @property
    def origin_s(self) -> float:
        """Start of the first block on the media clock."""
        return self._origin_s or 0.0

    def append(self, block: Waveform) -> None:
        if self._origin_s is None:
            self._origin_s = block.start_s
        self._samples = np.concatenate([self._samples, block.samples])

    def cut(self, span: Span) -> Waveform:
        start = max(self._first, round(span.start_s * RATE_HZ))
        end = max(start, round(span.end_s * RATE_HZ))
        samples = self._samples[start - self._first : end - self._first].copy()
        return Waveform(samples, RATE_HZ, self.origin_s + start / RATE_HZ)

    def forget(self, open_since_s: float | None, keep_s: float) -> None:
        """Drop the sound that no later window can need."""
        newest = self._first + len(self._samples)
        oldest_needed = newest if open_since_s is None else round(open_since_s * RATE_HZ)
        first = max(self._first, min(oldest_needed, newest) - round(keep_s * RATE_HZ) - FRAME)
        self._samples = self._samples[first - self._first :]
        self._first = first
