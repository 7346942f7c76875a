"""Modules and packages made by a test, which processes started by it can import too."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


@contextmanager
def importable(folder: Path, name: str, code: str) -> Iterator[ModuleType]:
    """Inside the block the module can be imported, here and in processes that are started."""
    (folder / f"{name}.py").write_text(code, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        patch.setenv("PYTHONPATH", f"{folder}{os.pathsep}{ROOT}")
        yield importlib.import_module(name)


def put_package(folder: Path, package: str, code: str, *points: str) -> Path:
    """Puts a package with entry points into a folder, as pip would; gives the package's module."""
    module = package.replace("-", "_")
    about = folder / f"{module}-1.0.dist-info"
    about.mkdir(parents=True)
    (folder / f"{module}.py").write_text(code, encoding="utf-8")
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text("\n".join(points), encoding="utf-8")
    return folder / f"{module}.py"
