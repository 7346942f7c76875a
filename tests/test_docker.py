"""The Dockerfile: what the wheel is built of is copied, and not held back by .dockerignore."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
BUILT_OF = [
    "pyproject.toml",
    "constraints.txt",
    "video_pipeline",
    PROJECT["project"]["readme"],
    *PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"],
]


@pytest.mark.parametrize("name", BUILT_OF)
def test_what_the_wheel_is_built_of_is_in_the_image(name: str) -> None:
    copies = re.findall(r"^COPY (?!--)(.+) (\S+)$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    folders = {source: PurePosixPath(target) for sources, target in copies for source in sources.split()}
    assert name in folders
    assert folders[name] / (PurePosixPath(name).name if (ROOT / name).is_file() else "") == PurePosixPath(name)
    assert f"!{name}" in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
