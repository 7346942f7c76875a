"""When cues appear and disappear, and how the cuts of the picture move them."""

import pytest

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import Language
from video_pipeline.subtitles.qc import check
from video_pipeline.subtitles.rules import SubtitleOptions
from video_pipeline.subtitles.timing import TimingLimits, with_ends, with_starts

FRAME_S = 1 / 24
OPTIONS = SubtitleOptions()


def settled(
    *cues: Cue, cuts_s: tuple[float, ...] = (), options: SubtitleOptions = OPTIONS, rate_fps: float | None = 24.0
) -> list[Cue]:
    limits = TimingLimits.of(options, rate_fps, cuts_s)
    return with_ends(with_starts(cues, limits), limits)


@pytest.mark.parametrize(
    ("from_cut", "moved"),
    [(0, 0), (5, 0), (12, 0), (13, 13), (-1, 0), (-7, 0), (-8, -12), (-11, -12), (-12, -12), (-13, -13)],
)
def test_a_start_near_a_cut_moves_as_the_guide_says(from_cut: int, moved: int) -> None:
    (cue,) = settled(Cue(10 + from_cut * FRAME_S, 13, ("Good evening.",)), cuts_s=(10.0,))
    assert cue.start_s == pytest.approx(10 + moved * FRAME_S)


@pytest.mark.parametrize("from_cut", [-11, -5, -1, 0, 1, 5, 11])
def test_an_end_near_a_cut_moves_to_two_frames_before_it(from_cut: int) -> None:
    options = SubtitleOptions(linger_s=0.0)
    (cue,) = settled(Cue(7, 10 + from_cut * FRAME_S, ("Good evening.",)), cuts_s=(10.0,), options=options)
    assert cue.end_s == pytest.approx(10 - 2 * FRAME_S)


def test_a_cut_never_makes_a_cue_too_short_or_two_overlap() -> None:
    cues = settled(Cue(9.4, 10.2, ("Oh.",)), Cue(10.55, 11, ("Well, well.",)), Cue(11.1, 12, ("Yes.",)), cuts_s=(10.0, 10.3))
    assert not [finding for finding in check(cues, OPTIONS, 24.0) if finding.hard]


def test_cues_on_both_sides_of_a_cut_meet_at_it() -> None:
    before, after = settled(Cue(8, 10.1, ("Before the cut.",)), Cue(10.2, 12, ("After the cut.",)), cuts_s=(10.0,))
    assert (before.end_s, after.start_s) == pytest.approx((10 - 2 * FRAME_S, 10.0))
    assert not check([before, after], OPTIONS, 24.0, cuts_s=(10.0,))


def test_fast_words_are_shown_into_the_silence_after_them() -> None:
    (cue,) = settled(Cue(0, 1, ("Forty characters are said in one second.",), language=Language.EN))
    assert cue.end_s == pytest.approx(2.0)


def test_small_gaps_are_closed_or_else_widened() -> None:
    bbc = SubtitleOptions(gap_frames=0, close_gap_s=1.0)
    a, b = settled(Cue(0, 2, ("One thing.",)), Cue(2.8, 4, ("Another.",)), options=bbc)
    assert a.end_s == b.start_s
    long, after = settled(Cue(0, 6.2, ("A thing that takes long.",)), Cue(7.3, 9, ("Another.",)), options=bbc)
    assert after.start_s - long.end_s == pytest.approx(1.0)
    assert not check([long, after], bbc, 24.0)


def test_the_gap_is_two_frames_of_the_picture() -> None:
    for rate_fps in (23.976, 25.0, 60.0):
        a, b = settled(Cue(0, 2, ("One thing.",)), Cue(2.1, 4, ("Another.",)), rate_fps=rate_fps)
        assert b.start_s - a.end_s == pytest.approx(2 / rate_fps)


def test_crowded_cues_start_late_and_the_delay_ends_at_the_next_pause() -> None:
    cues = settled(*(Cue(0.1 * k, 0.1 * k + 0.05, ("word",)) for k in range(10)), Cue(60, 61, ("later",)))
    assert not [finding for finding in check(cues, OPTIONS, 24.0) if finding.hard]
    assert cues[-1].start_s == 60


def test_simultaneous_cues_keep_every_hard_rule() -> None:
    cues = settled(Cue(1, 20, ("Far too long.",)), Cue(1, 1.1, ("At once.",)), Cue(1.2, 1.3, ("And again.",)), rate_fps=None)
    assert not [finding for finding in check(cues, OPTIONS, None) if finding.hard]


def test_no_cues() -> None:
    assert settled() == []
    assert TimingLimits.of(OPTIONS, None).gap_s == pytest.approx(2 / 25)
