"""Real speech: some seconds of the project's sample."""

from pathlib import Path

import numpy as np
import pytest

from video_pipeline.core.span import Span
from video_pipeline.core.waveform import Waveform
from video_pipeline.media.decode import audio_blocks

SAMPLE = Path(__file__).parents[2] / "examples" / "sample.mp4"


@pytest.fixture(scope="session")
def speech() -> Waveform:
    blocks = list(audio_blocks(SAMPLE, within=Span(0.0, 8.0)))
    return Waveform(np.concatenate([block.samples for block in blocks]))
