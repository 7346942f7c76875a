"""Every diarizer of the table satisfies the contract, and tells two voices apart."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.speech.speakers import fake_pyannote
from tests.speech.speakers.conftest import Conversation
from video_pipeline.core.waveform import RATE_HZ, Samples, Waveform
from video_pipeline.speech.speakers import DIARIZERS
from video_pipeline.speech.speakers.base import CountRange, Diarizer, SpeakerOptions, Turn

FRAME_S = 0.01
ANY = CountRange()


def heard(diarizer: Diarizer, samples: Samples, count: CountRange = ANY, block_s: float = 10.0) -> list[Turn]:
    step = int(block_s * RATE_HZ)
    for start in range(0, len(samples), step):
        diarizer.hear(Waveform(samples[start : start + step], RATE_HZ, start / RATE_HZ))
    return list(diarizer.finish(count))


def grid(turns: list[Turn], speakers: list[str], frames: int) -> np.ndarray:  # type: ignore[type-arg]
    active = np.zeros((len(speakers), frames), bool)
    for turn in turns:
        active[speakers.index(turn.speaker), round(turn.start_s / FRAME_S) : round(turn.end_s / FRAME_S)] = True
    return active


def error(truth: list[Turn], found: list[Turn], duration_s: float) -> float:
    """The diarization error rate without a collar: missed, false and confused speech over all speech, best mapping of names."""
    frames = round(duration_s / FRAME_S) + 1
    names, others = sorted({turn.speaker for turn in truth}), sorted({turn.speaker for turn in found})
    real, said = grid(truth, names, frames), grid(found, others, frames)
    right = max(
        int(sum((real[k] & said[other]).sum() for k, other in enumerate(order) if other < len(others)))
        for order in itertools.permutations(range(max(len(names), len(others))), len(names))
    )
    return float((np.maximum(real.sum(0), said.sum(0)).sum() - right) / real.sum())


@pytest.fixture(params=list(DIARIZERS))
def diarizer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Diarizer:
    fake_pyannote.install(monkeypatch)
    made: Diarizer = DIARIZERS.load(request.param)()
    return made


def test_two_voices_are_told_apart(diarizer: Diarizer, conversation: Conversation) -> None:
    samples, truth = conversation
    found = heard(diarizer, samples)
    assert {turn.speaker for turn in found} == {"1", "2"}
    assert found[0].speaker == "1"
    assert error(truth, found, len(samples) / RATE_HZ) < 0.15
    assert [turn.start_s for turn in found] == sorted(turn.start_s for turn in found)


def test_the_number_of_speakers_is_kept_to(diarizer: Diarizer, conversation: Conversation) -> None:
    found = heard(diarizer, conversation[0], CountRange(1, 1))
    assert {turn.speaker for turn in found} == {"1"}
    three = type(diarizer)()
    assert len({turn.speaker for turn in heard(three, conversation[0], CountRange(3, 3))}) == 3


def test_the_result_does_not_depend_on_the_blocks(diarizer: Diarizer, conversation: Conversation) -> None:
    whole = heard(diarizer, conversation[0])
    assert heard(type(diarizer)(), conversation[0], block_s=0.37) == whole


@pytest.mark.parametrize("seconds", [0.0, 0.01, 3.0])
def test_silence_has_no_speakers(diarizer: Diarizer, seconds: float) -> None:
    assert heard(diarizer, np.zeros(int(seconds * RATE_HZ), np.float32)) == []


def test_people_who_talk_at_the_same_time_both_have_their_turn(diarizer: Diarizer, conversation: Conversation) -> None:
    samples, truth = conversation
    both = (truth[-1].start_s + truth[-2].end_s) / 2
    found = heard(diarizer, samples)
    assert {turn.speaker for turn in found if turn.start_s <= both <= turn.end_s} == {"1", "2"}


@pytest.mark.parametrize("count", ["auto", "2", "2-4", "12"])
def test_counts_that_may_be_asked_for(count: str) -> None:
    assert SpeakerOptions(count=count).count_range.least >= 1


@pytest.mark.parametrize("count", ["0", "4-2", "two", "2-", "-3", ""])
def test_counts_that_may_not(count: str) -> None:
    with pytest.raises(ValueError, match="count"):
        SpeakerOptions(count=count)
