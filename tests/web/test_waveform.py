"""The shape of a stretch of sound, to be drawn where the timeline is zoomed in."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from tests.web.test_editing import Shown
from video_pipeline.media.decode import audio_blocks


def test_it_is_the_greatest_amplitude_of_each_hundredth_of_a_second(shown: Shown, sample: object) -> None:
    client, job_id = shown
    answer = client.get(f"/api/jobs/{job_id}/waveform", params={"start_s": 4.0, "end_s": 9.0}).json()
    heights = np.frombuffer(base64.b64decode(answer["values"]), np.uint8)
    assert answer["hop_s"] == pytest.approx(0.01) and len(heights) == pytest.approx(500, abs=2)
    sound = np.concatenate([block.samples for block in audio_blocks(sample)])  # type: ignore[arg-type]
    loudest = [np.abs(sound[round(at_s * 16_000) :][:800]).max() for at_s in np.arange(4.0, 8.9, 0.05)]
    drawn = [heights[round((at_s - 4) * 100) :][:5].max() / 255 for at_s in np.arange(4.0, 8.9, 0.05)]
    assert np.corrcoef(loudest, drawn)[0, 1] > 0.97


@pytest.mark.parametrize(("start_s", "end_s"), [(5, 5), (9, 4), (0, 500), (-1, 4), ("nan", 4), (0, "inf"), (0, "x")])
def test_a_stretch_that_is_none_is_refused(shown: Shown, start_s: object, end_s: object) -> None:
    client, job_id = shown
    params = {"start_s": str(start_s), "end_s": str(end_s)}
    assert client.get(f"/api/jobs/{job_id}/waveform", params=params).status_code == 400


def test_behind_the_end_there_is_nothing(shown: Shown) -> None:
    client, job_id = shown
    answer = client.get(f"/api/jobs/{job_id}/waveform", params={"start_s": 4000, "end_s": 4001})
    assert answer.status_code == 200 and answer.json()["values"] == ""
