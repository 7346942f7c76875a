"""Laughter that may not be an audience's answer: over music, or the same recording again and again. It is marked, not dropped."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec
import numpy as np
import numpy.typing as npt

from video_pipeline.core.constraints import Share, check_fields
from video_pipeline.core.labels import Sound
from video_pipeline.core.posterior import Mask
from video_pipeline.core.span import Span, covered_s
from video_pipeline.core.transcript import AudioEvent
from video_pipeline.events.base import HOP_S
from video_pipeline.events.traits import BITS, Prints, Traits, unpacked

Bits = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]

_BLOCK = 24
"""Frames that are compared at a time, 1.2 s: 384 bits, most of which depend on their neighbours'."""
_STRIDE = 6
"""Frames from one block that is looked for to the next; it is looked for at every frame."""
_AT_ONCE = 256
_HORIZON = round(1800 / HOP_S)
"""Frames: a laugh is compared with those of half an hour before and after, so time grows with length, not with its square."""
_LIVELY = 0.27
"""The least share of bits that change from frame to frame: 0.30 to 0.50 in laughter, next to none in silence and steady tones,
which agree with themselves anywhere."""
_FAINTEST_DB = -65.0
_BEFORE_S = 3.0
_SCENE_BER = 0.35


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardOptions:
    """Which laughs count less, and how much less."""

    music_share: Share = 0.5
    """A laugh is over music where music covers this share of it."""

    music_factor: Share = 0.7
    """The score of a laugh over music is multiplied by this."""

    same_ber: Share = 0.26
    """Two laughs are one recording where at most this share of the bits of 1.2 s of their fingerprints differ. Measured on real
    laughs: another laugh 0.29 and more, mostly 0.41; on synthesised ones, the same again under pink noise at most 0.23 at 10 dB,
    0.28 at 5 dB."""

    canned_times: Annotated[int, msgspec.Meta(ge=2)] = 3
    """A recording must be heard this often to be a laugh track; twice may be a teaser or a replay."""

    canned_factor: Share = 0.4
    """The score of a laugh track is multiplied by this."""

    def __post_init__(self) -> None:
        check_fields(self)


def guarded(events: Sequence[AudioEvent], traits: Traits, options: GuardOptions) -> list[AudioEvent]:
    """The same events in the same order; laughter over music and canned laughter is marked and has a lower score."""
    music = [event for event in events if event.label is Sound.MUSIC]
    canned = repeated([event for event in events if event.label is Sound.LAUGHTER], traits, options)
    out = []
    for event in events:
        marks, score = [], event.score
        if event.label is Sound.LAUGHTER and music and covered_s(music, event) >= options.music_share * event.duration_s:
            marks.append("music")
            score *= options.music_factor
        if event in canned:
            marks.append("canned")
            score *= options.canned_factor
        out.append(dataclasses.replace(event, marks=tuple(marks), score=round(score, 4)) if marks else event)
    return out


def repeated(laughs: Sequence[AudioEvent], traits: Traits, options: GuardOptions) -> set[AudioEvent]:
    """Those that are the same recording as others of them, at whatever offset, often enough.

    A scene that is shown twice (a teaser at the start, an instant replay) brings its real laughs twice: where what was heard just
    before both agrees too, they are no laugh track.
    """
    frames, owner = _frames_of(laughs, len(traits.prints))
    if len(laughs) < 2 or len(frames) < 2 * _BLOCK:
        return set()
    bits = unpacked(traits.prints[frames])
    usable = np.flatnonzero(_usable(bits, owner, traits.level_db[frames]))
    alike: dict[int, set[int]] = {}
    for asked, other in _same(_Blocks(bits, frames, owner, usable), options.same_ber):
        one, two = int(owner[asked]), int(owner[other])
        if not _same_scene(traits.prints, laughs[one], frames[asked], frames[other]):
            together = alike.get(one, {one}) | alike.get(two, {two})
            alike.update(dict.fromkeys(together, together))
    return {laughs[k] for k, together in alike.items() if len(together) >= options.canned_times}


def _frames_of(laughs: Sequence[AudioEvent], frames: int) -> tuple[Numbers, Numbers]:
    """The frames under each laugh, one after another, and whose they are."""
    rows = [np.arange(round(laugh.start_s / HOP_S), min(frames, round(laugh.end_s / HOP_S))) for laugh in laughs]
    owner = [np.full(len(row), number) for number, row in enumerate(rows)]
    none = np.zeros(0, np.int64)
    return np.concatenate([none, *rows]), np.concatenate([none, *owner])


def _usable(bits: Bits, owner: Numbers, level_db: Bits) -> Mask:
    """Which blocks, by their first frame, lie within one laugh and hold lively sound."""
    count = len(bits) - _BLOCK + 1
    changes = np.concatenate([[0.0], np.cumsum((bits[1:] != bits[:-1]).mean(axis=1))])
    lively = (changes[_BLOCK - 1 :] - changes[:count]) / (_BLOCK - 1) >= _LIVELY
    levels = np.concatenate([[0.0], np.cumsum(level_db)])
    loud = (levels[_BLOCK:] - levels[:count]) / _BLOCK >= _FAINTEST_DB
    return np.asarray((owner[:count] == owner[_BLOCK - 1 :]) & lively & loud)


@dataclass(frozen=True, slots=True, eq=False)
class _Blocks:
    """`bits` of the `frames` under laughs, the `owner` of each, and the `usable` first frames of blocks."""

    bits: Bits
    frames: Numbers
    owner: Numbers
    usable: Numbers

    def at(self, firsts: Numbers) -> Bits:
        """[firsts, bits of a block]"""
        windows = np.lib.stride_tricks.sliding_window_view(self.bits, (_BLOCK, BITS))
        return np.asarray(windows[firsts, 0].reshape(len(firsts), _BLOCK * BITS))


def _same(blocks: _Blocks, same_ber: float) -> Iterator[tuple[int, int]]:
    """First frames of blocks of two laughs that agree: every `_STRIDE`th block and its best partner, if that is good enough."""
    asked, least = blocks.usable[::_STRIDE], (1 - 2 * same_ber) * _BLOCK * BITS
    where = blocks.frames[blocks.usable]
    for start in range(0, len(asked), _AT_ONCE):
        few = asked[start : start + _AT_ONCE]
        nearest, furthest = blocks.frames[few[0]] - _HORIZON, blocks.frames[few[-1]] + _HORIZON
        others = blocks.usable[np.searchsorted(where, nearest) : np.searchsorted(where, furthest)]
        agreement = blocks.at(few) @ blocks.at(others).T
        agreement[blocks.owner[few][:, None] == blocks.owner[others][None]] = -np.inf
        best = agreement.argmax(axis=1)
        for row in np.flatnonzero(agreement.max(axis=1) >= least).tolist():
            yield int(few[row]), int(others[best[row]])


def _same_scene(prints: Prints, laugh: Span, frame: int, other: int) -> bool:
    """Whether also the seconds before the laugh are the same in both places, `frame` and `other` being the same instant of it."""
    end = round(laugh.start_s / HOP_S)
    before = np.arange(end - round(_BEFORE_S / HOP_S), end)
    there = before + other - frame
    kept = (before >= 0) & (there >= 0)
    if kept.sum() < _BLOCK:
        return False
    here_bits, there_bits = unpacked(prints[before[kept]]), unpacked(prints[there[kept]])
    lively = (here_bits[1:] != here_bits[:-1]).mean() >= _LIVELY
    return bool(lively and (here_bits != there_bits).mean() <= _SCENE_BER)
