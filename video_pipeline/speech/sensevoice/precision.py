"""In which numbers the model computes: what was asked for, or the fastest that the device multiplies natively."""

from __future__ import annotations

import torch

from video_pipeline.speech.errors import EngineUnavailable
from video_pipeline.speech.sensevoice import int8
from video_pipeline.speech.sensevoice.layers import native_float

_NAMED = {"fp32": torch.float32, "bf16": torch.bfloat16, "int8": torch.int8}


def precision_of(wanted: str, device: torch.device) -> torch.dtype:
    """The type of the model's products on `device`; `wanted` is a value of `SpeechOptions.precision`.

    `bf16` on a CPU without it is emulated, and slower than fp32.

    Raises:
        EngineUnavailable: the device cannot compute in it.
    """
    if wanted == "auto":
        return _fastest(device)
    dtype = _NAMED[wanted]
    if dtype is torch.int8 and device.type != "cpu":
        raise EngineUnavailable("sensevoice", f"the precision int8 is for processors, the device is {device}")
    if dtype is torch.int8 and not int8.is_native():
        raise EngineUnavailable("sensevoice", "the precision int8 needs a processor with VNNI or AMX, which this one lacks")
    if dtype is torch.bfloat16 and device.type == "cuda" and not _has_bf16():
        raise EngineUnavailable("sensevoice", "the precision bf16 needs an NVIDIA GPU since Ampere (2020)")
    return dtype


def _fastest(device: torch.device) -> torch.dtype:
    """On a CPU int8 with VNNI or AMX, else bf16, else fp32; on a GPU bf16 since Ampere, fp16 before.

    With AMX too: int8 takes 0.81 of the processor time of bf16 there, and 200 MB less (see `benchmarks/README.md`).
    """
    if device.type == "cuda":
        return torch.bfloat16 if _has_bf16() else torch.float16
    return torch.int8 if int8.is_native() else native_float()


def _has_bf16() -> bool:
    return bool(torch.cuda.is_bf16_supported(including_emulation=False))
