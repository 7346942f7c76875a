"""The rules of the house, so that nobody needs to remember them."""

import ast
import re
import subprocess
import sys
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

from video_pipeline.clips import EXPORTS
from video_pipeline.clips.timelines import TIMELINES
from video_pipeline.core.registry import Registry
from video_pipeline.events import DETECTORS
from video_pipeline.highlights import SIGNALS
from video_pipeline.jobs import EXECUTORS
from video_pipeline.library.stores import STORES
from video_pipeline.speech import ENGINES
from video_pipeline.subtitles import FORMATS
from video_pipeline.translate import TRANSLATORS

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "video_pipeline"
TABLES = [ENGINES, DETECTORS, FORMATS, SIGNALS, EXPORTS, TIMELINES, EXECUTORS, STORES, TRANSLATORS]
HEAVY = (
    "torch",
    "funasr",
    "sklearn",
    "moviepy",
    "opentimelineio",
    "ffmpeg",
    "pysrt",
    "ray",
    "psycopg",
    "gradio",
    "onnxruntime",
    "pocketsphinx",
    "transformers",
)
OWNERS = {
    "torch": ("speech/sensevoice/", "speech/speakers/pyannote.py"),
    "pyannote": "speech/speakers/pyannote.py",
    "funasr": "speech/sensevoice/",
    "faster_whisper": "speech/whisper/",
    "ctranslate2": ("speech/whisper/", "translate/local.py"),
    "ffmpeg": "media/",
    "pysrt": "subtitles/formats/srt.py",
    "moviepy": "clips/",
    "opentimelineio": "clips/timelines/otio_file.py",
    "sklearn": ("highlights/cluster.py", "speech/speakers/own/clustering.py"),
    "ray": ("jobs/ray_cluster.py", "jobs/ray_engine.py"),
    "psycopg": "library/stores/postgres.py",
    "sentencex": "core/sentences.py",
    "fsspec": "library/remote.py",
    "typer": "cli/",
    "gradio": "web/",
}


MOST_IMPORTED = 28
"""Modules of the package that one module may import: more, and it ties together too much."""
MOST_NAMES = 18
"""Public functions and classes of one module."""
MOST_METHODS = 26
"""Of one class."""


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def test_a_module_is_about_one_thing() -> None:
    """Judged by what it needs and what it offers, not by its lines: length alone drives apart what belongs together."""
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        froms = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        fan_out = {name for name in froms if name.startswith("video_pipeline")}
        defined = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
        methods = [sum(isinstance(member, ast.FunctionDef) for member in node.body) for node in classes]
        name = path.relative_to(PACKAGE).as_posix()
        assert len(fan_out) <= MOST_IMPORTED, name
        assert len([name for name in defined if not name.startswith("_")]) <= MOST_NAMES, name
        assert max(methods, default=0) <= MOST_METHODS, name


def test_no_module_leads_back_to_itself() -> None:
    """Not even through imports inside functions or for types: what two modules share has a place of its own below both."""
    graph = grimp.build_graph("video_pipeline", cache_dir=None)
    imported = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    TopologicalSorter(imported).prepare()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.kind)
def test_every_member_of_a_table_is_there(table: Registry) -> None:
    for name in table:
        member = table.load(name)
        assert isinstance(member, type) or (table is ENGINES and callable(member.open))  # engines are factories


@pytest.mark.parametrize(("library", "owner"), OWNERS.items())
def test_a_heavy_library_has_one_owner(library: str, owner: str) -> None:
    importing = re.compile(rf"^\s*(?:import|from) {library}\b", re.MULTILINE)
    users = [path.relative_to(PACKAGE).as_posix() for path in modules() if importing.search(path.read_text(encoding="utf-8"))]
    strangers = [user for user in users if not user.startswith(owner)]
    assert users
    assert strangers in ([], ["cli/checks.py"])  # doctor asks torch for its devices


@pytest.mark.parametrize("module", ["video_pipeline", "video_pipeline.video.process", "video_pipeline.cli.app"])
def test_importing_loads_no_heavy_library(module: str) -> None:
    report = f"import {module}; import sys; print([name for name in {HEAVY!r} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_help_loads_not_even_numpy() -> None:
    code = (
        "import sys; sys.argv = ['video-pipeline', '--help']\n"
        "from video_pipeline.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([n for n in ('numpy', 'msgspec', 'torch') if n in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Usage" in done.stdout
    assert done.stderr.strip() == "[]"


def test_the_readme_names_only_commands_and_targets_that_exist() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    used = set(re.findall(r"\bmake ([a-z-]+)\b", readme))
    assert {"subtitles", "test", "highlights"} <= used
    assert used <= targets
    from video_pipeline.cli.app import app

    commands = {c.name or c.callback.__name__ for c in app.registered_commands if c.callback} | {
        g.name for g in app.registered_groups
    }
    named = set(re.findall(r"\bvideo-pipeline ([a-z]+)\b", readme))
    assert named
    assert named <= commands


def test_what_is_needed_is_declared_and_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pinned = {
        line.split("==")[0].lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if "==" in line
    }
    extras = project["optional-dependencies"]
    for needed in [*project["dependencies"], *(needed for extra in extras.values() for needed in extra)]:
        assert re.split(r"[<>=\[]", needed)[0].lower() in pinned, needed
    assert "torch==2.13.0" in (ROOT / "constraints.txt").read_text(encoding="utf-8")


def test_all_javascript_and_css_is_in_one_folder() -> None:
    strangers = [
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and not path.is_relative_to(PACKAGE / "ui") and path.suffix in (".js", ".css", ".html", ".j2")
        if path.suffix in (".js", ".css") or re.search(r"<script|<style", path.read_text(encoding="utf-8"))
    ]
    assert strangers == []


def test_the_presets_and_the_demo_travel_in_the_wheel() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    demo = ("demo.mp4", "sample.mp4", "sample.transcript.json")
    included = {f"examples/{name}": f"video_pipeline/_demo/{name}" for name in demo}
    assert build["force-include"] == {"presets": "video_pipeline/_presets", **included}
    assert all((ROOT / source).exists() for source in build["force-include"])
