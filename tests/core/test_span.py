"""Spans are half-open stretches of time."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from video_pipeline.core.span import Span, covered_s, merged
from video_pipeline.core.transcript import Token

times = st.integers(0, 10_000_000).map(lambda ms: ms / 1000)
spans = st.tuples(times, times).map(lambda pair: Span(min(pair), max(pair)))


def test_a_span_never_runs_backwards() -> None:
    with pytest.raises(ValueError, match="must not end before"):
        Span(2.0, 1.0)
    with pytest.raises(ValueError, match="must not end before"):
        Span(float("nan"), 1.0)


def test_touching_spans_do_not_overlap() -> None:
    assert not Span(0, 1).overlaps(Span(1, 2))
    assert Span(0, 1).holds(0)
    assert not Span(0, 1).holds(1)


@given(spans, spans)
def test_overlap_is_symmetric_and_bounded(a: Span, b: Span) -> None:
    assert a.overlap_s(b) == b.overlap_s(a) <= min(a.duration_s, b.duration_s) + 1e-9


@given(spans, spans)
def test_clipping_stays_inside(a: Span, to: Span) -> None:
    piece = a.clipped(to)
    assert to.start_s <= piece.start_s <= piece.end_s <= to.end_s
    assert piece.duration_s == pytest.approx(a.overlap_s(to), abs=1e-6)


@given(st.lists(spans, max_size=12))
def test_merging_keeps_what_is_covered_and_parts_it(parts: list[Span]) -> None:
    union = merged(parts)
    assert all(a.end_s < b.start_s for a, b in itertools.pairwise(union))
    assert all(any(u.start_s <= p.start_s and p.end_s <= u.end_s for u in union) for p in parts)
    assert covered_s(parts, Span(0, 20_000)) == pytest.approx(sum(u.duration_s for u in union))


def test_merging_bridges_gaps_up_to_the_limit() -> None:
    assert merged([Span(0, 1), Span(1.5, 2), Span(2.6, 3)], gap_s=0.5) == [Span(0, 2), Span(2.6, 3)]


def test_shifting_keeps_the_kind_and_its_fields() -> None:
    assert Token(1, 2, "word", 0.5).shifted(3) == Token(4, 5, "word", 0.5)
