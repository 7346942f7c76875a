"""Clips are dense moments: of all that was heard, the right ones, in the right order, and none where nothing happened."""

import dataclasses
import pickle
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from video_pipeline.core.errors import PipelineError
from video_pipeline.core.labels import Emotion, Sound
from video_pipeline.core.posterior import Curve
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import AudioEvent
from video_pipeline.events.guards import GuardOptions, guarded
from video_pipeline.events.traits import Traits
from video_pipeline.highlights.base import Evidence, HighlightOptions
from video_pipeline.highlights.choose import find_highlights
from video_pipeline.highlights.cluster import Clusters, moments, weighted
from video_pipeline.highlights.curves import signal_curves
from video_pipeline.highlights.reactions import Reaction, reactions_of, shown_in
from video_pipeline.highlights.stored import load_signals, make_signals, store_signals

OPTIONS = HighlightOptions()


def test_a_group_of_laughs_becomes_a_clip(show: Any) -> None:
    (clip,) = find_highlights(show((54.2, 55.0), (59.1, 59.8)), OPTIONS).clips
    assert clip.why.startswith("2 laughs in 5.6 s, the longest 0.8 s")
    assert {"laughter", "punch"} <= {reason.signal for reason in clip.reasons}


def test_the_better_moment_comes_first(show: Any) -> None:
    found = find_highlights(show((40.2, 41.0), (120.2, 124.9), (129.5, 133)), OPTIONS)
    assert [clip.start_s > 90 for clip in found.clips] == [True, False]
    assert found.clips[0].score > found.clips[1].score


def test_the_same_laugh_scores_alike_in_a_dull_video_and_in_a_lively_one(show: Any) -> None:
    laughs = [(t + 4.2, t + 6.2) for t in range(20, 480, 60)]
    dull, lively = show((244.2, 246.2), duration_s=500.0), show(*laughs, (264.2, 266.2), duration_s=500.0)
    (alone,) = find_highlights(dull, OPTIONS).clips
    among = next(c for c in find_highlights(lively, dataclasses.replace(OPTIONS, top=20)).clips if c.end_s < 100)
    assert 0.6 < among.score / alone.score < 1
    without = dataclasses.replace(OPTIONS, lift_weight=0.0, top=20)
    same = next(c for c in find_highlights(lively, without).clips if c.end_s < 100)
    assert same.score == pytest.approx(find_highlights(dull, without).clips[0].score, abs=0.5)


def test_a_canned_laugh_earns_less_than_a_real_one_half_as_long(show: Any) -> None:
    talk = show((40.2, 44.2), (140.2, 142.6))
    canned, real = talk.events
    traits = Traits(np.full(4000, -20.0, np.float32), np.zeros(4000, np.uint16))
    again = [AudioEvent(t, t + 4.0, Sound.LAUGHTER, 0.9) for t in (180.0, 190.0)]
    noise = np.random.default_rng(1).integers(0, 1 << 16, 80).astype(np.uint16)
    for event in (canned, *again):
        first = round(event.start_s * 20)
        traits.prints[first : first + 80] = noise
    events = guarded([canned, real, *again], traits, GuardOptions())
    assert [event.marks for event in events] == [("canned",), (), ("canned",), ("canned",)]
    found = find_highlights(dataclasses.replace(talk, events=events[:2]), OPTIONS)
    assert [clip.start_s > 90 for clip in found.clips] == [True, False]
    assert found.clips[1].why.endswith("partly canned laughter")
    assert find_highlights(talk, OPTIONS).clips[0].start_s < 90


def test_music_under_a_laugh_costs_points_but_does_not_move_its_clip(show: Any) -> None:
    bare = show((100.2, 105.0))
    music = AudioEvent(90.0, 190.0, Sound.MUSIC, 0.9)
    (without,) = find_highlights(bare, OPTIONS).clips
    (under,) = find_highlights(dataclasses.replace(bare, events=[*bare.events, music]), OPTIONS).clips
    assert (under.start_s, under.end_s) == (without.start_s, without.end_s)
    assert under.score < without.score
    assert under.reasons[-1].signal == "music"
    assert under.reasons[-1].contribution < 0


