"""Finished results of the sample, with everything that can be made of it, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from video_pipeline.core.progress import Silent
from video_pipeline.options import Options, load_options
from video_pipeline.video.process import process
from video_pipeline.video.video import Video

EXAMPLES = Path(__file__).parents[2] / "examples"
SAMPLE = EXAMPLES / "sample.mp4"
SAMPLE_TRANSCRIPT = EXAMPLES / "sample.transcript.json"
REPLAY = {"speech.engine": "replay", "speech.transcript": str(SAMPLE_TRANSCRIPT)}
FAST = {"clips.cut.speed": "ultrafast", "video.encoding.speed": "ultrafast"}


class Steps(Silent):
    """Remembers which stages did work, and what was noticed."""

    def __init__(self) -> None:
        self.worked: list[str] = []
        self.notices: list[str] = []
        self._stage = ""

    def begin(self, stage: str, total_s: float | None) -> None:
        self._stage = stage

    def end(self, *, fresh: bool) -> None:
        if not fresh:
            self.worked.append(self._stage)

    def notice(self, text: str) -> None:
        self.notices.append(text)


def replayed(**overrides: object) -> Options:
    """Options under which the sample's stored transcript is played; two underscores stand for a dot."""
    return load_options("default", {**REPLAY, **FAST, **{name.replace("__", "."): value for name, value in overrides.items()}})


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Video:
    """Of the sample, with all goals; not to be changed."""
    goals = ("transcript", "events", "timeline", "subtitles", "highlights", "clips", "report")
    return process(SAMPLE, goals, replayed(), tmp_path_factory.mktemp("finished"))
