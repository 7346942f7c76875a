"""The contract of an event detector.

To add one:
1. write one file (or a folder, if it has weights) here with a class that satisfies `EventDetector`;
2. add its line to `DETECTORS` in `__init__.py`;
3. run `tests/events/test_detectors.py`, which checks every member of the table against the contract.
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
"""An extra label that a detector may have: 1 where it analysed the sound, 0 where it has no opinion."""


class EventDetector(Protocol):
    """Analyses one file from start to end. One object per file; models are shared between objects.

    A detector uses the sound, the engine's tags, or both, and ignores what it does not need.
    """

    identity: str
    """Part of the cache key: changes whenever the output would."""
    labels: tuple[str, ...]
    """Names of `Sound`, and others (such as "speech" and `LISTENED`) that only fusion reads."""

    def hear(self, block: Waveform) -> None:
        """The next block of the file's sound (16 kHz, any length); blocks follow each other without gaps. Memory stays flat."""
        ...

    def tag(self, window: Span, sounds: Mapping[Sound, float]) -> None:
        """The speech engine's result for one window: a probability per sound for the whole of it."""
        ...

    def finish(self, duration_s: float) -> Posterior:
        """The posterior on the common hop from 0 to `duration_s`; 0 where nothing was analysed. Called once."""
        ...


@runtime_checkable
class HearsAgain(Protocol):
    """An optional part of the contract: the detector takes the speech engine's results for short windows slid over the sound.

    They come after the whole file was heard once, for the places that are worth it (see `candidates.py`) or for all of it.
    """

    def hear_again(self, heard: Posterior) -> None:
        """One stretch, on the grid of its windows. Stretches with the same grid do not overlap."""
        ...
