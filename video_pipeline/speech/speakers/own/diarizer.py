"""Local segmentation, voice prints along every run, clustering: the diarizer that needs nothing but this package."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from video_pipeline.core.waveform import Waveform
from video_pipeline.speech.speakers.base import CountRange, Turn
from video_pipeline.speech.speakers.own.clustering import Part, parts_of
from video_pipeline.speech.speakers.own.networks import without_telephone
from video_pipeline.speech.speakers.own.runs import Run, RunFinder
from video_pipeline.speech.speakers.own.stitching import Stitcher

_JOIN_S = 0.5
"""A pause that is no longer lies within a turn."""
_LEAST_S = 0.1
"""Shorter turns are noise."""


class OwnDiarizer:
    """Memory grows by a voice print for every half second of speech, 5 MB an hour; the sound is not kept."""

    identity = "own-5"

    def __init__(self) -> None:
        self._stitcher, self._finder = Stitcher(), RunFinder()
        self._runs: list[Run] = []

    def hear(self, block: Waveform) -> None:
        self._finder.hear(block.samples)
        for activity in self._stitcher.hear(block.samples):
            self._runs += self._finder.see(activity)

    def finish(self, count: CountRange) -> Sequence[Turn]:
        self._runs += self._finder.see(self._stitcher.finish())
        self._runs += self._finder.finish()
        runs = sorted(self._runs, key=lambda run: (run.start_s, run.end_s))
        if self._finder.is_narrow:
            runs = [_without_telephone(run) for run in runs]
        return _numbered(_turns(parts_of(runs, count)))


def _without_telephone(run: Run) -> Run:
    if not run.prints:
        return run
    vectors = without_telephone(np.stack([one.vector for one in run.prints]))
    prints = tuple(replace(one, vector=vector) for one, vector in zip(run.prints, vectors, strict=True))
    return replace(run, prints=prints)


def _turns(parts: Iterable[Part]) -> list[Turn]:
    """Parts of one voice without a long pause between them, in order of their start."""
    last: dict[int, Turn] = {}
    done: list[Turn] = []
    for part in parts:
        before = last.get(part.voice)
        if before is not None and part.start_s - before.end_s <= _JOIN_S:
            last[part.voice] = Turn(before.start_s, max(before.end_s, part.end_s), before.speaker)
            continue
        if before is not None:
            done.append(before)
        last[part.voice] = Turn(part.start_s, part.end_s, str(part.voice))
    done += last.values()
    return sorted((turn for turn in done if turn.duration_s >= _LEAST_S), key=lambda turn: (turn.start_s, turn.end_s))


def _numbered(turns: Sequence[Turn]) -> list[Turn]:
    """Speakers called "1", "2" ... in the order in which they are first heard."""
    names: dict[str, str] = {}
    for turn in turns:
        names.setdefault(turn.speaker, str(len(names) + 1))
    return [Turn(turn.start_s, turn.end_s, names[turn.speaker]) for turn in turns]
