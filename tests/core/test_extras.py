"""What is missing is named with the command that installs it, on every face; the code knows the extras that are declared."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from video_pipeline.cli.advice import advised
from video_pipeline.core import extras
from video_pipeline.core.extras import MissingPackage
from video_pipeline.speech.base import SpeechOptions
from video_pipeline.speech.sensevoice import engine
from video_pipeline.video.advice import explained

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRA = re.compile(re.escape(extras.DISTRIBUTION) + r"\[([\w,]+)\]")


def test_the_name_and_the_extras_are_the_declared_ones() -> None:
    assert PROJECT["name"] == extras.DISTRIBUTION
    assert set(extras._EXTRAS) <= set(PROJECT["optional-dependencies"])


def test_every_text_names_extras_that_exist() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *(ROOT / "video_pipeline").rglob("*.py"))}
    texts |= {
        path: path.read_text(encoding="utf-8")
        for path in (*(ROOT / "video_pipeline").rglob("*.md"), *(ROOT / "docs").glob("*.md"))
    }
    named = {extra for text in texts.values() for found in EXTRA.findall(text) for extra in found.split(",")}
    assert named
    assert named <= set(PROJECT["optional-dependencies"])
    assert not [path for path, text in texts.items() if "video-pipeline[" in text]  # a name of somebody else


@pytest.mark.parametrize(
    ("command", "blocked", "code", "extra"),
    [("web", "fastapi", 9, "web"), ("doctor", "pocketsphinx", 8, "draft")],
)
def test_a_missing_package_is_a_sentence_on_the_command_line(
    tmp_path: Path, command: str, blocked: str, code: int, extra: str
) -> None:
    """In a process that cannot find the package, nor torch."""
    program = (
        "import sys\n"
        "class Absent:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name.partition('.')[0] in ('torch', {blocked!r}):\n"
        "            raise ModuleNotFoundError(f'No module named {name!r}', name=name)\n"
        "sys.meta_path.insert(0, Absent())\n"
        f"sys.argv = ['video-pipeline', {command!r}]\n"
        "from video_pipeline.cli import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert f"pip install '{extras.requirement(extra)}'" in " ".join((done.stdout + done.stderr).split())
    assert "bug" not in done.stderr and "Traceback" not in done.stderr


def test_in_python_the_command_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "is_installed", lambda module: False)
    with pytest.raises(MissingPackage) as raised, explained():
        raise ModuleNotFoundError("No module named 'ray.util'", name="ray.util")
    assert str(raised.value) == "the Python package ray is not installed; it comes with emotion-subtitles[ray]"
    assert raised.value.__notes__ == ["run `pip install 'emotion-subtitles[ray]'`"]


def test_a_module_that_is_broken_or_belongs_to_no_extra_stays_a_bug() -> None:
    assert extras.missing_package(ImportError("libGL.so.1", name="json")) is None
    assert extras.missing_package(ModuleNotFoundError("No module named 'video_pipeline.nowhere'")) is None


@pytest.mark.parametrize(
    ("mark", "command"),
    [("uv-receipt.toml", "uv tool install"), ("pipx_metadata.json", "pipx install --force"), ("pyvenv.cfg", "pip install")],
)
def test_the_command_is_that_of_the_tool_that_made_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mark: str, command: str
) -> None:
    (tmp_path / mark).touch()
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert advised(extras.missing("gradio")).endswith(f"; run `{command} 'emotion-subtitles[gradio]'`")


@pytest.mark.parametrize(("found", "fits"), [("2.9.1+cu128", False), ("2.10.0", True), ("3.0.0a1", True)])
def test_a_torch_that_is_too_old_is_named(monkeypatch: pytest.MonkeyPatch, found: str, fits: bool) -> None:
    monkeypatch.setattr(engine, "version", lambda name: found)
    answer = engine.FACTORY.availability(SpeechOptions(model="demo"))
    assert answer.ready == fits
    assert fits or answer.reason == f"torch {found} is installed, 2.10 or newer is needed"


def test_the_floor_of_torch_is_the_declared_one() -> None:
    needed = f"torch>={'.'.join(map(str, engine.OLDEST_TORCH))}"
    assert needed in PROJECT["optional-dependencies"]["sensevoice"]


def test_it_runs_as_a_module(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "video_pipeline", "--version"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("video-pipeline ")
