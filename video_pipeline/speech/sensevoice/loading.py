"""Builds the model with funasr's own classes, without the side effects of funasr's `AutoModel`.

`AutoModel` checks for updates over HTTP, configures logging, reseeds the random generators, sets the number of threads, prints,
can run a checkpoint's own code, fills tensors that do not fit with random numbers, and uses the CPU if the GPU is missing. Here
the same registered classes are built from the same `config.yaml`, and every tensor must exist and fit.
"""

from __future__ import annotations

import io
import logging
import os
import random
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.overrides import TorchFunctionMode

from video_pipeline.speech.errors import DeviceMissing, WeightsDamaged
from video_pipeline.speech.sensevoice import hubs
from video_pipeline.speech.sensevoice.funasr_classes import tables
from video_pipeline.speech.sensevoice.pages import Ranges, mapped_ranges
from video_pipeline.speech.sensevoice.vocabulary import Vocabulary, read_vocabulary

_CLASSES = {
    "model": "SenseVoiceSmall",
    "encoder": "SenseVoiceEncoderSmall",
    "tokenizer": "SentencepiecesTokenizer",
    "frontend": "WavFrontend",
}
"""The only classes that a `config.yaml` may name: a configuration comes from outside and must not choose which code runs."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Loaded:
    """A model ready to run."""

    model: Any
    """funasr's `SenseVoiceSmall`, fp32, in evaluation mode, on `device`."""
    frontend: Any
    """funasr's `WavFrontend` with dither 0, so that equal sounds give equal features."""
    tokenizer: Any
    """The sentencepiece processor."""
    vocabulary: Vocabulary
    """The tokenizer's pieces, and the special ones among them."""
    device: torch.device
    mapped: Ranges = ()
    """Where the checkpoint's file is mapped into memory; see `pages`."""


def resolve_device(wanted: str) -> torch.device:
    """`auto` is CUDA if available, else the CPU.

    Raises:
        DeviceMissing: a named device is unknown or not available.
    """
    if wanted == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    kind, _, number = wanted.partition(":")
    if wanted == "cpu":
        return torch.device("cpu")
    if kind != "cuda" or (number and not number.isdigit()):
        raise DeviceMissing(wanted, "the devices known here are auto, cpu, cuda and cuda:N")
    if not torch.cuda.is_available():
        why = "this PyTorch is built without CUDA" if torch.version.cuda is None else "PyTorch finds no usable NVIDIA GPU"
        raise DeviceMissing(wanted, why)
    if number and int(number) >= torch.cuda.device_count():
        raise DeviceMissing(wanted, f"there are {torch.cuda.device_count()} GPUs, counted from 0")
    return torch.device(wanted)


def load(folder: Path, device: torch.device) -> Loaded:
    """Build the model in `folder` and move it to `device`. Seconds; the weights are mapped, not copied, on the CPU.

    Raises:
        WeightsDamaged: a file is missing, truncated or does not match the others; the reason names it.
    """
    for name in (hubs.CONFIG, hubs.TOKENIZER, hubs.CMVN, hubs.WEIGHTS):
        if not (folder / name).is_file():
            raise WeightsDamaged(folder, f"{name} is missing")
    config = _read_config(folder)
    with _side_effects_undone():
        tokenizer = _read_tokenizer(folder, config)
        frontend = _build_frontend(folder, config)
        vocabulary = read_vocabulary(tokenizer, folder)
        model = _build_model(folder, config, len(vocabulary.pieces), frontend.output_size())
        _fill(model, folder)
    model = model.to(device).eval()
    return Loaded(
        model=model,
        frontend=frontend,
        tokenizer=tokenizer,
        vocabulary=vocabulary,
        device=device,
        mapped=mapped_ranges(folder / hubs.WEIGHTS),
    )


def _read_config(folder: Path) -> dict[str, Any]:
    from omegaconf import OmegaConf

    with _blaming(folder, f"{hubs.CONFIG} cannot be read"):
        config = OmegaConf.to_container(OmegaConf.load(folder / hubs.CONFIG), resolve=True)
    if not isinstance(config, dict):
        raise WeightsDamaged(folder, f"{hubs.CONFIG} is not a configuration")
    for part, expected in _CLASSES.items():
        if config.get(part) != expected:
            raise WeightsDamaged(folder, f"{hubs.CONFIG} has {part} {config.get(part)!r} instead of {expected}")
    return {str(key): value for key, value in config.items()}


def _read_tokenizer(folder: Path, config: Mapping[str, Any]) -> Any:
    settings = {**_section(config, "tokenizer_conf"), "bpemodel": str(folder / hubs.TOKENIZER)}
    with _blaming(folder, f"{hubs.TOKENIZER} is not a sentencepiece model"):
        return tables().tokenizer_classes[_CLASSES["tokenizer"]](**settings).sp


