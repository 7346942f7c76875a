"""One clock for every read of a file: 0 is where the first of its pictures and sounds begins, whichever of them are read."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from video_pipeline.media import ffmpeg
from video_pipeline.media.probe import probe

_OWN_START = frozenset({"mpegts", "mpeg", "ogg"})
"""Containers whose clock FFmpeg starts at the first stream that it reads (they may jump in time: its flag `TS_DISCONT`)."""

_NEAR_START_S = 0.2
"""FFmpeg seeks up to 0.13 s earlier than asked; in FLV files a seek to before the start ends seconds later."""
_LONGEST_GROUP_S = 15.0
"""How far apart key frames usually are at most."""


def from_start(time_s: float) -> float:
    """A time to seek to, or 0 if it is so near to the start that reading begins there."""
    return time_s if time_s >= _NEAR_START_S else 0.0


def rounds_sound(path: Path) -> bool:
    """Whether the container counts its sound in units of many milliseconds, to which FFmpeg would round a seek."""
    return _container(path) == "avi"


def sound_at(source: Any, track: int, seek_s: float, path: Path) -> Any:
    """The sound of a node that reads `path` from `seek_s` on, on a clock that begins there."""
    sound = source[f"a:{track}"]
    return sound.filter("asetpts", f"PTS-{seek_s:.6f}/TB") if rounds_sound(path) else sound


def on_one_clock(output: Any, source: Any, path: Path) -> Any:
    """An output of FFmpeg's graph that reads some streams of `path`, on the clock of all of them.

    Sound alone that begins two seconds after the picture would otherwise begin at 0 in an MPEG-TS file. The other streams are
    opened too, and nothing is made of them.
    """
    if not starts_at_what_is_read(path):
        return output
    streams = [source[f"{kind}?"] for kind in "vasd"]
    return ffmpeg.graph().merge_outputs(output, ffmpeg.graph().output(*streams, "-", format="null", c="copy", t=0))


def starts_at_what_is_read(path: Path) -> bool:
    """Whether FFmpeg's clock of this file depends on the streams that are read; its seeking is inexact, too."""
    return not _OWN_START.isdisjoint(_container(path).split(","))


def _container(path: Path) -> str:
    stat = path.stat()
    return _container_of(path, stat.st_mtime_ns, stat.st_size)


@functools.lru_cache(maxsize=256)
def _container_of(path: Path, modified_ns: int, size_bytes: int) -> str:
    """`modified_ns` and `size_bytes` make it look again if the file has changed."""
    return probe(path).container


@dataclass(frozen=True, slots=True)
class Opened:
    """A file opened at a time. Its pictures and the outputs made of them begin there, on a clock that begins there too."""

    path: Path
    source: Any
    lead_s: float
    """How much earlier FFmpeg reads, because its seeking may end after the key frame that the first picture needs."""

    def picture(self, stream: str) -> Any:
        """A picture of FFmpeg's graph: the stream `1` or `v:0` from the time on."""
        picture = self.source[stream]
        if not self.lead_s:
            return picture
        return picture.filter("trim", start=f"{self.lead_s:.6f}").filter("setpts", f"PTS-{self.lead_s:.6f}/TB")

    def output(self, *streams: Any, **options: Any) -> Any:
        """As `ffmpeg.output`, on the clock of the whole file."""
        return on_one_clock(ffmpeg.graph().output(*streams, **options), self.source, self.path)


def opened(path: Path, start_s: float, length_s: float | None = None, **options: Any) -> Opened:
    """Open a file at `start_s`, to read `length_s` of it; `options` are FFmpeg's."""
    lead_s = min(start_s, _LONGEST_GROUP_S) if starts_at_what_is_read(path) or not from_start(start_s) else 0.0
    length_s = None if length_s is None else length_s + lead_s
    return Opened(path, ffmpeg.source(path, ss=start_s - lead_s, t=length_s, **options), lead_s)
