"""What stands between the 8-bit products of a layer, each as one pass over memory, compiled by Numba.

In torch the same steps are some thirty passes and take longer than the products. Rows are independent of each other, except for
`remember`, which reads neighbours of the same window; so a window's result does not depend on what lies beside it. Kernels hold
no lock of Python: several threads may work on different batches.

Codes are unsigned: `value = (code - zero) * scale`, with one scale per row. bf16 is stored as its 16 bits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from video_pipeline.speech.sensevoice.int8 import MIDDLE

Floats = npt.NDArray[np.float32]
Bits = npt.NDArray[np.uint16]
"""Numbers in bf16."""
Numbers = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.int32]


class Scaled(NamedTuple):
    """What a product means: `product * scales[:, None] + bias`."""

    product: Floats
    """[rows, width]"""
    scales: Floats
    """[rows]"""
    bias: Floats
    """[width]"""


class Edges(NamedTuple):
    """The window of each row."""

    starts: Rows
    """[rows] its first row."""
    ends: Rows
    """[rows] the one after its last."""


class Memory(NamedTuple):
    """A convolution of each window's values over time."""

    values: Floats
    """[rows, width]"""
    taps: Floats
    """[kernel, width]"""
    before: int
    """The number of taps on earlier rows."""


_HALF = np.float32(0.5)
"""Added before cutting off, which rounds to the nearest."""
_LEAST = np.float32(1e-12)
"""Keeps the scale of a row of zeros above zero."""
_MAGNITUDE = np.uint32(0x7FFFFFFF)
"""All bits of an fp32 but its sign. Without it, bits of numbers are in the order of the numbers."""
_PER_E = np.float32(1.4426950408889634)
"""The binary logarithm of e."""
_SMALLEST = np.float32(-126)
"""Two to this power is the smallest normal fp32."""
_SERIES = tuple(map(np.float32, (0.99999988, 0.69315451, 0.24014182, 0.055860337, 0.0089495908, 0.0018937540)))
"""Of 2^x from 0 to 1, through its values at Chebyshev's points, from the constant up."""


def _compiled(kernel: Callable[..., None]) -> Any:
    """Compiled on first use and kept on disk, or anew in every process where nothing can be written.

    Sums may be added in any order, so that they are vectorised; infinities keep their meaning.
    """
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": {"reassoc", "nsz", "contract", "arcp"}}
    try:
        return njit(cache=True, **options)(kernel)
    except RuntimeError:  # no folder for the cache
        return njit(**options)(kernel)


def _inlined(step: Callable[..., Any]) -> Any:
    return njit(inline="always")(step)


@_inlined
def _largest(row, bits):  # type: ignore[no-untyped-def]
    """The largest magnitude of a row; `bits` are those of the same memory. As integers, since only those are vectorised."""
    most = np.uint32(0)
    for j in range(len(bits)):
        most = max(most, bits[j] & _MAGNITUDE)
    return most


@_inlined
def _signed_codes(row, bits, largest, codes):  # type: ignore[no-untyped-def]
    """Fills in the codes of a row and gives their scale; `largest` is room for one number."""
    largest.view(np.uint32)[0] = _largest(row, bits)
    most = max(largest[0], _LEAST)
    steps = np.float32(MIDDLE - 1) / most
    for j in range(len(row)):
        codes[j] = np.uint8(np.int32(row[j] * steps + (MIDDLE + _HALF)))
    return most / np.float32(MIDDLE - 1)


@_inlined
def _widened(halves, bits):  # type: ignore[no-untyped-def]
    """bf16 as the bits of fp32."""
    for j in range(len(bits)):
        bits[j] = np.uint32(halves[j]) << np.uint32(16)


@_inlined
def _greatest(bits, ordered):  # type: ignore[no-untyped-def]
    """The bits of the greatest of numbers in fp32; `ordered` is room for integers in the order of the numbers."""
    for j in range(len(bits)):
        number = np.int32(bits[j])
        ordered[j] = number ^ ((number >> np.int32(31)) & np.int32(0x7FFFFFFF))
    most = ordered[0]
    for j in range(len(bits)):
        most = max(most, ordered[j])
    return most ^ ((most >> np.int32(31)) & np.int32(0x7FFFFFFF))


