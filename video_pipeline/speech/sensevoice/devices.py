"""Which device `auto` stands for, found in milliseconds without importing torch, which takes seconds."""

from __future__ import annotations

import runpy
import sys
from importlib.util import find_spec
from pathlib import Path

from video_pipeline.speech.hardware import driver_has_gpu


def likely_device(wanted: str) -> str:
    """The device that the model would run on. A named one is not checked here; `open` does that."""
    if wanted != "auto":
        return wanted
    if "torch" in sys.modules:
        import torch

        return "cuda" if torch.cuda.is_available() else "cpu"
    return "cuda" if _torch_has_cuda() and driver_has_gpu() else "cpu"


def _torch_has_cuda() -> bool:
    """Whether the installed PyTorch was built for CUDA, read from its small version file."""
    spec = find_spec("torch")
    version = Path(spec.origin).with_name("version.py") if spec and spec.origin else None
    return bool(version and version.is_file() and runpy.run_path(str(version)).get("cuda"))
