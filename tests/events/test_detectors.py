"""Every detector of the table satisfies the contract."""

import numpy as np
import pytest

from video_pipeline.core.labels import Sound
from video_pipeline.core.span import Span
from video_pipeline.core.waveform import RATE_HZ, Waveform
from video_pipeline.events import DETECTORS
from video_pipeline.events.base import HOP_S, EventDetector


@pytest.fixture(params=list(DETECTORS))
def detector(request: pytest.FixtureRequest) -> EventDetector:
    return DETECTORS.load(request.param)()


@pytest.mark.parametrize("seconds", [0.0, 0.03, 0.2, 7.33])
def test_the_posterior_covers_the_whole_sound(detector: EventDetector, seconds: float) -> None:
    detector.hear(Waveform(np.zeros(int(seconds * RATE_HZ), np.float32)))
    detector.tag(Span(0, seconds), {Sound.LAUGHTER: 0.7})
    found = detector.finish(seconds)
    assert found.labels == detector.labels
    assert found.hop_s == HOP_S
    assert found.values.shape == (int(np.ceil(seconds / HOP_S - 1e-9)), len(detector.labels))
    assert np.isfinite(found.values).all()
    assert ((found.values >= 0) & (found.values <= 1)).all()


def test_it_knows_some_sounds_and_has_a_name(detector: EventDetector) -> None:
    assert set(detector.labels) & set(Sound)
    assert detector.identity


def test_tags_cover_their_windows() -> None:
    tags: EventDetector = DETECTORS.load("tags")()
    tags.tag(Span(1.0, 2.0), {Sound.COUGH: 0.6})
    tags.tag(Span(1.5, 2.5), {Sound.COUGH: 0.9})
    cough = tags.finish(3.0).curve(Sound.COUGH)
    assert cough.values[round(1.2 / HOP_S)] == pytest.approx(0.6)
    assert cough.values[round(1.7 / HOP_S)] == pytest.approx(0.9)
    assert cough.values[: round(1.0 / HOP_S)].max() == 0
    assert cough.values[round(2.5 / HOP_S) :].max() == 0
