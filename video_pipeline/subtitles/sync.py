"""Finds the move that puts subtitles onto the speech they belong to: an offset and a rate.

The cues and the speech are compared as signals of 0 and 1 every 10 ms. Their cross-correlation by FFT, for each of the usual
ratios of frame rates, gives the best offset; that is what ffsubsync does too. Then the offset is measured again in each stretch
of the file, and a line through these measurements gives the rate exactly and a measure of trust.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from video_pipeline.core.span import Span
from video_pipeline.subtitles.retime import Move

HOP_S = 0.01
_FILM = 24000 / 1001
_RATIOS = (1.0, 24 / _FILM, _FILM / 24, 25 / _FILM, _FILM / 25, 25 / 24, 24 / 25)
"""Rates of films and of television at which subtitles are made and shown."""
_MOST_OFFSET_S = 300.0
"""Longest offset that is looked for by itself; with another ratio the ends of a film may be further apart."""
_STRETCH_S = 300.0
"""Length of a stretch in which the offset is measured again."""
_NEAR_S = 3.0
"""A stretch is looked at this far from where the whole is."""
_AGREE_S = 0.25
"""A stretch whose offset is within this of the line agrees with it."""
_MOST_LATE_S = 0.8
"""Speech that begins further from a cue's start is other speech."""
_START_WINDOW_S = 0.3
"""Starts within this of each other agree."""
_LEAST_STARTS = 5
_LEAST_START_SHARE = 0.2
"""Fewer starts near speech, and the overlap of the whole is trusted instead."""
_LEAST_STRETCHES = 3
_LEAST_GAIN = 1.02
"""Another ratio than 1 must correlate better by this factor."""
_LEAST_SPAN_S = 30.0
"""Cues that span less tell no rate."""
Signal = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sync:
    """The move that was found."""

    move: Move
    trust: float
    """0 to 1: how far the best offset stands out, and the share of stretches that agree. Below 0.5 it is a guess."""


def synced(cues: Sequence[Span], reference: Sequence[Span]) -> Sync:
    """The move of `cues` that makes them stand where `reference` is: speech in a recording, or other subtitles.

    Trust is 0 if either is empty.
    """
    if not cues or not reference:
        return Sync(move=Move(), trust=0.0)
    target = _signal(reference, 1.0)
    long_s = max(cue.end_s for cue in cues) - min(cue.start_s for cue in cues)
    ratios = _RATIOS if long_s >= _LEAST_SPAN_S else (1.0,)
    found = {ratio: _best(_signal(cues, ratio), target) for ratio in ratios}
    best = max(ratios, key=lambda ratio: found[ratio][1] / (1.0 if ratio == 1.0 else _LEAST_GAIN))
    shift_s, _, sharpness = found[best]
    move, agreement = _refined(cues, target, Move(shift_s=shift_s, scale=best))
    late_s = _late_s([move(cue.start_s) for cue in cues], [span.start_s for span in reference])
    return Sync(move=move.then(Move(shift_s=late_s)), trust=round(min(1.0, sharpness) * agreement, 3))


def _late_s(starts: Sequence[float], onsets: Sequence[float]) -> float:
    """How much later speech begins than the cues do, where most of them agree; 0 if few do.

    Cues stay after the last word, so overlap alone puts them too early by half of that.
    """
    own, others = np.array(starts), np.sort(np.array(onsets))
    at = np.searchsorted(others, own)
    nearest = np.stack([others[np.clip(at - 1, 0, len(others) - 1)], others[np.clip(at, 0, len(others) - 1)]])
    gaps = nearest - own
    gaps = gaps[np.argmin(np.abs(gaps), axis=0), np.arange(len(own))]
    gaps = np.sort(gaps[np.abs(gaps) <= _MOST_LATE_S])
    if len(gaps) < max(_LEAST_STARTS, _LEAST_START_SHARE * len(own)):
        return 0.0
    counts = np.searchsorted(gaps, gaps + _START_WINDOW_S, "right") - np.arange(len(gaps))
    first = int(np.argmax(counts))
    return float(np.mean(gaps[first : first + int(counts[first])]))


def _signal(spans: Sequence[Span], scale: float) -> Signal:
    """1 where any of the spans is, every `HOP_S`."""
    signal = np.zeros(int(max(span.end_s for span in spans) * scale / HOP_S) + 2, np.float32)
    for span in spans:
        signal[int(span.start_s * scale / HOP_S) : max(1, int(span.end_s * scale / HOP_S))] = 1.0
    return signal


