"""Clips are dense moments with their set-up: whole, explained, never inside a word, and none where nothing happened."""

import dataclasses
import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from video_pipeline.core.clip import Clip
from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.core.transcript import AudioEvent, Segment, Token
from video_pipeline.events.guards import GuardOptions, guarded
from video_pipeline.events.traits import Traits
from video_pipeline.highlights import SIGNALS
from video_pipeline.highlights.base import DEFAULT_WEIGHTS, HOP_S, Evidence, HighlightOptions, integral_s
from video_pipeline.highlights.choose import best_set, find_highlights
from video_pipeline.highlights.cluster import density, groups, reactions, split

OPTIONS = HighlightOptions()


def sentence(start_s: float, end_s: float, text: str = "This is what was said before the laugh.", **more: object) -> Segment:
    parts = text.split(" ")
    step_s = (end_s - start_s) / len(parts)
    tokens = tuple(
        Token(start_s + k * step_s, start_s + (k + 0.9) * step_s, (" " if k else "") + part) for k, part in enumerate(parts)
    )
    return Segment(start_s, tokens[-1].end_s, text, tokens, Language.EN, **more)


def show(*laughs: tuple[float, float], duration_s: float = 200.0, shift_s: float = 0.0) -> Evidence:
    """Talk in sentences of four seconds with pauses, and laughter between them."""
    segments = [sentence(t + shift_s, t + 4 + shift_s) for t in np.arange(0, duration_s - 5, 5.0).tolist()]
    events = [AudioEvent(a + shift_s, b + shift_s, Sound.LAUGHTER, 0.9) for a, b in laughs]
    return Evidence(duration_s + shift_s, segments, events)


@pytest.mark.parametrize("name", list(SIGNALS))
def test_a_signal_gives_a_value_per_hop_between_0_and_1(name: str) -> None:
    segments = [sentence(0, 4, emotion=Emotion.SURPRISED, emotion_p=0.8)]
    events = [AudioEvent(1.03, 2.57, label, 0.7) for label in Sound]
    curve = SIGNALS.load(name)().curve(Evidence(10.05, segments, events))
    assert curve.hop_s == HOP_S
    assert len(curve.values) == 101
    assert 0 <= curve.values.min() <= curve.values.max() <= 1
    assert curve.values.max() > 0.5
    assert name in DEFAULT_WEIGHTS


def test_a_reactions_strength_is_probability_times_seconds() -> None:
    evidence = Evidence(10, [], [AudioEvent(1.03, 2.57, Sound.LAUGHTER, 0.5)])
    curve = SIGNALS.load("laughter")().curve(evidence)
    assert integral_s(curve, AudioEvent(0, 10, Sound.LAUGHTER, 1)) == pytest.approx(0.5 * 1.54, abs=1e-4)


def test_a_group_of_laughs_becomes_a_clip_with_its_set_up() -> None:
    found = find_highlights(show((54.2, 55.0), (59.1, 59.8)), OPTIONS)
    (clip,) = found.clips
    assert 54.2 - OPTIONS.setup_most_s <= clip.start_s <= 54.2 - OPTIONS.setup_least_s
    assert 59.8 < clip.end_s < 60.0
    assert clip.why == "2 laughs of 1.5 s, the longest 0.8 s"
    assert clip.title == "This is what was said before the laugh"
    assert clip.score == pytest.approx(math.fsum(r.contribution for r in clip.reasons), abs=1e-9)


def test_a_canned_laugh_earns_less_than_a_real_one_half_as_long() -> None:
    talk = show((40.2, 44.2), (140.2, 142.6))
    canned, real = talk.events
    traits = Traits(np.full(4000, -20.0, np.float32), np.zeros(4000, np.uint16))
    again = AudioEvent(190.0, 194.0, Sound.LAUGHTER, 0.9)
    noise = np.random.default_rng(1).integers(0, 1 << 16, 80).astype(np.uint16)
    for event in (canned, again):
        first = round(event.start_s * 20)
        traits.prints[first : first + 80] = noise
    events = guarded([canned, real, again], traits, GuardOptions())
    assert [event.marks for event in events] == [("canned",), (), ("canned",)]
    found = find_highlights(dataclasses.replace(talk, events=events[:2]), OPTIONS)
    assert [clip.start_s > 90 for clip in found.clips] == [True, False]
    assert find_highlights(talk, OPTIONS).clips[0].start_s < 90


def test_the_better_moment_comes_first() -> None:
    found = find_highlights(show((40.2, 41.0), (120.2, 124.9), (129.5, 133)), OPTIONS)
    assert [clip.start_s > 90 for clip in found.clips] == [True, False]
    assert found.clips[0].score > found.clips[1].score


def test_music_under_a_laugh_does_not_move_its_clip() -> None:
    bare = show((100.2, 105.0))
    music = AudioEvent(90.0, 190.0, Sound.MUSIC, 0.9)
    under = Evidence(bare.duration_s, bare.segments, sorted([*bare.events, music], key=lambda e: e.start_s))
    assert find_highlights(under, OPTIONS).clips == find_highlights(bare, OPTIONS).clips != ()


