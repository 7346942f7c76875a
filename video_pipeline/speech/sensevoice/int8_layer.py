"""One layer of the encoder in 8-bit integers: four products, and one pass over memory for all that lies between two of them.

Attention is in bf16, or in fp32 where the processor lacks that. Importing this file imports Numba, which takes most of a second.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from video_pipeline.speech.sensevoice.int8 import MIDDLE, Codes, Floats, Product
from video_pipeline.speech.sensevoice.int8_kernels import (
    Edges,
    Memory,
    Scaled,
    add_scaled,
    best_pieces,
    channel_codes,
    join_heads,
    norm_codes,
    relu_codes,
    remember,
    softmax,
    split_heads,
)
from video_pipeline.speech.sensevoice.layers import Layout, memory_taps, native_float

Tensor = torch.Tensor


class Norm:
    """Layer norm from rows to codes."""

    def __init__(self, module: Any) -> None:
        self._weight, self._bias = (part.detach().float().numpy().copy() for part in (module.weight, module.bias))
        self._eps: float = module.eps

    def __call__(self, x: Floats) -> Codes:
        made = Codes.room(x.shape, MIDDLE)
        norm_codes(x, self._weight, self._bias, self._eps, *made.written)
        return made


def product_of(module: Any, factors: Any = 1) -> Product:
    """Of a linear layer; its outputs are multiplied by `factors`."""
    weight: Floats = module.weight.detach().float().numpy()
    scales, bias = np.empty(len(weight), np.float32), module.bias.detach().float().numpy()
    codes = torch.empty(weight.shape, dtype=torch.int8)
    channel_codes(weight, codes.numpy(), scales)
    return Product(codes, (scales * factors).astype(np.float32), (bias * factors).astype(np.float32))


class Int8Layer:
    """`layers.Layer` for rows in fp32, which are changed in place."""

    def __init__(self, module: Any) -> None:
        attention = module.self_attn
        self._heads, self._width = attention.h, module.size
        self._norm1, self._norm2 = Norm(module.norm1), Norm(module.norm2)
        depth = self._width // self._heads
        self._qkv = product_of(attention.linear_q_k_v, np.repeat([depth**-0.5, 1, 1], self._width))  # attention needs queries so
        self._out = product_of(attention.linear_out)
        self._up, self._down = product_of(module.feed_forward.w_1), product_of(module.feed_forward.w_2)
        taps, self._before = memory_taps(attention)
        self._taps: Floats = taps.float().squeeze(1).T.numpy().copy()
        self._residual = module.in_size == module.size

    def __call__(self, x: Tensor, layout: Layout) -> Tensor:
        edges = Edges(layout.starts, layout.ends)
        parts, values = self._heard(x.numpy(), edges)
        codes = Codes.room((len(x), self._width), MIDDLE)
        join_heads(_bits(self._attend(parts, layout)), edges, self._heads, *codes.written)
        x = x if self._residual else x.new_zeros(len(x), self._width)
        sums: Floats = x.numpy()
        remember(_scaled(self._out, codes), Memory(values, self._taps, self._before), edges, sums)
        self._feed_forward(sums)
        return x

    def _heard(self, x: Floats, edges: Edges) -> tuple[Tensor, Floats]:
        """Queries, keys and values as `split_heads` leaves them, and the values once more in fp32."""
        parts = torch.empty(3, len(x) * self._width, dtype=torch.bfloat16)
        values: Floats = np.empty((len(x), self._width), np.float32)
        split_heads(_scaled(self._qkv, self._norm1(x)), edges, self._heads, _bits(parts), values)
        return parts, values

    def _attend(self, parts: Tensor, layout: Layout) -> Tensor:
        """[rows * width] in the order of `parts`: attention inside each window, windows of one length in one call."""
        seen, inner, at = torch.empty_like(parts[0]), native_float(), 0
        for count, length in layout.runs:
            own = slice(at, at + count * length * self._width)
            query, key, value = parts[:, own].view(3, count * self._heads, length, -1).to(inner)
            scores = torch.bmm(query, key.transpose(1, 2)).to(seen.dtype)
            softmax(_bits(scores).reshape(-1, length))
            if inner is seen.dtype:
                torch.bmm(scores, value, out=seen[own].view(value.shape))
            else:
                seen[own].view(value.shape).copy_(torch.bmm(scores.to(inner), value))
            at = own.stop
        return seen

    def _feed_forward(self, sums: Floats) -> None:
        """Added to `sums`."""
        up = _scaled(self._up, self._norm2(sums))
        codes = Codes.room(up.product.shape, 0)
        relu_codes(up, *codes.written)
        add_scaled(_scaled(self._down, codes), sums)


def weighed(logits: Tensor, blank: int) -> tuple[Tensor, Tensor]:
    """Of logits [rows, pieces] in bf16: the best piece of each row, and its probability, which is 1 for the blank."""
    best, probabilities = torch.empty(len(logits), dtype=torch.int64), torch.empty(len(logits))
    best_pieces(_bits(logits), blank, best.numpy(), probabilities.numpy())
    return best, probabilities


def load_kernels() -> None:
    """Compile the kernels, or read them from disk: half a second when first used, three seconds the first time on a machine."""
    rows, codes = np.zeros((1, 4), np.float32), Codes.room((1, 4), MIDDLE)
    parts = np.zeros((3, 4), np.uint16)
    channel_codes(rows, np.zeros((1, 4), np.int8), rows[0])
    given, edges = Scaled(rows, codes.scales, rows[0]), Edges(np.zeros(1, np.int32), np.ones(1, np.int32))
    norm_codes(rows, rows[0], rows[0], 1.0, *codes.written)
    split_heads(Scaled(np.zeros((1, 12), np.float32), codes.scales, np.zeros(12, np.float32)), edges, 1, parts, rows)
    join_heads(parts[0], edges, 1, *codes.written)
    remember(given, Memory(rows, rows, 0), edges, rows)
    relu_codes(given, *codes.written)
    add_scaled(given, rows)
    softmax(parts)
    weighed(torch.zeros(1, 4, dtype=torch.bfloat16), 0)


def _scaled(linear: Product, codes: Codes) -> Scaled:
    return Scaled(linear(codes), codes.scales, linear.bias)


def _bits(x: Tensor) -> Any:
    """The 16 bits of numbers in bf16, for NumPy, which does not know that type."""
    return x.view(torch.int16).numpy().view(np.uint16)
