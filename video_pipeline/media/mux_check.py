"""Check that a file that was just written holds everything that went into it: all packets and all cues."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from video_pipeline.media import ffmpeg
from video_pipeline.media.errors import NotAsWritten
from video_pipeline.media.probe import Stream, probe

_WRITTEN = re.compile(r"Output stream #0:(\d+) \(\w+\): (\d+) packets muxed")
_READ = re.compile(r"Input stream #0:(\d+) \(\w+\): (\d+) packets read")
_CUE = re.compile(r"(\d+):(\d+):(\d+)[.,](\d+) --> \S+\n(.*?)(?=\n\n|\Z)", re.DOTALL)
_MARKUP = re.compile(r"<[^>]*>|\{[^}]*\}")
_LIMIT_S = 3600.0
"""Time limit for reading back one file."""
_SAME_S = 0.05
"""Cues that start less than this apart are the same; containers round to their own clocks."""


@dataclass(frozen=True, slots=True)
class Written:
    """What FFmpeg was given, and its messages."""

    messages: str
    """At verbosity `verbose`."""
    copied: tuple[Stream, ...]
    """Streams of the source, in the order of the new file."""
    text: Path
    """The subtitle file that was added."""
    track: int
    """Its number among the subtitle tracks of the new file, from 0."""
    more: tuple[Path, ...] = ()
    """Further ones, which follow it."""


def require_as_written(written: Written, part: Path, target: Path) -> list[str]:
    """Read back `part`, which will become `target`.

    Returns:
        A sentence for each thing that could not be copied from the source.

    Raises:
        NotAsWritten: a packet or a cue is missing, or a cue has another time.
    """
    # at verbosity `verbose` FFmpeg prints the number of packets of each stream
    node = ffmpeg.graph().output(ffmpeg.source(part), "-", map=0, c="copy", format="null")
    task = ffmpeg.Task("reading back", part, _LIMIT_S)
    _, again = ffmpeg.run(ffmpeg.command(node, verbosity="verbose"), task, check=False)
    made = probe(part).streams
    left = []
    read, muxed, found = _packets(_READ, written.messages), _packets(_WRITTEN, written.messages), _packets(_READ, again)
    for kind in ("Video", "Audio"):
        there = [found.get(stream.number, 0) for stream in made if stream.kind == kind and not stream.is_cover]
        for place, stream in enumerate(written.copied):
            if stream.kind != kind or stream.is_cover:
                continue
            count = there.pop(0) if there else 0
            if count < muxed.get(place, 0):
                raise NotAsWritten(target, f"of {stream} it holds {count} of {muxed[place]} packets")
            if count < read.get(stream.number, 0):
                left.append(f"{read[stream.number] - count} of {read[stream.number]} packets of {stream} could not be copied")
    if sum(stream.is_cover for stream in made) < sum(stream.is_cover for stream in written.copied):
        left.append(f"the cover is left out: {target.suffix} files cannot hold it")
    for number, text in enumerate((written.text, *written.more), written.track):
        _compare(_cues(text, 0), _cues(part, number), target)
    return left


def _packets(pattern: re.Pattern[str], messages: str) -> dict[int, int]:
    return {int(stream): int(count) for stream, count in pattern.findall(messages)}


def _cues(path: Path, track: int) -> list[tuple[float, str]]:
    """Start and plain text of each cue of a subtitle track, as FFmpeg reads them."""
    source = ffmpeg.graph().input(ffmpeg.url(path), copyts=None)  # original times, also if the picture starts late
    node = ffmpeg.graph().output(source[f"s:{track}"], "pipe:", format="srt")
    raw, _ = ffmpeg.run(ffmpeg.command(node), ffmpeg.Task("reading subtitles of", path, _LIMIT_S))
    cues = []
    for hours, minutes, seconds, milliseconds, words in _CUE.findall(raw.decode("utf-8", "replace").replace("\r", "")):
        start_s = int(hours) * 3600 + int(minutes) * 60 + int(seconds) + int(milliseconds) / 1000
        plain = " ".join(_MARKUP.sub("", words).split())
        if plain:
            cues.append((start_s, plain))
    return cues


def _compare(given: list[tuple[float, str]], found: list[tuple[float, str]], target: Path) -> None:
    for number, (a, b) in enumerate(zip(given, found, strict=False), 1):
        if a[1] != b[1] or abs(a[0] - b[0]) > _SAME_S:
            raise NotAsWritten(target, f"cue {number} should be {a[1]!r} at {a[0]:.2f} s and is {b[1]!r} at {b[0]:.2f} s")
    if len(given) != len(found):
        raise NotAsWritten(target, f"it holds {len(found)} of {len(given)} cues")
