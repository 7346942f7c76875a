"""The small detector: what it finds, what it must not find, and that the cutting into blocks does not matter."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import numpy.typing as npt
import pytest

from tests.conftest import load_tool
from video_pipeline.core.posterior import Posterior
from video_pipeline.core.waveform import RATE_HZ, Waveform
from video_pipeline.events.base import HOP_S
from video_pipeline.events.compact import features
from video_pipeline.events.compact.detector import CompactDetector

EVENTS = ("laughter", "applause", "cheer")
synth = load_tool("synthesise_sounds")


def hear(samples: npt.NDArray[np.float32], block: int = 80_000) -> Posterior:
    detector = CompactDetector()
    for start in range(0, len(samples), block):
        detector.hear(Waveform(samples[start : start + block], start_s=start / RATE_HZ))
    return detector.finish(len(samples) / RATE_HZ)


def floor(seconds: float, level: float = 0.001) -> npt.NDArray[np.float32]:
    return (level * np.random.default_rng(9).standard_normal(int(seconds * RATE_HZ))).astype(np.float32)


def loudest_event(posterior: Posterior) -> float:
    return max(float(posterior.curve(label).values.max(initial=0.0)) for label in EVENTS)


def scene() -> npt.NDArray[np.float32]:
    """Laughter at 5 s, applause at 15 s and 40 s: over more than one chunk."""
    track, rng = floor(55), np.random.default_rng(4)
    for at_s, sound in ((5, synth.audience_laughter(rng, 3.0)), (15, synth.applause(rng, 5.0)), (40, synth.applause(rng, 6.0))):
        track[at_s * RATE_HZ : at_s * RATE_HZ + len(sound)] += 0.6 * sound
    return track


@pytest.fixture(scope="module")
def heard() -> Posterior:
    return hear(scene())


@pytest.mark.parametrize("block", [777, 16_000, 10_000_000])
def test_the_cutting_into_blocks_does_not_matter(heard: Posterior, block: int) -> None:
    assert np.array_equal(hear(scene(), block).values, heard.values)


@pytest.mark.parametrize(("label", "start_s", "end_s"), [("laughter", 5, 8), ("applause", 15, 20), ("applause", 40, 46)])
def test_inserted_sounds_are_found_in_their_places(heard: Posterior, label: str, start_s: float, end_s: float) -> None:
    values = heard.curve(label).values
    inside = values[int(start_s / HOP_S) : int(end_s / HOP_S)]
    assert inside.max() > 0.5
    assert np.mean(inside > 0.5) > 0.6


def test_nothing_is_found_between(heard: Posterior) -> None:
    for start_s, end_s in ((0, 4), (9, 14), (22, 39), (48, 55)):
        for label in EVENTS:
            assert heard.curve(label).values[int(start_s / HOP_S) : int(end_s / HOP_S)].max() < 0.5


OWN_THREAD = """
import time
import numpy as np
from video_pipeline.events.compact import features

sound = np.random.default_rng(1).standard_normal(features.WINDOW + (features.GROUP - 1) * features.HOP).astype(np.float32)
features.log_mel(sound)
process_s, own_s = time.process_time(), time.thread_time()
for _ in range(100):
    features.log_mel(sound)
print((time.process_time() - process_s) / (time.thread_time() - own_s))
"""
"""Prints the processor time of the process as a multiple of that of its only thread."""


def test_features_take_no_core_beside_the_one_they_are_computed_on() -> None:
    """BLAS has threads of its own, which wait for work in a loop while the speech model wants the cores."""
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    done = subprocess.run(
        [sys.executable, "-c", OWN_THREAD], env=environment, check=True, capture_output=True, text=True, timeout=120
    )
    assert float(done.stdout) < 1.05


@pytest.mark.parametrize("frames", [1, 2, 12, 13, 14, 24, 25, 31, 77, 1000, 1001])
def test_features_are_those_of_one_product(frames: int, monkeypatch: pytest.MonkeyPatch) -> None:
    samples = floor((features.WINDOW + frames * features.HOP) / RATE_HZ, 0.1)[: features.WINDOW + (frames - 1) * features.HOP]
    found = features.log_mel(samples)
    monkeypatch.setattr(features, "ROWS", 10_000)
    assert found.shape == (frames, features.BANDS)
    # The threads of BLAS themselves change last bits on some processors (Haswell, Zen), so not equal to the last bit everywhere.
    np.testing.assert_allclose(found, features.log_mel(samples), rtol=1e-5, atol=1e-5)


NO_EVENT = {
    "silence": np.zeros(10 * RATE_HZ, np.float32),
    "constant": np.full(10 * RATE_HZ, 0.7, np.float32),
    "noise over a constant": floor(10, 0.01) + np.float32(0.3),
    "0.2 s": floor(0.2, 0.1),
    "one sample": np.ones(1, np.float32),
    "clipped hum": np.clip(9 * np.sin(np.arange(8 * RATE_HZ) * 2 * np.pi * 110 / RATE_HZ), -1, 1).astype(np.float32),
    "not a number": np.full(3 * RATE_HZ, np.nan, np.float32),
    "infinite": np.full(3 * RATE_HZ, np.inf, np.float32),
    "typing": 0.3 * synth.typing(np.random.default_rng(8), 10.0),
    "brown noise": 0.3 * synth.noise(np.random.default_rng(8), 10.0, 1.0),
}


@pytest.mark.parametrize("name", NO_EVENT)
def test_no_event_in(name: str) -> None:
    posterior = hear(NO_EVENT[name])
    assert np.isfinite(posterior.values).all()
    assert loudest_event(posterior) < 0.5


@pytest.mark.parametrize("samples", [0, 1, 799, 800, 801, 16_000 * 24, 16_000 * 24 + 1, 16_000 * 61 + 5])
def test_a_frame_for_every_hop_that_was_begun(samples: int) -> None:
    posterior = hear(floor(samples / RATE_HZ)[:samples])
    assert len(posterior.values) == int(np.ceil(samples / RATE_HZ / HOP_S - 1e-9))
    assert posterior.hop_s == HOP_S


def test_a_duration_that_differs_from_the_sound() -> None:
    detector = CompactDetector()
    detector.hear(Waveform(floor(2)))
    posterior = detector.finish(3.01)
    assert posterior.values.shape == (61, len(detector.labels))
    assert not posterior.values[41:].any()


def test_the_identity_names_the_weights() -> None:
    assert CompactDetector().identity == CompactDetector().identity
    assert len(CompactDetector().identity.rsplit("-", 1)[1]) == 16
