"""From probabilities to events."""

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.overlap import iou
from video_pipeline.core.labels import Sound
from video_pipeline.core.posterior import Posterior
from video_pipeline.core.span import Span
from video_pipeline.events.base import HOP_S
from video_pipeline.events.hysteresis import EventOptions, EventRule, find_events

RULE = EventRule(onset=0.6, offset=0.3, merge_gap_s=0.2, least_s=0.2)


def posterior(values: list[float], label: str = "laughter") -> Posterior:
    return Posterior(np.array(values, np.float32)[:, None], (label,), HOP_S)


def options(**changes: float) -> EventOptions:
    return EventOptions(rules={**EventOptions().rules, Sound.LAUGHTER: dataclasses.replace(RULE, **changes)})


def laughs(values: list[float], **changes: float) -> list[tuple[float, float]]:
    return [(event.start_s, event.end_s) for event in find_events(posterior(values), options(**changes))]


def near(*spans: tuple[float, float]) -> list[object]:
    return [pytest.approx(span, abs=0.0006) for span in spans]


def test_an_event_lasts_from_offset_to_offset_once_onset_was_reached() -> None:
    # 0.3 lies two thirds of the way from 0.1 to 0.4, one third of the way back
    assert laughs([0.1, 0.4, 0.4, 0.7, 0.4, 0.4, 0.4, 0.1]) == near((0.5 * HOP_S + HOP_S * 2 / 3, 6.5 * HOP_S + HOP_S / 3))


def test_edges_lie_between_frames() -> None:
    """A sound that begins in the middle of a frame gives that frame half of its probability."""
    for share in (0.2, 0.5, 0.8):
        frames = [0.0] * 10 + [1 - share] + [1.0] * 20 + [share] + [0.0] * 10
        ((start_s, end_s),) = laughs(frames, offset=0.5)
        assert start_s == pytest.approx((10 + share) * HOP_S, abs=HOP_S / 4)
        assert end_s == pytest.approx((31 + share) * HOP_S, abs=HOP_S / 4)


def test_sound_at_the_ends_of_the_file() -> None:
    assert laughs([0.9] * 20) == near((0.0, 20 * HOP_S))


def test_a_sound_that_never_reaches_onset_is_no_event() -> None:
    assert laughs([0.5] * 100) == []


def test_short_gaps_are_bridged_and_short_events_dropped() -> None:
    assert laughs([0.9] * 4 + [0.0] * 3 + [0.9] * 4) == near((0.0, 11 * HOP_S))
    assert laughs([0.0] * 5 + [0.9] * 3 + [0.0] * 20) == []


def test_an_event_that_is_too_long_is_split_where_it_is_least_probable() -> None:
    values = [0.9] * 60
    values[25], values[2] = 0.4, 0.35
    assert laughs(values, longest_s=2.0) == near((0.0, 25.5 * HOP_S), (25.5 * HOP_S, 60 * HOP_S))


@settings(deadline=None)
@given(st.lists(st.floats(0.3125, 1, width=32), min_size=60, max_size=400))
def test_parts_are_short_enough_and_leave_nothing_out(values: list[float]) -> None:
    values[0] = 1.0
    parts = laughs(values, longest_s=1.5)
    assert parts[0][0] == 0.0
    assert parts[-1][1] == pytest.approx(len(values) * HOP_S)
    for one, other in itertools.pairwise(parts):
        assert one[1] == other[0]
    assert all(end_s - start_s <= 1.5 + 1e-6 for start_s, end_s in parts)


def test_the_fading_end_belongs_to_the_sound() -> None:
    fading = [0.9] * 10 + [0.28, 0.25, 0.2, 0.15, 0.12, 0.05, 0.0]
    (bare,) = laughs(fading)
    (whole,) = laughs(fading, fade_s=2.0)
    assert bare[1] < 10.5 * HOP_S
    assert whole[1] == pytest.approx(14.8 * HOP_S, abs=0.002)
    (short,) = laughs(fading, fade_s=0.1)
    assert short[1] == pytest.approx(12 * HOP_S, abs=HOP_S / 2)
    (growing,) = laughs([0.9] * 10 + [0.25, 0.12, 0.25, 0.2, 0.0], fade_s=2.0)
    assert growing[1] <= 12 * HOP_S


