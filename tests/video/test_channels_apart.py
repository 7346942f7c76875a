"""A call with a speaker in each channel: both are heard, also where they speak at once, and names follow the channels."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import numpy as np
import pytest

from tests.video.conftest import EXAMPLES, SAMPLE
from video_pipeline.media.decode import audio_blocks
from video_pipeline.options import load_options
from video_pipeline.video.people import people_of
from video_pipeline.video.process import process
from video_pipeline.video.stages.speakers import Speakers

RATE_HZ = 16_000


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The right channel speaks first; the left begins before it has ended."""
    sound = np.concatenate([block.samples for block in audio_blocks(SAMPLE)])
    truth = json.loads((EXAMPLES / "sample.truth.json").read_text(encoding="utf-8"))["segments"]
    ian, tom = (next(one for one in truth if one["speaker"] == name) for name in ("Ian", "Tom"))
    sides = np.zeros((12 * RATE_HZ, 2), np.float32)
    for channel, part, at_s in ((1, ian, 0.5), (0, tom, 3.0), (1, ian, 8.0)):
        voice = sound[round(part["start_s"] * RATE_HZ) : round(part["end_s"] * RATE_HZ)]
        first = round(at_s * RATE_HZ)
        sides[first : first + len(voice), channel] = voice[: len(sides) - first]
    path = tmp_path_factory.mktemp("call") / "call.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((sides * 32767).astype("<i2").tobytes())
    return path


def test_each_channel_is_a_speaker_and_overlaps_are_kept(call: Path, tmp_path: Path) -> None:
    options = load_options("call-center", {"speakers.names": "Agent,Customer", "speech.engine": "none"})
    video = process(call, "transcript", options, tmp_path)
    lines = video.transcript.segments
    assert [line.speaker for line in lines] == ["Customer", "Agent", "Customer"]
    assert lines[0].end_s > lines[1].start_s + 0.3
    assert [person.name for person in people_of(video)] == ["Customer", "Agent"]
    turns = video.of(Speakers)
    assert {turn.speaker for turn in turns} == {"1", "2"}
    assert any(a.overlaps(b) for a in turns for b in turns if a.speaker != b.speaker)


def test_mixed_channels_are_one_sound(call: Path, tmp_path: Path) -> None:
    options = load_options("call-center", {"speakers.channels": "mix", "speakers.find": False, "speech.engine": "none"})
    lines = process(call, "transcript", options, tmp_path).transcript.segments
    assert {line.speaker for line in lines} == {None}
    assert len(lines) < 3
