"""From probabilities to events."""

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from video_pipeline.core.errors import BadRecord
from video_pipeline.core.labels import Sound
from video_pipeline.core.posterior import Posterior
from video_pipeline.core.span import Span
from video_pipeline.events.base import HOP_S
from video_pipeline.events.fusion import fuse
from video_pipeline.events.hysteresis import EventOptions, EventRule, find_events
from video_pipeline.events.store import load_posterior, store_posterior

RULE = EventRule(onset=0.6, offset=0.3, merge_gap_s=0.2, least_s=0.2)
OPTIONS = EventOptions(rules={**EventOptions().rules, Sound.LAUGHTER: RULE})


def posterior(values: list[float], label: str = "laughter") -> Posterior:
    return Posterior(np.array(values, np.float32)[:, None], (label,), HOP_S)


def laughs(values: list[float]) -> list[tuple[float, float]]:
    return [(pytest.approx(e.start_s), pytest.approx(e.end_s)) for e in find_events(posterior(values), OPTIONS)]


def test_an_event_lasts_from_offset_to_offset_once_onset_was_reached() -> None:
    assert laughs([0.1, 0.4, 0.4, 0.7, 0.4, 0.4, 0.4, 0.1]) == [(HOP_S, 7 * HOP_S)]


def test_what_never_reaches_onset_is_no_event() -> None:
    assert laughs([0.5] * 100) == []


def test_short_gaps_are_bridged_and_short_events_dropped() -> None:
    assert laughs([0.9] * 4 + [0.0] * 3 + [0.9] * 4) == [(0.0, 11 * HOP_S)]
    assert laughs([0.0] * 5 + [0.9] * 3 + [0.0] * 20) == []


@given(st.lists(st.floats(0, 1, width=32), max_size=300))
def test_events_are_ordered_apart_long_enough_and_sure_enough(values: list[float]) -> None:
    found = find_events(posterior(values), OPTIONS)
    assert all(b.start_s - a.end_s > RULE.merge_gap_s - 1e-6 for a, b in itertools.pairwise(found))
    for event in found:
        assert event.duration_s >= RULE.least_s - 1e-9
        assert 0 <= event.score <= 1
        inside = values[round(event.start_s / HOP_S) : round(event.end_s / HOP_S)]
        assert max(inside) >= np.float32(RULE.onset)


def test_labels_may_overlap() -> None:
    both = Posterior(np.full((40, 2), 0.95, np.float32), ("laughter", "applause"), HOP_S)
    assert {e.label for e in find_events(both, EventOptions())} == {Sound.LAUGHTER, Sound.APPLAUSE}


def test_rules_are_checked() -> None:
    with pytest.raises(ValueError, match="offset <= onset"):
        dataclasses.replace(RULE, offset=0.9)


def test_fusion_trusts_the_first_detector_that_knows_a_sound() -> None:
    small = posterior([0.1] * 20)
    tags = Posterior(np.full((20, 2), 0.8, np.float32), ("laughter", "cough"), HOP_S)
    fused = fuse([small, tags], 1.0)
    assert fused.curve("laughter").values.max() == pytest.approx(0.1)
    assert fused.curve("cough").values.min() == pytest.approx(0.8)
    assert fused.curve("sneeze").values.max() == 0


def test_a_stored_posterior_comes_back_within_a_step(tmp_path) -> None:
    values = np.random.default_rng(1).random((500, 3)).astype(np.float32)
    stored = tmp_path / "posterior.npz"
    stored.write_bytes(store_posterior(Posterior(values, ("a", "b", "c"), HOP_S, 2.0)))
    back = load_posterior(stored)
    assert np.abs(back.values - values).max() <= 0.5 / 255 + 1e-6
    assert (back.labels, back.hop_s, back.start_s) == (("a", "b", "c"), HOP_S, 2.0)
    stored.write_bytes(b"not a posterior")
    with pytest.raises(BadRecord):
        load_posterior(stored)


def test_spans_of_events_can_be_compared() -> None:
    assert find_events(posterior([0.9] * 20), OPTIONS)[0].iou(Span(0, 1.0)) == pytest.approx(1.0)
