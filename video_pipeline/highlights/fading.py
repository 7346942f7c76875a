"""How long a reaction can still be heard after its event has ended, by loudness: the last claps of an applause that thins out."""

from __future__ import annotations

import numpy as np

from video_pipeline.core.posterior import Curve

_MOST_S = 3.0
"""What goes on for longer is something else."""
_BEFORE_S, _AROUND_S, _QUIET_S = 1.0, 30.0, 0.3
_BACKGROUND = 10
"""Percentile of the loudness around."""
_CONTRAST_DB = 12.0
"""With less between a reaction and the background, loudness says nothing about its end."""


class Fading:
    """Over the loudness of one video."""

    def __init__(self, level: Curve | None) -> None:
        self._level = level

    def until_s(self, end_s: float, latest_s: float) -> float:
        """When the reaction that ends at `end_s` has sunk half-way to the background for a while: `end_s` where it has then or
        never does, `latest_s` where somebody speaks from then on and it has not."""
        if self._level is None:
            return end_s
        hop_s, values = self._level.hop_s, self._level.values
        at, last = round(end_s / hop_s), min(len(values), round(min(latest_s, end_s + _MOST_S) / hop_s))
        before = values[max(0, at - round(_BEFORE_S / hop_s)) : at]
        around = values[max(0, at - round(_AROUND_S / hop_s)) : at + round(_AROUND_S / hop_s)]
        if last <= at or not len(before):
            return end_s
        loud_db, quiet_db = float(np.median(before)), float(np.percentile(around, _BACKGROUND))
        if loud_db - quiet_db < _CONTRAST_DB:
            return end_s
        loud = np.flatnonzero(values[at:last] > (loud_db + quiet_db) / 2)
        edges = np.concatenate([[-1], loud, [last - at]])
        wide = np.flatnonzero(np.diff(edges) > round(_QUIET_S / hop_s))
        if not len(wide):
            return latest_s if latest_s < end_s + _MOST_S else end_s
        return min(latest_s, max(end_s, (at + int(edges[wide[0]]) + 1) * hop_s))
