"""Times of the voices and names of the lines become one picture of who speaks when."""

from __future__ import annotations

from video_pipeline.core.transcript import Segment
from video_pipeline.report.conversation.floor import Stretch
from video_pipeline.video.stages.conversation import stretches_of
from video_pipeline.video.stages.speakers import Turn


def line(start_s: float, end_s: float, speaker: str | None) -> Segment:
    return Segment(start_s, end_s, "words", speaker=speaker)


def test_voices_take_the_names_of_their_lines_and_keep_their_overlaps() -> None:
    turns = [Turn(0.0, 5.0, "1"), Turn(4.5, 9.0, "2"), Turn(9.5, 12.0, "1"), Turn(20.0, 21.0, "3")]
    lines = [line(0.0, 4.6, "Ann"), line(4.7, 9.0, "Bob"), line(9.6, 12.0, "Ann")]
    assert stretches_of(turns, lines) == [Stretch(0.0, 5.0, "Ann"), Stretch(4.5, 9.0, "Bob"), Stretch(9.5, 12.0, "Ann")]


def test_who_talks_over_a_whole_long_line_keeps_the_own_name() -> None:
    """As on the two channels of a call, where both speak at once."""
    turns = [Turn(0.3, 4.7, "1"), Turn(0.4, 2.6, "2")]
    lines = [line(0.3, 4.7, "Ann"), line(0.4, 2.6, "Bob")]
    assert stretches_of(turns, lines) == [Stretch(0.3, 4.7, "Ann"), Stretch(0.4, 2.6, "Bob")]


def test_two_voices_of_one_name_are_one_person() -> None:
    turns = [Turn(0.0, 5.0, "1"), Turn(6.0, 9.0, "2")]
    assert {one.speaker for one in stretches_of(turns, [line(0.0, 5.0, "Ann"), line(6.0, 9.0, "Ann")])} == {"Ann"}


def test_a_line_that_was_given_to_somebody_else_is_cut_out() -> None:
    turns = [Turn(0.0, 10.0, "1")]
    lines = [line(0.0, 6.0, "Ann"), line(6.0, 8.0, "Guest"), line(8.0, 10.0, "Ann")]
    assert stretches_of(turns, lines) == [Stretch(0.0, 6.0, "Ann"), Stretch(6.0, 8.0, "Guest"), Stretch(8.0, 10.0, "Ann")]


def test_without_voices_the_lines_tell() -> None:
    assert stretches_of((), [line(1.0, 2.0, "Ann"), line(2.0, 3.0, None)]) == [Stretch(1.0, 2.0, "Ann")]
