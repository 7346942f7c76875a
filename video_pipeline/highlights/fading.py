"""How long a reaction is audible after its event has ended, by loudness: the last claps of an applause."""

from __future__ import annotations

import numpy as np

from video_pipeline.core.posterior import Curve

_MOST_S = 3.0
"""A sound that lasts longer after the event is another sound."""
_BEFORE_S = 1.0
"""The last second of the event gives the reaction's loudness."""
_AROUND_S = 30.0
"""Time on either side from which the background is measured."""
_QUIET_S = 0.3
"""It must stay quiet for longer than this: single claps at the end of an applause are closer together."""
_BACKGROUND_PERCENTILE = 10
"""Percentile of the loudness around that counts as background."""
_LEAST_CONTRAST_DB = 12.0
"""Between a reaction and the background; with less, loudness does not show where the reaction ends."""


class Fading:
    """Over the loudness of one video."""

    def __init__(self, level: Curve | None) -> None:
        self._level = level

    def until_s(self, end_s: float, latest_s: float) -> float:
        """When a reaction whose event ends at `end_s` has faded half-way (in dB) to the background.

        `end_s` if it is already quiet or never quiet; `latest_s` if speech starts there before it fades.
        """
        if self._level is None:
            return end_s
        hop_s, values = self._level.hop_s, self._level.values
        at, last = round(end_s / hop_s), min(len(values), round(min(latest_s, end_s + _MOST_S) / hop_s))
        before = values[max(0, at - round(_BEFORE_S / hop_s)) : at]
        around = values[max(0, at - round(_AROUND_S / hop_s)) : at + round(_AROUND_S / hop_s)]
        if last <= at or not len(before):
            return end_s
        loud_db, quiet_db = float(np.median(before)), float(np.percentile(around, _BACKGROUND_PERCENTILE))
        if loud_db - quiet_db < _LEAST_CONTRAST_DB:
            return end_s
        loud = np.flatnonzero(values[at:last] > (loud_db + quiet_db) / 2)
        edges = np.concatenate([[-1], loud, [last - at]])
        wide = np.flatnonzero(np.diff(edges) > round(_QUIET_S / hop_s))
        if not len(wide):
            return latest_s if latest_s < end_s + _MOST_S else end_s
        return min(latest_s, max(end_s, (at + int(edges[wide[0]]) + 1) * hop_s))