def test_of_endless_applause_the_clip_keeps_the_beginning_and_its_cause() -> None:
    (clip,) = find_highlights(show((60.2, 185.0)), OPTIONS).clips
    assert 60.2 - OPTIONS.setup_most_s <= clip.start_s < 60.2
    assert clip.duration_s <= OPTIONS.longest_s


def test_nothing_happened_no_clip_and_it_says_why() -> None:
    found = find_highlights(show(), OPTIONS)
    assert found.clips == ()
    assert "no laughter, applause or cheering was heard in 3.3 minutes" in found.explanation


def test_too_little_says_what_would_let_it_through() -> None:
    faint = show((50.0, 50.3))
    found = find_highlights(faint, OPTIONS)
    assert not found.clips
    least = float(found.explanation.split("least_evidence = ")[1].split(" ")[0])
    assert find_highlights(faint, dataclasses.replace(OPTIONS, least_evidence=least)).clips


def test_emotion_alone_earns_nothing_but_adds() -> None:
    moved = [dataclasses.replace(s, emotion=Emotion.HAPPY, emotion_p=1.0) for s in show().segments]
    assert not find_highlights(Evidence(200, moved, ()), OPTIONS).clips
    laughs = show((54.2, 56)).events
    plain = find_highlights(Evidence(200, show().segments, laughs), OPTIONS).clips[0]
    warm = find_highlights(Evidence(200, moved, laughs), OPTIONS).clips[0]
    assert warm.score > plain.score
    assert {reason.signal for reason in warm.reasons} == {"laughter", "emotion"}


def test_a_long_chain_of_laughs_is_split_where_it_is_thinnest() -> None:
    chain = [(t + 4.2, t + 5.0) for t in range(20, 160, 5)]
    found = find_highlights(show(*chain), OPTIONS)
    assert len(found.clips) >= 2
    assert all(clip.duration_s <= OPTIONS.longest_s for clip in found.clips)


def test_shifting_a_video_shifts_its_clips() -> None:
    still = find_highlights(show((54.2, 55.0), (120.2, 124.9)), OPTIONS).clips
    moved = find_highlights(show((54.2, 55.0), (120.2, 124.9), shift_s=3.7), OPTIONS).clips
    assert [(c.start_s + 3.7, c.end_s + 3.7) for c in still] == [
        (pytest.approx(c.start_s), pytest.approx(c.end_s)) for c in moved
    ]
    assert [c.score for c in still] == pytest.approx([c.score for c in moved], abs=0.3)


@st.composite
def evidence(draw: st.DrawFn) -> Evidence:
    segments, at_s = [], 0.0
    for _ in range(draw(st.integers(0, 40))):
        length_s = draw(st.floats(0.3, 12))
        segments.append(sentence(at_s, at_s + length_s))
        at_s += length_s + draw(st.floats(0, 3))
    duration_s = max(at_s, draw(st.floats(1, 300)))
    starts = draw(st.lists(st.floats(0, duration_s), max_size=15))
    events = [
        AudioEvent(t, min(duration_s, t + draw(st.floats(0.3, 9))), draw(st.sampled_from([Sound.LAUGHTER, Sound.APPLAUSE])), 0.8)
        for t in sorted(starts)
    ]
    return Evidence(duration_s, segments, events)


@given(evidence())
@settings(max_examples=150, deadline=None)
def test_clips_are_inside_apart_and_never_cut_a_word(found: Evidence) -> None:
    clips = sorted(find_highlights(found, OPTIONS).clips, key=lambda c: c.start_s)
    words = [token for segment in found.segments for token in segment.tokens]
    for clip in clips:
        assert 0 <= clip.start_s < clip.end_s <= found.duration_s + 1e-3
        assert clip.reasons
        assert 0 < clip.score <= 100
        assert clip.score == pytest.approx(math.fsum(r.contribution for r in clip.reasons), abs=0.01)
        for edge_s in (clip.start_s, clip.end_s):
            assert not any(word.start_s + 0.002 < edge_s < word.end_s - 0.002 for word in words)
    assert all(a.end_s <= b.start_s + 1e-3 for a, b in itertools.pairwise(clips))


def test_the_best_set_beats_the_greedy_one() -> None:
    long = Clip(0, 30, 60, "long")
    pair = [Clip(0, 14, 40, "first"), Clip(15, 30, 40, "second")]
    assert [clip.title for clip in best_set([long, *pair])] == ["first", "second"]


def test_density_peaks_where_reactions_are_and_groups_need_weight() -> None:
    strength = SIGNALS.load("laughter")().curve(show((50, 52), (54, 55), (150, 150.2)))
    found = reactions(strength)
    curve = density(found, 200, OPTIONS)
    assert 48 < float(curve.times_s()[curve.values.argmax()]) < 56
    assert [len(group) for group in groups(found, OPTIONS)] == [2]
    assert split(found, curve, 300) == [found]
    assert groups([], OPTIONS) == []
