"""The channel that holds the speech is listened to, and no sound is lost because two channels cancel each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.media.counted import RATE_HZ, run, sweep
from video_pipeline.core.span import Span
from video_pipeline.media.channels import has_sides, mix_of
from video_pipeline.media.cut import cut
from video_pipeline.media.cutting.base import CutOptions, Piece
from video_pipeline.media.decode import audio_blocks
from video_pipeline.media.probe import probe

PANS = {
    "stereo": "stereo|c0=c0|c1=c0",
    "out of phase": "stereo|c0=c0|c1=-1*c0",
    "quieter right": "stereo|c0=-0.9*c0|c1=c0",
    "left alone": "stereo|c0=c0|c1=0*c0",
    "centre": "5.1|FC=c0",
    "centre and music": "5.1|FC=0.5*c0|FL=0.4*c0|FR=-0.4*c0",
    "no centre": "5.1|FL=c0|FR=c0",
    "silent": "stereo|c0=0*c0|c1=0*c0",
}


@pytest.fixture
def wav(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    raw, path = tmp_path / "mono.f32", tmp_path / "sound.wav"
    raw.write_bytes(sweep().tobytes())
    run("-f", "f32le", "-ar", RATE_HZ, "-ac", 1, "-i", raw, "-af", f"pan={PANS[request.param]}", path)
    return path


def loudness(path: Path) -> float:
    samples = np.concatenate([block.samples for block in audio_blocks(path)])
    return float(np.sqrt(np.mean(samples**2)))


@pytest.mark.parametrize(
    ("wav", "pan"),
    [
        ("stereo", ""),
        ("out of phase", "c0"),
        ("quieter right", "c1"),
        ("left alone", ""),
        ("centre", "FC"),
        ("centre and music", "FC"),
        ("no centre", ""),
        ("silent", ""),
    ],
    indirect=["wav"],
)
def test_the_channels_to_listen_to(wav: Path, pan: str) -> None:
    mix = mix_of(wav, 0)
    assert (mix.pan, bool(mix.why), mix.cancels) == (pan, bool(pan), pan in ("c0", "c1"))


@pytest.mark.parametrize("wav", ["out of phase", "centre", "left alone"], indirect=True)
def test_what_is_said_is_heard(wav: Path) -> None:
    assert loudness(wav) > 0.3 * float(np.sqrt(np.mean(sweep() ** 2)))


@pytest.mark.parametrize("wav", ["out of phase"], indirect=True)
def test_a_clip_is_heard_on_one_loudspeaker(wav: Path, tmp_path: Path) -> None:
    cut(Piece(probe(wav), 0, Span(1.0, 3.0)), tmp_path / "out.m4a", CutOptions())
    run("-i", tmp_path / "out.m4a", "-ac", 1, tmp_path / "mono.wav")
    assert mix_of(tmp_path / "out.m4a", 0).pan == ""
    assert loudness(tmp_path / "mono.wav") > 0.02


@pytest.mark.parametrize(
    ("pan", "sides"),
    [
        ("stereo|c0=c0|c1=c1", True),
        ("stereo|c0=c0+0.05*c1|c1=c1+0.05*c0", True),  # each leaks into the other's line
        ("stereo|c0=c0+c1|c1=c0+c1", False),
        ("stereo|c0=c0+0.6*c1|c1=c1+0.6*c0", False),  # a stereo microphone
        ("stereo|c0=c0|c1=0*c0", False),  # the right channel is unused
        ("mono|c0=c0+c1", False),
    ],
)
def test_two_sides_of_a_call_are_told_from_one_recording(tmp_path: Path, pan: str, sides: bool) -> None:
    rng = np.random.default_rng(1)
    talk = rng.normal(0, 0.1, (16_000 * 30, 2)).astype(np.float32)
    seconds = np.arange(len(talk)) // 16_000
    talk[:, 0] *= seconds % 5 < 3  # two seconds in five the left is silent, and the right but for them and one more
    talk[:, 1] *= seconds % 5 >= 2
    raw, path = tmp_path / "two.f32", tmp_path / "two.wav"
    raw.write_bytes(talk.tobytes())
    run("-f", "f32le", "-ar", 16_000, "-ac", 2, "-i", raw, "-af", f"pan={pan}", path)
    assert has_sides(path, 0) is sides


def test_one_channel_is_heard_alone(tmp_path: Path) -> None:
    raw, path = tmp_path / "two.f32", tmp_path / "two.wav"
    raw.write_bytes(np.tile(np.array([0.25, 0.0], np.float32), 16_000).tobytes())
    run("-f", "f32le", "-ar", 16_000, "-ac", 2, "-i", raw, path)
    left, right = (np.concatenate([block.samples for block in audio_blocks(path, channel=k)]) for k in (0, 1))
    assert np.abs(left[1000:-1000] - 0.25).max() < 1e-3 and np.abs(right).max() < 1e-6
