"""For any events and words: scores add up, clips do not overlap, keep the limits and cut no word, whatever the input's order."""

import dataclasses
import itertools
import random
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from video_pipeline.core.clip import Clip
from video_pipeline.core.labels import REACTIONS, Emotion, Language, Sound
from video_pipeline.core.posterior import Curve
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import AudioEvent, Segment, Token
from video_pipeline.highlights import SIGNALS
from video_pipeline.highlights.base import DEFAULT_WEIGHTS, MOST_OPINION, Evidence, HighlightOptions
from video_pipeline.highlights.choose import find_highlights

OPTIONS = HighlightOptions()
TIMES = st.floats(0, 400, allow_subnormal=False)
LENGTHS = st.floats(0, 40, allow_subnormal=False)


@st.composite
def events(draw: st.DrawFn) -> list[AudioEvent]:
    rows = draw(st.lists(st.tuples(TIMES, LENGTHS, st.sampled_from(list(Sound)), st.floats(0, 1)), max_size=25))
    return [AudioEvent(start_s, start_s + length_s, sound, score) for start_s, length_s, sound, score in rows]


@st.composite
def said(draw: st.DrawFn) -> list[Segment]:
    """Segments that may overlap, be empty, lie beyond the end, with words or without."""
    out = []
    for start_s, length_s, count in draw(st.lists(st.tuples(TIMES, LENGTHS, st.integers(0, 6)), max_size=25)):
        step_s = length_s / max(1, count)
        tokens = tuple(Token(start_s + k * step_s, start_s + (k + 1) * step_s, f" w{k}.") for k in range(count))
        emotion = draw(st.sampled_from([None, *Emotion]))
        out.append(
            Segment(
                start_s,
                start_s + length_s,
                "some words",
                tokens=tokens,
                language=draw(st.sampled_from(list(Language))),
                emotion=emotion,
                emotion_p=0.7,
            )
        )
    return out


@given(events(), said(), st.floats(0, 350), st.integers(0, 2**32))
@settings(max_examples=200, deadline=None)
def test_any_events_and_segments(heard: list[AudioEvent], segments: list[Segment], duration_s: float, seed: int) -> None:
    evidence = Evidence(duration_s, segments, heard)
    found = find_highlights(evidence, OPTIONS)
    assert found.explanation
    for clip in found.clips:
        assert_adds_up(clip)
        assert 0 <= clip.start_s < clip.end_s <= duration_s
        assert min(OPTIONS.least_s, duration_s) - 2e-3 <= clip.duration_s <= OPTIONS.longest_s + 2e-3
        assert clip.title
        assert clip.why
        assert any(event.overlaps(clip) for event in heard if event.label in REACTIONS)
    ordered = sorted(found.clips, key=lambda clip: clip.start_s)
    assert all(a.end_s <= b.start_s for a, b in itertools.pairwise(ordered))
    assert [clip.score for clip in found.clips] == sorted((clip.score for clip in found.clips), reverse=True)
    shuffled = dataclasses.replace(evidence, events=random.Random(seed).sample(heard, len(heard)))
    assert find_highlights(shuffled, OPTIONS).clips == found.clips


def assert_adds_up(clip: Clip) -> None:
    """As the numbers are written, without rounding."""
    assert sum(Decimal(str(reason.contribution)) for reason in clip.reasons) == Decimal(str(clip.score))
    assert 0 < clip.score <= 100
    assert all(reason.contribution * reason.weight * reason.value >= 0 for reason in clip.reasons)


@st.composite
def talk(draw: st.DrawFn) -> Evidence:
    """People speak one after the other, in sentences with pauses; reactions come anywhere, also over speech, but leave room."""
    segments, at_s = [], draw(st.floats(0, 5))
    for _ in range(draw(st.integers(1, 40))):
        length_s = draw(st.floats(0.5, 10))
        step_s = length_s / 4
        tokens = tuple(Token(at_s + k * step_s, at_s + (k + 0.95) * step_s, f" w{k}") for k in range(4))
        segments.append(Segment(at_s, tokens[-1].end_s, "w0 w1 w2 w3", tokens=tokens))
        at_s += length_s + draw(st.floats(0.3, 2))
    heard, now_s = [], 0.0
    while (now_s := now_s + draw(st.floats(1.0, 60))) < at_s:
        length_s = draw(st.floats(0.3, 6))
        heard.append(AudioEvent(now_s, min(at_s, now_s + length_s), draw(st.sampled_from(REACTIONS)), 0.8))
        now_s += length_s
    return Evidence(at_s, segments, heard)


@given(talk())
@settings(max_examples=200, deadline=None)
def test_no_edge_inside_a_word_or_a_reaction(evidence: Evidence) -> None:
    words = [token for segment in evidence.segments for token in segment.tokens]
    for clip in find_highlights(evidence, OPTIONS).clips:
        for edge_s in (clip.start_s, clip.end_s):
            assert not any(word.start_s + 0.002 < edge_s < word.end_s - 0.002 for word in words)
            assert not any(reaction.start_s + 0.002 < edge_s < reaction.end_s - 0.002 for reaction in evidence.reactions())


