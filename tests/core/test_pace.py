"""The rate of work and the time left, by a clock of the test's own."""

from __future__ import annotations

import pytest

from video_pipeline.core.pace import Pace


class Clock:
    now_s = 50.0

    def __call__(self) -> float:
        return self.now_s


def after(steps: list[tuple[float, float]]) -> Pace:
    """The pace after steps of (seconds that passed, work done in all)."""
    clock = Clock()
    pace = Pace(clock)
    for passed_s, done in steps:
        clock.now_s += passed_s
        pace.advance(done)
    return pace


def test_no_time_left_until_there_is_a_rate() -> None:
    assert after([(1, 1), (1, 2), (1, 3), (1, 4)]).left_s(100) is None  # too early
    assert after([(10, 30)]).left_s(100) is None  # one report
    assert after([(3, 0), (3, 0), (3, 0), (3, 0)]).left_s(100) is None  # nothing done
    assert after([(2, 2 * k) for k in range(1, 6)]).left_s(None) is None  # of nobody knows how much


def test_steady_work() -> None:
    pace = after([(1, 0.5 * k) for k in range(1, 21)])
    assert pace.rate == pytest.approx(0.5)
    assert pace.left_s(40.0) == pytest.approx(60.0)
    assert pace.elapsed_s == 20.0


def test_a_fast_start_is_forgotten() -> None:
    """Work of an earlier run is skipped within seconds; what is left takes its own time."""
    resumed = [(0.5, 100.0 * k) for k in range(1, 7)] + [(1.0, 600.0 + 0.3 * k) for k in range(1, 121)]
    assert after(resumed).left_s(1200.0) == pytest.approx((600 - 36) / 0.3, rel=0.05)


def test_reports_in_bursts_do_not_make_it_jump() -> None:
    """Twenty seconds of media every fifty seconds: 0.4 of realtime."""
    clock = Clock()
    pace = Pace(clock)
    seen = []
    for second in range(1, 601):
        clock.now_s += 1
        if second % 50 < 2:
            pace.advance(20.0 * (second // 50) + (second % 50) * 0.1)
        if second > 220 and pace.rate is not None:
            seen.append(pace.left_s(1000.0) + second)
    assert max(seen) / min(seen) < 1.6


def test_a_stall_makes_the_rest_longer() -> None:
    clock = Clock()
    pace = Pace(clock)
    for second in range(1, 11):
        clock.now_s += 1
        pace.advance(float(second))
    before = pace.left_s(100.0)
    clock.now_s += 60
    assert before is not None and (pace.left_s(100.0) or 0) > 5 * before
