"""Where the speech model listens again."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from video_pipeline.core.errors import UnknownName
from video_pipeline.core.posterior import Posterior
from video_pipeline.core.span import Span
from video_pipeline.events.base import HOP_S
from video_pipeline.events.candidates import SlidingOptions, candidates
from video_pipeline.events.fusion import LABELS

DURATION_S = 100.0
FRAMES = round(DURATION_S / HOP_S)
TALK = [Span(0.0, DURATION_S)]
LOUD = np.full(FRAMES, -20.0, np.float32)


def heard(*laughs: tuple[float, float, float]) -> Posterior:
    """(from, to, probability) each."""
    values = np.zeros((FRAMES, len(LABELS)), np.float32)
    for start_s, end_s, p in laughs:
        values[round(start_s / HOP_S) : round(end_s / HOP_S), 0] = p
    return Posterior(values, LABELS, HOP_S)


def test_doubtful_places_come_before_certain_ones_and_these_before_pauses() -> None:
    found = heard((20.0, 22.0, 0.97), (60.0, 62.0, 0.4))
    pause = [Span(0.0, 80.0), Span(84.0, DURATION_S)]
    for share, expected in ((0.04, [60.0]), (0.08, [20.0, 60.0]), (0.2, [20.0, 60.0, 80.0])):
        spans = candidates(found, pause, LOUD, DURATION_S, SlidingOptions(share=share))
        assert [round(span.start_s + 1) for span in spans] == expected
    assert candidates(found, pause, LOUD, DURATION_S, SlidingOptions(share=0.2))[0] == Span(19.0, 23.0)


def test_talk_without_pauses_or_doubts_is_not_heard_again() -> None:
    assert candidates(heard((20.0, 22.0, 0.1)), TALK, LOUD, DURATION_S, SlidingOptions()) == []


def test_silent_pauses_are_left_out() -> None:
    pauses = [Span(0.0, 10.0), Span(14.0, 60.0), Span(64.0, DURATION_S)]
    levels = LOUD.copy()
    levels[round(10 / HOP_S) : round(14 / HOP_S)] = -80.0
    assert [span.start_s for span in candidates(heard(), pauses, levels, DURATION_S, SlidingOptions())] == [59.0]


def test_only_the_first_seconds_of_a_long_pause_are_taken() -> None:
    (span,) = candidates(heard(), [Span(0.0, 30.0)], LOUD, DURATION_S, SlidingOptions(share=1.0, reaction_s=5.0))
    assert span == Span(29.0, 36.0)


LAUGHS = st.lists(st.tuples(st.floats(0, 99), st.floats(0.1, 40), st.floats(0, 1)), max_size=12)
SPOKEN = st.lists(st.tuples(st.floats(0, 99), st.floats(0.1, 20)), max_size=12)


@settings(deadline=None)
@given(LAUGHS, SPOKEN, st.floats(0, 1))
def test_never_more_than_the_share_and_always_inside(laughs: list, spoken: list, share: float) -> None:
    found = heard(*((start_s, start_s + length_s, p) for start_s, length_s, p in laughs))
    talk = [Span(start_s, start_s + length_s) for start_s, length_s in spoken]
    spans = candidates(found, talk, LOUD, DURATION_S, SlidingOptions(share=share))
    assert sum(span.duration_s for span in spans) <= share * DURATION_S + 1e-6
    assert all(a.end_s < b.start_s for a, b in itertools.pairwise(spans))
    for span in spans:
        assert 0 <= span.start_s < span.end_s <= DURATION_S
        assert span.start_s % 0.5 == span.end_s % 0.5 == 0


def test_a_file_shorter_than_a_window() -> None:
    posterior = Posterior(np.full((4, len(LABELS)), 0.5, np.float32), LABELS, HOP_S)
    assert all(span.end_s <= 0.5 for span in candidates(posterior, [], LOUD[:4], 0.2, SlidingOptions(share=1.0)))


@pytest.mark.parametrize("wrong", [{"share": 1.1}, {"doubt": 0.0}, {"doubt": 0.95}, {"pause_s": -1.0}])
def test_options_are_checked(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"must be|doubt"):
        SlidingOptions(**wrong)


def test_an_unknown_choice_is_named() -> None:
    with pytest.raises(UnknownName):
        SlidingOptions(where="somewhere")
