"""The command line as a person uses it, in this process where that is enough and in one of its own where it is not."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from video_pipeline.cli import main, show
from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.core.transcript import AudioEvent, EngineIdentity, MediaIdentity, Segment, Token, Transcript


@dataclass(frozen=True)
class Ran:
    """How a command ended. `errors` are the lines on standard error that are no notes."""

    code: int
    out: str
    err: str

    @property
    def errors(self) -> list[str]:
        return [line for line in self.err.splitlines() if line and not line.startswith("note: ")]


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., Ran]]:
    terminate = signal.getsignal(signal.SIGTERM)

    def run(*words: Any) -> Ran:
        monkeypatch.setattr(sys, "argv", ["video-pipeline", *map(str, words)])
        monkeypatch.setattr(show, "_as_json", False)
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Ran(int(ended.value.code or 0), said.out, said.err)

    yield run
    signal.signal(signal.SIGTERM, terminate)


def segment(start_s: float, text: str, emotion: Emotion | None) -> Segment:
    words = text.split(" ")
    tokens = tuple(
        Token(start_s + 0.4 * k, start_s + 0.4 * (k + 1), word if k == 0 else f" {word}") for k, word in enumerate(words)
    )
    return Segment(
        start_s,
        tokens[-1].end_s,
        text,
        tokens=tokens,
        language=Language.EN,
        emotion=emotion,
        emotion_p=0.9 if emotion else 0.0,
        speaker="Tom",
    )


@pytest.fixture
def transcript(tmp_path: Path) -> Path:
    """Forty seconds with a joke: for the file "long", to be replayed."""
    said = (
        segment(1.0, "The parrot walked into the bakery one morning.", Emotion.HAPPY),
        segment(6.0, "It asked the baker for a pound of nails.", Emotion.SURPRISED),
        segment(12.0, "We sell bread here, said the baker.", Emotion.ANGRY),
        segment(17.0, "Fine, then a pound of bread and a hammer.", Emotion.HAPPY),
        segment(30.0, "Thank you, and good night.", Emotion.SAD),
    )
    heard = (AudioEvent(21.0, 26.0, Sound.LAUGHTER, 1.0), AudioEvent(33.0, 37.0, Sound.APPLAUSE, 1.0))
    record = Transcript(MediaIdentity("long.mp4", 40.0), EngineIdentity("test"), said, heard)
    path = tmp_path / "stored" / "said.json"
    path.parent.mkdir()
    path.write_bytes(msgspec.json.encode(record))
    return path


@pytest.fixture
def replayed(media: Any, transcript: Path, tmp_path: Path) -> list[Any]:
    """The words after `process` for a run that needs no model."""
    return [media("long"), "--out", tmp_path / "out", "--engine", "replay", "--transcript", transcript]
