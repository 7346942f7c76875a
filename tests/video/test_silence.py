"""A silent video gives nothing, but what was listened to is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.video.conftest import Steps
from video_pipeline.core.transcript import EngineIdentity, MediaIdentity, Transcript
from video_pipeline.options import load_options
from video_pipeline.video.errors import NothingHeard
from video_pipeline.video.process import process


def test_a_second_run_and_another_threshold_listen_to_nothing_again(media: Any, tmp_path: Path) -> None:
    stored = tmp_path / "stored.json"
    stored.write_bytes(msgspec.json.encode(Transcript(MediaIdentity("silent.mp4", 2.0), EngineIdentity("test"))))
    replayed = {"speech.engine": "replay", "speech.transcript": str(stored)}
    worked = []
    for more in ({}, {}, {"events.rules.laughter.onset": 0.3}):
        steps = Steps()
        with pytest.raises(NothingHeard):
            process(media("silent"), ["events"], load_options("default", replayed | more), tmp_path / "out", steps)
        worked.append("listen" in steps.worked)
    assert worked == [True, False, False]
