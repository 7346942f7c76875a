"""The one place that starts FFmpeg, built for input that may be hostile, broken or endless.

Each call is a process of its own with no standard input, no protocol but local files and pipes, a list of container formats
it may open (playlist formats such as HLS, DASH and concat could make it read other files), and a watchdog.
"""

from __future__ import annotations

import collections
import functools
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from video_pipeline.core.heartbeat import beat
from video_pipeline.media.errors import FfmpegFailed, FfmpegMissing, FfmpegTimeout

CONTAINERS = (
    "aac,ac3,aiff,amr,asf,au,avi,caf,dv,eac3,flac,flv,gxf,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,mp3,mpeg,mpegts,mxf,nut,ogg,"
    "opus,rm,tta,vob,w64,wav,wtv,wv"
)
"""Containers that hold media themselves. Anything that points at other files is left out on purpose."""

PROTOCOLS = "file,pipe"
STALL_S = 60.0
"""A running FFmpeg that gives nothing for this long is stopped."""
_TAIL_LINES = 12
_MESSAGE_LINES = 2000
_WRITTEN = re.compile(rb"out_time_us=(\d+)")
_PART = re.compile(r"\[[^\]]*@ 0x[0-9a-f]+\] ?")
_LEVEL = re.compile(r"\[(?:error|fatal)\] ")  # printed where the verbosity begins with `level+`
_NOISE = (
    "At least one output", "Last message repeated", "Consider increasing",
    "Error opening input file", "Error opening output file",
    "Error parsing options", "To ignore this, add", "Task finished", "Terminating thread", "Nothing was written",
    "Conversion failed", "Input #", "Metadata:",
)  # fmt: skip


@functools.cache
def find_ffmpeg() -> str:
    """The FFmpeg on PATH, else the one inside the imageio-ffmpeg wheel."""
    found = shutil.which("ffmpeg")
    if found:
        return found
    try:
        import imageio_ffmpeg

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        raise FfmpegMissing(("PATH", "the package imageio-ffmpeg")) from None


@functools.cache
def ffmpeg_version() -> str:
    """The first words of `ffmpeg -version`: part of every cache key that depends on decoded media."""
    out = subprocess.run([find_ffmpeg(), "-version"], capture_output=True, text=True, check=True, timeout=STALL_S)
    return " ".join(out.stdout.split()[:3])


def graph() -> ModuleType:
    """The ffmpeg-python module, which writes command lines from a graph of streams."""
    import ffmpeg

    module: ModuleType = ffmpeg
    return module


def source(path: Path, **options: Any) -> Any:
    """A node of the graph that reads `path` under the guards above."""
    return graph().input(url(path), format_whitelist=CONTAINERS, protocol_whitelist=PROTOCOLS, **options)


def url(path: Path) -> str:
    """A path as FFmpeg takes it literally, whatever colons, percent signs or leading dashes it holds."""
    return f"file:{path.absolute()}"


def command(node: Any, *, verbosity: str = "error", more: Iterable[str] = ()) -> list[str]:
    """The command line of a graph, overwriting its output, silent but for errors.

    `more` are options of its one output that the graph cannot hold, since they stand there several times.
    """
    line: list[str] = graph().compile(node, cmd=find_ffmpeg(), overwrite_output=True)
    *most, output, overwrite = line[1:]
    return [line[0], "-hide_banner", "-nostdin", "-v", verbosity, *most, *more, output, overwrite]


@dataclass(frozen=True, slots=True)
class Task:
    """What a call is for: names it in errors. `limit_s` bounds a whole `run`, or the silence of a `stream` or a `follow`."""

    doing: str
    path: Path
    limit_s: float = STALL_S


def run(line: list[str], task: Task, *, cwd: Path | None = None, check: bool = True) -> tuple[bytes, str]:
    """Run to the end; its standard output and its errors as text.

    Raises:
        FfmpegTimeout: it ran longer than `task.limit_s`.
        FfmpegFailed: it ended with an error and `check` is set.
    """
    with _process(line, cwd) as process:
        try:
            out, err = process.communicate(timeout=task.limit_s)
        except subprocess.TimeoutExpired:
            raise FfmpegTimeout(task.doing, task.path, task.limit_s) from None
    text = err.decode("utf-8", "replace")
    if check and process.returncode != 0:
        raise FfmpegFailed(task.doing, task.path, tail(text))
    return out, text