def test_emotion_alone_earns_nothing_but_adds(show: Any) -> None:
    moved = [dataclasses.replace(s, emotion=Emotion.HAPPY, emotion_p=1.0) for s in show().segments]
    assert not find_highlights(Evidence(200, moved, ()), OPTIONS).clips
    laughs = show((54.2, 56)).events
    plain = find_highlights(Evidence(200, show().segments, laughs), OPTIONS).clips[0]
    warm = find_highlights(Evidence(200, moved, laughs), OPTIONS).clips[0]
    assert warm.score > plain.score
    assert "emotion" in {reason.signal for reason in warm.reasons}


def test_silence_at_the_start_costs_points_only_there(show: Any) -> None:
    alone = Evidence(300, (), [AudioEvent(100, 103, Sound.LAUGHTER, 0.9)])
    (clip,) = find_highlights(alone, OPTIONS).clips
    silence = next(reason for reason in clip.reasons if reason.signal == "silence")
    assert silence.value == pytest.approx(60 * 3.0 / (clip.duration_s + 60), abs=0.01)


def test_a_long_chain_of_laughs_is_split(show: Any) -> None:
    chain = [(t + 4.2, t + 5.0) for t in range(20, 160, 5)]
    found = find_highlights(show(*chain), OPTIONS)
    assert len(found.clips) >= 2
    assert all(clip.duration_s <= OPTIONS.longest_s for clip in found.clips)


def laughter(*laughs: tuple[float, float], duration_s: float = 200.0) -> Evidence:
    """A video with no other sound."""
    return Evidence(duration_s, (), [AudioEvent(a, b, Sound.LAUGHTER, 0.9) for a, b in laughs])


def clusters_of(evidence: Evidence) -> Clusters:
    return make_signals(evidence, OPTIONS).clusters


def reactions_in(evidence: Evidence) -> list[Reaction]:
    strength = weighted(signal_curves(evidence), OPTIONS.weights)
    return reactions_of(evidence.reactions(), strength, evidence.duration_s)


def moments_of(evidence: Evidence) -> list[list[Reaction]]:
    clusters = clusters_of(evidence)
    return moments(reactions_in(evidence), clusters.groups, weighted(clusters.density, OPTIONS.weights), OPTIONS.longest_s)


def test_events_that_touch_are_one_reaction_with_their_labels_and_exact_edges() -> None:
    laugh, clap = AudioEvent(20.04, 22.37, Sound.LAUGHTER, 0.9), AudioEvent(22.37, 25.91, Sound.APPLAUSE, 0.8)
    cheer, later = AudioEvent(23.0, 24.0, Sound.CHEER, 0.7), AudioEvent(26.3, 27.0, Sound.LAUGHTER, 0.9)
    both, alone = reactions_in(Evidence(60.0, (), [later, cheer, clap, laugh]))
    assert (both.start_s, both.end_s, both.events) == (20.04, 25.91, (laugh, clap, cheer))
    assert (alone.start_s, alone.end_s, alone.events) == (26.3, 27.0, (later,))
    assert both.weight == pytest.approx(0.9 * 2.33**0.5 + 0.8 * 3.54**0.5 + 0.8 * 0.7, rel=0.01)


def test_a_reaction_lies_inside_the_video_and_has_strength() -> None:
    events = [(-1.0, 2.0), (58.0, 63.0), (70.0, 75.0)]
    first, last = reactions_in(laughter(*events, duration_s=60.0))
    assert (first.start_s, first.end_s, last.start_s, last.end_s) == (0.0, 2.0, 58.0, 60.0)
    silent = AudioEvent(10.0, 12.0, Sound.LAUGHTER, 0.0)
    assert reactions_in(Evidence(60.0, (), [silent])) == []


def test_a_clip_shows_the_events_of_which_it_holds_half_a_second_or_half() -> None:
    long, short = AudioEvent(10.0, 14.0, Sound.LAUGHTER, 0.9), AudioEvent(19.8, 20.2, Sound.LAUGHTER, 0.9)
    assert shown_in(Span(13.4, 20.01), [long, short]) == (long, short)
    assert shown_in(Span(13.6, 19.9), [long, short]) == ()


def test_a_sound_without_weight_earns_no_clip_and_is_not_named(show: Any) -> None:
    talk = show((54.2, 55.9))
    clapped = dataclasses.replace(talk, events=[*talk.events, AudioEvent(56.0, 58.0, Sound.APPLAUSE, 0.9)])
    without = dataclasses.replace(OPTIONS, weights={**OPTIONS.weights, "applause": 0.0})
    assert "applause" in find_highlights(clapped, OPTIONS).clips[0].why
    assert "applause" not in find_highlights(clapped, without).clips[0].why
    assert not find_highlights(dataclasses.replace(clapped, events=clapped.events[1:]), without).clips