def _build_frontend(folder: Path, config: Mapping[str, Any]) -> Any:
    # funasr's default dither adds noise to every window, so that each run of a file would give other words.
    settings = {**_section(config, "frontend_conf"), "cmvn_file": str(folder / hubs.CMVN), "dither": 0.0}
    with _blaming(folder, f"{hubs.CMVN} or frontend_conf cannot be used"):
        frontend = tables().frontend_classes[_CLASSES["frontend"]](**settings)
    if tuple(frontend.cmvn.shape) != (2, frontend.output_size()):
        raise WeightsDamaged(folder, f"{hubs.CMVN} does not hold {frontend.output_size()} shifts and scales")
    return frontend


def _build_model(folder: Path, config: Mapping[str, Any], vocab_size: int, input_size: int) -> Any:
    settings = {
        **_section(config, "model_conf"),
        "encoder": config["encoder"],
        "encoder_conf": _section(config, "encoder_conf"),
        "ctc_conf": _section(config, "ctc_conf"),
        "vocab_size": vocab_size,
        "input_size": input_size,
    }
    # On "meta", without storage: initialising 234 million numbers only to replace them would take seconds and 1 GB.
    with _blaming(folder, f"no model can be built from {hubs.CONFIG}"), torch.device("meta"), _Uninitialised():
        return tables().model_classes[_CLASSES["model"]](**settings)


class _Uninitialised(TorchFunctionMode):
    """Leaves new weights as they are: drawing random numbers on "meta" imports torch's compiler, which takes seconds."""

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        given = kwargs or {}
        if getattr(function, "__module__", "") == "torch.nn.init":
            return args[0] if args else given["tensor"]
        return function(*args, **given)


def _fill(model: torch.nn.Module, folder: Path) -> None:
    """Load the tensors of `model.pt` into `model` as fp32; all must exist and have the right shapes."""
    state = _read_state(folder)
    absent = [name for name in model.state_dict() if name not in state]
    if absent:
        raise WeightsDamaged(folder, f"{hubs.WEIGHTS} lacks {len(absent)} of the tensors of {hubs.CONFIG}, first {absent[0]}")
    try:
        model.load_state_dict(state, strict=False, assign=True)
    except RuntimeError as error:
        reason = str(error).strip().splitlines()[-1].strip()
        raise WeightsDamaged(folder, f"{hubs.WEIGHTS} does not fit {hubs.CONFIG} and the tokenizer: {reason}") from None
    model.float().requires_grad_(False)


def _read_state(folder: Path) -> dict[str, torch.Tensor]:
    path = folder / hubs.WEIGHTS
    with _blaming(folder, f"{hubs.WEIGHTS} is truncated or not a PyTorch file"):
        # Only files in the zip format, which PyTorch writes since 1.6, can be mapped.
        state = torch.load(path, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(path))
    for wrapper in ("state_dict", "model_state_dict", "model"):
        if isinstance(state, dict) and isinstance(state.get(wrapper), dict):
            state = state[wrapper]
    if not isinstance(state, dict):
        raise WeightsDamaged(folder, f"{hubs.WEIGHTS} holds no tensors by name")
    return {name.removeprefix("module."): tensor for name, tensor in state.items() if isinstance(tensor, torch.Tensor)}


@contextmanager
def _side_effects_undone() -> Iterator[None]:
    """Undo the effects of importing and building funasr's classes on output, logging, random state, threads and environment."""
    root = logging.getLogger()
    handlers, level, environment = root.handlers[:], root.level, dict(os.environ)
    threads, numbers, numpy_numbers = torch.get_num_threads(), random.getstate(), np.random.get_state()
    try:
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()), torch.random.fork_rng(devices=[]):
            yield
    finally:
        root.handlers[:], root.level = handlers, level
        random.setstate(numbers)
        np.random.set_state(numpy_numbers)
        torch.set_num_threads(threads)
        for name in os.environ.keys() - environment.keys():
            del os.environ[name]
        os.environ.update(environment)


def _section(config: Mapping[str, Any], name: str) -> dict[str, Any]:
    section = config.get(name)
    return dict(section) if isinstance(section, dict) else {}


@contextmanager
def _blaming(folder: Path, what: str) -> Iterator[None]:
    """Turn any error inside into one that names the file."""
    try:
        yield
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - the libraries raise errors of any type for a bad file
        first_line = (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
        raise WeightsDamaged(folder, f"{what}: {first_line}") from None
