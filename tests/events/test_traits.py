"""Loudness and fingerprints."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import numpy.typing as npt
import pytest

from video_pipeline.core.waveform import RATE_HZ, Waveform
from video_pipeline.events.base import HOP_S
from video_pipeline.events.traits import QUIETEST_DB, Traits, TraitStream, packed, unpacked

Samples = npt.NDArray[np.float32]


def traits(samples: Samples, block: int = 160_000) -> Traits:
    stream = TraitStream()
    for start in range(0, len(samples), block):
        stream.hear(Waveform(samples[start : start + block], start_s=start / RATE_HZ))
    return stream.finish(len(samples) / RATE_HZ)


def different(one: Traits, other: Traits) -> float:
    """The share of bits."""
    return float((unpacked(one.prints) != unpacked(other.prints)).mean())


@pytest.mark.parametrize("block", [777, 16_000, 1_000_000])
def test_the_cutting_into_blocks_does_not_matter(synth: ModuleType, block: int) -> None:
    sound = synth.laughter(np.random.default_rng(1), 23.0)
    whole, cut = traits(sound, 80_000), traits(sound, block)
    assert np.array_equal(whole.prints, cut.prints)
    assert np.array_equal(whole.level_db, cut.level_db)


@pytest.mark.parametrize("samples", [0, 1, 799, 800, 801, 16_000 * 24 + 1])
def test_a_frame_for_every_hop_that_was_begun(samples: int) -> None:
    found = traits(np.ones(samples, np.float32))
    expected = int(np.ceil(samples / RATE_HZ / HOP_S - 1e-9))
    assert (len(found.level_db), len(found.prints)) == (expected, expected)


def test_level_is_decibels_of_full_scale() -> None:
    t_s = np.arange(RATE_HZ) / RATE_HZ
    tone = np.sin(2 * np.pi * 440 * t_s).astype(np.float32)
    assert traits(tone).level_db[2:18] == pytest.approx(-3.01, abs=0.1)
    assert traits(0.01 * tone).level_db[2:18] == pytest.approx(-43.01, abs=0.1)
    assert (traits(0 * tone).level_db == QUIETEST_DB).all()
    assert traits(0 * tone + np.float32(0.5)).level_db.max() == QUIETEST_DB  # a constant offset is no sound
    assert np.isfinite(traits(np.full(800, np.nan, np.float32)).level_db).all()


def test_bits_come_back() -> None:
    bits = np.random.default_rng(2).random((50, 16)) < 0.5
    assert np.array_equal(unpacked(packed(bits)) > 0, bits)


def test_level_and_shift_change_few_bits_and_another_sound_half_of_them(synth: ModuleType) -> None:
    rng = np.random.default_rng(3)
    one, other = synth.laughter(rng, 4.0), synth.laughter(rng, 4.0)
    late = np.concatenate([np.zeros(390, np.float32), one])[: len(one)]  # half a frame: the worst case
    assert different(traits(one), traits(0.2 * one)) < 0.05
    assert different(traits(one), traits(late)) < 0.2
    assert 0.35 < different(traits(one), traits(other)) < 0.65


@pytest.mark.parametrize("pitch_hz", [80.0, 110.0, 220.0, 400.0])
def test_the_pitch_of_a_voice_is_heard_and_noise_has_none(pitch_hz: float) -> None:
    time_s = np.arange(3 * RATE_HZ) / RATE_HZ
    voice = sum(np.sin(2 * np.pi * k * pitch_hz * time_s) / k for k in range(1, 12))
    noise = np.random.default_rng(1).standard_normal(len(time_s))
    found = traits((0.1 * voice + 0.003 * noise).astype(np.float32)).pitch_hz
    hiss = traits((0.1 * noise).astype(np.float32)).pitch_hz
    assert found is not None and hiss is not None
    assert np.median(found) == pytest.approx(pitch_hz, rel=0.02) and (found[5:-5] > 0).all()
    assert (hiss > 0).mean() < 0.05
