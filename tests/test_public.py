"""The public interface: its names, their documentation, and that what the README shows runs as it stands."""

from __future__ import annotations

import dataclasses
import inspect
import re
import subprocess
import sys
import typing
from pathlib import Path

import pytest

import video_pipeline
from video_pipeline.core.progress import Progress

ROOT = Path(__file__).parents[1]
NAMES = {
    *("process", "transcribe", "Video", "Options", "load_options", "Progress", "PipelineError"),
    *("Transcript", "Segment", "AudioEvent", "Cue", "Clip"),
}


def test_the_public_names_are_these_and_no_others() -> None:
    assert set(video_pipeline.__all__) == NAMES
    assert len(video_pipeline.__all__) == len(NAMES)
    assert set(dir(video_pipeline)) >= NAMES
    with pytest.raises(AttributeError, match="no attribute 'proces'"):
        video_pipeline.proces  # noqa: B018


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_public_name_is_documented_and_typed(name: str) -> None:
    found = getattr(video_pipeline, name)
    assert inspect.getdoc(found)
    if inspect.isfunction(found):
        hints = typing.get_type_hints(found)
        assert {*inspect.signature(found).parameters, "return"} <= hints.keys()
        assert "Raises" in (found.__doc__ or "") or name == "transcribe"


@pytest.mark.parametrize("name", ["process", "transcribe", "Video"])
def test_what_people_begin_with_has_an_example(name: str) -> None:
    assert "Example:" in (getattr(video_pipeline, name).__doc__ or "")


@pytest.mark.parametrize("name", sorted(NAMES))
def test_type_checkers_see_what_python_sees(name: str) -> None:
    """The names for type checkers stand in a block that never runs."""
    source = (ROOT / "video_pipeline" / "__init__.py").read_text(encoding="utf-8")
    (module,) = re.findall(rf"from video_pipeline\.([\w.]+) import {name} as {name}", source)
    assert video_pipeline._HOMES[name] == module


def test_public_members_of_a_video_are_documented() -> None:
    members = {n: m for n, m in inspect.getmembers(video_pipeline.Video) if not n.startswith("_")}
    assert {"open", "transcript", "events", "cues", "clips", "outputs", "write", "correct", "cut"} <= members.keys()
    for name, member in members.items():
        assert inspect.getdoc(member) or name == "options", name


def test_importing_the_package_loads_nothing_else() -> None:
    code = "import sys, video_pipeline; print([n for n in sys.modules if n.startswith('video_pipeline.')])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_records_are_frozen() -> None:
    for name in ("Options", "Transcript", "Segment", "AudioEvent", "Cue", "Clip"):
        kind = getattr(video_pipeline, name)
        assert dataclasses.is_dataclass(kind)
        assert kind.__dataclass_params__.frozen  # type: ignore[union-attr]
    assert Progress is video_pipeline.Progress


@pytest.mark.slow
def test_the_lines_of_the_readme_run_as_they_stand(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"## From Python\n\n```python\n(.*?)```", readme, re.DOTALL)
    assert len(code.strip().splitlines()) <= 11
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
    assert "laughter at" in done.stdout
    assert "WEBVTT" in done.stdout
    assert (tmp_path / "outputs" / "demo" / "demo.srt").is_file()
