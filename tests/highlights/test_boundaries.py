"""Clips begin at a sentence before the first reaction and end when the last has died away."""

import dataclasses
from typing import Any

import pytest

from video_pipeline.core.labels import Sound
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


def test_of_sentences_as_far_away_a_turn_is_preferred(show: Any) -> None:
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


def test_it_waits_until_applause_has_died_away_and_stops_before_the_next_word(show: Any) -> None:
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


def test_where_somebody_speaks_over_the_end_of_a_laugh_the_clip_waits_for_the_pause(show: Any, sentence: Any) -> None:
    talk = show((54.2, 56.2))
    over = [sentence(55.0, 58.6) if s.start_s == 55 else s for s in talk.segments]
    clip = only_clip(dataclasses.replace(talk, segments=over))
    assert over[11].end_s <= clip.end_s <= 60


def test_of_endless_applause_the_clip_keeps_the_beginning_and_its_cause(show: Any) -> None:
    clip = only_clip(show((60.2, 185.0)))
    assert 60.2 - OPTIONS.setup_most_s - 0.5 <= clip.start_s < 60.2 - OPTIONS.setup_least_s
    assert OPTIONS.least_s <= clip.duration_s <= OPTIONS.longest_s + 1e-9


def test_a_group_too_long_for_its_set_up_leaves_out_its_edge(show: Any) -> None:
    laughs = [(t + 4.1, t + 4.9) for t in (60, 70, 80, 90, 100)] + [(109.1, 109.5)]
    clip = only_clip(show(*laughs))
    assert clip.start_s <= 50
    assert 104.9 <= clip.end_s <= 109.1


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


def test_a_sentence_that_begins_in_anothers_words_is_no_place_to_start(sentence: Any) -> None:
    edges = Edges.of(Evidence(20, [sentence(0, 4), sentence(3.1, 8), sentence(9, 12)], ()))
    assert [start.time_s for start in edges.starts] == [0, 9]
