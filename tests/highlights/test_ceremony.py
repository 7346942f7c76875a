"""Applause that opens a show, welcomes somebody or says goodbye is no highlight of a long show."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from video_pipeline.core.labels import Sound
from video_pipeline.core.transcript import AudioEvent
from video_pipeline.highlights.base import Evidence, HighlightOptions
from video_pipeline.highlights.ceremony import CEREMONY_SHARE, Ceremonies
from video_pipeline.highlights.choose import find_highlights

LONG_S = 1200.0


def claps(start_s: float, end_s: float, sound: Sound = Sound.APPLAUSE) -> AudioEvent:
    return AudioEvent(start_s, end_s, sound, 0.95)


def long_show(show: Any, *events: AudioEvent, without: tuple[float, float] = (0.0, 0.0)) -> Evidence:
    """Twenty minutes of talk in which nobody speaks during `without`."""
    talk = show(duration_s=LONG_S)
    first_s, last_s = without
    said = [segment for segment in talk.segments if segment.end_s <= first_s or segment.start_s >= last_s]
    return dataclasses.replace(talk, segments=said, events=list(events))


@pytest.mark.parametrize(
    ("event", "quiet", "share"),
    [
        (claps(604.2, 610.0), (605.0, 610.0), 1.0),  # right after a sentence
        (claps(2.0, 12.0), (0.0, 12.0), CEREMONY_SHARE),  # before anybody has spoken
        (claps(604.0, 610.0), (595.0, 611.0), CEREMONY_SHARE),  # after a pause of five seconds
        (claps(604.0, 610.0, Sound.CHEER), (595.0, 611.0), 1.0),  # a crowd that only shouts saw something
        (claps(1004.2, 1014.0), (1005.0, 1014.0), CEREMONY_SHARE),  # long, and the last one, with questions after it
        (claps(1004.2, 1010.0), (1005.0, 1010.0), 1.0),  # not long
        (claps(704.2, 714.0), (705.0, 714.0), 1.0),  # long, but in the middle
    ],
)
def test_applause_is_told_by_its_place(show: Any, event: AudioEvent, quiet: tuple[float, float], share: float) -> None:
    assert Ceremonies(long_show(show, event, without=quiet)).share(event) == share


def test_applause_that_answers_a_laugh_is_earned(show: Any) -> None:
    laugh, applause = AudioEvent(600.0, 603.8, Sound.LAUGHTER, 0.9), claps(604.0, 610.0)
    assert Ceremonies(long_show(show, laugh, applause, without=(595.0, 611.0))).share(applause) == 1.0


def test_applause_under_music_plays_somebody_on(show: Any) -> None:
    applause = claps(604.2, 610.0)
    assert Ceremonies(long_show(show, applause, AudioEvent(605.0, 612.0, Sound.MUSIC, 0.9))).share(applause) == CEREMONY_SHARE
    assert Ceremonies(long_show(show, applause, AudioEvent(609.0, 616.0, Sound.MUSIC, 0.9))).share(applause) == 1.0


def test_applause_is_all_there_is_in_a_short_video(show: Any) -> None:
    applause = claps(190.0, 200.0)
    assert Ceremonies(dataclasses.replace(show(duration_s=200.0), events=[applause])).share(applause) == 1.0


@pytest.mark.parametrize("spoken_s", [0.0, 20.0])
def test_where_hardly_anybody_speaks_applause_is_all_there_is(show: Any, spoken_s: float) -> None:
    applause = claps(604.2, 614.0)
    silent = long_show(show, applause, without=(spoken_s, LONG_S))
    assert Ceremonies(silent).share(applause) == 1.0
    assert len(find_highlights(silent, HighlightOptions()).clips) == 1


def test_a_laugh_in_the_middle_comes_before_the_goodbye(show: Any) -> None:
    laughs = [AudioEvent(604.2, 607.0, Sound.LAUGHTER, 0.95), AudioEvent(614.2, 617.0, Sound.LAUGHTER, 0.95)]
    found = find_highlights(long_show(show, *laughs, claps(1180.0, 1196.0), without=(1179.0, 1200.0)), HighlightOptions())
    assert found.clips[0].overlaps(laughs[0])
