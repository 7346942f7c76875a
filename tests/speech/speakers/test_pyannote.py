"""pyannote.audio behind the contract of diarizers, by a stand-in with its calls."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.speech.speakers import fake_pyannote
from tests.speech.speakers.conftest import Conversation
from tests.speech.speakers.test_diarizers import heard
from video_pipeline.core.errors import BadValue
from video_pipeline.speech.speakers.base import CountRange
from video_pipeline.speech.speakers.pyannote import FOLDER_VARIABLE, PIPELINE, TOKEN_VARIABLE, PyannoteDiarizer


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[fake_pyannote.Pipeline]:
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    monkeypatch.setenv("PYANNOTE_METRICS_ENABLED", "")
    monkeypatch.delenv("PYANNOTE_METRICS_ENABLED")
    return fake_pyannote.install(monkeypatch)


def test_the_token_comes_from_the_environment(opened: list[fake_pyannote.Pipeline]) -> None:
    PyannoteDiarizer()
    assert (opened[0].checkpoint, opened[0].token) == (PIPELINE, "hf_token")
    assert os.environ["PYANNOTE_METRICS_ENABLED"] == "false"


def test_a_folder_needs_no_token(opened: list[fake_pyannote.Pipeline], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(TOKEN_VARIABLE)
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    PyannoteDiarizer()
    assert (opened[0].checkpoint, opened[0].token) == (str(tmp_path), None)


@pytest.mark.parametrize(
    ("count", "asked"),
    [
        (CountRange(), {"min_speakers": 1}),
        (CountRange(2, 2), {"num_speakers": 2}),
        (CountRange(2, 4), {"min_speakers": 2, "max_speakers": 4}),
    ],
)
def test_the_number_of_speakers_is_handed_on(
    opened: list[fake_pyannote.Pipeline], conversation: Conversation, count: CountRange, asked: dict[str, int]
) -> None:
    turns = heard(PyannoteDiarizer(), conversation[0], count)
    assert opened[0].asked == asked
    assert turns[0].speaker == "1" and turns == sorted(turns, key=lambda turn: turn.start_s)


def test_nothing_heard_is_nobody(opened: list[fake_pyannote.Pipeline]) -> None:
    assert PyannoteDiarizer().finish(CountRange()) == []


def test_what_is_wrong_is_said(opened: list[fake_pyannote.Pipeline], monkeypatch: pytest.MonkeyPatch) -> None:
    for token, words in (("", "HF_TOKEN"), ("refused", "accepted"), ("broken", "401")):
        monkeypatch.setenv(TOKEN_VARIABLE, token)
        with pytest.raises(BadValue, match=words):
            PyannoteDiarizer()
    monkeypatch.setenv(TOKEN_VARIABLE, "hf_token")
    monkeypatch.setitem(sys.modules, "pyannote.audio", None)
    with pytest.raises(ImportError):
        PyannoteDiarizer()
