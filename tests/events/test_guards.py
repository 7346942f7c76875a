"""Laughs that count less: over music, or the same recording again."""

from __future__ import annotations

import itertools
from types import ModuleType

import numpy as np
import numpy.typing as npt
import pytest

from video_pipeline.core.labels import Sound
from video_pipeline.core.transcript import AudioEvent
from video_pipeline.core.waveform import RATE_HZ, Waveform
from video_pipeline.events.guards import GuardOptions, guarded
from video_pipeline.events.traits import QUIETEST_DB, Traits, TraitStream

Samples = npt.NDArray[np.float32]
SILENT = Traits(np.full(2000, QUIETEST_DB, np.float32), np.zeros(2000, np.uint16))


class Scene:
    """Sounds put into a track at any instant, with the events a detector would find there."""

    def __init__(self, seconds: float, noise: Samples) -> None:
        self.track = np.resize(noise, int(seconds * RATE_HZ)).astype(np.float32)
        self.events: list[AudioEvent] = []

    def add(self, sound: Samples, at_s: float, level: float = 1.0, label: Sound | None = Sound.LAUGHTER) -> None:
        start = int(at_s * RATE_HZ)
        self.track[start : start + len(sound)] += level * sound
        if label is not None:
            length_s = len(sound) / RATE_HZ
            self.events.append(AudioEvent(round(at_s, 2), round(at_s + length_s, 2), label, 0.9))

    def guarded(self, options: GuardOptions | None = None) -> list[AudioEvent]:
        stream = TraitStream()
        stream.hear(Waveform(self.track))
        return guarded(self.events, stream.finish(len(self.track) / RATE_HZ), options or GuardOptions())


@pytest.fixture
def noise(synth: ModuleType) -> Samples:
    return np.asarray(0.02 * synth.noise(np.random.default_rng(5), 7.0, 0.5), np.float32)


@pytest.mark.parametrize("kind", ["laughter", "audience_laughter"])
def test_the_same_laugh_three_times_is_canned_and_others_are_not(synth: ModuleType, noise: Samples, kind: str) -> None:
    rng = np.random.default_rng(11)
    make = getattr(synth, kind)
    canned, scene = make(rng, 3.0), Scene(60, noise)
    for at_s, level in ((5.0, 1.0), (21.0137, 0.35), (40.3219, 0.6)):  # neither level nor grid is the same
        scene.add(canned, at_s, level)
    for at_s in (12.0, 30.0, 50.0):
        scene.add(make(rng, 3.0), at_s, 0.6)
    found = scene.guarded()
    assert [event.marks for event in found] == [("canned",)] * 3 + [()] * 3
    assert [event.score for event in found] == pytest.approx([0.9 * GuardOptions().canned_factor] * 3 + [0.9] * 3)


def test_a_laugh_track_is_recognised_under_talk(synth: ModuleType, noise: Samples) -> None:
    """Somebody goes on talking over the last third of each laugh."""
    rng = np.random.default_rng(12)
    canned, scene = synth.audience_laughter(rng, 3.5), Scene(40, noise)
    for at_s in (4.0, 14.21, 27.777):
        scene.add(canned, at_s, 0.8)
        scene.add(synth.cheer(rng, 3.0), at_s + 2.3, 0.5, label=None)
    assert all(event.marks == ("canned",) for event in scene.guarded())


def test_many_different_laughs_are_all_real(synth: ModuleType, noise: Samples) -> None:
    scene, rng = Scene(200, noise), np.random.default_rng(13)
    for number, kind in zip(range(40), itertools.cycle([synth.laughter, synth.audience_laughter]), strict=False):
        scene.add(kind(rng, 3.0), 4.5 * number + 1, 0.6)
    assert not any(event.marks for event in scene.guarded())


def test_a_scene_shown_again_and_again_is_not_canned(synth: ModuleType, noise: Samples) -> None:
    """A teaser before the show brings the words before the laugh as well."""
    rng = np.random.default_rng(14)
    words = np.concatenate([synth.laughter(rng, 2.0), synth.cheer(rng, 2.0)])
    laugh, scene = synth.audience_laughter(rng, 3.0), Scene(60, noise)
    for at_s in (5.0, 22.137, 40.213):
        scene.add(words, at_s, label=None)
        scene.add(laugh, at_s + 4.0)
    assert not any(event.marks for event in scene.guarded())


def test_silence_and_steady_tones_are_no_recording() -> None:
    tone = np.sin(np.arange(3 * RATE_HZ) * 2 * np.pi * 440 / RATE_HZ).astype(np.float32)
    for sound in (tone, 0 * tone):
        scene = Scene(30, np.zeros(1, np.float32))
        for at_s in (2.0, 10.0, 20.0):
            scene.add(sound, at_s)
        assert not any(event.marks for event in scene.guarded())


def test_laughter_over_music_counts_less_and_stays() -> None:
    music = AudioEvent(0.0, 20.0, Sound.MUSIC, 0.9)
    over, partly, clap = (
        AudioEvent(5.0, 7.0, Sound.LAUGHTER, 0.8),
        AudioEvent(19.5, 22.0, Sound.LAUGHTER, 0.8),
        AudioEvent(10.0, 12.0, Sound.APPLAUSE, 0.8),
    )
    found = guarded([music, over, clap, partly], SILENT, GuardOptions(music_factor=0.5))
    assert [event.marks for event in found] == [(), ("music",), (), ()]
    assert [event.score for event in found] == pytest.approx([0.9, 0.4, 0.8, 0.8])


def test_both_marks(synth: ModuleType, noise: Samples) -> None:
    scene = Scene(30, noise)
    for at_s in (3.0, 15.3, 22.62):
        scene.add(synth.laughter(np.random.default_rng(15), 3.0), at_s)
    scene.events.append(AudioEvent(0.0, 10.0, Sound.MUSIC, 0.9))
    assert [event.marks for event in scene.guarded()] == [("music", "canned"), ("canned",), ("canned",), ()]


def test_the_same_laugh_twice_may_be_a_replay(synth: ModuleType, noise: Samples) -> None:
    scene = Scene(30, noise)
    for at_s in (3.0, 15.3):
        scene.add(synth.laughter(np.random.default_rng(15), 3.0), at_s)
    assert not any(event.marks for event in scene.guarded())


def test_canned_times_must_be_at_least_two() -> None:
    with pytest.raises(ValueError, match="canned_times"):
        GuardOptions(canned_times=1)


def test_no_laughs_or_short_ones() -> None:
    assert guarded([], SILENT, GuardOptions()) == []
    brief = [AudioEvent(1.0, 1.5, Sound.LAUGHTER, 0.9), AudioEvent(3.0, 3.5, Sound.LAUGHTER, 0.9)]
    assert guarded(brief, SILENT, GuardOptions()) == brief
    late = [AudioEvent(98.0, 110.0, Sound.LAUGHTER, 0.9), AudioEvent(120.0, 130.0, Sound.LAUGHTER, 0.9)]
    assert guarded(late, SILENT, GuardOptions()) == late  # past the end of the traits


@pytest.mark.parametrize("wrong", [{"same_ber": 1.5}, {"music_factor": -0.1}, {"canned_factor": float("nan")}])
def test_options_are_checked(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        GuardOptions(**wrong)
