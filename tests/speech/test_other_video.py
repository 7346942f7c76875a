"""A stored transcript is played for its own video only, unless another is allowed."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from video_pipeline.core.transcript import EngineIdentity, MediaIdentity, Segment, Transcript
from video_pipeline.speech.base import SpeechOptions
from video_pipeline.speech.errors import OtherVideo
from video_pipeline.speech.replay import check_source


def stored(folder: Path, digest: str, last_s: float) -> Path:
    record = Transcript(MediaIdentity("talk.mp4", 60.0, digest), EngineIdentity("test"), (Segment(1.0, last_s, "Good morning."),))
    path = folder / "transcript.json"
    path.write_bytes(msgspec.json.encode(record))
    return path


@pytest.mark.parametrize(
    ("digest", "last_s", "duration_s", "reason"),
    [
        ("aa", 50.0, 60.0, ""),
        ("", 50.0, 60.0, ""),
        ("", 60.9, 60.0, ""),
        ("", 90.0, None, ""),
        ("bb", 50.0, 60.0, "another file"),
        ("", 61.1, 60.0, "last words end at 61.1 s"),
        ("aa", 328.0, 59.0, "the sound at 59.0 s"),
    ],
)
def test_it_is_refused_by_digest_and_by_length(
    tmp_path: Path, digest: str, last_s: float, duration_s: float | None, reason: str
) -> None:
    path = stored(tmp_path, digest, last_s)
    options = SpeechOptions(engine="replay", transcript=str(path))
    if not reason:
        check_source(options, "aa", duration_s)
        return
    with pytest.raises(OtherVideo, match=reason):
        check_source(options, "aa", duration_s)
    check_source(SpeechOptions(engine="replay", transcript=str(path), other_video=True), "aa", duration_s)
