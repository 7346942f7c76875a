"""Several detectors' posteriors as one: per label, the first detector that knows the label decides.

The order is that of the option `detectors`. The small detector places laughter and applause to a tenth of a second, so it
stands first; the engine's tags add the sounds it does not tell apart.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from video_pipeline.core.labels import Sound
from video_pipeline.core.posterior import Posterior
from video_pipeline.events.base import HOP_S


def fuse(posteriors: Sequence[Posterior], duration_s: float) -> Posterior:
    """One posterior over all of `Sound` on the common hop; 0 for a label that nobody knows."""
    grid = [posterior.resampled(HOP_S, duration_s) for posterior in posteriors]
    frames = int(np.ceil(duration_s / HOP_S - 1e-9))
    values = np.zeros((frames, len(Sound)), np.float32)
    for column, sound in enumerate(Sound):
        knower = next((p for p in grid if sound in p.labels), None)
        if knower is not None:
            values[:, column] = knower.curve(sound).values
    return Posterior(values, tuple(Sound), HOP_S)
