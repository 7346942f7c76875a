"""Several detectors as one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from video_pipeline.core.labels import Sound
from video_pipeline.core.posterior import Posterior
from video_pipeline.events import DETECTORS
from video_pipeline.events.base import HOP_S, LISTENED
from video_pipeline.events.fusion import Calibration, default_weights, fuse

FRAMES = 20
DURATION_S = FRAMES * HOP_S


def constant(**values: float) -> Posterior:
    return Posterior(np.tile(np.array(list(values.values()), np.float32), (FRAMES, 1)), tuple(values), HOP_S)


def laughter(posteriors: dict[str, Posterior], **weights: float) -> list[float]:
    table = {name: {Sound.LAUGHTER: weight} for name, weight in weights.items()}
    return [float(value) for value in fuse(posteriors, table, DURATION_S).curve("laughter").values]


def test_a_single_opinion_is_used_unchanged() -> None:
    assert laughter({"a": constant(laughter=0.37)}, a=0.3)[0] == np.float32(0.37)
    assert laughter({"a": constant(laughter=0.0)}, a=1.0)[0] == 0.0


def test_the_greater_weight_leads() -> None:
    pair = {"a": constant(laughter=0.9), "b": constant(laughter=0.2)}
    assert 0.5 < laughter(pair, a=1.0, b=0.3)[0] < 0.9
    assert 0.2 < laughter(pair, a=0.3, b=1.0)[0] < 0.5
    assert laughter(pair, a=1.0, b=0.0)[0] == np.float32(0.9)
    assert laughter({"a": constant(laughter=0.8), "b": constant(laughter=0.2)}, a=1.0, b=1.0)[0] == pytest.approx(0.5)


def test_a_detector_without_an_opinion_does_not_lower_the_result() -> None:
    partly = constant(laughter=0.0, listened=0.0)
    partly.values[5:10] = (0.9, 1.0)
    found = laughter({"a": constant(laughter=0.5), "b": partly}, a=1.0, b=1.0)
    assert found[:5] == found[10:15] == [0.5] * 5
    assert found[7] == pytest.approx(0.75, abs=0.01)


def test_the_first_detector_without_a_weight_decides_where_no_other_has_an_opinion() -> None:
    deaf = constant(laughter=0.9, listened=0.0)
    assert laughter({"a": deaf, "b": constant(laughter=0.4), "c": constant(laughter=0.7)}, a=1.0, b=0.0)[0] == np.float32(0.4)


def test_a_label_that_no_detector_knows_is_0() -> None:
    found = fuse({"a": constant(laughter=0.5)}, default_weights(), DURATION_S)
    assert found.curve("sneeze").values.max() == 0
    assert not fuse({}, {}, DURATION_S).values.any()


def test_speech_is_kept_for_pictures() -> None:
    assert fuse({"a": constant(speech=0.8)}, {}, DURATION_S).curve("speech").values[3] == np.float32(0.8)


def test_the_small_detector_leads_and_tags_only_add() -> None:
    weights = default_weights()
    small, tags = constant(laughter=0.1, applause=0.9), constant(laughter=0.9, cough=0.8, listened=1.0)
    found = fuse({"compact": small, "tags": tags}, weights, DURATION_S)
    assert found.curve("laughter").values.max() == np.float32(0.1)
    assert found.curve("cough").values.min() == np.float32(0.8)
    sliding = constant(laughter=0.95, applause=0.05, listened=1.0)
    found = fuse({"compact": small, "sliding": sliding}, weights, DURATION_S)
    assert found.curve("laughter").values[0] < 0.5 < found.curve("applause").values[0]


def test_every_detector_has_its_weights() -> None:
    assert set(default_weights()) == set(DETECTORS)
    assert all(set(row) == set(Sound) for row in default_weights().values())


def test_calibration_comes_before_the_mean() -> None:
    cool = {("a", "laughter"): Calibration(temperature=2.0)}
    rare = {("a", "laughter"): Calibration(offset=-1.0)}
    table = {"a": {Sound.LAUGHTER: 1.0}}
    values = [fuse({"a": constant(laughter=0.9)}, table, DURATION_S, by).curve("laughter").values[0] for by in (cool, rare)]
    assert values == pytest.approx([0.75, 0.768], abs=0.001)  # sqrt of 9 to 1; 9 to 1 times 1/e


@settings(deadline=None)
@given(arrays.arrays(np.float32, (FRAMES, 4), elements=st.floats(0, 1, width=32)))
def test_always_a_probability(values: np.ndarray) -> None:
    both = {
        "compact": Posterior(values[:, :2], ("laughter", "music"), HOP_S),
        "sliding": Posterior(np.stack([values[:, 2], np.rint(values[:, 3])], axis=1), ("laughter", LISTENED), HOP_S),
    }
    found = fuse(both, default_weights(), DURATION_S).values
    assert np.isfinite(found).all()
    assert ((found >= 0) & (found <= 1)).all()
    low, high = values[:, [0, 2]].min(axis=1), values[:, [0, 2]].max(axis=1)
    assert (found[:, 0] >= low - 0.002).all()
    assert (found[:, 0] <= high + 0.002).all()
