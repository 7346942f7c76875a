"""SenseVoice's encoder over windows laid end to end: no padding, and each window gets the result that it gets alone.

The weights are those of funasr's modules. Rows of all windows go through the linear layers together; attention sees one window
at a time; the memory blocks (FSMN, a depthwise convolution over time) do not reach beyond a window. `layers` is optimised for
CPUs, `gpu_layers` for GPUs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

import torch

from video_pipeline.speech.sensevoice.layers import Layer, Layout, norm_of
from video_pipeline.speech.sensevoice.pages import Ranges, forget

Tensor = torch.Tensor

_COMPILE_AFTER_ROWS = 6_000_000
"""100 hours of sound on a GPU: compiling takes about a minute, which a single video would not save."""


class PackedEncoder:
    """The whole encoder in one precision: float32 for exact results, bfloat16 or int8 (on a CPU) for speed.

    Converts the weights; `mapped` pages of the checkpoint are dropped layer by layer. Flash attention does not support fp32, so
    that precision uses the layers for CPUs everywhere.
    """

    def __init__(self, model: Any, dtype: torch.dtype, mapped: Ranges = ()) -> None:
        encoder = model.encoder
        self.dtype = dtype
        self._scale = encoder.output_size() ** 0.5
        self._on_gpu = next(encoder.parameters()).device.type != "cpu" and dtype is not torch.float32
        layer_of: Callable[[Any], Any] = partial(Layer, dtype=dtype)
        self._rows_until_compiled: int | None = None
        if self._on_gpu:
            from video_pipeline.speech.sensevoice import gpu_layers  # imports torch's compiler, which takes seconds

            layer_of = partial(gpu_layers.GpuLayer, dtype=dtype)
            self._rows_until_compiled = _COMPILE_AFTER_ROWS if gpu_layers.can_compile() else None
        elif dtype is torch.int8:
            from video_pipeline.speech.sensevoice.int8_layer import Int8Layer, load_kernels  # imports Numba

            layer_of = Int8Layer
            threading.Thread(target=load_kernels, daemon=True).start()  # while the weights are packed

        def layers(modules: Iterable[Any]) -> Iterator[Any]:
            for module in modules:
                yield layer_of(module)
                forget(mapped)

        self._first = list(layers((*encoder.encoders0, *encoder.encoders)))
        self._second = list(layers(encoder.tp_encoders))
        self._between = torch.float32 if dtype is torch.int8 else dtype
        self._after, self._final = norm_of(encoder.after_norm, self._between), norm_of(encoder.tp_norm, self._between)
        self._positions = torch.zeros(0)
        self._encode = encoder.embed.encode
        memory = encoder.encoders0[0].self_attn.pad_fn.padding
        self.gap = max(memory)

    def __call__(self, windows: Sequence[Tensor]) -> list[Tensor]:
        """Encoder outputs [frames, width] of inputs [frames, features] (queries included), windows of one length side by side."""
        layout = Layout.of([len(window) for window in windows], self.gap, windows[0].device)
        self._count(len(layout.places))
        x = torch.cat(list(windows)) * self._scale
        x = (x + self._position(max(layout.lengths), x)[layout.places]).to(self._between)
        x = self._final(self._spread(x, layout) if self._on_gpu else self._layers(x, layout))
        return list(torch.split(x, list(layout.lengths)))

    def _layers(self, x: Tensor, places: Any) -> Tensor:
        for layer in self._first:
            x = layer(x, places)
        x = self._after(x)
        for layer in self._second:
            x = layer(x, places)
        return x

    def _spread(self, x: Tensor, layout: Layout) -> Tensor:
        """All layers over rows with gaps between the windows, so that rows are moved once and not in every layer."""
        from video_pipeline.speech.sensevoice import gpu_layers

        spread = x.new_zeros(layout.total, x.shape[1])
        spread[layout.rows] = x
        return self._layers(spread, gpu_layers.places_of(layout, x.dtype))[layout.rows]

    def _count(self, rows: int) -> None:
        """Compile the layers once enough rows were processed that more are likely to come."""
        if self._rows_until_compiled is None:
            return
        self._rows_until_compiled -= rows
        if self._rows_until_compiled <= 0:
            self._rows_until_compiled = None
            from video_pipeline.speech.sensevoice import gpu_layers

            for layer in (*self._first, *self._second):
                layer.run = gpu_layers.compiled_block()

    def _position(self, length: int, like: Tensor) -> Tensor:
        """The model's sinusoids for positions 1 to `length`, cached for the longest window so far."""
        known = self._positions  # other threads may set it meanwhile
        if len(known) < length:
            numbers = torch.arange(1, length + 1, device=like.device)[None]
            self._positions = known = self._encode(numbers, like.shape[1], torch.float32)[0]
        return known[:length]