@dataclass(slots=True)
class Ending:
    """How a stream ended, filled in when it has: exit status and last words."""

    status: int | None = None
    tail: str = ""


def stream(line: list[str], task: Task, block_bytes: int, ending: Ending) -> Iterator[bytes]:
    """Standard output in blocks of `block_bytes` (the last may be shorter). A consumer that stops early ends the process.

    A bad exit status is no error here, since what was decoded before it is of use: the caller reads `ending`.
    """
    with _process(line, None) as process:
        assert process.stdout is not None and process.stderr is not None
        words: collections.deque[str] = collections.deque(maxlen=_TAIL_LINES)
        reader = threading.Thread(target=_drain, args=(process.stderr, words), daemon=True)
        reader.start()
        dog = _Watchdog(process, task.limit_s)
        try:
            while block := process.stdout.read(block_bytes):
                dog.stop()
                beat()
                yield block
                dog = _Watchdog(process, task.limit_s)
            ending.status = process.wait()
        finally:
            dog.stop()
        reader.join(timeout=5)
        if dog.bit:
            raise FfmpegTimeout(task.doing, task.path, task.limit_s)
        ending.tail = tail("\n".join(words))


def follow(line: list[str], task: Task, told: Callable[[float], None], *, cwd: Path | None = None) -> str:
    """Run to the end, however long that takes while it goes on; `told` hears how many seconds of output are written.

    Returns the last lines of its messages.

    Raises:
        FfmpegTimeout: nothing more was written for `task.limit_s`.
        FfmpegFailed: it ended with an error.
    """
    with _process([line[0], "-progress", "pipe:1", "-nostats", *line[1:]], cwd) as process:
        assert process.stdout is not None and process.stderr is not None
        words: collections.deque[str] = collections.deque(maxlen=_MESSAGE_LINES)
        reader = threading.Thread(target=_drain, args=(process.stderr, words), daemon=True)
        reader.start()
        dog, written_s = _Watchdog(process, task.limit_s), 0.0
        try:
            for raw in process.stdout:
                found = _WRITTEN.match(raw)
                if found and int(found[1]) / 1e6 > written_s:
                    dog.stop()
                    written_s = int(found[1]) / 1e6
                    beat()
                    told(written_s)
                    dog = _Watchdog(process, task.limit_s)
            status = process.wait()
        finally:
            dog.stop()
        reader.join(timeout=5)
    text = "".join(words)
    if dog.bit:
        raise FfmpegTimeout(task.doing, task.path, task.limit_s)
    if status != 0:
        raise FfmpegFailed(task.doing, task.path, tail(text))
    return text


def tail(text: str) -> str:
    """The last telling lines of FFmpeg's errors on one line: no addresses, no repetition, none of its own housekeeping."""
    worst = [line.partition(found[0])[2] for line in text.splitlines() if (found := _LEVEL.search(line))]
    lines = dict.fromkeys(_PART.sub("", line).strip() for line in worst or text.splitlines())
    telling = [line for line in lines if line and not line.startswith(_NOISE)]
    return "; ".join(telling[-2:]) or "FFmpeg gave no reason"


@contextmanager
def _process(line: list[str], cwd: Path | None) -> Iterator[subprocess.Popen[bytes]]:
    """A child in a session of its own, so that Ctrl-C reaches us first; it is gone when the block is left."""
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        line, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, cwd=cwd, start_new_session=os.name == "posix"
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        for end in (process.stdout, process.stderr):
            if end is not None and not end.closed:
                end.close()


def _drain(pipe: Any, words: collections.deque[str]) -> None:
    try:
        for raw in pipe:
            words.append(raw.decode("utf-8", "replace"))
    except ValueError:
        return  # closed under us: the consumer stopped early and nobody reads the words


class _Watchdog:
    """Kills a process that gives nothing for `limit_s`."""

    def __init__(self, process: subprocess.Popen[bytes], limit_s: float) -> None:
        self.bit = False
        self._process = process
        self._timer = threading.Timer(limit_s, self._bite)
        self._timer.daemon = True
        self._timer.start()

    def _bite(self) -> None:
        self.bit = True
        self._process.kill()

    def stop(self) -> None:
        self._timer.cancel()