@settings(deadline=None)
@given(st.lists(st.floats(0, 1, width=32), max_size=300))
def test_events_are_ordered_apart_long_enough_and_sure_enough(values: list[float]) -> None:
    found = find_events(posterior(values), options())
    assert all(b.start_s - a.end_s > RULE.merge_gap_s - 0.0011 for a, b in itertools.pairwise(found))
    for event in found:
        assert event.duration_s >= RULE.least_s - 0.0011
        assert 0 <= event.score <= 1
        assert 0 <= event.start_s <= event.end_s <= len(values) * HOP_S + 1e-6
        inside = values[int(event.start_s / HOP_S) : int(np.ceil(event.end_s / HOP_S)) + 1]
        assert max(inside) >= np.float32(RULE.onset)


def test_sounds_in_speech_need_a_higher_onset() -> None:
    def heard(p: float, speech: list[float]) -> int:
        values = np.stack([np.full(len(speech), p), speech], axis=1).astype(np.float32)
        return len(find_events(Posterior(values, ("laughter", "speech"), HOP_S), options(onset_in_speech=0.9)))

    talk, pause, silence = [1.0] * 40, [0.0] * 16, [0.0] * 40
    assert heard(0.8, silence) == 1
    assert heard(0.8, talk) == 0
    assert heard(0.8, talk + pause + talk) == 0
    assert heard(0.8, talk + silence + talk) == 1
    assert heard(0.95, talk) == 1


def test_a_brief_sound_in_speech_may_be_likely_throughout_instead() -> None:
    """The mean from which the usual onset suffices; for a longer sound, as a machine under a voice is, it does not."""

    def heard(values: list[float], **changes: float) -> int:
        both = np.stack([values, np.ones(len(values))], axis=1).astype(np.float32)
        changes = {"onset_in_speech": 0.95, "mean_in_speech": 0.55, **changes}
        return len(find_events(Posterior(both, ("laughter", "speech"), HOP_S), options(**changes)))

    quiet, laugh, noise = [0.0] * 20, [0.4, 0.6, 0.8, 0.8, 0.7, 0.6] * 4, [0.4, 0.8, 0.4, 0.4] * 6
    assert heard([*quiet, *laugh, *quiet]) == 1
    assert heard([*quiet, *laugh, *quiet], mean_in_speech=0.0) == 0
    assert heard([*quiet, *noise, *quiet]) == 0
    assert heard([*quiet, *laugh * 3, *quiet]) == 0
    assert heard([*quiet, *laugh, *quiet], onset=0.85) == 0


def test_a_lower_onset_suffices_near_an_event_of_the_same_label() -> None:
    laugh, titter, pause = [0.9] * 20, [0.4] * 20, [0.0] * 20
    mercy = {"onset_again": 0.35, "again_s": 1.5}
    assert len(laughs(laugh + pause + titter)) == 1
    assert len(laughs(laugh + pause + titter, **mercy)) == 2
    assert len(laughs(titter + pause + laugh, **mercy)) == 2
    assert laughs(titter + pause + titter, **mercy) == []
    assert len(laughs(laugh + pause + titter + pause + titter, **mercy)) == 2, "a doubtful one vouches for no other"
    assert len(laughs(laugh + pause + pause + titter, **mercy)) == 1
    assert len(laughs(laugh + pause + [0.33] * 20, **mercy)) == 1
    assert laughs([0.9] * 3 + pause + titter, **mercy) == [], "nor does one that is too short to count"


@settings(deadline=None)
@given(st.lists(st.floats(0, 1, width=32), max_size=300), st.floats(0.3, 0.6), st.floats(0, 3))
def test_onset_again_removes_no_event_and_adds_only_near_ones(values: list[float], onset_again: float, again_s: float) -> None:
    strict = find_events(posterior(values), options())
    kind = find_events(posterior(values), options(onset_again=onset_again, again_s=again_s))
    assert all(any(event.start_s <= one.start_s and one.end_s <= event.end_s for event in kind) for one in strict)
    for event in kind:
        gaps_s = [max(one.start_s - event.end_s, event.start_s - one.end_s) for one in strict]
        assert gaps_s and min(gaps_s) <= again_s + 0.0011


def test_labels_may_overlap() -> None:
    both = Posterior(np.full((40, 2), 0.95, np.float32), ("laughter", "applause"), HOP_S)
    assert {e.label for e in find_events(both, EventOptions())} == {Sound.LAUGHTER, Sound.APPLAUSE}


