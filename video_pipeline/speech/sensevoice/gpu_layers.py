"""One layer of the encoder, optimised for GPUs: one function of its tensors, the same for all layers.

Rows lie in one sequence with a few rows between the windows (`Layout.rows`), from the first layer to the last, so that the memory
block is one depthwise convolution over all of it. Attention takes all windows in one call, whatever their lengths. A layer is
at most 12 kernels: what is added is added by the matrix products (`addmm_`), and biases and ReLU are theirs too.
As a function of tensors it is compiled once for all 70 layers and any number of rows (`compiled_block`).
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch.nn.functional import conv2d, layer_norm, linear, scaled_dot_product_attention

from video_pipeline.speech.sensevoice.layers import Layout

Tensor = torch.Tensor
Numbers = npt.NDArray[np.int64]

_LONGEST = 1_024
"""An upper bound of a window's rows (`features.MAX_SAMPLES` and the queries), so that torch.compile does not specialise on the
longest window of each batch."""
_FLASH_SINCE = (8, 0)
"""Compute capability of Ampere: flash attention refuses older GPUs (T4, RTX 20, V100)."""


class Weights(NamedTuple):
    """A layer's tensors: norms and projections as (weight, bias), the memory as a convolution [width, 1, kernel, 1]."""

    norm1: tuple[Tensor, Tensor]
    qkv: tuple[Tensor, Tensor]
    memory: tuple[Tensor, Tensor]
    """Plus the value's own tap; its bias is that of the attention's output, which is added to it."""
    out: Tensor
    """[width, width], transposed."""
    norm2: tuple[Tensor, Tensor]
    up: tuple[Tensor, Tensor]
    """The weight is transposed."""
    down: tuple[Tensor, Tensor]


class Shape(NamedTuple):
    """Constants of a layer: `after` and `before` are the numbers of taps on later and earlier rows, `residual` whether the input
    is added."""

    heads: int
    before: int
    after: int
    residual: bool
    eps: float


class Padded(NamedTuple):
    """Windows side by side, for attention with a mask."""

    rows: Tensor
    """[windows * longest] the row of each place; any row beyond a window's end."""
    mask: Tensor
    """[windows, 1, 1, longest] whether a place holds a row of its window."""
    back: Tensor
    """[rows] the place of each row; 0 for those between the windows."""


class Places(NamedTuple):
    """Where windows lie among the rows."""

    spoken: Tensor
    """[rows, 1] 1 in windows, 0 between them, in the type of the rows."""
    bounds: Tensor
    """int32, the first row of each window and of each gap in turn, and the end."""
    padded: Padded | None
    """Where flash attention is not available."""


Block = Callable[[Tensor, Places, Weights, Shape], Tensor]


def places_of(layout: Layout, dtype: torch.dtype) -> Places:
    """For rows that `Layout.rows` has spread."""
    device = layout.rows.device
    counts = np.asarray(layout.lengths)
    starts = np.cumsum(counts) - counts + layout.gap * np.arange(1, len(counts) + 1)
    edges = np.stack([starts, starts + counts], axis=1).flatten()
    bounds = torch.from_numpy(np.concatenate([[0], edges, [layout.total]]).astype(np.int32))
    spoken = torch.zeros(layout.total, 1, dtype=dtype, device=device)
    spoken[layout.rows] = 1
    padded = None if has_flash(device) else _padded(counts, starts, layout)
    return Places(spoken, bounds.to(device), padded)


def _padded(counts: Numbers, starts: Numbers, layout: Layout) -> Padded:
    across = np.arange(counts.max())[None]
    inside = across < counts[:, None]
    rows = np.where(inside, starts[:, None] + across, starts[:, None])
    back = np.zeros(layout.total, np.int64)
    back[rows[inside]] = np.flatnonzero(inside)
    rows, inside = rows.flatten(), inside[:, None, None]
    return Padded(*(torch.from_numpy(part).to(layout.rows.device) for part in (rows, inside, back)))


def has_flash(device: torch.device) -> bool:
    """Whether the GPU can take flash attention over windows of any length."""
    return device.type == "cuda" and torch.cuda.get_device_capability(device) >= _FLASH_SINCE


