"""A second server is started over the same folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.web.conftest import over, served, upload
from video_pipeline.core.errors import CannotWrite


def test_it_is_turned_away_and_takes_nothing(tmp_path: Path, one_line: Path, tone: object) -> None:
    said = {"speech.engine": "replay", "speech.transcript": str(one_line)}
    out = tmp_path / "out"
    with served(out, overrides=said) as client:
        half = out / ".web/incoming/half"
        half.parent.mkdir(exist_ok=True)
        half.write_text("half an upload")
        with pytest.raises(CannotWrite, match="another server"), served(out, overrides=said):
            pass
        assert half.exists()
        assert over(client, upload(client, tone(1))["id"])["state"] == "done"  # type: ignore[operator]
    with served(out, overrides=said) as client:
        assert len(client.get("/api/jobs").json()) == 1


def test_as_a_process_it_says_so_in_a_sentence(tmp_path: Path, one_line: Path) -> None:
    said = {"speech.engine": "replay", "speech.transcript": str(one_line)}
    start = [sys.executable, "-c", "from video_pipeline.cli import main; main()", "web"]
    line = [*start, "--port", "18977", "--out", str(tmp_path / "out")]
    with served(tmp_path / "out", overrides=said):
        done = subprocess.run(line, capture_output=True, text=True, timeout=120)
    assert done.returncode != 0 and "another server is running" in done.stderr and "Traceback" not in done.stderr