@pytest.mark.parametrize(
    "wrong",
    [
        {"offset": 0.9},
        {"offset": 0.0},
        {"onset": 1.1},
        {"least_s": -1.0},
        {"longest_s": 0.5},
        {"fade_s": float("nan")},
        {"onset_in_speech": 1.2},
        {"onset_again": 1.2},
        {"onset_in_cheers": 1.2},
        {"again_s": -1.0},
    ],
)
def test_rules_are_checked(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be"):
        dataclasses.replace(RULE, **wrong)


def test_a_threshold_moves_all_its_levels() -> None:
    changed = EventOptions().with_threshold(Sound.LAUGHTER, 0.3).rules
    rule = changed[Sound.LAUGHTER]
    assert (rule.onset, rule.onset_again, rule.offset) == (0.3, pytest.approx(0.3 * 0.5 / 0.75), pytest.approx(0.3 * 0.1 / 0.75))
    assert changed[Sound.APPLAUSE] == EventOptions().rules[Sound.APPLAUSE]


@pytest.mark.parametrize(("onset", "again"), [(0.375, 0.25), (0.75, 0.5), (0.875, 0.75), (1.0, 1.0)])
def test_a_raised_threshold_raises_onset_again(onset: float, again: float) -> None:
    assert EventOptions().with_threshold(Sound.LAUGHTER, onset).rules[Sound.LAUGHTER].onset_again == pytest.approx(again)


@pytest.mark.parametrize(("onset", "in_speech"), [(0.4, 0.475), (0.8, 0.95), (0.98, 0.99)])
def test_a_threshold_moves_the_one_for_speech(onset: float, in_speech: float) -> None:
    assert EventOptions().with_threshold(Sound.APPLAUSE, onset).rules[Sound.APPLAUSE].onset_in_speech == pytest.approx(in_speech)


def claps(*heard: tuple[float, float], rule: EventRule, sensitivity: str = "normal") -> int:
    """How many rounds of applause there are; `heard` are probabilities of applause and of a cheer, for 2 s each with gaps."""
    gap = [(0.0, 0.0)] * 40
    values = np.array([row for both in heard for row in (*gap, *[both] * 40)], np.float32)
    rules = {**EventOptions().rules, Sound.APPLAUSE: rule}
    found = find_events(Posterior(values, ("applause", "cheer"), HOP_S), EventOptions(rules=rules, sensitivity=sensitivity))
    return sum(event.label is Sound.APPLAUSE for event in found)


def test_applause_under_cheers_needs_a_higher_onset_in_a_show_without_other_applause() -> None:
    rule = dataclasses.replace(RULE, onset_in_cheers=0.9)
    roar, clapping, sure = (0.8, 0.6), (0.8, 0.0), (0.95, 0.6)
    assert claps(roar, roar, rule=rule) == 0
    assert claps(roar, roar, rule=dataclasses.replace(rule, onset_in_cheers=0.0)) == 2
    assert claps(roar, sure, rule=rule) == 1, "a sure round under cheers vouches for no other"
    assert claps(roar, clapping, roar, rule=rule) == 3
    assert claps(roar, (0.5, 0.0), rule=rule) == 0


@pytest.mark.parametrize(("sensitivity", "found"), [("low", 1), ("normal", 2), ("high", 3)])
def test_sensitivity_moves_onsets(sensitivity: str, found: int) -> None:
    """0.6 becomes 0.82 and 0.33."""
    assert claps((0.9, 0.0), (0.7, 0.0), (0.4, 0.0), rule=RULE, sensitivity=sensitivity) == found


@settings(deadline=None)
@given(st.lists(st.floats(0, 1, width=32), max_size=300))
def test_a_higher_sensitivity_loses_nothing(values: list[float]) -> None:
    heard = [
        find_events(posterior(values), dataclasses.replace(options(), sensitivity=name)) for name in ("low", "normal", "high")
    ]
    for fewer, more in itertools.pairwise(heard):
        assert all(any(one.overlaps(other) for other in more) for one in fewer)


def test_spans_of_events_can_be_compared() -> None:
    assert iou(find_events(posterior([0.9] * 20), options())[0], Span(0, 1.0)) == pytest.approx(1.0)
