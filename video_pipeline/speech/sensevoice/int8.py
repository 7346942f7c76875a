"""Linear layers in 8-bit integers on a CPU: twice the rate of bf16 where the processor has VNNI or AMX.

Weights have one scale per output channel, activations one per row (per token), found anew for each row, so that a row's result
does not depend on the rows beside it and nothing has to be calibrated. The products are oneDNN's, which adds 8-bit products
exactly in 32 bits; what comes in and goes out is fp32.

Rates on one core of a Zen 5 (512 rows, 512 to 2048 features): fp32 250, bf16 495, int8 990 GFLOP/s, the limit of its VNNI. oneDNN
has no fast kernel for signed activations there, so they are stored as unsigned numbers around 128.
"""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

import torch
from torch.nn.functional import linear

Tensor = torch.Tensor

_MIDDLE = 128
"""The code of zero for activations that may be negative."""
_WEIGHT_STEPS = 127
"""Steps on either side of zero."""
_LEAST = 1e-12
"""Keeps the scale of a row of zeros above zero."""


class Codes(NamedTuple):
    """Rows as unsigned 8-bit numbers: `value = (code - zero) * scale`."""

    numbers: Tensor
    """[rows, width] uint8."""
    scale: Tensor
    """[rows, 1] fp32."""
    zero: int


def signed_codes(x: Tensor) -> Codes:
    """Each row in 255 steps that are centred on zero and reach its largest magnitude."""
    x = x.float()  # in bf16 the codes themselves would be rounded
    # Without storing the magnitudes, which would be another pass over memory.
    largest = torch.maximum(x.amax(dim=1, keepdim=True), x.amin(dim=1, keepdim=True).neg_())
    scale = largest.clamp_min_(_LEAST).div_(_MIDDLE - 1)
    return Codes(_rounded(x, scale, _MIDDLE), scale, _MIDDLE)


def positive_codes(x: Tensor) -> Codes:
    """Each row, without negative numbers, in 256 steps from zero to its largest one."""
    x = x.float()
    scale = x.amax(dim=1, keepdim=True).clamp_min_(_LEAST).div_(255)
    return Codes(_rounded(x, scale, 0), scale, 0)


def _rounded(x: Tensor, scale: Tensor, zero: int) -> Tensor:
    """Round to the nearest by cutting off after adding a half.

    In the steps for which torch has vectorised kernels: it converts fp32 to uint8 directly only one number at a time.
    """
    return (x * scale.reciprocal()).add_(zero + 0.5).to(torch.int16).to(torch.uint8)


class Int8Linear:
    """`x @ weight.T + bias` with the interface of `layers.Linear`, fp32 in and out."""

    def __init__(self, module: Any) -> None:
        weight = module.weight.detach().float()
        scale = weight.abs().amax(dim=1).clamp_min_(_LEAST).div_(_WEIGHT_STEPS)
        self._packed = torch.ops.onednn.qlinear_prepack((weight / scale[:, None]).round_().to(torch.int8), None)
        self._scale, self._zeros = scale, torch.zeros(len(scale), dtype=torch.int32)
        self._bias = module.bias.detach().float().clone()

    def __call__(self, x: Tensor) -> Tensor:
        return self._of(signed_codes(x))

    def relu(self, x: Tensor) -> Tensor:
        return self(x).relu_()

    def plus(self, x: Tensor, other: Tensor) -> Tensor:
        return self(x).add_(other)

    def plus_of_positive(self, x: Tensor, other: Tensor) -> Tensor:
        """`plus` for an input without negative numbers, which gets one more bit."""
        return self._of(positive_codes(x)).add_(other)

    def _of(self, codes: Codes) -> Tensor:
        out = _product(codes, self._packed, self._scale, self._zeros)
        return torch.addcmul(self._bias, out, codes.scale, out=out)


def _product(codes: Codes, packed: Tensor, scale: Tensor, zeros: Tensor) -> Tensor:
    """[rows, outputs] fp32: the exact product of the integers times the weights' scales, without the rows' scales."""
    done: Tensor = torch.ops.onednn.qlinear_pointwise(
        codes.numbers, 1.0, codes.zero, packed, scale, zeros, None, 1.0, 0, torch.float32, "none", [], ""
    )
    return done


@functools.cache
def is_native() -> bool:
    """Whether this processor multiplies 8-bit integers faster than anything else, and this PyTorch lets it.

    VNNI or AMX is needed: before them, x86 adds pairs of products in 16 bits, which overflow.
    """
    if not any(_capabilities().get(name) for name in ("avx512_vnni", "avx_vnni", "amx_int8")):
        return False
    return _works()


def _capabilities() -> dict[str, Any]:
    """What the processor has, as torch names it; empty if this torch does not tell."""
    tell = getattr(torch.cpu, "get_capabilities", None)
    return dict(tell()) if tell is not None else {}


def _works() -> bool:
    """Whether torch has these private operations and they compute what they should."""
    torch_linear = torch.nn.Linear(64, 32)
    x = torch.linspace(-1, 1, 3 * 64).view(3, 64)
    try:
        with torch.inference_mode():
            found, expected = Int8Linear(torch_linear)(x), linear(x, torch_linear.weight, torch_linear.bias)
    except (RuntimeError, AttributeError, NotImplementedError, TypeError):
        return False
    return bool((found - expected).abs().max() < 0.05)
