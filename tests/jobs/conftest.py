"""Tasks that go wrong in one way each, in a module that worker processes can import too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.importable import importable
from tests.library.conftest import contents as contents  # the fixture
from video_pipeline.jobs.messages import Job

TASKS = '''
import os, signal, time
from pathlib import Path
from video_pipeline.core.heartbeat import beat
from video_pipeline.jobs.messages import Done

def task(payload, progress):
    """Does what the payload is called; its value is the number of the process."""
    path = Path(payload)
    deed = path.name.partition("-")[0]
    if deed == "hang":
        time.sleep(60)
    if deed == "grow":
        held = b"x" * (400 << 20)
        time.sleep(60)
    if deed == "die" or (deed == "stumble" and not path.exists()):
        path.write_text("was here")
        os.kill(os.getpid(), signal.SIGKILL)
    if deed == "beat":
        for _ in range(60):
            time.sleep(0.1)
            beat()
    if deed == "leave":
        path.write_text(str(os.getpid()))
        time.sleep(60)
    if deed == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        path.write_text(str(os.getpid()))
        time.sleep(60)
    if deed == "wrong":
        raise KeyError("a defect")
    return Done(1800.0, os.getpid())
'''


@pytest.fixture(scope="session")
def tasks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with importable(tmp_path_factory.mktemp("tasks"), "tasks_of_a_test", TASKS) as module:
        yield module


@pytest.fixture
def job(tasks: Any, tmp_path: Path) -> Callable[[str], Job]:
    """A job that does what it is called: `hang`, `grow`, `die`, `good-1`, ..."""
    return lambda name: Job(id=name, name=name, out=tmp_path, task=tasks.task, payload=str(tmp_path / name))
