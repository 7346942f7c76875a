"""Nothing leaves the machine: libraries that report usage to their makers are asked not to before they are loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import video_pipeline

PACKAGE = Path(video_pipeline.__file__).parent
LISTEN = """
import sys
import video_pipeline
import onnxruntime
onnxruntime.InferenceSession(sys.argv[1])
"""


def test_a_network_runs_without_leaving_the_mark_by_which_reports_are_told_apart(tmp_path: Path) -> None:
    """onnxruntime stores an identifier of the machine, and reports to wait for a connection, in the person's cache."""
    pytest.importorskip("onnxruntime")
    network = next(PACKAGE.glob("**/*.onnx"))
    clean = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONPATH": str(PACKAGE.parent)}
    subprocess.run([sys.executable, "-c", LISTEN, str(network)], env={**clean, **home}, check=True)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_a_person_has_set_stands() -> None:
    command = [sys.executable, "-c", "import os, video_pipeline; print(os.environ['RAY_USAGE_STATS_ENABLED'])"]
    environment = {**os.environ, "RAY_USAGE_STATS_ENABLED": "1", "PYTHONPATH": str(PACKAGE.parent)}
    assert subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout == "1\n"
