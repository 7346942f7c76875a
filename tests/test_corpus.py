"""Every video of a folder of real, odd and broken ones gives a result, or one error. VIDEO_PIPELINE_CORPUS names the folder."""

import os
from pathlib import Path

import pysubs2
import pytest

from video_pipeline.core.errors import PipelineError
from video_pipeline.library.sources import SUFFIXES
from video_pipeline.options import load_options
from video_pipeline.video.errors import NothingHeard
from video_pipeline.video.process import process

FOLDER = os.environ.get("VIDEO_PIPELINE_CORPUS", "")
VIDEOS = sorted(p for p in Path(FOLDER).rglob("*") if p.suffix.lower() in SUFFIXES) if FOLDER else []


@pytest.mark.skipif(not FOLDER, reason="VIDEO_PIPELINE_CORPUS names no folder of videos")
@pytest.mark.parametrize("video", VIDEOS, ids=lambda path: path.name)
def test_a_real_file_gives_subtitles_or_one_clear_error(video: Path, tmp_path: Path) -> None:
    try:
        result = process(video, ("subtitles",), load_options("default", {"speech.engine": "draft"}), tmp_path)
    except PipelineError as error:
        assert "\n" not in str(error)
        left = {path.name for path in tmp_path.rglob("*") if path.is_file()}
        assert left <= ({"transcript.json", "posterior.npz", ".stages.json"} if isinstance(error, NothingHeard) else set())
        return
    for path in result.outputs("subtitles"):
        if path.suffix != ".json":
            assert len(pysubs2.load(str(path)))