def _best(signal: Signal, target: Signal) -> tuple[float, float, float]:
    """Offset in seconds, correlation there, and how far it stands out from the best one elsewhere (about 1 and more)."""
    length = len(signal) + len(target)
    size = 1 << (length - 1).bit_length()
    a, b = (np.fft.rfft(_centred(one), size) for one in (signal, target))
    correlation = np.fft.irfft(np.conj(a) * b, size)
    norm = float(np.linalg.norm(_centred(signal)) * np.linalg.norm(_centred(target))) or 1.0
    most = min(size // 2 - 1, int(_MOST_OFFSET_S / HOP_S))
    lags = np.concatenate([correlation[: most + 1], correlation[-most:]]) / norm
    offsets = np.concatenate([np.arange(most + 1), np.arange(-most, 0)])
    top = int(np.argmax(lags))
    far = lags[np.abs(offsets - offsets[top]) > 2 / HOP_S]
    rival, spread = (float(far.max()), float(far.std())) if len(far) else (0.0, 1.0)
    peak = float(lags[top])
    sharpness = (peak - rival) / (4 * spread + 1e-9)
    return float(offsets[top]) * HOP_S, peak, max(0.0, sharpness)


def _centred(signal: Signal) -> Signal:
    return np.asarray(signal - signal.mean(), np.float32)


def _refined(cues: Sequence[Span], target: Signal, move: Move) -> tuple[Move, float]:
    """The move by a line through the offsets of stretches, and the share of them that agree with it."""
    points: list[tuple[float, float]] = []
    start_s, end_s = min(cue.start_s for cue in cues), max(cue.end_s for cue in cues)
    count = max(1, round((end_s - start_s) * move.scale / _STRETCH_S))
    edges = np.linspace(start_s, end_s + 0.001, count + 1)
    for a, b in pairwise(edges):
        inside = [cue for cue in cues if a <= cue.start_s < b]
        if inside and (offset_s := _local_offset(inside, target, move)) is not None:
            middle_s = sum(cue.middle_s for cue in inside) / len(inside)
            points.append((middle_s, offset_s))
    if not points:
        return move, 0.0
    times, offsets = np.array(points).T
    line = _line(times, offsets) if len(points) >= _LEAST_STRETCHES else (0.0, float(np.median(offsets)))
    left = np.abs(offsets - (line[0] * times + line[1]))
    refined = Move(shift_s=move.shift_s + line[1], scale=move.scale + line[0])
    return refined, float(np.mean(left <= _AGREE_S))


def _line(times: npt.NDArray[np.float64], offsets: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Slope and intercept by medians of pairs (Theil and Sen), which a wrong stretch does not move."""
    k, j = np.triu_indices(len(times), 1)
    slope = float(np.median((offsets[j] - offsets[k]) / np.maximum(1e-6, times[j] - times[k])))
    return slope, float(np.median(offsets - slope * times))


def _local_offset(cues: Sequence[Span], target: Signal, move: Move) -> float | None:
    """How much later a stretch fits best than where the move puts it; None if nothing there is speech."""
    first = min(cue.start_s for cue in cues)
    signal = _signal([Span((cue.start_s - first) * move.scale, (cue.end_s - first) * move.scale) for cue in cues], 1.0)
    near = int(_NEAR_S / HOP_S)
    begin = int(move(first) / HOP_S) - near
    window = np.zeros(len(signal) + 2 * near, np.float32)
    low, high = max(0, begin), min(len(target), begin + len(window))
    if high <= low:
        return None
    window[low - begin : high - begin] = target[low:high]
    if not window.any() or window.all():
        return None
    size = 1 << (len(window) + len(signal) - 1).bit_length()
    lags = np.fft.irfft(np.conj(np.fft.rfft(_centred(signal), size)) * np.fft.rfft(_centred(window), size), size)[: 2 * near + 1]
    return (_peak(lags) - near) * HOP_S


def _peak(lags: npt.NDArray[np.floating]) -> float:
    """Where a curve is highest, between its points by a parabola."""
    top = int(np.argmax(lags))
    if not 0 < top < len(lags) - 1:
        return float(top)
    a, b, c = (float(lags[k]) for k in (top - 1, top, top + 1))
    bend = a - 2 * b + c
    return top + (0.5 * (a - c) / bend if bend else 0.0)
