"""Marks laughter that may not be an audience's: laughter over music, and the same recording again and again (canned laughter).

Two laughs are the same recording if a block of one (1.2 s of fingerprints) agrees with a block of the other. Frames are numbered
from the start of the file on the common grid; blocks are numbered in order of their first frame.
"""

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
from video_pipeline.core.span import covered_s
from video_pipeline.core.transcript import AudioEvent
from video_pipeline.events.base import HOP_S
from video_pipeline.events.traits import BITS, Levels, Prints, Traits, unpacked

Bits = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]

_BLOCK_FRAMES = 24
"""Frames that are compared as one, 1.2 s: 384 bits, most of which depend on their neighbours."""
_STRIDE = 6
"""Every sixth block is searched for among all blocks: recordings longer than 1.5 s are met at least once."""
_BLOCKS_AT_ONCE = 256
"""Blocks searched for in one matrix product: bounds its memory."""
_HORIZON_FRAMES = round(1800 / HOP_S)
"""A laugh is compared with those up to half an hour away, so that time grows with a file's length, not with its square."""
_LEAST_CHANGES = 0.27
"""Least share of bits that change from frame to frame: 0.30 to 0.50 in laughter, almost none in silence and steady tones, which
agree with themselves at any offset."""
_FAINTEST_DB = -65.0
"""Quieter sound is background noise, whose fingerprint says nothing about a laugh."""
_SCENE_S = 3.0
"""Sound compared before two laughs: about one sentence."""
_SCENE_BER = 0.35
"""Two such sounds are the same scene if at most this share of their bits differ: looser than for laughs, because the whole
3 s must agree; unrelated sounds differ in about half of the bits."""


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
    """The same events in the same order; laughter over music and canned laughter gets a mark and a lower score."""
    music = [event for event in events if event.label is Sound.MUSIC]
    canned = _canned([event for event in events if event.label is Sound.LAUGHTER], traits, options)
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


def _canned(laughs: Sequence[AudioEvent], traits: Traits, options: GuardOptions) -> set[AudioEvent]:
    """Laughs whose recording occurs often enough among them, at whatever offset.

    A scene that is shown twice (a teaser at the start, an instant replay) repeats its real laughs: laughs are not counted as the
    same recording if the sound before them agrees too.
    """
    blocks = _blocks_of(laughs, traits)
    alike = {number: {number} for number in range(len(laughs))}
    """By the number of a laugh: the laughs with the same recording."""
    for block, other in _agreeing(blocks, traits.prints, options.same_ber):
        one, two = int(blocks.laughs[block]), int(blocks.laughs[other])
        offset = int(blocks.firsts[other] - blocks.firsts[block])
        if not _same_scene(traits.prints, round(laughs[one].start_s / HOP_S), offset):
            together = alike[one] | alike[two]
            alike.update(dict.fromkeys(together, together))
    return {laughs[number] for number, together in alike.items() if len(together) >= options.canned_times}


@dataclass(frozen=True, slots=True, eq=False)
class _Blocks:
    """Blocks that can be recognised, in order of time."""

    firsts: Numbers
    """[blocks] the first frame of each."""
    laughs: Numbers
    """[blocks] the number of the laugh that each lies in."""

    def part(self, chosen: slice) -> _Blocks:
        return _Blocks(self.firsts[chosen], self.laughs[chosen])

    def bits(self, prints: Prints) -> Bits:
        """[blocks, bits of a block]"""
        frames = self.firsts[:, None] + np.arange(_BLOCK_FRAMES)
        return unpacked(prints[frames].ravel()).reshape(len(frames), _BLOCK_FRAMES * BITS)


def _blocks_of(laughs: Sequence[AudioEvent], traits: Traits) -> _Blocks:
    """The recognisable blocks of all laughs."""
    firsts, numbers = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for number, laugh in enumerate(laughs):
        frames = slice(max(0, round(laugh.start_s / HOP_S)), max(0, round(laugh.end_s / HOP_S)))
        found = frames.start + np.flatnonzero(_recognisable(traits.prints[frames], traits.level_db[frames]))
        firsts.append(found)
        numbers.append(np.full(len(found), number))
    all_firsts, all_numbers = np.concatenate(firsts), np.concatenate(numbers)
    order = np.argsort(all_firsts, kind="stable")
    return _Blocks(all_firsts[order], all_numbers[order])


def _recognisable(prints: Prints, level_db: Levels) -> Mask:
    """Which blocks of a laugh, by their first frame, are loud enough and change enough from frame to frame."""
    if len(prints) < _BLOCK_FRAMES:
        return np.zeros(0, np.bool_)
    changes = _moving_mean(_changes(unpacked(prints)), _BLOCK_FRAMES - 1)
    return np.asarray((changes >= _LEAST_CHANGES) & (_moving_mean(level_db, _BLOCK_FRAMES) >= _FAINTEST_DB))


def _changes(bits: Bits) -> npt.NDArray[np.float64]:
    """[frames - 1] the share of the bits [frames, BITS] that differ from the frame before."""
    return np.asarray((bits[1:] != bits[:-1]).mean(axis=1))


def _moving_mean(values: npt.NDArray[np.floating], width: int) -> npt.NDArray[np.float64]:
    """[len(values) - width + 1]"""
    return np.asarray(np.lib.stride_tricks.sliding_window_view(values, width).mean(axis=1, dtype=np.float64))


def _agreeing(blocks: _Blocks, prints: Prints, same_ber: float) -> Iterator[tuple[int, int]]:
    """Numbers of two blocks of different laughs that agree: every `_STRIDE`th block with its best partner."""
    searched = range(0, len(blocks.firsts), _STRIDE)
    least_agreement = (1 - 2 * same_ber) * _BLOCK_FRAMES * BITS  # agreeing bits minus differing ones
    for at in range(0, len(searched), _BLOCKS_AT_ONCE):
        few = searched[at : at + _BLOCKS_AT_ONCE]
        near = slice(
            int(np.searchsorted(blocks.firsts, blocks.firsts[few[0]] - _HORIZON_FRAMES)),
            int(np.searchsorted(blocks.firsts, blocks.firsts[few[-1]] + _HORIZON_FRAMES)),
        )
        ours, others = blocks.part(slice(few.start, few.stop, few.step)), blocks.part(near)
        agreement = ours.bits(prints) @ others.bits(prints).T
        agreement[ours.laughs[:, None] == others.laughs] = -np.inf
        best = agreement.argmax(axis=1)
        for row in np.flatnonzero(agreement.max(axis=1) >= least_agreement).tolist():
            yield few[row], near.start + int(best[row])


def _same_scene(prints: Prints, start: int, offset: int) -> bool:
    """Whether the seconds before a laugh that starts at frame `start` agree with the sound `offset` frames later."""
    here = np.arange(start - round(_SCENE_S / HOP_S), start)
    here = here[(here >= 0) & (here + offset >= 0)]
    if len(here) < _BLOCK_FRAMES:
        return False
    bits, other_bits = unpacked(prints[here]), unpacked(prints[here + offset])
    return bool(_changes(bits).mean() >= _LEAST_CHANGES and (bits != other_bits).mean() <= _SCENE_BER)
