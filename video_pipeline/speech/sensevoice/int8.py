"""The encoder's layers in 8-bit integers on a CPU: twice the rate of bf16 where the processor has VNNI or AMX.

Weights have one scale per output channel, activations one per row (per token), found anew for each row, so that a row's result
does not depend on the rows beside it and nothing has to be calibrated. The products are oneDNN's, which adds 8-bit products
exactly in 32 bits; all that lies between them is one pass each (`int8_kernels`). Attention is in bf16 where the processor has it.

Rates on one core of a Zen 5 (512 rows, 512 to 2048 features): fp32 250, bf16 495, int8 990 GFLOP/s, the limit of its VNNI. oneDNN
has no fast kernel for signed activations there, so they are stored as unsigned numbers around 128.
"""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch.nn.functional import linear

from video_pipeline.core.extras import is_installed

Tensor = torch.Tensor
Floats = npt.NDArray[np.float32]

MIDDLE = 128
"""The code of zero for numbers that may be negative."""


class Codes(NamedTuple):
    """Rows of numbers as unsigned 8-bit numbers: `value = (code - zero) * scale`."""

    numbers: Tensor
    """[rows, width] uint8."""
    scales: Floats
    """[rows]"""
    zero: int

    @classmethod
    def room(cls, shape: tuple[int, ...], zero: int) -> Codes:
        """Of `shape` [rows, width], to be filled."""
        return cls(torch.empty(shape, dtype=torch.uint8), np.empty(shape[0], np.float32), zero)

    @property
    def written(self) -> tuple[npt.NDArray[np.uint8], Floats]:
        """Where kernels write."""
        return self.numbers.numpy(), self.scales


class Product:
    """The products of a linear layer, from codes: exact sums of integers, times the scales of the channels.

    Args:
        weight: [outputs, width] int8.
        scales: [outputs] of the channels.
        bias: [outputs]
    """

    def __init__(self, weight: Tensor, scales: Floats, bias: Floats) -> None:
        self._packed = torch.ops.onednn.qlinear_prepack(weight, None)
        self._scales, self._zeros = torch.from_numpy(scales), torch.zeros(len(scales), dtype=torch.int32)
        self.bias = bias

    def __call__(self, codes: Codes) -> Floats:
        """[rows, outputs], still to be multiplied by the scales of the rows; `bias` is to be added after that."""
        done: Floats = torch.ops.onednn.qlinear_pointwise(
            codes.numbers, 1.0, codes.zero, self._packed, self._scales, self._zeros, None, 1.0, 0, torch.float32, "none", [], ""
        ).numpy()
        return done


@functools.cache
def is_native() -> bool:
    """Whether this processor multiplies 8-bit integers faster than anything else, and what is installed here lets it.

    VNNI or AMX is needed: before them, x86 adds pairs of products in 16 bits, which overflow.
    """
    if not any(_capabilities().get(name) for name in ("avx512_vnni", "avx_vnni", "amx_int8")):
        return False
    return is_installed("numba") and _works()


def _capabilities() -> dict[str, Any]:
    """What the processor has, as torch names it; empty if this torch does not tell."""
    tell = getattr(torch.cpu, "get_capabilities", None)
    return dict(tell()) if tell is not None else {}


def _works() -> bool:
    """Whether torch has these private operations and they compute what they should."""
    numbers = torch.arange(3 * 64, dtype=torch.uint8).view(3, 64)
    weight = (torch.arange(32 * 64) % 255 - 127).to(torch.int8).view(32, 64)
    bias = np.arange(32, dtype=np.float32)
    try:
        with torch.inference_mode():
            product = Product(weight, np.full(32, 0.5, np.float32), bias)
            found = torch.from_numpy(product(Codes(numbers, np.ones(3, np.float32), MIDDLE)) + product.bias)
    except (RuntimeError, AttributeError, NotImplementedError, TypeError):
        return False
    expected = linear(numbers.float() - MIDDLE, weight * 0.5, torch.from_numpy(bias))
    return bool(torch.equal(found, expected))
