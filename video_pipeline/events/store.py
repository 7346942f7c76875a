"""The detectors' results on disk, small, so that thresholds, weights and guards can be changed later without listening again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from video_pipeline.core.errors import BadRecord
from video_pipeline.core.posterior import Posterior
from video_pipeline.events.pitch import LOWEST_HZ
from video_pipeline.events.traits import QUIETEST_DB, Traits

_OCTAVES = 3.0
"""Over `LOWEST_HZ`: a little more than `HIGHEST_HZ`."""
_STEPS = 255
"""A number from 0 to 1 is stored in one byte."""


@dataclass(frozen=True, slots=True, eq=False)
class Hearing:
    """Everything that is kept of a file's sound."""

    posteriors: Mapping[str, Posterior]
    """By the detector's name, the more trusted first."""
    traits: Traits
    duration_s: float


def store_hearing(hearing: Hearing) -> bytes:
    """The bytes of an `.npz`.

    Per detector `NAME.values` uint8 [frames, labels] in steps of 1/255, `NAME.labels`, `NAME.hop_s`; `level` uint8 [frames], from
    0 for `QUIETEST_DB` to 255 for 0 dB of full scale; `prints` uint16 [frames]; `pitch` uint8 [frames], 0 for none and else
    1 to 255 evenly over the octaves from `LOWEST_HZ`; `detectors`; `duration_s`.
    """
    arrays: dict[str, Any] = {"detectors": np.array(list(hearing.posteriors)), "duration_s": hearing.duration_s}
    for name, posterior in hearing.posteriors.items():
        arrays[f"{name}.values"] = _bytes(posterior.values)
        arrays[f"{name}.labels"], arrays[f"{name}.hop_s"] = np.array(posterior.labels), posterior.hop_s
    arrays["level"], arrays["prints"] = _bytes(1 - hearing.traits.level_db / QUIETEST_DB), hearing.traits.prints
    if hearing.traits.pitch_hz is not None:
        arrays["pitch"] = _pitch_steps(hearing.traits.pitch_hz)
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def load_hearing(path: Path) -> Hearing:
    """Raises BadRecord for a file that `store_hearing` did not write."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            posteriors = {
                name: Posterior(
                    _shares(stored[f"{name}.values"]), tuple(stored[f"{name}.labels"].tolist()), float(stored[f"{name}.hop_s"])
                )
                for name in stored["detectors"].tolist()
            }
            level_db = (1 - _shares(stored["level"])) * np.float32(QUIETEST_DB)
            pitch_hz = _pitches_hz(stored["pitch"]) if "pitch" in stored.files else None
            return Hearing(posteriors, Traits(level_db, stored["prints"], pitch_hz), float(stored["duration_s"]))
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise BadRecord(path, str(error)) from None


def _pitch_steps(pitch_hz: Any) -> Any:
    octaves = np.log2(np.maximum(pitch_hz, LOWEST_HZ) / LOWEST_HZ)
    return np.where(pitch_hz > 0, np.clip(1 + np.rint(octaves / _OCTAVES * (_STEPS - 1)), 1, _STEPS), 0).astype(np.uint8)


def _pitches_hz(steps: Any) -> Any:
    octaves = (steps.astype(np.float32) - 1) / (_STEPS - 1) * np.float32(_OCTAVES)
    return np.where(steps > 0, np.float32(LOWEST_HZ) * 2**octaves, np.float32(0))


def _bytes(shares: Any) -> Any:
    return np.rint(shares * _STEPS).astype(np.uint8)


def _shares(steps: Any) -> Any:
    return steps.astype(np.float32) / _STEPS
