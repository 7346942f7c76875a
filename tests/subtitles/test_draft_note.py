"""Subtitles of a draft say so, in a comment where the format has comments, and never on the screen."""

from __future__ import annotations

import pytest

from video_pipeline.core.cue import Cue
from video_pipeline.subtitles import FORMATS
from video_pipeline.subtitles.files import DRAFT_NOTE, appearance_of, rendered, text_formats
from video_pipeline.subtitles.formats.base import Report
from video_pipeline.subtitles.rules import SubtitleOptions

COMMENTED = {"vtt", "ass", "ttml", "lrc", "json"}
CUES = [Cue(1.0, 2.5, ("Good evening",)), Cue(4.0, 6.0, ("and welcome",))]


@pytest.mark.parametrize("name", text_formats())
def test_a_draft_says_so_where_the_format_has_comments(name: str) -> None:
    options = SubtitleOptions()
    plain = rendered(name, CUES, appearance_of(options, (1920, 1080), "talk"))
    noted = rendered(name, CUES, appearance_of(options, (1920, 1080), "talk", draft=True))
    assert "draft" not in plain.lower()
    assert (DRAFT_NOTE in noted) == (name in COMMENTED)
    if hasattr(reader := FORMATS.load(name)(), "read"):
        found = [(draft.start_s, draft.end_s, draft.text) for draft in reader.read(noted, Report())]
        assert found == [(draft.start_s, draft.end_s, draft.text) for draft in reader.read(plain, Report())]
        assert len(found) == len(CUES)