@_compiled
def channel_codes(weight: Floats, codes: Any, scales: Floats) -> None:
    """Each channel [outputs, width] in 255 signed steps that are centred on zero and reach its largest magnitude."""
    largest = np.empty(1, np.float32)
    for i in range(len(weight)):
        row = weight[i]
        largest.view(np.uint32)[0] = _largest(row, row.view(np.uint32))
        most = max(largest[0], _LEAST)
        scales[i] = most / np.float32(MIDDLE - 1)
        steps = np.float32(MIDDLE - 1) / most
        for j in range(len(row)):
            codes[i, j] = np.int8(np.int32(np.rint(row[j] * steps)))


@_compiled
def norm_codes(x: Floats, weight: Floats, bias: Floats, eps: float, codes: Numbers, scales: Floats) -> None:
    """Layer norm of each row, as signed codes."""
    width = x.shape[1]
    normed = np.empty(width, np.float32)
    bits = normed.view(np.uint32)
    largest = np.empty(1, np.float32)
    for i in range(len(x)):
        total = np.float32(0)
        for j in range(width):
            total += x[i, j]
        mean = total / np.float32(width)
        total = np.float32(0)
        for j in range(width):
            total += (x[i, j] - mean) * (x[i, j] - mean)
        inverse = np.float32(1) / np.sqrt(total / np.float32(width) + np.float32(eps))
        for j in range(width):
            normed[j] = (x[i, j] - mean) * inverse * weight[j] + bias[j]
        scales[i] = _signed_codes(normed, bits, largest, codes[i])


@_compiled
def split_heads(given: Scaled, edges: Edges, heads: int, parts: Bits, values: Floats) -> None:
    """Queries, keys and values from one product: `parts` [3, rows * width] in bf16, `values` [rows, width] once more in fp32.

    In `parts`, windows follow each other, and within each [heads, its rows, depth], as attention wants them.
    """
    product, scales, bias = given
    width = values.shape[1]
    depth = width // heads
    row = np.empty(3 * width, np.float32)
    bits = row.view(np.uint32)
    for i in range(len(product)):
        scale = scales[i]
        for j in range(3 * width):
            row[j] = product[i, j] * scale + bias[j]
        for j in range(width):
            values[i, j] = row[2 * width + j]
        first, length = edges.starts[i], edges.ends[i] - edges.starts[i]
        for part in range(3):
            for head in range(heads):
                at, source = first * width + (head * length + i - first) * depth, part * width + head * depth
                numbers, target = bits[source : source + depth], parts[part, at : at + depth]
                for j in range(depth):
                    rounded = numbers[j] + np.uint32(0x7FFF) + ((numbers[j] >> np.uint32(16)) & np.uint32(1))
                    target[j] = np.uint16(rounded >> np.uint32(16))


@_compiled
def join_heads(seen: Bits, edges: Edges, heads: int, codes: Numbers, scales: Floats) -> None:
    """What attention saw [rows * width], in the order of `split_heads`, as signed codes of each row."""
    width = codes.shape[1]
    depth = width // heads
    row = np.empty(width, np.float32)
    bits = row.view(np.uint32)
    largest = np.empty(1, np.float32)
    for i in range(len(codes)):
        first, length = edges.starts[i], edges.ends[i] - edges.starts[i]
        for head in range(heads):
            at = first * width + (head * length + i - first) * depth
            halves, numbers = seen[at : at + depth], bits[head * depth : (head + 1) * depth]
            for j in range(depth):
                numbers[j] = np.uint32(halves[j]) << np.uint32(16)
        scales[i] = _signed_codes(row, bits, largest, codes[i])


@_compiled
def remember(given: Scaled, memory: Memory, edges: Edges, x: Floats) -> None:
    """Adds to `x` the attention's output and the memory."""
    product, scales, bias = given
    values, taps, before = memory
    width = x.shape[1]
    for i in range(len(x)):
        scale = scales[i]
        for j in range(width):
            x[i, j] += product[i, j] * scale + bias[j]
        sums = x[i]
        for tap in range(max(0, edges.starts[i] - i + before), min(len(taps), edges.ends[i] - i + before)):
            weights, row = taps[tap], values[i + tap - before]
            for j in range(width):
                sums[j] += weights[j] * row[j]


