"""Stored results are loaded again unchanged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from video_pipeline.core.errors import BadRecord
from video_pipeline.core.posterior import Posterior
from video_pipeline.events.base import HOP_S
from video_pipeline.events.pitch import HIGHEST_HZ, LOWEST_HZ
from video_pipeline.events.store import Hearing, load_hearing, store_hearing
from video_pipeline.events.traits import QUIETEST_DB, Traits


def test_a_stored_hearing_comes_back_within_a_step(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    values = rng.random((500, 3)).astype(np.float32)
    pitch_hz = np.where(rng.random(500) < 0.5, 0, rng.uniform(LOWEST_HZ, HIGHEST_HZ, 500)).astype(np.float32)
    level_db = rng.uniform(QUIETEST_DB, 0, 500).astype(np.float32)
    traits = Traits(level_db, rng.integers(0, 1 << 16, 500).astype(np.uint16), pitch_hz)
    parts = {"b": Posterior(values, ("x", "y", "z"), HOP_S), "a": Posterior(values[:, :1], ("laughter",), 0.1)}
    stored = tmp_path / "posterior.npz"
    stored.write_bytes(store_hearing(Hearing(parts, traits, 24.98)))
    back = load_hearing(stored)
    assert list(back.posteriors) == ["b", "a"]
    assert np.abs(back.posteriors["b"].values - values).max() <= 0.5 / 255 + 1e-6
    assert (back.posteriors["b"].labels, back.posteriors["a"].hop_s, back.duration_s) == (("x", "y", "z"), 0.1, 24.98)
    assert np.abs(back.traits.level_db - traits.level_db).max() < 0.2
    assert np.array_equal(back.traits.prints, traits.prints)
    assert back.traits.pitch_hz is not None and np.array_equal(back.traits.pitch_hz > 0, pitch_hz > 0)
    assert np.abs(back.traits.pitch_hz - pitch_hz).max() < 0.01 * HIGHEST_HZ


def test_what_was_stored_before_pitch_was_measured_has_none(tmp_path: Path) -> None:
    old = Hearing({}, Traits(np.zeros(3, np.float32), np.zeros(3, np.uint16)), 0.15)
    (tmp_path / "posterior.npz").write_bytes(store_hearing(old))
    assert load_hearing(tmp_path / "posterior.npz").traits.pitch_hz is None


def test_nothing_heard_can_be_stored(tmp_path: Path) -> None:
    empty = Hearing({}, Traits(np.zeros(0, np.float32), np.zeros(0, np.uint16)), 0.0)
    (tmp_path / "posterior.npz").write_bytes(store_hearing(empty))
    assert load_hearing(tmp_path / "posterior.npz").posteriors == {}


@pytest.mark.parametrize("content", [b"", b"not a posterior", b"PK\x05\x06" + bytes(18)])
def test_a_foreign_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "posterior.npz").write_bytes(content)
    with pytest.raises(BadRecord):
        load_hearing(tmp_path / "posterior.npz")
