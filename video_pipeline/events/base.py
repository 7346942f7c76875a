"""The contract of an event detector.

To add one:
1. write one file (or folder, where it has weights) here with a class that satisfies `EventDetector`;
2. add its line to `DETECTORS` in `__init__.py`;
3. run `tests/events/test_detectors.py`, which holds every member of the table to the contract.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from video_pipeline.core.labels import Sound
from video_pipeline.core.posterior import Posterior
from video_pipeline.core.span import Span
from video_pipeline.core.waveform import Waveform

HOP_S = 0.05
"""The common grid on which detectors are fused."""
LISTENED = "listened"
"""A label that a detector may have beside those it tells apart: 1 where it listened at all, 0 where it has no opinion."""


class EventDetector(Protocol):
    """Listens to one file from its start to its end. One object per file; heavy state is shared behind it.

    A detector uses the sound, the engine's tags, or both, and ignores what it does not need.

    Attributes:
        identity: changes when the output would: part of the cache key.
        labels: what it tells apart; names of `Sound`, and others (such as "speech" and `LISTENED`) that only fusion reads.
    """

    identity: str
    labels: tuple[str, ...]

    def hear(self, block: Waveform) -> None:
        """The next block of the file's sound (16 kHz, any length), each starting where the last ended. Flat memory."""
        ...

    def tag(self, window: Span, sounds: Mapping[Sound, float]) -> None:
        """What the speech engine made of one window: a probability per event over the whole of it."""
        ...

    def finish(self, duration_s: float) -> Posterior:
        """The posterior on the common hop from 0 to `duration_s`; 0 where it heard nothing. Called once."""
        ...


@runtime_checkable
class HearsAgain(Protocol):
    """What a detector may offer beside the contract: it takes what the speech engine hears in short windows slid over the sound.

    That comes after the whole file was heard, and of the places that are worth it (see `candidates.py`) or of the whole.
    """

    def hear_again(self, heard: Posterior) -> None:
        """One stretch, on the grid of its windows. Stretches of one grid do not overlap."""
        ...