@_compiled
def relu_codes(given: Scaled, codes: Numbers, positive: Floats) -> None:
    """ReLU of each row as codes in 256 steps from zero; `positive` are their scales."""
    product, scales, bias = given
    width = product.shape[1]
    row = np.empty(width, np.float32)
    bits = row.view(np.uint32)
    largest = np.empty(1, np.float32)
    for i in range(len(product)):
        scale = scales[i]
        for j in range(width):
            number = product[i, j] * scale + bias[j]
            row[j] = number if number > 0 else np.float32(0)
        largest.view(np.uint32)[0] = _largest(row, bits)
        most = max(largest[0], _LEAST)
        positive[i] = most / np.float32(255)
        steps = np.float32(255) / most
        for j in range(width):
            codes[i, j] = np.uint8(np.int32(row[j] * steps + _HALF))


@_compiled
def add_scaled(given: Scaled, x: Floats) -> None:
    """Adds a product to `x`."""
    product, scales, bias = given
    for i in range(len(x)):
        scale = scales[i]
        for j in range(x.shape[1]):
            x[i, j] += product[i, j] * scale + bias[j]


@_inlined
def _exponentials(row, most, fractions, powers):  # type: ignore[no-untyped-def]
    """e to the power of each entry of `row` less `most`, none of which is above 0: as `fractions` times `powers`.

    2^x is 2^floor(x), whose bits are written as they are, times 2^(the rest), a polynomial that is off by at most 2e-7.
    """
    bits = powers.view(np.uint32)
    for j in range(len(row)):
        x = (row[j] - most) * _PER_E
        x = max(_SMALLEST, x)
        whole = np.floor(x)
        rest = x - whole
        bits[j] = np.uint32(np.int32(whole) + np.int32(127)) << np.uint32(23)
        value = _SERIES[5]
        value = value * rest + _SERIES[4]
        value = value * rest + _SERIES[3]
        value = value * rest + _SERIES[2]
        value = value * rest + _SERIES[1]
        fractions[j] = value * rest + _SERIES[0]


@_compiled
def softmax(scores: Bits) -> None:
    """Of each row [rows, width], in place."""
    width = scores.shape[1]
    row, fractions, powers = np.empty(width, np.float32), np.empty(width, np.float32), np.empty(width, np.float32)
    bits, ordered, most = row.view(np.uint32), np.empty(width, np.int32), np.empty(1, np.int32)
    for i in range(len(scores)):
        _widened(scores[i], bits)
        most[0] = _greatest(bits, ordered)
        _exponentials(row, most.view(np.float32)[0], fractions, powers)
        total = np.float32(0)
        for j in range(width):
            row[j] = fractions[j] * powers[j]
            total += row[j]
        share = np.float32(1) / total
        for j in range(width):
            row[j] *= share
        for j in range(width):
            rounded = bits[j] + np.uint32(0x7FFF) + ((bits[j] >> np.uint32(16)) & np.uint32(1))
            scores[i, j] = np.uint16(rounded >> np.uint32(16))


@_compiled
def best_pieces(logits: Bits, blank: int, best: Any, probabilities: Floats) -> None:
    """The first greatest entry of each row, and its share in the row's softmax; 1 without a look where it is the blank."""
    width = logits.shape[1]
    row, fractions, powers = np.empty(width, np.float32), np.empty(width, np.float32), np.empty(width, np.float32)
    bits, ordered, most = row.view(np.uint32), np.empty(width, np.int32), np.empty(1, np.int32)
    for i in range(len(logits)):
        _widened(logits[i], bits)
        most[0] = _greatest(bits, ordered)
        greatest = most.view(np.float32)[0]
        at = 0
        while row[at] != greatest:
            at += 1
        best[i] = at
        probabilities[i] = 1
        if at == blank:
            continue
        _exponentials(row, greatest, fractions, powers)
        total = np.float32(0)
        for j in range(width):
            total += fractions[j] * powers[j]
        probabilities[i] = np.float32(1) / total
