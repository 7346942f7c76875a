"""What the first two requests could do to each other."""

from __future__ import annotations

import subprocess
import sys

import pytest

_PREPARED = """
from pathlib import Path
from video_pipeline.web.app import create_app
from video_pipeline.web.settings import ServerOptions
import sys
create_app(ServerOptions(Path(sys.argv[1])), page=False)
from video_pipeline.core.transcript import Transcript, Segment
from video_pipeline.options import Options
from video_pipeline.video.workspace import State
from video_pipeline.web.export import ExportRequest
from video_pipeline.web.lines import LineEdit
from video_pipeline.web.opened import ChoiceFile
from video_pipeline.web.partial import Partial
from video_pipeline.web.store import StoredJob
kinds = (Transcript, Segment, Options, State, ExportRequest, ChoiceFile, Partial, StoredJob)
print([kind.__name__ for kind in kinds if "__msgspec_cache__" not in vars(kind)])
"""


def test_all_records_are_known_before_the_first_request(tmp_path: pytest.TempPathFactory) -> None:
    """msgspec ends the process where two threads read the annotations of a class at once."""
    done = subprocess.run(
        [sys.executable, "-c", _PREPARED, str(tmp_path)], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.strip() == "[]"
