"""Times are rounded once, to whole milliseconds, and only then split."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from video_pipeline.core import timecode


@pytest.mark.parametrize(
    ("time_s", "srt", "ass"),
    [
        (0, "00:00:00,000", "0:00:00.00"),
        (59.9996, "00:01:00,000", "0:01:00.00"),
        (61.2345, "00:01:01,235", "0:01:01.23"),
        (3600 * 100, "100:00:00,000", "100:00:00.00"),
        (-0.2, "00:00:00,000", "0:00:00.00"),
    ],
)
def test_clocks_of_files(time_s: float, srt: str, ass: str) -> None:
    assert timecode.srt(time_s) == srt
    assert timecode.ass(time_s) == ass


def test_clock_for_people() -> None:
    assert timecode.clock(59.96) == "1:00.0"
    assert timecode.clock(3725.04) == "1:02:05.0"


@given(st.integers(0, 400 * 3600 * 1000))
def test_reading_back_what_was_written_gives_the_same_millisecond(ms: int) -> None:
    assert timecode.to_ms(timecode.parse(timecode.srt(ms / 1000))) == ms


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_rounding_never_swaps_two_times(a: float, b: float) -> None:
    first, second = sorted((a, b))
    assert timecode.to_ms(first) <= timecode.to_ms(second)
    assert timecode.to_cs_down(first) * 10 <= timecode.to_ms(first)


@pytest.mark.parametrize("text", ["", "a", "1:2:3:4", "1:-2", "nan", "-5", "1.5:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a time"):
        timecode.parse(text)
