"""Clips begin at a sentence before the first reaction and end after the last has faded."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from video_pipeline.core.labels import Sound
from video_pipeline.core.posterior import Curve
from video_pipeline.core.transcript import AudioEvent, Segment
from video_pipeline.highlights.base import Evidence, HighlightOptions
from video_pipeline.highlights.choose import find_highlights
from video_pipeline.highlights.edges import Busy, Edges

OPTIONS = HighlightOptions()


def only_clip(evidence: Evidence, options: HighlightOptions = OPTIONS) -> Any:
    (clip,) = find_highlights(evidence, options).clips
    return clip


def test_a_clip_starts_at_a_sentence_with_its_set_up(show: Any) -> None:
    clip = only_clip(show((54.2, 55.9), (59.1, 59.8)))
    assert clip.start_s == pytest.approx(35 - 0.1)
    assert clip.end_s == pytest.approx(59.95)


def test_a_change_of_speaker_is_preferred_among_sentences_at_equal_distance(show: Any) -> None:
    talk = show((54.2, 55.9))
    speakers = [dataclasses.replace(s, speaker="A" if s.start_s < 40 else "B") for s in talk.segments]
    assert only_clip(dataclasses.replace(talk, segments=speakers)).start_s == pytest.approx(40 - 0.1)


def test_a_cut_of_the_picture_in_the_pause_is_where_the_clip_starts(show: Any) -> None:
    talk = show((54.2, 55.9))
    assert only_clip(dataclasses.replace(talk, cuts_s=(12.0, 34.5, 41.0))).start_s == 34.5
    assert only_clip(dataclasses.replace(talk, cuts_s=(12.0, 33.0, 41.0))).start_s == pytest.approx(34.9)


def test_the_reaction_before_is_not_shown_again(show: Any) -> None:
    talk = show((20.1, 24.9), (57.2, 58.8))
    late = only_clip(dataclasses.replace(talk, events=talk.events), dataclasses.replace(OPTIONS, reach_s=5.0, top=1))
    clips = find_highlights(talk, dataclasses.replace(OPTIONS, reach_s=5.0)).clips
    assert late in clips
    assert all(clip.start_s >= 24.9 for clip in clips if clip.end_s > 50)


def test_a_clip_ends_after_the_applause_and_before_the_next_word(show: Any) -> None:
    talk = show((54.2, 54.8))
    applause = AudioEvent(54.6, 58.0, Sound.APPLAUSE, 0.9)
    silent = [s for s in talk.segments if not 54 < s.start_s < 58.2]
    clip = only_clip(dataclasses.replace(talk, segments=silent, events=[*talk.events, applause]))
    assert clip.end_s == pytest.approx(58.6)
    next_word = Segment(58.3, 59.0, "Now")
    clip = only_clip(
        dataclasses.replace(talk, segments=sorted([*silent, next_word], key=lambda s: s.start_s), events=[*talk.events, applause])
    )
    assert clip.end_s == pytest.approx(58.25)


def test_a_clip_ends_at_a_pause_if_somebody_speaks_over_the_end_of_a_laugh(show: Any, sentence: Any) -> None:
    talk = show((54.2, 56.2))
    over = [sentence(55.0, 58.6) if s.start_s == 55 else s for s in talk.segments]
    clip = only_clip(dataclasses.replace(talk, segments=over))
    assert over[11].end_s <= clip.end_s <= 60


def test_a_clip_keeps_the_start_of_endless_applause_and_its_cause(show: Any) -> None:
    clip = only_clip(show((60.2, 185.0)))
    assert 60.2 - OPTIONS.setup_most_s - 0.5 <= clip.start_s < 60.2 - OPTIONS.setup_least_s
    assert OPTIONS.least_s <= clip.duration_s <= OPTIONS.longest_s + 1e-9
    assert clip.why.endswith("; it goes on after the clip")
    laughed, clapped = find_highlights(show((30.2, 33), (60.2, 185.0)), dataclasses.replace(OPTIONS, reach_s=60.0)).clips
    assert sorted((laughed.start_s, clapped.start_s))[1] >= 33


def test_a_group_too_long_for_its_set_up_leaves_out_its_edge(show: Any) -> None:
    laughs = [(t + 4.1, t + 4.9) for t in (60, 70, 80, 90, 100, 110)]
    for all_laughs in ([*laughs, (119.1, 119.5)], [(53.1, 53.5), *laughs]):
        clip = only_clip(show(*all_laughs))
        shown = [laugh for laugh in all_laughs if clip.start_s <= laugh[0] and laugh[1] <= clip.end_s]
        assert shown in (all_laughs[1:], all_laughs[:-1])


def test_a_clip_that_is_a_little_too_long_gives_up_the_pauses_at_its_edges(show: Any) -> None:
    clip = only_clip(show(*[(t + 4.1, t + 4.9) for t in (60, 70, 80, 90, 100)], (109.1, 109.95)))
    assert (clip.start_s, clip.end_s) == (pytest.approx(50, abs=0.1), pytest.approx(109.95, abs=0.01))
    assert clip.duration_s <= OPTIONS.longest_s


def test_a_set_up_is_no_longer_than_the_time_since_the_last_laugh(show: Any) -> None:
    """The group is too long for a clip, so its first laugh is left out: the set-up of the second begins after it."""
    clip = only_clip(show((30.1, 30.6), *[(t + 4.2, t + 6.2) for t in (40, 52, 64, 76, 88)]))
    assert clip.start_s == pytest.approx(35 - 0.1, abs=5)


def test_a_clip_ends_after_a_reaction_has_faded(show: Any) -> None:
    talk = show((54.2, 55.9))
    silent = [s for s in talk.segments if not 54 < s.start_s < 64]
    level_db = np.full(4000, -60.0, np.float32)
    for span in silent:
        level_db[round(span.start_s * 20) : round(span.end_s * 20)] = -24.0
    level_db[round(54.2 * 20) : round(57.4 * 20)] = -20.0
    heard = dataclasses.replace(talk, segments=silent, level=Curve(level_db, 0.05))
    assert only_clip(heard).end_s == pytest.approx(57.4)
    level_db[round(54.2 * 20) :] = -20.0  # something else begins and stays
    assert only_clip(heard).end_s == pytest.approx(55.9 + OPTIONS.tail_s)


def test_a_video_shorter_than_a_clip_is_shown_whole(show: Any) -> None:
    clip = only_clip(show((9.1, 10.4), duration_s=12))
    assert (clip.start_s, clip.end_s) == (0, 12)


def test_without_words_a_clip_is_bounded_by_times_alone() -> None:
    clip = only_clip(Evidence(300, (), [AudioEvent(100, 103, Sound.LAUGHTER, 0.9)]))
    assert clip.start_s == pytest.approx(100 - OPTIONS.setup_aim_s)
    assert clip.end_s == pytest.approx(103 + OPTIONS.tail_s)


def test_busy_stretches_are_open_and_joined() -> None:
    busy = Busy([Segment(1, 2, ""), Segment(2, 3, ""), Segment(5, 5, ""), Segment(6, 7, "")])
    assert busy.at(1) is None
    assert busy.at(3) is None
    assert busy.at(5) is None
    assert (busy.free_until(2), busy.free_from(2)) == (1, 3)
    assert (busy.next_s(2.5), busy.last_s(2.5), busy.last_s(6.5)) == (6, 0, 3)
    assert Busy([]).next_s(0) == float("inf")


def test_no_clip_starts_at_a_sentence_that_begins_during_other_words(sentence: Any) -> None:
    edges = Edges.of(Evidence(20, [sentence(0, 4), sentence(3.1, 8), sentence(9, 12)], ()))
    assert [start.time_s for start in edges.starts] == [0, 9]


def test_a_clip_is_a_part_of_a_video_of_a_minute_or_two(show: Any) -> None:
    laughs = [(17.2, 20.0), (37.2, 41.0), (47.2, 50.0), (57.2, 64.0)]
    clips = find_highlights(show(*laughs, duration_s=68.0), HighlightOptions()).clips
    assert len(clips) > 1
    assert all(clip.duration_s <= 0.6 * 68 + 0.1 for clip in clips)
    (whole,) = find_highlights(show(*laughs[:3], duration_s=58.0), HighlightOptions()).clips
    assert whole.duration_s > 40


def test_where_talk_has_no_pause_a_clip_begins_between_words_and_not_at_a_far_pause(show: Any, sentence: Any) -> None:
    """Words without an end to a sentence from 30 s before the laugh on: its set-up is not left out for want of a pause."""
    talk = show((60.2, 61.9))
    words = [sentence(30.0 + 0.9 * k, 30.9 + 0.9 * k, f"and{k}") for k in range(33)]
    together = [dataclasses.replace(s, tokens=(dataclasses.replace(s.tokens[0], end_s=s.start_s + 0.9),)) for s in words]
    rest = [s for s in talk.segments if not 26 < s.start_s < 62]
    clip = only_clip(dataclasses.replace(talk, segments=sorted([*rest, *together], key=lambda s: s.start_s)))
    assert OPTIONS.setup_least_s < 60.2 - clip.start_s < OPTIONS.setup_most_s
