"""A style is asked for whose layout would never end."""

from __future__ import annotations

import time

import numpy as np
import pytest

from tests.web.test_editing import Shown
from video_pipeline.core.errors import OutOfRange
from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import Segment, Token
from video_pipeline.subtitles.layout import make_cues
from video_pipeline.subtitles.rules import SubtitleOptions


@pytest.mark.parametrize("lines", [100, 10**6, 10**12])
def test_no_cue_has_that_many_lines(shown: Shown, lines: int) -> None:
    client, job_id = shown
    began_s = time.monotonic()
    for how in ("style", "restyle"):
        answer = client.post(f"/api/jobs/{job_id}/{how}", json={"subtitles": {"lines": lines}})
        assert answer.status_code == 400 and "lines must be" in answer.json()["error"]
    assert client.post(f"/api/jobs/{job_id}/retry", json={"options": {"subtitles.lines": lines}}).status_code == 400
    assert time.monotonic() - began_s < 10
    with pytest.raises(OutOfRange):
        SubtitleOptions(lines=lines)


def test_lines_that_nothing_is_left_for_cost_nothing() -> None:
    """Many lines are allowed, and priced only as long as there is something to put into them."""
    tokens = tuple(Token(at_s, at_s + 0.2, " word") for at_s in np.arange(0.0, 4.0, 0.25))
    segment = Segment(0.0, 4.0, " word" * len(tokens), tokens=tokens, language=Language.EN)
    few = make_cues([segment], [], SubtitleOptions(lines=3), rate_fps=None, media_end_s=10.0)
    assert make_cues([segment], [], SubtitleOptions(lines=99), rate_fps=None, media_end_s=10.0) == few