@given(talk(), st.floats(60.1, 300), st.sampled_from(REACTIONS), st.floats(0.5, 100))
@settings(max_examples=60, deadline=None)
def test_a_clip_that_cuts_a_reaction_longer_than_a_clip_mentions_it(
    evidence: Evidence, length_s: float, sound: Sound, after_s: float
) -> None:
    endless = AudioEvent(evidence.duration_s + 1, evidence.duration_s + 1 + length_s, sound, 0.9)
    joined = Evidence(endless.end_s + after_s, evidence.segments, [*evidence.events, endless])
    found = find_highlights(joined, dataclasses.replace(OPTIONS, top=100, per_hour=1000.0))
    for clip in found.clips:
        cut = endless.start_s + 0.002 < clip.end_s < endless.end_s - 0.002
        assert ("goes on after the clip" in clip.why) == cut
        assert not endless.start_s + 0.002 < clip.start_s < endless.end_s - 0.002


WEIGHTS = st.dictionaries(st.sampled_from(list(SIGNALS)), st.floats(-2, 2, allow_subnormal=False)).map(
    lambda weights: {
        name: min(max(weight, 0.0), MOST_OPINION) if name == "opinion" else weight for name, weight in weights.items()
    }
)
"""The weight of a language model's opinion has limits of its own; others are refused."""


@given(talk(), WEIGHTS)
@settings(max_examples=100, deadline=None)
def test_any_weights_add_up(evidence: Evidence, weights: dict[str, float]) -> None:
    for clip in find_highlights(evidence, HighlightOptions(weights={**DEFAULT_WEIGHTS, **weights})).clips:
        assert_adds_up(clip)


def test_three_hours_of_laughter(show: Any) -> None:
    """The choices grow with the laughs, not with their square; the best stretch, where they are longer, comes first."""
    laughs = [(t, t + (2.4 if 5000 < t < 5050 else 0.8)) for t in range(3, 10800, 9)]
    evidence = show(*laughs, duration_s=10800.0)
    found = find_highlights(evidence, dataclasses.replace(OPTIONS, top=60))
    assert len(found.clips) == 60
    assert 4980 < found.clips[0].start_s < 5020
    for clip in found.clips:
        assert_adds_up(clip)
        assert clip.duration_s <= OPTIONS.longest_s + 1e-6


def test_shifting_a_video_shifts_its_clips(show: Any) -> None:
    still = find_highlights(show((54.2, 55.0), (120.2, 124.9)), OPTIONS).clips
    moved = find_highlights(show((54.2, 55.0), (120.2, 124.9), shift_s=3.7), OPTIONS).clips
    assert [(c.start_s + 3.7, c.end_s + 3.7, c.why) for c in still] == [
        (pytest.approx(c.start_s), pytest.approx(c.end_s), c.why) for c in moved
    ]
    assert [c.score for c in still] == pytest.approx([c.score for c in moved], abs=0.3)


def test_appended_silence_changes_nothing(show: Any) -> None:
    talk_ = show((54.2, 55.0), (120.2, 124.9))
    assert find_highlights(dataclasses.replace(talk_, duration_s=3000.0), OPTIONS).clips == find_highlights(talk_, OPTIONS).clips


def test_gain_changes_nothing(show: Any) -> None:
    """Nor does it where loudness counts: for the score, and for where a reaction has died away."""
    talk_ = show((54.2, 55.0), (120.2, 123.4))
    silent = [s for s in talk_.segments if not 120 <= s.start_s < 126]
    level_db = np.full(4000, -60.0, np.float32)
    for span in [*silent, *talk_.events, Span(123.4, 124.5)]:
        level_db[round(span.start_s * 20) : round(span.end_s * 20)] = -24.0 + 6 * isinstance(span, AudioEvent)
    plain, louder = (
        find_highlights(dataclasses.replace(talk_, segments=silent, level=Curve(level_db + gain_db, 0.05)), OPTIONS).clips
        for gain_db in (0.0, 12.0)
    )
    assert louder == plain
    assert plain[0].end_s == pytest.approx(124.5)
    assert all("loudness" in {reason.signal for reason in clip.reasons} for clip in plain)


def test_two_videos_joined_give_the_clips_of_both(show: Any) -> None:
    one, other = show((54.2, 55.6), (59.1, 59.8)), show((84.1, 88.9))
    later = [dataclasses.replace(s.shifted(200), tokens=(), text=s.text[::-1]) for s in other.segments]
    joined = Evidence(400, [*one.segments, *later], [*one.events, *(event.shifted(200) for event in other.events)])
    both = sorted((clip.start_s, clip.end_s) for clip in find_highlights(joined, OPTIONS).clips)
    apart = [*find_highlights(one, OPTIONS).clips, *(clip.shifted(200) for clip in find_highlights(other, OPTIONS).clips)]
    assert both == [(pytest.approx(clip.start_s), pytest.approx(clip.end_s)) for clip in apart]
