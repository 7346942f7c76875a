"""Sounds made by the project's own tool."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "synthesise_sounds.py"


@pytest.fixture(scope="session")
def synth() -> ModuleType:
    """The tool that synthesises laughter, applause and what is easily taken for them."""
    spec = importlib.util.spec_from_file_location("synthesise_sounds", TOOL)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
