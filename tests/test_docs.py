"""The documentation: it builds, names only what exists, and its recipes run as they stand."""

from __future__ import annotations

import importlib.util
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import video_pipeline
from video_pipeline.cli.exit_codes import EXIT_CODES

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
RECIPES = re.findall(r"^## (.+?):.*?```sh\n(.*?)```", (DOCS / "recipes.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
LISTENS = ("subtitles", "highlights", "process", "transcribe", "run", "report")


@pytest.mark.skipif(importlib.util.find_spec("mkdocs") is None, reason="the extra docs is not installed")
def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    api = (tmp_path / "site/api/index.html").read_text(encoding="utf-8")
    assert all(name in api for name in video_pipeline.__all__)


def test_every_page_is_in_the_menu() -> None:
    menu = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert {page.name for page in DOCS.glob("*.md")} == set(re.findall(r": (\w+\.md)", menu))


def test_the_page_of_the_interface_has_every_public_name() -> None:
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    named = {line.rpartition(".")[2] for line in page.splitlines() if line.startswith(":::")}
    assert named == set(video_pipeline.__all__) - {"Options"}  # its fields are the page of options


def test_every_exit_code_has_advice() -> None:
    page = (DOCS / "troubleshooting.md").read_text(encoding="utf-8")
    for code in {0, 1, *EXIT_CODES.values()}:
        assert re.search(rf"^\| {code} \| .+ \| .+ \|$", page, re.MULTILINE), code


@pytest.mark.slow
@pytest.mark.parametrize(("person", "commands"), RECIPES, ids=[person for person, _ in RECIPES])
def test_a_recipe_runs_as_it_stands(person: str, commands: str, sample: Path, sample_transcript: Path, tmp_path: Path) -> None:
    """On the sample, whose stored transcript takes the place of an engine; encoded quickly."""
    (tmp_path / "videos").mkdir()
    for copy in (tmp_path / "talk.mp4", tmp_path / "videos/talk.mp4"):
        shutil.copy(sample, copy)
    stored = f"speech.transcript={sample_transcript}"
    quick = ["--set", "clips.cut.speed=ultrafast", "--engine", "replay", "--set", stored]
    for line in commands.strip().splitlines():
        program, *words = shlex.split(line)
        assert program == "video-pipeline"
        more = quick if words[0] in LISTENS or words[:2] == ["library", "run"] else []
        done = subprocess.run(
            [sys.executable, "-c", "from video_pipeline.cli import main; main()", *words, *more],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in ((0, 12) if words[0] == "qc" else (0,)), (line, done.stderr)
