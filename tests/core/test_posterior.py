"""Stretches of a curve."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from video_pipeline.core.posterior import runs


def test_runs_are_half_open() -> None:
    assert runs(np.array([True, False, False, True, True])) == [(0, 1), (3, 5)]
    assert runs(np.zeros(3, np.bool_)) == []
    assert runs(np.zeros(0, np.bool_)) == []


@settings(deadline=None)
@given(st.lists(st.booleans(), max_size=60))
def test_runs_paint_the_mask_again_and_never_touch(mask: list[bool]) -> None:
    found = runs(np.array(mask, np.bool_))
    painted = np.zeros(len(mask), np.bool_)
    for first, last in found:
        painted[first:last] = True
    assert painted.tolist() == mask
    assert all(a[1] < b[0] for a, b in itertools.pairwise(found))
