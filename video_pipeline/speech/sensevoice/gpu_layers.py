"""One layer of the encoder, optimised for GPUs: one function of its tensors, the same for all layers.

Attention takes all windows in one call, whatever their lengths. The memory block is a sum of shifted rows, which the compiler
fuses with the operations around it. As a function of tensors it is compiled once for all 70 layers and any number of rows
(`compiled_block`). About a thousand kernels per batch remain; batches of 20 000 rows hide their start.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch.nn.attention import varlen
from torch.nn.functional import layer_norm, linear, pad, scaled_dot_product_attention

from video_pipeline.speech.sensevoice.layers import Layout

Tensor = torch.Tensor

_LONGEST = 1_024
"""An upper bound of a window's rows (`features.MAX_SAMPLES` and the queries), so that torch.compile does not specialise on the
longest window of each batch."""


class Weights(NamedTuple):
    """A layer's tensors: norms and projections as (weight, bias), the memory's taps [kernel, width] plus the value's own."""

    norm1: tuple[Tensor, Tensor]
    qkv: tuple[Tensor, Tensor]
    taps: Tensor
    out: tuple[Tensor, Tensor]
    norm2: tuple[Tensor, Tensor]
    up: tuple[Tensor, Tensor]
    down: tuple[Tensor, Tensor]


class Shape(NamedTuple):
    """Constants of a layer: `before` is the number of taps on earlier rows, `residual` whether the input is added."""

    heads: int
    before: int
    residual: bool
    eps: float


class Places(NamedTuple):
    """Where rows lie: rows before and after each in its window, and the windows' bounds; see `Layout`."""

    before: Tensor
    after: Tensor
    bounds: Tensor


Block = Callable[[Tensor, Places, Weights, Shape], Tensor]


class GpuLayer:
    """The same block as `layers.Layer`; `run` is `block` or its compiled form."""

    def __init__(self, module: Any, dtype: torch.dtype) -> None:
        attention, forward = module.self_attn, module.feed_forward

        def pair(part: Any) -> tuple[Tensor, Tensor]:
            return part.weight.detach().to(dtype, copy=True), part.bias.detach().to(dtype, copy=True)

        before = attention.pad_fn.padding[0]
        taps = attention.fsmn_block.weight.detach()[:, 0].T.clone()
        taps[before] += 1
        self._shape = Shape(attention.h, before, module.in_size == module.size, module.norm1.eps)
        self._weights = Weights(
            norm1=pair(module.norm1),
            qkv=pair(attention.linear_q_k_v),
            taps=taps.to(dtype).contiguous(),
            out=pair(attention.linear_out),
            norm2=pair(module.norm2),
            up=pair(forward.w_1),
            down=pair(forward.w_2),
        )
        self.run: Block = block

    def __call__(self, x: Tensor, layout: Layout) -> Tensor:
        return self.run(x, Places(layout.places, layout.left, layout.bounds), self._weights, self._shape)


def block(x: Tensor, places: Places, weights: Weights, shape: Shape) -> Tensor:
    """[rows, width] attention with its memory over the values, then the feed-forward layer, both with a residual."""
    width = len(weights.norm2[0])
    qkv = linear(layer_norm(x, x.shape[1:], *weights.norm1, shape.eps), *weights.qkv)
    memory = _remembered(qkv[:, 2 * width :], places, weights.taps, shape.before)
    if shape.residual:
        memory = memory + x
    x = linear(torch.ops.video_pipeline.attention_of_windows(qkv, places.bounds, shape.heads), *weights.out) + memory
    inner = linear(layer_norm(x, x.shape[1:], *weights.norm2, shape.eps), *weights.up).relu()
    return linear(inner, *weights.down) + x


def _remembered(values: Tensor, places: Places, taps: Tensor, before: int) -> Tensor:
    """A weighted sum of the rows around each row inside its window, accumulated in fp32."""
    rows, reach = len(values), len(taps) - 1 - before
    padded = pad(values, (0, 0, before, reach))
    total = torch.zeros(values.shape, dtype=torch.float32, device=values.device)
    for tap in range(len(taps)):
        step = tap - before
        inside = (places.before >= -step) & (places.after >= step)
        total = total + padded[tap : tap + rows].float() * taps[tap].float() * inside[:, None]
    return total.to(values.dtype)


@torch.library.custom_op("video_pipeline::attention_of_windows", mutates_args=())
def attention_of_windows(qkv: Tensor, bounds: Tensor, heads: int) -> Tensor:
    """Softmax attention inside each window, [rows, 3 * width] to [rows, width]; on a GPU one flash attention for all windows."""
    rows = len(qkv)
    query, key, value = qkv.view(rows, 3, heads, -1).unbind(1)
    if qkv.is_cuda:
        seen = varlen.varlen_attn(query, key, value, bounds, bounds, _LONGEST, _LONGEST)
        return seen.reshape(rows, -1)  # type: ignore[union-attr]
    out = torch.empty_like(query)
    ends = bounds.tolist()
    for start, end in itertools.pairwise(ends):
        q, k, v = (part[start:end].transpose(0, 1)[None] for part in (query, key, value))
        out[start:end] = scaled_dot_product_attention(q, k, v)[0].transpose(0, 1)
    return out.reshape(rows, -1)


@attention_of_windows.register_fake
def _(qkv: Tensor, bounds: Tensor, heads: int) -> Tensor:
    return qkv.new_empty(qkv.shape[0], qkv.shape[1] // 3)


@functools.cache
def compiled_block(backend: str = "inductor") -> Block:
    """`block` as a few fused kernels. Compiled once for the first layer, whose input is wider, and once for all others."""
    made = torch.compile(block, fullgraph=True, backend=backend)

    def run(x: Tensor, places: Places, weights: Weights, shape: Shape) -> Tensor:
        for tensor in (x, *places):
            torch._dynamo.maybe_mark_dynamic(tensor, 0)  # the number of rows and windows changes with every batch
        return made(x, places, weights, shape)

    return run


def can_compile() -> bool:
    """Whether the compiler for GPUs is installed."""
    from importlib.util import find_spec

    return find_spec("triton") is not None
