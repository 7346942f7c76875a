"""Subtitles of a piece of a video."""

from __future__ import annotations

from pathlib import Path

import pytest

from video_pipeline.core.cue import Cue
from video_pipeline.core.span import Span
from video_pipeline.subtitles.rules import SubtitleOptions
from video_pipeline.video.captions import Captions

SAID = Cue(1.0, 3.0, ("Hello",))


@pytest.mark.parametrize(("piece", "files"), [(Span(0.0, 5.0), {"a.srt", "a.ass"}), (Span(5.0, 9.0), set())])
def test_a_piece_in_which_nothing_is_said_has_no_subtitle_files(piece: Span, files: set[str]) -> None:
    captions = Captions([SAID], SubtitleOptions(formats=("srt", "ass")), "talk")
    assert {path.name for path in captions.files(piece, (1920, 1080), Path("clips/a"))} == files
