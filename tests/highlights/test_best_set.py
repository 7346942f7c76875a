"""The chosen set is optimal: compared with trying all sets."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from video_pipeline.highlights.best_set import Choice, best_set

choices = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 30), st.integers(0, 100)).map(lambda c: Choice(c[0], c[0] + c[1], float(c[2]))),
    max_size=9,
)


def total(chosen: list[Choice], apart_s: float) -> float:
    losses = (
        0.15 * min(a.worth, b.worth) * max(0.0, 1 - (b.start_s - a.end_s) / apart_s) if apart_s else 0.0
        for a, b in itertools.pairwise(chosen)
    )
    return sum(choice.worth for choice in chosen) - sum(losses)


@given(choices, st.integers(1, 4), st.sampled_from([0.0, 10.0]))
@settings(max_examples=200, deadline=None)
def test_as_good_as_trying_everything(possible: list[Choice], most: int, apart_s: float) -> None:
    chosen = best_set(possible, most, apart_s)
    assert len(chosen) <= most
    assert all(a.end_s <= b.start_s for a, b in itertools.pairwise(chosen))
    best = 0.0
    for count in range(1, most + 1):
        for some in itertools.combinations(possible, count):
            ordered = sorted(some, key=lambda c: (c.start_s, c.end_s))
            if all(a.end_s <= b.start_s for a, b in itertools.pairwise(ordered)):
                best = max(best, total(ordered, apart_s))
    assert total(chosen, apart_s) == pytest.approx(best)


def test_two_that_fit_beat_the_greatest() -> None:
    long, pair = Choice(0, 30, 60), [Choice(0, 14, 40), Choice(15, 30, 40)]
    assert best_set([long, *pair], 5) == pair
    assert best_set([long, *pair], 1) == [long]


def test_clips_far_apart_are_preferred_among_equal_ones() -> None:
    near, far = Choice(31, 60, 50), Choice(200, 230, 50)
    assert best_set([Choice(0, 30, 60), near, far], 2, apart_s=20)[1] == far


def test_clips_of_no_worth_are_not_chosen() -> None:
    assert best_set([Choice(0, 10, 0.0)], 3) == []
