"""Every video of a folder of real, odd and broken ones gives a result, or one error. VIDEO_PIPELINE_CORPUS names the folder."""

import os
from pathlib import Path

import pysubs2
import pytest

from video_pipeline.core.errors import PipelineError
from video_pipeline.library.sources import SUFFIXES
from video_pipeline.options import load_options
from video_pipeline.video.pipeline import process

FOLDER = os.environ.get("VIDEO_PIPELINE_CORPUS", "")
VIDEOS = sorted(p for p in Path(FOLDER).rglob("*") if p.suffix.lower() in SUFFIXES) if FOLDER else []


@pytest.mark.skipif(not FOLDER, reason="VIDEO_PIPELINE_CORPUS names no folder of videos")
@pytest.mark.parametrize("video", VIDEOS, ids=lambda path: path.name)
def test_a_real_file_gives_subtitles_or_one_clear_error(video: Path, tmp_path: Path) -> None:
    try:
        result = process(video, ("subtitles",), load_options("default", {"speech.engine": "draft"}), tmp_path)
    except PipelineError as error:
        assert "\n" not in str(error)
        assert not list(tmp_path.iterdir())
        return
    for path in result.files["subtitles"]:
        if path.suffix != ".json":
            assert len(pysubs2.load(str(path)))
