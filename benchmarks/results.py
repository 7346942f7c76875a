"""Figures of a benchmark with the machine and the versions, as JSON that `benchmarks.compare` and `benchmarks.plot` read."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

Figures = Mapping[str, Mapping[str, float]]
"""Of each thing that was measured, its figures by name."""
_LIBRARIES = ("torch", "funasr", "sherpa-onnx", "onnxruntime")


def save(path: Path, figures: Figures, **more: Any) -> None:
    """Write the figures of a run, with what they depend on."""
    machine = {
        "machine": platform.machine(),
        "processor": _processor(),
        "system": platform.platform(),
        "cores": len(os.sched_getaffinity(0)),
        "load": os.getloadavg()[0],
    }
    versions = {name: version for name in _LIBRARIES if (version := _version(name))}
    path.write_text(json.dumps({**more, **machine, "versions": versions, "figures": figures}, indent=1) + "\n", encoding="utf-8")


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _processor() -> str:
    """As Linux names it; elsewhere what Python knows."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.processor())