class GpuLayer:
    """The same block as `layers.Layer`, over spread rows; `run` is `block` or its compiled form."""

    def __init__(self, module: Any, dtype: torch.dtype) -> None:
        attention, forward = module.self_attn, module.feed_forward

        def pair(part: Any) -> tuple[Tensor, Tensor]:
            return part.weight.detach().to(dtype, copy=True), part.bias.detach().to(dtype, copy=True)

        before, after = attention.pad_fn.padding
        taps = attention.fsmn_block.weight.detach().clone()  # [width, 1, kernel]
        taps[:, :, before] += 1
        image = taps.to(dtype).unsqueeze(-1).contiguous(memory_format=torch.channels_last)
        (out, out_bias), (up, up_bias) = pair(attention.linear_out), pair(forward.w_1)
        self._shape = Shape(attention.h, before, after, module.in_size == module.size, module.norm1.eps)
        self._weights = Weights(
            norm1=pair(module.norm1),
            qkv=pair(attention.linear_q_k_v),
            memory=(image, out_bias),
            out=out.T,
            norm2=pair(module.norm2),
            up=(up.T, up_bias),
            down=pair(forward.w_2),
        )
        self.run: Block = block

    def __call__(self, x: Tensor, places: Places) -> Tensor:
        return self.run(x, places, self._weights, self._shape)


def block(x: Tensor, places: Places, weights: Weights, shape: Shape) -> Tensor:
    """[rows, width] attention with its memory over the values, then the feed-forward layer, both with a residual."""
    width = len(weights.norm2[0])
    qkv = linear(layer_norm(x, x.shape[1:], *weights.norm1, shape.eps), *weights.qkv)
    memory = _remembered(qkv[:, 2 * width :] * places.spoken, weights.memory, shape)
    if shape.residual:
        memory = memory.add_(x)
    x = memory.addmm_(_attended(qkv, places, shape.heads), weights.out)
    inner = torch._addmm_activation(weights.up[1], layer_norm(x, x.shape[1:], *weights.norm2, shape.eps), weights.up[0])
    return linear(inner, *weights.down).add_(x)


def _remembered(values: Tensor, memory: tuple[Tensor, Tensor], shape: Shape) -> Tensor:
    """A weighted sum of the rows around each row, as one convolution in channels-last order, in which rows lie already."""
    rows, width = values.shape
    image = values.view(1, rows, 1, width).permute(0, 3, 1, 2)
    # Where the kernel reaches as far back as forward, rows need no other padding than the convolution's own.
    far = max(shape.before, shape.after)
    found = conv2d(image, *memory, padding=(far, 0), groups=width)
    return found.permute(0, 2, 3, 1).reshape(-1, width)[far - shape.before :][:rows]


def _attended(qkv: Tensor, places: Places, heads: int) -> Tensor:
    """Softmax attention inside each window, [rows, 3 * width] to [rows, width]."""
    if places.padded is None:
        return torch.ops.video_pipeline.attention_of_windows(qkv, places.bounds, heads)  # type: ignore[no-any-return]
    rows, mask, back = places.padded
    windows, longest = mask.shape[0], mask.shape[3]
    query, key, value = qkv[rows].view(windows, longest, 3, heads, -1).permute(2, 0, 3, 1, 4)
    seen = scaled_dot_product_attention(query, key, value, attn_mask=mask)
    return seen.transpose(1, 2).reshape(windows * longest, -1)[back]


@torch.library.custom_op("video_pipeline::attention_of_windows", mutates_args=())
def attention_of_windows(qkv: Tensor, bounds: Tensor, heads: int) -> Tensor:
    """Softmax attention inside each stretch between bounds; on a GPU one flash attention for all of them."""
    rows = len(qkv)
    query, key, value = qkv.view(rows, 3, heads, -1).unbind(1)
    if qkv.is_cuda:
        from torch.nn.attention import varlen  # takes seconds, and needs torch 2.10

        seen = varlen.varlen_attn(query, key, value, bounds, bounds, _LONGEST, _LONGEST)
        return seen.reshape(rows, -1)  # type: ignore[union-attr]
    out = torch.empty_like(query)
    for start, end in itertools.pairwise(bounds.tolist()):
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
        for tensor in (x, places.spoken, places.bounds):
            torch._dynamo.maybe_mark_dynamic(tensor, 0)  # the number of rows and windows changes with every batch
        return made(x, places, weights, shape)

    return run


def can_compile() -> bool:
    """Whether the compiler for GPUs is installed."""
    from importlib.util import find_spec

    return find_spec("triton") is not None
