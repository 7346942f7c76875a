"""Where the crop of a shot goes that has things to follow: with one, with all of them, or to the one that speaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from video_pipeline.clips.base import SourceVideo
from video_pipeline.clips.shape.base import Interest
from video_pipeline.clips.shape.mouths import RATE_FPS, WIDTH_PX, Said, movement, speakers
from video_pipeline.clips.shape.path import path, union
from video_pipeline.clips.shape.tracks import Floats, Track, tracks
from video_pipeline.core.clip import Shot
from video_pipeline.core.span import Span
from video_pipeline.core.waveform import RATE_HZ
from video_pipeline.media.decode import audio_blocks
from video_pipeline.media.errors import DamagedMedia
from video_pipeline.media.framing import Fit
from video_pipeline.media.pictures import sampled

_BLOCK_S = 20.0
"""Pictures that are in memory at a time."""
_SHORT_TURN_S = 1.0
"""A turn that is shorter is not shown: the picture would flicker."""
_USUAL_TURN_S = 2.5
"""Turns that are shorter on average are a quarrel: both are shown all the time."""
_NEAR_S = 0.6
"""A change of the picture is moved to a word that begins this near to it."""
_BEFORE_WORD_S = 0.1
_QUIET_DB = 22.0
"""Sound that is this far below the loud parts of the shot is not speech."""
_LOUD = 90
"""Percentile of the levels that counts as loud."""
_SILENT_DB = -60.0

NAME_OF_SPEAKER = "the one who speaks"
NAME_OF_SPLIT = "two of them, each in a half of the picture"


@dataclass(frozen=True, slots=True)
class Follower:
    """What all shots of a clip have in common."""

    source: SourceVideo
    span: Span
    """The clip, on the clock of the source."""
    several: str
    """What is shown of several things that do not fit into one crop, of `SEVERAL`."""
    least_kept: float
    window: tuple[float, float]
    """Of the crop, in shares of the picture."""
    hop_s: float
    """Between the pictures in which things are found."""

    def fits(self, shot: Shot, found: Sequence[Sequence[Interest]], name: str) -> tuple[list[Fit], str] | None:
        """How a shot is shown, and in words what is followed; None if there is nothing to follow."""
        things = tracks(found)
        if not things:
            return None
        around = union([thing.boxes for thing in things])
        if len(things) > 1 and not self._holds(around):
            return self._of_several(shot, things, name)
        if not self._holds(around, self.least_kept):
            return [self._whole(shot)], f"the whole picture over its blur, because the {name} would not fit"
        middles = (around[:, :2] + around[:, 2:]) / 2
        return [Fit(shot.start_s, path=path(middles, self.window, shot.start_s, self.hop_s))], name

    def _holds(self, boxes: Floats, share: float = 1.0) -> bool:
        """Whether at least that share of the boxes, which may move, fits into the window."""
        return bool((np.median(boxes[:, 2:] - boxes[:, :2], axis=0) * share <= self.window).all())

    def _whole(self, shot: Shot) -> Fit:
        return Fit(shot.start_s, crop=False)

    def _of_several(self, shot: Shot, things: list[Track], name: str) -> tuple[list[Fit], str]:
        turns = [Said(0.0, shot.duration_s, None)] if self.several in ("whole", "split") else self._turns(shot, things)
        quarrel = shot.duration_s / len(turns) < _USUAL_TURN_S and len(turns) > 1
        seen = sorted({turn.number for turn in turns if turn.number is not None})
        turns = _lasting(turns, shot.duration_s)
        if seen and (self.several == "speaker" or not quarrel):
            return [self._on(shot, things[turn.number or 0], turn) for turn in turns], NAME_OF_SPEAKER
        if self.several == "speaker":
            heaviest = max(range(len(things)), key=lambda number: things[number].weight)
            return [self._on(shot, things[heaviest], turns[0])], name
        pair = [things[number] for number in seen] if len(seen) == 2 else things
        if self.several != "whole" and len(pair) == 2:
            return [Fit(shot.start_s, panes=(self._pane(pair[0]), self._pane(pair[1])))], NAME_OF_SPLIT
        return [self._whole(shot)], f"the whole picture over its blur, because the {name} would not fit"

    def _on(self, shot: Shot, thing: Track, turn: Said) -> Fit:
        start_s = shot.start_s + turn.start_s
        first, last = round(turn.start_s / self.hop_s), max(round(turn.end_s / self.hop_s), round(turn.start_s / self.hop_s) + 1)
        middles = thing.middles[min(first, len(thing.middles) - 1) : last]
        return Fit(start_s, path=path(middles, self.window, start_s, self.hop_s))

    def _pane(self, thing: Track) -> tuple[float, float, float, float]:
        """The box that contains a thing wherever it is in the shot."""
        low, high = np.percentile(thing.boxes[:, :2], 5, axis=0), np.percentile(thing.boxes[:, 2:], 95, axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    def _turns(self, shot: Shot, things: Sequence[Track]) -> list[Said]:
        """Who speaks when in a shot, on its own clock."""
        if any(thing.mouths is None for thing in things) or not self.source.info.audio:
            return [Said(0.0, shot.duration_s, None)]
        inside = Span(shot.start_s, shot.end_s).shifted(self.span.start_s)
        moved = np.concatenate([*self._moved(inside, things)], axis=1)
        loud = _loud(self.source, inside, moved.shape[1])
        turns = speakers(moved, loud, [*self._voices(inside)])
        return [*self._on_words(turns, inside)]

    def _moved(self, inside: Span, things: Sequence[Track]) -> Iterator[Floats]:
        """Movement of the mouths, a block at a time."""
        for number in range(max(1, int(np.ceil(inside.duration_s / _BLOCK_S)))):
            start_s = number * _BLOCK_S
            length_s = min(_BLOCK_S, inside.duration_s - start_s)
            block = Span(inside.start_s + start_s, inside.start_s + start_s + length_s)
            pictures = sampled(self.source.info, block, RATE_FPS, WIDTH_PX)
            own = [_from(thing, start_s, self.hop_s) for thing in things]
            yield movement(pictures[: max(1, round(length_s * RATE_FPS))], own, self.hop_s)

    def _voices(self, inside: Span) -> Iterator[tuple[str, Span]]:
        for segment in self.source.segments:
            if segment.speaker and segment.overlaps(inside):
                yield segment.speaker, Span(segment.start_s, segment.end_s).shifted(-inside.start_s)

    def _on_words(self, turns: Sequence[Said], inside: Span) -> Iterator[Said]:
        """Turns that begin with the words that are said in them."""
        words_s = [one.start_s - inside.start_s - _BEFORE_WORD_S for one in self.source.segments if one.overlaps(inside)]
        starts_s = [turns[0].start_s]
        for turn in turns[1:]:
            near_s = min(words_s, key=lambda time_s: abs(time_s - turn.start_s), default=turn.start_s)
            moved_s = near_s if abs(near_s - turn.start_s) <= _NEAR_S else turn.start_s
            starts_s.append(max(moved_s, starts_s[-1]))
        for turn, start_s, end_s in zip(turns, starts_s, [*starts_s[1:], turns[-1].end_s], strict=True):
            yield Said(start_s, end_s, turn.number)


def _lasting(turns: Sequence[Said], length_s: float) -> list[Said]:
    """Without turns that are too short to be shown: the one before goes on."""
    kept: list[Said] = []
    for turn in turns:
        short = turn.end_s - turn.start_s < _SHORT_TURN_S
        if kept and (short or kept[-1].number == turn.number):
            kept[-1] = Said(kept[-1].start_s, turn.end_s, kept[-1].number)
        else:
            kept.append(turn)
    if len(kept) > 1 and kept[0].end_s - kept[0].start_s < _SHORT_TURN_S:
        kept[:2] = [Said(kept[0].start_s, kept[1].end_s, kept[1].number)]
    return kept or [Said(0.0, length_s, None)]


def _from(thing: Track, start_s: float, hop_s: float) -> Track:
    """A track from a time of the shot on."""
    first = min(round(start_s / hop_s), len(thing.boxes) - 1)
    return Track(thing.boxes[first:], None if thing.mouths is None else thing.mouths[first:], thing.weight)


def _loud(source: SourceVideo, inside: Span, count: int) -> Floats:
    """How much somebody may be heard in each picture, 0 to 1."""
    try:
        blocks = [block.samples for block in audio_blocks(source.info.path, source.track, inside)]
    except DamagedMedia:
        blocks = []
    size = int(RATE_HZ / RATE_FPS)
    samples = np.concatenate(blocks) if blocks else np.zeros(0, np.float32)
    samples = np.pad(samples[: count * size], (0, max(0, count * size - len(samples))))
    level_db = 10 * np.log10((samples.reshape(count, size).astype(np.float64) ** 2).mean(axis=1) + 1e-12)
    top_db = float(np.percentile(level_db, _LOUD))
    if top_db < _SILENT_DB:
        return np.zeros(count)
    return np.asarray(np.clip((level_db - top_db + _QUIET_DB) / _QUIET_DB, 0.0, 1.0), np.float64)
