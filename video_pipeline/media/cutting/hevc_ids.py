"""Give the parameter sets of an HEVC stream other numbers, so that they stand beside those of another stream.

Numbers are written in codes of variable length: 0 takes one bit, 15 to 30 take nine. From 0 to 15 everything that follows moves
by exactly one byte, so that nothing but the number has to be understood, neither in sets nor in slices.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

SPARE_ID = 15
"""The highest number of video and sequence parameter sets, which no encoder uses by itself."""
_VPS, _SPS, _PPS = 32, 33, 34
_SLICES = range(32)
_RANDOM_ACCESS = range(16, 24)
"""Types of slices that have one bit more before the number of their parameter set."""
_ZERO = "1"
_SPARE = "000010000"
"""The codes of 0 and of 15 (Exp-Golomb, ITU-T H.265, 9.2)."""
_ONE_LAYER_BITS = 8 + 96
"""Bits of a sequence parameter set before its number, if the stream has one temporal layer (7.3.2.2, 7.3.3)."""
_LAYERS = 0b1110


def kind_of(unit: bytes) -> int:
    """Type of a NAL unit."""
    return unit[0] >> 1 & 63


def sps_id(unit: bytes) -> int | None:
    """The number of a sequence parameter set; None if it has temporal layers, after which it is hard to find."""
    if unit[2] & _LAYERS:
        return None
    bits = _bits(_plain(unit[2:]))[_ONE_LAYER_BITS:]
    zeros = bits.index("1")
    return int(bits[zeros : 2 * zeros + 1], 2) - 1


def renumbered(stream: bytes) -> bytes:
    """A stream in Annex B whose parameter sets have the number 15 instead of 0. Raises ValueError if they have another one."""
    return b"".join(b"\x00\x00\x00\x01" + _renumbered(unit) for unit in units(stream))


def units(stream: bytes) -> Iterator[bytes]:
    """The NAL units between start codes."""
    for unit in re.split(b"\x00\x00\x01", stream):
        if unit := unit.rstrip(b"\x00"):
            yield unit


def _renumbered(unit: bytes) -> bytes:
    kind, head, body = kind_of(unit), unit[:2], unit[2:]
    if kind == _VPS:
        return head + bytes([SPARE_ID << 4 | body[0] & 15]) + body[1:]
    if kind == _SPS:
        if body[0] & _LAYERS:
            raise ValueError("a sequence parameter set with temporal layers")
        plain = _plain(body)
        plain = bytes([SPARE_ID << 4 | plain[0] & 15]) + plain[1:]
        return head + _escaped(_inserted(plain, _ONE_LAYER_BITS, 1))
    if kind == _PPS:
        return head + _escaped(_inserted(_plain(body), 0, 2))
    if kind in _SLICES:
        return head + _escaped(_inserted(_plain(body), 2 if kind in _RANDOM_ACCESS else 1, 1))
    return unit


def _inserted(plain: bytes, place: int, count: int) -> bytes:
    """`count` numbers from a bit on are 15 instead of 0: as many bytes more."""
    end = place // 8 + 1 + (place % 8 + count > 8)
    bits = _bits(plain[:end])
    if bits[place : place + count] != _ZERO * count:
        raise ValueError("a parameter set has another number than 0")
    bits = bits[:place] + _SPARE * count + bits[place + count :]
    return int(bits, 2).to_bytes(len(bits) // 8, "big") + plain[end:]


def _bits(content: bytes) -> str:
    return "".join(f"{byte:08b}" for byte in content[:32])


def _plain(content: bytes) -> bytes:
    """Without the bytes that keep start codes out of the content (7.4.2)."""
    return re.sub(b"\x00\x00\x03", b"\x00\x00", content)


def _escaped(content: bytes) -> bytes:
    return re.sub(b"\x00\x00(?=[\x00-\x03])", b"\x00\x00\x03", content)
