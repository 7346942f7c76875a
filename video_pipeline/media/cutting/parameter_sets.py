"""The parameter sets of H.264 and HEVC, without which no frame can be decoded, and their place in the header of an MP4.

Decoders of hardware and of Apple's systems take them from the sample entry alone (ISO/IEC 14496-15): there must be all of them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

from video_pipeline.media import ffmpeg
from video_pipeline.media.cutting import hevc_ids

_KINDS = {"h264": (7, 8), "hevc": (32, 33, 34)}
"""Types of the NAL units: sequence and picture parameter sets; HEVC has video parameter sets too."""
_DELIMITER = {"h264": 9, "hevc": 35}
"""Type of the unit that begins each picture in MPEG-TS; an MP4 has no need of it."""
_SPS = 7
_HEVC_VPS, _HEVC_SPS = 32, 33
_WITH_FORMAT = frozenset({100, 110, 122, 244})
"""Profiles of H.264 after whose sets the sample entry states chroma format and bit depths."""
_FORMAT_420_8 = b"\xfd\xf8\xf8\x00"
"""4:2:0 and 8 bits, no extensions."""
_ENTRY_HEADER = {b"moov": 8, b"trak": 8, b"mdia": 8, b"minf": 8, b"stbl": 8, b"stsd": 16, b"avc1": 86, b"hvc1": 86}
"""The boxes around the sets, and where their own boxes begin."""
_BOXES = {"h264": b"avcC", "hevc": b"hvcC"}
"""The box that holds the sets."""
_HEVC_FIXED = 22
"""Bytes of HEVC's record before its lists of sets (8.3.3.1.2)."""
_HEVC_LEVEL = (12, 14)
"""Where the level is in that record, and in a sequence parameter set."""
_COMPLETE = 0x80
"""All sets of a kind are in the list, and none in the stream."""


def without_sets(codec: str) -> str:
    """A bitstream filter that removes parameter sets and delimiters from the stream."""
    kinds = (*_KINDS[codec], _DELIMITER[codec])
    return f"filter_units=remove_types={'|'.join(map(str, kinds))}"


def sets_of(path: Path, codec: str) -> tuple[bytes, ...]:
    """The different parameter sets in an MPEG-TS file of one picture, in order. Raises FfmpegFailed, FfmpegTimeout."""
    only = f"filter_units=pass_types={'|'.join(map(str, _KINDS[codec]))}"
    source = ffmpeg.graph().input(ffmpeg.url(path), format="mpegts")
    node = ffmpeg.graph().output(source["v:0"], "-", c="copy", format=codec, **{"bsf:v": only})
    stream, _ = ffmpeg.run(ffmpeg.command(node), ffmpeg.Task("reading the parameter sets of", path))
    return tuple(dict.fromkeys(_units(stream)))


def are_distinct(sets: Sequence[bytes], codec: str) -> bool:
    """Whether all of them can be known at once: no two have one number."""
    numbers = [_number(one, codec) for one in sets]
    return len(set(numbers)) == len(numbers)


def complete(path: Path, sets: Sequence[bytes], codec: str) -> None:
    """Put the sets into the sample entry of an MP4 whose header stands at its end."""
    content = bytearray(path.read_bytes())
    place, around = _place_of(content, _BOXES[codec])
    size = struct.unpack_from(">I", content, place)[0]
    new = (_avc_record if codec == "h264" else _hevc_record)(bytes(content[place + 8 : place + size]), sets)
    for box in (place, *around):
        struct.pack_into(">I", content, box, struct.unpack_from(">I", content, box)[0] + len(new) + 8 - size)
    content[place + 8 : place + size] = new
    path.write_bytes(content)


def _units(stream: bytes) -> Iterator[bytes]:
    """The NAL units between start codes."""
    for unit in stream.replace(b"\x00\x00\x00\x01", b"\x00\x00\x01").split(b"\x00\x00\x01"):
        if unit := unit.rstrip(b"\x00"):
            yield unit


def _number(unit: bytes, codec: str) -> tuple[int, int]:
    """Type and id of a set; HEVC's sequence parameter sets count as one where their id lies too deep."""
    if codec == "h264":
        kind = unit[0] & 31
        return kind, _exp_golomb(unit[4:] if kind == _SPS else unit[1:])
    kind = hevc_ids.kind_of(unit)
    if kind == _HEVC_SPS:
        return kind, hevc_ids.sps_id(unit) or 0
    return kind, unit[2] >> 4 if kind == _HEVC_VPS else _exp_golomb(unit[2:])


def _exp_golomb(content: bytes) -> int:
    """The number at the start of some bits: as many zeros as it has bits after its first (H.264, 9.1)."""
    bits = "".join(f"{byte:08b}" for byte in content[:8])
    zeros = bits.index("1")
    return int(bits[zeros : 2 * zeros + 1], 2) - 1


def _place_of(content: bytearray, box: bytes) -> tuple[int, list[int]]:
    """Where a box of the sample entry begins, and the boxes around it."""
    start, end, around = 0, len(content), list[int]()
    while True:
        size, name = struct.unpack_from(">I4s", content, start)
        if name == box:
            return start, around
        if name in _ENTRY_HEADER and (name != b"trak" or box in content[start : start + size]):
            around.append(start)
            start, end = start + _ENTRY_HEADER[name], start + size
            continue
        start += size if size != 1 else struct.unpack_from(">Q", content, start + 8)[0]
        if start >= end:
            raise ValueError(f"no sample entry with {box.decode()}")


def _hevc_record(old: bytes, sets: Sequence[bytes]) -> bytes:
    """An HEVCDecoderConfigurationRecord like `old` with other sets; its level is the highest of them."""
    head, kinds = bytearray(old[:_HEVC_FIXED]), _KINDS["hevc"]
    in_record, in_set = _HEVC_LEVEL
    head[in_record] = max(one[in_set] for one in sets if hevc_ids.kind_of(one) == _HEVC_SPS)
    lists = bytearray()
    for kind in kinds:
        group = [one for one in sets if hevc_ids.kind_of(one) == kind]
        lists += struct.pack(">BH", _COMPLETE | kind, len(group))
        lists += b"".join(struct.pack(">H", len(one)) + one for one in group)
    return bytes(head) + bytes((len(kinds),)) + bytes(lists)


def _avc_record(old: bytes, sets: Sequence[bytes]) -> bytes:
    """An AVCDecoderConfigurationRecord like `old` with other sets; its profile and level are the highest of them."""
    spss, ppss = ([one for one in sets if (one[0] & 31 == _SPS) is first] for first in (True, False))
    profile, level = max(one[1] for one in spss), max(one[3] for one in spss)
    compatible = min(one[2] for one in spss if one[1] == profile)
    lists = [b"".join(struct.pack(">H", len(one)) + one for one in group) for group in (spss, ppss)]
    head = bytes((1, profile, compatible, level, old[4], 0xE0 | len(spss)))
    tail = (_after_sets(old) or _FORMAT_420_8) if profile in _WITH_FORMAT else b""
    return head + lists[0] + bytes((len(ppss),)) + lists[1] + tail


def _after_sets(config: bytes) -> bytes:
    """What follows the two lists of sets."""
    place = 5
    for count in (31, 255):  # masks of their lengths
        number, place = config[place] & count, place + 1
        for _ in range(number):
            place += 2 + struct.unpack_from(">H", config, place)[0]
    return config[place:]
