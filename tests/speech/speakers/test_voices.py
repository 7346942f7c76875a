"""Known voices: recognised in another recording, stored only on request, gone when they are removed."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.speech.speakers.conftest import Conversation
from video_pipeline.core.errors import BadRecord
from video_pipeline.core.span import Span
from video_pipeline.core.waveform import RATE_HZ, Samples, Waveform
from video_pipeline.speech.speakers.base import Turn
from video_pipeline.speech.speakers.voices import (
    Vector,
    Voice,
    VoiceListener,
    VoicesFile,
    best_parts,
    read_voices,
    recognised,
    write_voices,
)


def prints(samples: Samples, turns: list[Turn], block_s: float = 1.0) -> dict[str, Vector]:
    listener = VoiceListener(best_parts(turns))
    step = round(block_s * RATE_HZ)
    for first in range(0, len(samples), step):
        listener.hear(Waveform(samples[first : first + step], RATE_HZ, first / RATE_HZ))
    return listener.finish()


def known(**vectors: Vector) -> VoicesFile:
    return VoicesFile(tuple(Voice(name, tuple(map(float, vector))) for name, vector in vectors.items()))


def test_a_voice_is_recognised_by_other_words_over_another_line(conversation: Conversation) -> None:
    samples, turns = conversation
    later = [Turn(turn.start_s, turn.end_s, f"later {turn.speaker}") for turn in turns[2:4]]
    file = known(**prints(samples, turns[:2]))
    thin = np.convolve(samples, np.array([0.5, 0.5], np.float32), "same").astype(np.float32) * 0.3  # duller and quieter
    found = recognised(prints(thin, later), file)
    assert {speaker: name for speaker, (name, _) in found.items()} == {"later Tom": "Tom", "later Ian": "Ian"}
    assert all(0.5 <= alike <= 1.001 for _, alike in found.values())


def test_blocks_of_any_length_give_the_same_print(conversation: Conversation) -> None:
    samples, turns = conversation
    for name, vector in prints(samples, turns, 7.3).items():
        assert vector @ prints(samples, turns, 0.9)[name] == pytest.approx(1.0, abs=1e-4)


def test_a_stranger_keeps_his_number_and_a_name_is_given_once(conversation: Conversation) -> None:
    samples, turns = conversation
    vectors = prints(samples, turns)
    assert recognised({"9": vectors["Ian"]}, known(Tom=vectors["Tom"])) == {}
    found = recognised({"1": vectors["Tom"], "2": vectors["Tom"]}, known(Tom=vectors["Tom"]))
    assert len(found) == 1
    between = vectors["Tom"] + vectors["Ian"]
    assert recognised({"1": between / np.linalg.norm(between)}, known(Tom=vectors["Tom"], Ian=vectors["Ian"])) == {}
    assert recognised(vectors, VoicesFile()) == {}


def test_only_what_is_said_alone_is_listened_to() -> None:
    turns = [Turn(0.0, 30.0, "A"), Turn(5.0, 6.0, "B"), Turn(40.0, 60.0, "A"), Turn(61.0, 62.0, "B")]
    assert best_parts(turns) == {"A": [Span(40.0, 50.0)]}


def test_the_file_is_its_owners_and_goes_with_the_last_voice(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "voices.json"
    assert read_voices(path).voices == ()
    write_voices(path, [Voice("Ann", (1.0, 0.0), "a.mp4"), Voice("Bob", (0.0, 1.0))])
    assert read_voices(path).names == ("Ann", "Bob")
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    write_voices(path, [])
    assert not path.exists()
    for damage in (b"{", b'{"voices": [{"name": "\xff"}]}'):
        path.write_bytes(damage)
        with pytest.raises(BadRecord):
            read_voices(path)
