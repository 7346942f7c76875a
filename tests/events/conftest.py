"""Sounds made by the project's own tool."""

from __future__ import annotations

from types import ModuleType

import pytest

from tests.conftest import load_tool


@pytest.fixture(scope="session")
def synth() -> ModuleType:
    """The tool that synthesises laughter, applause and what is easily taken for them."""
    return load_tool("synthesise_sounds")