def test_a_chain_is_split_where_it_is_thinnest() -> None:
    evidence = laughter(*((t, t + 1.0) for t in (20, 25, 30, 35, 40, 57, 62, 67, 72, 77, 82)))
    assert len(clusters_of(evidence).groups) == 1
    assert [len(moment) for moment in moments_of(evidence)] == [5, 6]


def test_density_reaches_back_but_not_forward() -> None:
    density = clusters_of(laughter((100, 102))).density
    assert not density["applause"].values.any()
    before, shortly, during, after, long_after = np.interp(
        [88.0, 96.0, 101.0, 106.0, 114.0], density["laughter"].times_s(), density["laughter"].values
    )
    assert during > shortly > 2 * after
    assert before > 20 * long_after
    assert density["laughter"].values.sum() * density["laughter"].hop_s == pytest.approx(0.9 * np.sqrt(2), rel=0.01)


def test_laughs_with_room_for_one_joke_between_them_belong_together() -> None:
    assert clusters_of(laughter((50, 52), (76, 78), (104, 105))).groups == [Span(50, 78), Span(104, 105)]
    assert clusters_of(laughter()).groups == []


def test_groups_need_weight(show: Any) -> None:
    found = find_highlights(show((50, 52), (54, 55), (150, 150.2)), OPTIONS)
    assert found.explanation.startswith("1 of 1 moments")


def test_more_clips_than_the_hour_allows_are_not_given(show: Any) -> None:
    laughs = [(t + 4.2, t + 6.2) for t in range(20, 980, 60)]
    many = dataclasses.replace(OPTIONS, top=100, per_hour=6.0)
    assert len(find_highlights(show(*laughs, duration_s=1000.0), many).clips) == 6


def test_what_was_stored_ranks_the_same(show: Any, tmp_path: Any) -> None:
    talk = show((54.2, 55.0), (59.1, 59.8), (120.2, 124.9))
    level = Curve(np.full(4000, -30.0, np.float32), 0.05)
    talk = dataclasses.replace(talk, level=level)
    path = tmp_path / "signals.npz"
    path.write_bytes(store_signals(make_signals(talk, OPTIONS)))
    stored, fresh = find_highlights(talk, OPTIONS, load_signals(path)), find_highlights(talk, OPTIONS)
    assert [(c.start_s, c.end_s) for c in stored.clips] == [(c.start_s, c.end_s) for c in fresh.clips]
    assert [c.score for c in stored.clips] == pytest.approx([c.score for c in fresh.clips], abs=0.2)


def test_other_weights_other_order(show: Any) -> None:
    talk = show((50.2, 54.9))
    clapped = dataclasses.replace(talk, events=[*talk.events, AudioEvent(150.2, 154.0, Sound.APPLAUSE, 0.9)])
    assert [c.start_s > 100 for c in find_highlights(clapped, OPTIONS).clips] == [False, True]
    applause = dataclasses.replace(OPTIONS, weights={**OPTIONS.weights, "applause": 3.0})
    assert [c.start_s > 100 for c in find_highlights(clapped, applause).clips] == [True, False]
    with pytest.raises(PipelineError, match="laughter"):
        HighlightOptions(weights={"laughtr": 1.0})


def test_ranking_from_what_was_stored_needs_no_scikit_learn(show: Any, tmp_path: Any) -> None:
    """It takes longer to load than all the rest of the command."""
    talk = show(*((t + 4.2, t + 6.2) for t in range(20, 480, 12)), duration_s=500.0)
    (tmp_path / "signals.npz").write_bytes(store_signals(make_signals(talk, OPTIONS)))
    (tmp_path / "talk.pickle").write_bytes(pickle.dumps(talk))
    program = (
        "import pickle, sys; from pathlib import Path; "
        "from video_pipeline.highlights.base import HighlightOptions; "
        "from video_pipeline.highlights.choose import find_highlights; "
        "from video_pipeline.highlights.stored import load_signals; "
        f"folder = Path({str(tmp_path)!r}); talk = pickle.loads((folder / 'talk.pickle').read_bytes()); "
        "found = find_highlights(talk, HighlightOptions(), load_signals(folder / 'signals.npz')); "
        "print(len(found.clips), *(name for name in ('sklearn', 'scipy', 'pandas') if name in sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["5"]
