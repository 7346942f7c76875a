"""Posteriors on disk, small: one byte a value, so that thresholds can be changed later without listening again."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np

from video_pipeline.core.errors import BadRecord
from video_pipeline.core.posterior import Posterior

_STEPS = 255


def store_posterior(posterior: Posterior) -> bytes:
    """The bytes of an `.npz`: `values` uint8 [frames, labels] in steps of 1/255, `labels`, `hop_s`, `start_s`."""
    out = io.BytesIO()
    values = np.rint(posterior.values * _STEPS).astype(np.uint8)
    np.savez_compressed(out, values=values, labels=np.array(posterior.labels), hop_s=posterior.hop_s, start_s=posterior.start_s)
    return out.getvalue()


def load_posterior(path: Path) -> Posterior:
    """Raises BadRecord where the file is not one of ours."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            values = stored["values"].astype(np.float32) / _STEPS
            return Posterior(values, tuple(stored["labels"].tolist()), float(stored["hop_s"]), float(stored["start_s"]))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise BadRecord(path, str(error)) from None
