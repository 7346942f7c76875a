"""Everything about a video that does not depend on the weights, stored so that clips are ranked again in milliseconds."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from video_pipeline.core.errors import BadRecord
from video_pipeline.core.posterior import Curve
from video_pipeline.core.span import Span
from video_pipeline.highlights import SIGNALS
from video_pipeline.highlights.base import EMOTION, HOP_S, Evidence, HighlightOptions
from video_pipeline.highlights.cluster import DENSITY_HOP_S, Clusters, clusters
from video_pipeline.highlights.curves import Curves, signal_curves

_STEPS = 255
"""A strength from 0 to 1 is stored in one byte."""
_DENSITY = "density."
"""Prefix of the densities' names in the file."""
_GROUPS = "groups"


@dataclass(frozen=True, slots=True, eq=False)
class Signals:
    """Every signal along the video, whatever its weight, and where reactions are dense."""

    curves: Curves
    clusters: Clusters


def make_signals(evidence: Evidence, options: HighlightOptions, *, emotion: bool = True) -> Signals:
    """What is stored; does not depend on the options' weights. Without `emotion` there is no curve of it."""
    curves = signal_curves(evidence, emotion=emotion)
    return Signals(curves, clusters(evidence, curves, options))


def store_signals(signals: Signals) -> bytes:
    """The bytes of an `.npz`: per signal uint8 [frames] in steps of 1/255 every `HOP_S`; densities float32 every
    `DENSITY_HOP_S`; groups float64 [groups, 2], start and end in seconds."""
    out = io.BytesIO()
    steps = {name: np.rint(curve.values * _STEPS).astype(np.uint8) for name, curve in signals.curves.items()}
    density = {_DENSITY + name: curve.values for name, curve in signals.clusters.density.items()}
    groups = np.array([(span.start_s, span.end_s) for span in signals.clusters.groups], np.float64).reshape(-1, 2)
    np.savez_compressed(out, **steps, **density, **{_GROUPS: groups})  # type: ignore[arg-type]
    return out.getvalue()


def load_signals(path: Path) -> Signals:
    """Raises BadRecord for a file that `store_signals` did not write."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            kept = [name for name in SIGNALS if name != EMOTION or name in stored.files]
            curves = {name: Curve(stored[name].astype(np.float32) / _STEPS, HOP_S) for name in kept}
            names = [name.removeprefix(_DENSITY) for name in stored.files if name.startswith(_DENSITY)]
            density = {name: Curve(stored[_DENSITY + name], DENSITY_HOP_S) for name in names}
            return Signals(curves, Clusters(density, [Span(a, b) for a, b in stored[_GROUPS].tolist()]))
    except (OSError, EOFError, KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
        raise BadRecord(path, str(error)) from None
