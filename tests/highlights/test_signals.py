"""Every signal is a curve from 0 to 1 over the whole video, strong where its own cue is and nowhere else."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from video_pipeline.core.errors import BadRecord
from video_pipeline.core.labels import REACTIONS, Emotion, Sound
from video_pipeline.core.posterior import Curve
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import AudioEvent, Segment
from video_pipeline.highlights import SIGNALS
from video_pipeline.highlights.base import CAUSES, DEFAULT_WEIGHTS, HOP_S, Asked, Evidence, HighlightOptions, Mark, View
from video_pipeline.highlights.curves import Sums, painted
from video_pipeline.highlights.stored import load_signals, make_signals, store_signals

EMPTY = Evidence(0.0, (), ())


def curve(name: str, evidence: Evidence) -> Curve:
    found: Curve = SIGNALS.load(name)().curve(evidence)
    return found


def over(found: Curve, start_s: float, end_s: float) -> float:
    """Strength times seconds."""
    return Sums(found).over(Span(start_s, end_s))


@pytest.fixture
def eventful(sentence: Any) -> Evidence:
    """Something for every signal: a calm start, an excited sentence, sounds of every kind, silence, a burst of loudness."""
    calm = [sentence(t, t + 3, emotion=Emotion.NEUTRAL, emotion_p=0.9) for t in (0.0, 4.0, 8.0, 12.0, 16.0)]
    about = "It was about the old lighthouse keeper."  # what the talk comes back to
    calm[2:4] = [sentence(t, t + 3, about, emotion=Emotion.NEUTRAL, emotion_p=0.9) for t in (8.0, 12.0)]
    fast = sentence(
        20, 21.5, "Guess what, everybody at once ran out of the house in a hurry!", emotion=Emotion.SURPRISED, emotion_p=0.9
    )
    talk = [
        dataclasses.replace(sentence(t, t + 1.4), speaker=name)
        for name, t in zip("ABACABAC", np.arange(24.0, 40.0, 2.0), strict=True)
    ]
    events = [AudioEvent(21.7 + 3 * k, 23.4 + 3 * k, sound, 0.9) for k, sound in enumerate(Sound)]
    held = [sentence(45, 46.5)]
    events += [AudioEvent(48.4, 50.4, Sound.CHEER, 0.9), AudioEvent(51.0, 60.0, Sound.MUSIC, 0.9)]
    level_db, pitch_hz = np.full(1200, -30.0, np.float32), np.full(1200, 120.0, np.float32)
    level_db[400:430], pitch_hz[400:430] = -20.0, 190.0  # the excited sentence
    level_db[454:554] = np.linspace(-36, -16, 100)  # a crowd swells before it cheers
    level_db[554:600] = -12.0
    level_db[930:968] = -60.0  # silence before the second cheer
    level_db[1020:1100], level_db[1100:1190] = -45.0, -20.0  # music that drops
    marks = [Mark(50.0 + 2 * k, 51.0 + 2 * k, label, 0.9) for k, label in enumerate(Asked)]
    level, pitch = Curve(level_db, 0.05), Curve(pitch_hz, 0.05)
    return Evidence(
        60.05, [*calm, fast, *talk, *held], events, level, marks=marks, views=[View(5, 9, 0.8, "a turn")], pitch=pitch
    )


@pytest.mark.parametrize("name", list(SIGNALS))
def test_the_contract(name: str, eventful: Evidence) -> None:
    found = curve(name, eventful)
    assert found.hop_s == HOP_S
    assert found.values.dtype == np.float32
    assert len(found.values) == eventful.frames() == 601
    assert 0 <= found.values.min() <= found.values.max() <= 1
    assert found.values.max() > 0.5
    assert (found.values == 0).mean() > 0.1
    assert name in DEFAULT_WEIGHTS
    opening_s = SIGNALS.load(name)().opening_s
    assert opening_s is None or opening_s > 0


def test_every_kind_of_reaction_has_its_signal() -> None:
    assert set(REACTIONS) < set(CAUSES) <= set(SIGNALS)
    assert all(DEFAULT_WEIGHTS[label] > 0 for label in CAUSES)


@pytest.mark.parametrize("name", list(SIGNALS))
def test_a_signal_is_0_without_its_cue(name: str) -> None:
    assert len(curve(name, EMPTY).values) == 0
    quiet = curve(name, Evidence(10.0, (), ())).values
    assert len(quiet) == 100
    assert quiet.max() == (1.0 if name == "silence" else 0.0)


@pytest.mark.parametrize("name", list(SIGNALS))
def test_events_beyond_the_end_change_nothing(name: str, eventful: Evidence) -> None:
    beyond = [AudioEvent(70, 75, sound, 1.0) for sound in Sound]
    more = dataclasses.replace(eventful, events=[*eventful.events, *beyond], segments=[*eventful.segments, Segment(70, 71, "")])
    assert np.array_equal(curve(name, more).values, curve(name, eventful).values)


def test_four_seconds_of_laughter_are_twice_as_good_as_one() -> None:
    evidence = Evidence(20, [], [AudioEvent(1, 2, Sound.LAUGHTER, 0.5), AudioEvent(5, 9, Sound.LAUGHTER, 0.5)])
    found = curve("laughter", evidence)
    assert over(found, 0, 4) == pytest.approx(0.5, abs=1e-4)
    assert over(found, 4, 20) == pytest.approx(1.0, abs=1e-4)


def test_a_laugh_right_after_a_sentence_answers_it(sentence: Any) -> None:
    def punch(delay_s: float) -> float:
        said = sentence(0, 4)
        laugh = AudioEvent(said.end_s + delay_s, said.end_s + delay_s + 2, Sound.LAUGHTER, 1.0)
        return over(curve("punch", Evidence(20, [said], [laugh])), 0, 20)

    assert punch(0.3) == punch(-0.3) == pytest.approx(1.0, abs=0.02)
    assert 0.3 < punch(1.0) < 0.8
    assert punch(2.0) == 0


def test_loudness_is_over_the_speech_around_and_knows_no_gain(sentence: Any) -> None:
    said = [sentence(t, t + 4) for t in range(0, 100, 5)]
    level_db = np.full(2000, -60.0, np.float32)
    for segment in said:
        level_db[round(segment.start_s * 20) : round(segment.end_s * 20)] = -25.0
    level_db[1000:1040] = -15.0
    found = curve("loudness", Evidence(100, said, (), Curve(level_db, 0.05)))
    louder = curve("loudness", Evidence(100, said, (), Curve(level_db + 12, 0.05)))
    assert over(found, 49.5, 52.5) == pytest.approx(2 * 10 / 12, abs=0.3)
    assert over(found, 0, 49) < 0.05
    assert np.allclose(found.values, louder.values, atol=1e-4)


def test_a_change_of_emotion_counts_where_it_happens(sentence: Any) -> None:
    angry = sentence(0, 5, emotion=Emotion.ANGRY, emotion_p=1.0)
    calm = sentence(6, 16, emotion=Emotion.NEUTRAL, emotion_p=1.0)
    found = curve("emotion", Evidence(30, [angry, calm], ()))
    assert over(found, 6, 9) == pytest.approx(3 * 0.9, abs=0.1)
    assert over(found, 9.1, 30) == 0
    later = curve("emotion", Evidence(60, [angry, calm.shifted(30)], ()))
    assert over(later, 6, 60) == 0  # what begins after a long pause is no change


def test_speech_rate_is_compared_within_a_language() -> None:
    slow = [Segment(k * 5, k * 5 + 4, "word " * 8) for k in range(6)]
    fast = Segment(40, 44, "word " * 14)
    evidence = Evidence(60, [*slow, fast], ())
    assert over(curve("speech_rate", evidence), 40, 44) > 2
    assert over(curve("speech_rate", evidence), 0, 40) == 0


def test_an_exchange_is_quick_turns_of_several_people(sentence: Any) -> None:
    def talk(names: str, step_s: float) -> Evidence:
        said = [dataclasses.replace(sentence(k * step_s, k * step_s + 1.5), speaker=name) for k, name in enumerate(names)]
        return Evidence(60.0, said, ())

    quick = curve("exchange", talk("ABABABABABAB", 2.0)).values
    assert quick[: round(20 / HOP_S)].max() == 1.0 and quick[-1] == 0.0
    assert curve("exchange", talk("AAAAAAAAAAAA", 2.0)).values.max() == 0.0
    assert curve("exchange", talk("ABABABAB", 8.0)).values.max() == 0.0
    assert curve("exchange", talk("AB", 2.0)).values.max() == 0.0


def test_one_against_many_is_one_who_answers_each_of_several(sentence: Any) -> None:
    def strength(names: str, step_s: float = 3.0) -> float:
        said = [dataclasses.replace(sentence(k * step_s, k * step_s + 2.5), speaker=name) for k, name in enumerate(names)]
        return float(curve("one_against_many", Evidence(60.0, said, ())).values.max())

    assert strength("ABACADABACAD") == 1.0
    assert strength("ABABABABABAB") == 0.0  # two
    assert strength("ABCABCABCABC") == 0.0  # three of whom none is the one
    assert strength("AAAAABACAAAA") < 0.3
    assert strength("ABACADABACAD", 8.0) == 0.0  # slow
    assert strength("") == 0.0


def test_signals_are_stored_to_a_step_of_a_255th(eventful: Evidence, tmp_path: Any) -> None:
    signals = make_signals(eventful, HighlightOptions())
    path = tmp_path / "signals.npz"
    path.write_bytes(store_signals(signals))
    again = load_signals(path)
    assert list(again.curves) == list(SIGNALS)
    for name, found in again.curves.items():
        assert np.abs(found.values - signals.curves[name].values).max() <= 0.5 / 255 + 1e-6
    assert again.clusters.groups == signals.clusters.groups
    for name, density in again.clusters.density.items():
        assert np.array_equal(density.values, signals.clusters.density[name].values)
    path.write_bytes(b"not one of ours")
    with pytest.raises(BadRecord):
        load_signals(path)


def test_sums_are_exact_between_frames() -> None:
    sums = Sums(painted(100, [(Span(1.03, 2.57), 0.5)]))
    assert sums.over(Span(0, 10)) == pytest.approx(0.5 * 1.54, abs=1e-5)
    assert sums.over(Span(2.0, 2.5)) == pytest.approx(0.25, abs=1e-5)
    assert sums.over(Span(-5, 50)) == sums.over(Span(0, 10))


def talk_and_level(sentence: Any, level_db: Any, *events: AudioEvent, pitch_hz: Any = None, **more: Any) -> Evidence:
    """A minute: talk in the first half, with levels and pitches every 0.1 s."""
    said = [dataclasses.replace(sentence(t, t + 2.8), **more) for t in np.arange(0.0, 30.0, 3.0)]
    level = Curve(np.asarray(level_db, np.float32), 0.1)
    return Evidence(60.0, said, events, level, pitch=None if pitch_hz is None else Curve(np.asarray(pitch_hz, np.float32), 0.1))


def test_excitement_is_measured_against_the_speakers_own_voice(sentence: Any) -> None:
    level_db, pitch_hz = np.full(600, -30.0), np.full(600, 110.0)
    level_db[120:150], pitch_hz[120:150] = -20.0, 165.0
    found = curve("excitement", talk_and_level(sentence, level_db, pitch_hz=pitch_hz))
    assert over(found, 12, 15) > 2 and over(found, 0, 11) == over(found, 16, 60) == 0
    higher = curve("excitement", talk_and_level(sentence, np.full(600, -30.0), pitch_hz=pitch_hz))
    louder = curve("excitement", talk_and_level(sentence, level_db, pitch_hz=np.full(600, 110.0)))
    assert higher.values.max() == louder.values.max() == 0  # a question; a step to the microphone
    child = talk_and_level(sentence, np.full(600, -25.0), pitch_hz=np.full(600, 320.0), speaker="child")
    assert curve("excitement", child).values.max() == 0
    assert curve("excitement", talk_and_level(sentence, level_db)).values.max() == 0


def test_a_reveal_is_a_held_silence_with_a_reaction_after_it(sentence: Any) -> None:
    laugh = AudioEvent(33.5, 35.0, Sound.LAUGHTER, 0.9)
    name = sentence(32, 33, "Barbara!")
    level_db = np.full(600, -30.0)
    level_db[299:319] = -60.0
    talk = talk_and_level(sentence, level_db, laugh)
    evidence = dataclasses.replace(talk, segments=[*talk.segments, name])
    found = curve("reveal", evidence)
    assert over(found, 30, 34) > 3 and over(found, 0, 29) == 0
    assert curve("reveal", dataclasses.replace(evidence, events=[])).values.max() == 0
    noisy = dataclasses.replace(evidence, level=Curve(np.full(600, -30.0, np.float32), 0.1))
    assert curve("reveal", noisy).values.max() == 0


def test_a_drop_is_music_that_holds_back_first(sentence: Any) -> None:
    music = AudioEvent(31.0, 59.0, Sound.MUSIC, 0.9)
    level_db = np.full(600, -20.0)
    level_db[380:420] = -40.0
    found = curve("drop", talk_and_level(sentence, level_db, music))
    assert over(found, 41.5, 46.5) > 3.5 and over(found, 0, 41) == over(found, 47, 60) == 0
    assert curve("drop", talk_and_level(sentence, level_db)).values.max() == 0  # no music
    beat = np.where(np.arange(600) % 10 < 5, -20.0, -40.0)
    assert curve("drop", talk_and_level(sentence, beat, music)).values.max() == 0


def test_a_swell_grows_for_seconds_before_the_cheer(sentence: Any) -> None:
    cheer = AudioEvent(45.0, 50.0, Sound.CHEER, 1.0)
    slow, sudden = np.full(600, -40.0), np.full(600, -40.0)
    slow[400:450] = np.linspace(-40, -24, 50)
    slow[450:], sudden[440:] = -20.0, -20.0
    assert over(curve("swell", talk_and_level(sentence, slow, cheer)), 40, 45) > 4
    assert curve("swell", talk_and_level(sentence, sudden, cheer)).values.max() == 0
    assert curve("swell", talk_and_level(sentence, slow)).values.max() == 0


@pytest.mark.parametrize("name", ["excitement", "reveal", "drop", "swell", "opinion"])
def test_a_hint_weighs_far_less_than_a_reaction(name: str) -> None:
    assert 0 < DEFAULT_WEIGHTS[name] <= 0.2 * DEFAULT_WEIGHTS["laughter"]
