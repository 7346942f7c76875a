"""Decoded sound is exact to the sample and stays on the media clock."""

from __future__ import annotations

import collections
import contextlib
import gc
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from video_pipeline.core.span import Span
from video_pipeline.media.decode import audio_blocks
from video_pipeline.media.errors import DamagedMedia, FfmpegFailed
from video_pipeline.media.probe import probe

RATE_HZ = 16_000


def whole(path: Path, track: int = 0, within: Span | None = None, block_s: float = 10.0) -> np.ndarray:
    return np.concatenate([block.samples for block in audio_blocks(path, track, within, block_s)])


def pitch_hz(samples: np.ndarray) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(samples))) * RATE_HZ / len(samples))


def loudness(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(samples**2)))


def children() -> set[str]:
    """Numbers of the processes that this one has started and that are still there."""
    found: set[str] = set()
    for task in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):  # a thread that has just ended
            found.update((task / "children").read_text().split())
    return found


def test_length_is_exact(media: Any) -> None:
    assert len(whole(media("sound-pcm"))) == 2 * RATE_HZ


@pytest.mark.parametrize("block_s", [0.1, 0.37, 1.0, 60.0])
def test_the_size_of_blocks_changes_nothing(media: Any, block_s: float) -> None:
    blocks = list(audio_blocks(media("tone"), block_s=block_s))
    assert {len(block.samples) for block in blocks[:-1]} <= {int(block_s * RATE_HZ)}
    np.testing.assert_array_equal(np.concatenate([block.samples for block in blocks]), whole(media("tone")))


def test_blocks_follow_each_other_on_the_clock(media: Any) -> None:
    blocks = list(audio_blocks(media("tone"), block_s=0.5))
    assert [block.start_s for block in blocks] == pytest.approx([0.5 * k for k in range(len(blocks))])


def test_a_track_that_starts_late_is_padded_with_silence(media: Any) -> None:
    samples = whole(media("late-audio"))
    assert loudness(samples[: int(0.98 * RATE_HZ)]) == 0
    assert loudness(samples[int(1.02 * RATE_HZ) :]) > 0.05
    assert len(samples) == pytest.approx(3 * RATE_HZ, rel=0.02)


def test_a_stretch_keeps_the_clock_of_the_whole(media: Any) -> None:
    blocks = list(audio_blocks(media("late-audio"), within=Span(0.5, 1.5)))
    samples = np.concatenate([block.samples for block in blocks])
    assert blocks[0].start_s == 0.5
    assert len(samples) == RATE_HZ
    assert loudness(samples[: int(0.48 * RATE_HZ)]) == 0
    assert loudness(samples[int(0.52 * RATE_HZ) :]) > 0.05


def test_each_track_gives_its_own_sound(media: Any) -> None:
    assert pitch_hz(whole(media("two-tracks"), 0)) == pytest.approx(440, abs=2)
    assert pitch_hz(whole(media("two-tracks"), 1)) == pytest.approx(880, abs=2)


def test_a_voice_on_one_channel_only_is_heard(media: Any) -> None:
    assert pitch_hz(whole(media("left-only"))) == pytest.approx(440, abs=2)
    assert loudness(whole(media("left-only"))) > 0.02


def test_samples_are_numbers_between_minus_one_and_one(media: Any) -> None:
    samples = whole(media.not_a_number())
    assert samples.dtype == np.float32
    assert np.isfinite(samples).all() and np.abs(samples).max() <= 1.0
    assert samples[1000] == 0 and samples[500] == 0.25 and samples[3000] == 1.0


@pytest.mark.parametrize("name", ["two-tracks", "tone"])
def test_half_a_download_gives_what_is_there_and_a_warning(media: Any, caplog: pytest.LogCaptureFixture, name: str) -> None:
    path = media.header_first(name) if name == "tone" else media(name)
    samples = whole(media.shortened(path, 0.6))
    assert 0.3 * len(whole(path)) < len(samples) < 0.9 * len(whole(path))
    assert "breaks off after" in caplog.text


def test_noise_in_the_middle_gives_what_came_before_and_a_warning(media: Any, caplog: pytest.LogCaptureFixture) -> None:
    samples = whole(media.scrambled(0.3))
    assert pitch_hz(samples[: RATE_HZ // 4]) == pytest.approx(440, abs=4)
    assert "breaks off after" in caplog.text


def test_a_decoder_that_is_killed_says_nothing_of_the_file(media: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a machine without memory does it: half a film must not pass for the whole."""
    started: list[subprocess.Popen[bytes]] = []
    begin = subprocess.Popen

    def starting(*words: Any, **more: Any) -> Any:
        started.append(begin(*words, **more))
        return started[-1]

    path = media("colours")
    probe(path)
    monkeypatch.setattr(subprocess, "Popen", starting)
    blocks = audio_blocks(path, block_s=0.01)
    next(blocks)
    os.kill(started[-1].pid, signal.SIGKILL)
    with pytest.raises(FfmpegFailed, match="killed"):
        collections.deque(blocks, 0)


def test_a_whole_file_is_not_warned_of(media: Any, caplog: pytest.LogCaptureFixture) -> None:
    whole(media("tone"))
    assert not caplog.text


def test_a_header_without_sound_is_damaged(media: Any) -> None:
    with pytest.raises(DamagedMedia) as caught:
        whole(media.header_only())
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes in /proc")
def test_stopping_early_leaves_no_process(media: Any) -> None:
    before = children()
    blocks = audio_blocks(media("long"), block_s=0.1)
    next(blocks)
    assert children() - before
    blocks.close()
    assert not children() - before


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for processes in /proc")
def test_a_forgotten_generator_leaves_no_process(media: Any) -> None:
    before = children()
    next(audio_blocks(media("long"), block_s=0.1))
    gc.collect()
    assert not children() - before
