"""Which channels of an audio track are listened to: all of them mixed, unless they cancel each other or one holds the speech."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from video_pipeline.core.waveform import RATE_HZ
from video_pipeline.media import ffmpeg
from video_pipeline.media.probe import MediaInfo, probe

_LOOKED_AT_S = 6.0
"""Sound that is looked at in each place."""
_PLACES = (0.05, 0.3, 0.55, 0.8)
"""Where, as shares of the duration."""
_CANCELLED = 0.1
"""Two channels cancel each other if their mix has less than this share of their mean power: 10 dB less than they have."""
_LEAST_CENTRE = 0.25
"""A centre with less than this share of the power of the loudest channel does not hold the speech."""
_SILENT = 1e-4
"""RMS below which sound is silence."""
_WITH_CENTRE = ("3.0", "3.1", "4.0", "4.1", "5.0", "5.1", "6.0", "6.1", "7.0", "7.1")
"""Layouts with a centre channel in front, as FFmpeg names them; `quad` has none. Films have their speech there."""
_NAMES = ("left", "right")
_SIDE_FRAME_S = 0.1
_FAINTEST = 10 ** (-50 / 20)
"""RMS from which a side is active in a frame: -50 dB of full scale."""
_APART_DB = 12.0
"""A side that is so much louder than the other is alone in a frame: what leaks over a line is fainter."""
_ALIKE = 0.3
"""Correlation of two sides of one recording, which a stereo microphone exceeds."""
_LEAST_ALONE = 0.3
"""Share of the active frames in which one side is alone; music and stereo microphones have both at once."""
_LEAST_SIDE = 0.05
"""Share of the active frames in which each side is active; else one channel is unused."""


@dataclass(frozen=True, slots=True)
class Mix:
    """How channels become one: FFmpeg's expression for `pan` (empty: its own mix), and in words why."""

    pan: str = ""
    why: str = ""
    cancels: bool = False
    """Players with one loudspeaker, such as phones, play silence."""


def mix_of(path: Path, track: int) -> Mix:
    """How an audio track is best listened to. The same file always gives the same answer."""
    stat = path.stat()
    return _mix_of(path, track, stat.st_mtime_ns, stat.st_size)


@functools.lru_cache(maxsize=64)
def _mix_of(path: Path, track: int, modified_ns: int, size_bytes: int) -> Mix:
    """`modified_ns` and `size_bytes` make it look again if the file has changed."""
    info = probe(path)
    layout = next((sound.layout for sound in info.audio if sound.number == track), "")
    name = layout.partition("(")[0].strip()
    if name == "stereo":
        return _of_two(_powers(info, track, ("c0", "c1", "c0+c1")))
    if name in _WITH_CENTRE:
        return _of_many(_powers(info, track, ("FC", "FL", "FR")))
    return Mix()


def has_sides(path: Path, track: int) -> bool:
    """Whether the two channels of a track are two sides of a talk, as recordings of calls have them.

    They hardly correlate, and often one is active while the other is not.
    """
    info = probe(path)
    layout = next((sound.layout for sound in info.audio if sound.number == track), "")
    if layout.partition("(")[0].strip() not in ("stereo", "2 channels"):
        return False
    sides = [_frames(np.concatenate(parts)) for parts in zip(*_looked_at(info, track, ("c0", "c1")), strict=True)]
    left, right = sides
    active = [np.sqrt((side**2).mean(axis=1)) for side in sides]
    talks = [level > _FAINTEST for level in active]
    either = talks[0] | talks[1]
    if not either.any() or min(share[either].mean() for share in talks) < _LEAST_SIDE:
        return False
    level_db = [20 * np.log10(np.maximum(level[either], 1e-9)) for level in active]
    alone = np.abs(level_db[0] - level_db[1]) > _APART_DB
    alike = abs(float((left * right).sum())) / max(1e-12, float(np.sqrt((left**2).sum() * (right**2).sum())))
    return bool(alike < _ALIKE and alone.mean() > _LEAST_ALONE)


def _frames(samples: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    length = round(_SIDE_FRAME_S * RATE_HZ)
    return samples[: len(samples) // length * length].reshape(-1, length)


def _of_two(powers: tuple[float, ...]) -> Mix:
    left, right, both = powers
    if max(left, right) < _SILENT**2 or both >= _CANCELLED * (left + right) / 2:
        return Mix()
    louder = int(right > left)
    return Mix(f"c{louder}", f"its two channels cancel each other, so only the {_NAMES[louder]} one is listened to", True)


def _of_many(powers: tuple[float, ...]) -> Mix:
    centre, *sides = powers
    if centre < _SILENT**2 or centre < _LEAST_CENTRE * max(sides):
        return Mix()
    return Mix("FC", "its centre channel is listened to, which holds the speech")


def _powers(info: MediaInfo, track: int, channels: tuple[str, ...]) -> tuple[float, ...]:
    """Mean power of each channel, or mean of channels, over a few places of the track; zeros if it cannot be decoded."""
    sums, count = np.zeros(len(channels)), 0
    for parts in _looked_at(info, track, channels):
        sums, count = sums + [(part**2).sum() for part in parts], count + len(parts[0])
    return tuple(float(value) for value in sums / max(count, 1))


def _looked_at(info: MediaInfo, track: int, channels: tuple[str, ...]) -> Iterator[list[npt.NDArray[np.float64]]]:
    """The samples of each channel, or mean of channels, in a few places of the track."""
    duration_s = info.duration_s or 0.0
    starts_s = [duration_s * share for share in _PLACES] if duration_s > _LOOKED_AT_S * len(_PLACES) else [0.0]
    length_s = _LOOKED_AT_S if len(starts_s) > 1 else _LOOKED_AT_S * len(_PLACES)
    expression = "|".join(f"c{place}<{channel}" for place, channel in enumerate(channels))
    for start_s in starts_s:
        sound = ffmpeg.source(info.path, ss=start_s, t=length_s)[f"a:{track}"]
        sound = sound.filter("pan", f"{len(channels)}c|{expression}").filter("aresample", RATE_HZ)
        node = ffmpeg.graph().output(sound, "pipe:", format="f32le")
        raw, _ = ffmpeg.run(ffmpeg.command(node), ffmpeg.Task("listening to the channels of", info.path), check=False)
        samples = np.frombuffer(raw[: len(raw) // (4 * len(channels)) * 4 * len(channels)], np.float32)
        rows = np.nan_to_num(samples.reshape(-1, len(channels)).astype(np.float64))
        yield [rows[:, place] for place in range(len(channels))]
