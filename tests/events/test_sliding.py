"""The speech model's windows on the common grid."""

from __future__ import annotations

import numpy as np
import pytest

from video_pipeline.core.posterior import Posterior
from video_pipeline.events.base import HOP_S, LISTENED, HearsAgain
from video_pipeline.events.sliding import SlidingDetector


def stretch(values: list[float], hop_s: float, start_s: float = 0.0) -> Posterior:
    return Posterior(np.array(values, np.float32)[:, None], ("laughter",), hop_s, start_s)


def at(posterior: Posterior, label: str, time_s: float) -> float:
    return float(posterior.curve(label).values[int(time_s / HOP_S)])


def test_the_detector_accepts_the_engines_windows() -> None:
    assert isinstance(SlidingDetector(), HearsAgain)


def test_the_listened_label_marks_the_analysed_stretches() -> None:
    detector = SlidingDetector()
    detector.hear_again(stretch([0.9] * 4, 0.5, 2.0))
    found = detector.finish(10.0)
    listened = found.curve(LISTENED).values
    assert np.flatnonzero(listened).tolist() == list(range(40, 80))
    assert at(found, "laughter", 3.0) == pytest.approx(0.9)
    assert found.curve("laughter").values[listened == 0].max() == 0
    assert found.labels == detector.labels == ("laughter", LISTENED)


def test_probabilities_are_interpolated_between_windows() -> None:
    detector = SlidingDetector()
    detector.hear_again(stretch([0.2, 0.8], 0.5))
    assert at(detector.finish(1.0), "laughter", 0.5) == pytest.approx(0.5, abs=0.04)


def test_both_scales_must_agree() -> None:
    """The long windows hear a laugh for two seconds, the short ones place it."""
    detector = SlidingDetector()
    detector.hear_again(stretch([0.05, 0.95, 0.95, 0.95, 0.95, 0.05], 0.5))
    detector.hear_again(stretch([0.05] * 4 + [0.95] * 4 + [0.05] * 4, 0.25))
    found = detector.finish(3.0)
    assert at(found, "laughter", 1.5) > 0.9
    assert at(found, "laughter", 0.8) == pytest.approx(0.5, abs=0.15)


@pytest.mark.parametrize("duration_s", [0.0, 0.03, 0.7, 1.0])
def test_a_stretch_that_goes_past_the_end(duration_s: float) -> None:
    detector = SlidingDetector()
    detector.hear_again(stretch([0.5] * 4, 0.5))
    found = detector.finish(duration_s)
    assert len(found.values) == int(np.ceil(duration_s / HOP_S - 1e-9))
    assert np.isfinite(found.values).all()


def test_without_windows_there_is_no_opinion() -> None:
    assert not SlidingDetector().finish(5.0).values.any()
