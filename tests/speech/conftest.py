"""Real speech (some seconds of the project's sample) and a miniature of the speech model."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from video_pipeline.core.span import Span
from video_pipeline.core.waveform import Waveform
from video_pipeline.media.decode import audio_blocks

CHECKPOINT_TOOL = Path(__file__).parents[2] / "tools" / "make_random_checkpoint.py"
SAMPLE = Path(__file__).parents[2] / "examples" / "sample.mp4"


@pytest.fixture(scope="session")
def speech() -> Waveform:
    blocks = list(audio_blocks(SAMPLE, within=Span(0.0, 8.0)))
    return Waveform(np.concatenate([block.samples for block in blocks]))


@pytest.fixture(scope="session")
def checkpoint_tool() -> ModuleType:
    """The tool that makes checkpoints with random weights."""
    spec = importlib.util.spec_from_file_location("make_random_checkpoint", CHECKPOINT_TOOL)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def small_checkpoint(checkpoint_tool: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a miniature checkpoint with random weights. Copy it before damaging it."""
    folder: Path = checkpoint_tool.make_checkpoint(tmp_path_factory.mktemp("small") / "SenseVoiceSmall", checkpoint_tool.SMALL)
    return folder
