"""The only module that starts FFmpeg. Input may be hostile, broken or endless.

Each call is a separate process without standard input, restricted to local files and pipes and to a list of container formats
(playlist formats such as HLS, DASH and concat could make it read other files), with a watchdog.
"""

from __future__ import annotations

import atexit
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
"""Containers that hold media themselves. Formats that refer to other files are left out on purpose."""

PROTOCOLS = "file,pipe"
STALL_S = 60.0
"""An FFmpeg without output for this long is stopped."""
_TAIL_LINES = 12
"""Last lines of messages that `stream` keeps; they go into errors."""
_MESSAGE_LINES = 2000
"""Last lines of messages that `follow` keeps: callers count the packets of each stream in them."""
_WRITTEN = re.compile(rb"out_time_us=(\d+)")
_PART = re.compile(r"\[[^\]]*@ 0x[0-9a-f]+\] ?")
_LEVEL = re.compile(r"\[(?:error|fatal)\] ")
"""Printed if the verbosity begins with `level+`."""
_NOISE = (
    "At least one output",
    "Conversion failed",
    "Consider increasing",
    "Error opening input file",
    "Error opening output file",
    "Error parsing options",
    "Input #",
    "Last message repeated",
    "Metadata:",
    "Nothing was written",
    "Task finished",
    "Terminating thread",
    "To ignore this, add",
)
"""Starts of lines that give no reason."""


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
    """The first words of `ffmpeg -version`, for `doctor`. In no cache key: results stay valid when FFmpeg is updated."""
    out = subprocess.run([find_ffmpeg(), "-version"], capture_output=True, text=True, check=True, timeout=STALL_S)
    return " ".join(out.stdout.split()[:3])


_STAND_INS = {0xDC00 + byte: 0x10FD00 + byte for byte in range(0x80, 0x100)}
"""From what Python makes of bytes that are not UTF-8 to characters at the end of Unicode's private use."""
_STOOD_IN_FOR = {new: old for old, new in _STAND_INS.items()}


def graph() -> ModuleType:
    """The module of ffmpeg-python, which builds command lines from a graph of streams."""
    import ffmpeg

    module: ModuleType = ffmpeg
    return module


def source(path: Path, *, ss: float = 0.0, t: float | None = None, **options: Any) -> Any:
    """A node of the graph that reads `path` with the restrictions above, from `ss` on and for `t` (both in seconds)."""
    options |= {"ss": f"{ss:.6f}"} if ss > 0 else {}
    options |= {"t": f"{t:.6f}"} if t is not None else {}
    return graph().input(url(path), format_whitelist=CONTAINERS, protocol_whitelist=PROTOCOLS, **options)


def url(path: Path) -> str:
    """A path in the form that FFmpeg takes literally, even with colons, percent signs or leading dashes.

    Bytes of a name that are not UTF-8 are stood in for, because ffmpeg-python cannot hold them; they are there again on the
    command line of the process.
    """
    return f"file:{path.absolute()}".translate(_STAND_INS)


def command(node: Any, *, verbosity: str = "error", more: Iterable[str] = ()) -> list[str]:
    """The command line of a graph; it overwrites its output and prints only errors.

    `more` are options of its one output that the graph cannot hold because they are repeated.
    """
    line: list[str] = graph().compile(node, cmd=find_ffmpeg(), overwrite_output=True)
    *most, output, overwrite = line[1:]
    return [line[0], "-hide_banner", "-nostdin", "-v", verbosity, *most, *more, output, overwrite]


@dataclass(frozen=True, slots=True)
class Task:
    """What a call is for, as errors name it. `limit_s` bounds a `run`, or the time without output of `stream` and `follow`."""

    doing: str
    path: Path
    limit_s: float = STALL_S


def run(line: list[str], task: Task, *, cwd: Path | None = None, check: bool = True) -> tuple[bytes, str]:
    """Run to the end; returns its standard output, and its messages as text.

    Raises:
        FfmpegTimeout: it ran longer than `task.limit_s`.
        FfmpegFailed: it ended with an error and `check` is set, or it was killed, which says nothing of the file.
    """
    with _process(line, cwd) as process:
        try:
            out, err = process.communicate(timeout=task.limit_s)
        except subprocess.TimeoutExpired:
            raise FfmpegTimeout(task.doing, task.path, task.limit_s) from None
    text = err.decode("utf-8", "replace")
    _check_alive(process.returncode, task)
    if check and process.returncode != 0:
        raise FfmpegFailed(task.doing, task.path, tail(text))
    return out, text


@dataclass(slots=True)
class Ending:
    """How a stream ended: exit status and last messages. Filled in at the end."""

    status: int | None = None
    tail: str = ""


def stream(line: list[str], task: Task, block_bytes: int, ending: Ending) -> Iterator[bytes]:
    """Standard output in blocks of `block_bytes`; the last may be shorter. A consumer that stops early ends the process.

    A failing exit status raises nothing, because what was decoded before it is of use: the caller reads `ending`. An FFmpeg that
    was killed says nothing of the file, so that raises FfmpegFailed.
    """
    with _process(line, None) as process:
        assert process.stdout is not None and process.stderr is not None
        messages: collections.deque[str] = collections.deque(maxlen=_TAIL_LINES)
        reader = threading.Thread(target=_drain, args=(process.stderr, messages), daemon=True)
        reader.start()
        watchdog = _Watchdog(process, task.limit_s)
        try:
            while block := process.stdout.read(block_bytes):
                watchdog.stop()
                beat()
                yield block
                watchdog = _Watchdog(process, task.limit_s)
            ending.status = process.wait()
        finally:
            watchdog.stop()
        reader.join(timeout=5)
        if watchdog.has_fired:
            raise FfmpegTimeout(task.doing, task.path, task.limit_s)
        ending.tail = tail("\n".join(messages))
        _check_alive(ending.status, task)


def follow(line: list[str], task: Task, on_progress: Callable[[float], None], *, cwd: Path | None = None) -> str:
    """Run to the end, for as long as it makes progress; `on_progress` receives the seconds of output written so far.

    Returns the last lines of its messages.

    Raises:
        FfmpegTimeout: nothing was written for `task.limit_s`.
        FfmpegFailed: it ended with an error.
    """
    with _process([line[0], "-progress", "pipe:1", "-nostats", *line[1:]], cwd) as process:
        assert process.stdout is not None and process.stderr is not None
        messages: collections.deque[str] = collections.deque(maxlen=_MESSAGE_LINES)
        reader = threading.Thread(target=_drain, args=(process.stderr, messages), daemon=True)
        reader.start()
        watchdog, written_s = _Watchdog(process, task.limit_s), 0.0
        try:
            for raw in process.stdout:
                found = _WRITTEN.match(raw)
                if found and int(found[1]) / 1e6 > written_s:
                    watchdog.stop()
                    written_s = int(found[1]) / 1e6
                    beat()
                    on_progress(written_s)
                    watchdog = _Watchdog(process, task.limit_s)
            status = process.wait()
        finally:
            watchdog.stop()
        reader.join(timeout=5)
    text = "".join(messages)
    if watchdog.has_fired:
        raise FfmpegTimeout(task.doing, task.path, task.limit_s)
    _check_alive(status, task)
    if status != 0:
        raise FfmpegFailed(task.doing, task.path, tail(text))
    return text


def _check_alive(status: int, task: Task) -> None:
    """Raises FfmpegFailed for an FFmpeg that was killed; on Windows that is not told from one that failed."""
    if status < 0:
        raise FfmpegFailed(task.doing, task.path, f"it was killed (signal {-status}), perhaps for want of memory")


def tail(text: str) -> str:
    """The last informative lines of FFmpeg's errors, on one line, without addresses, repetitions and general remarks."""
    worst = [line.partition(found[0])[2] for line in text.splitlines() if (found := _LEVEL.search(line))]
    lines = dict.fromkeys(_PART.sub("", line).strip() for line in worst or text.splitlines())
    useful = [line for line in lines if line and not line.startswith(_NOISE)]
    return "; ".join(useful[-2:]) or "FFmpeg gave no reason"


_running: set[subprocess.Popen[bytes]] = set()


@atexit.register
def _end_running() -> None:
    """A thread that waits for an FFmpeg that hangs leaves no block when the program ends."""
    for process in tuple(_running):
        process.kill()


@contextmanager
def _process(line: list[str], cwd: Path | None) -> Iterator[subprocess.Popen[bytes]]:
    """A child process in its own session, so that Ctrl-C reaches only this process; it is ended when the block is left."""
    pipe = subprocess.PIPE
    line = [word.translate(_STOOD_IN_FOR) for word in line]
    try:
        process = subprocess.Popen(
            line, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, cwd=cwd, start_new_session=os.name == "posix"
        )
    except FileNotFoundError:  # removed while a run goes on: no file of ours is to blame
        if Path(line[0]).exists():
            raise
        raise FfmpegMissing((line[0],)) from None
    _running.add(process)
    try:
        yield process
    finally:
        _running.discard(process)
        if process.poll() is None:
            process.kill()
        process.wait()
        for end in (process.stdout, process.stderr):
            if end is not None and not end.closed:
                end.close()


def _drain(pipe: Any, messages: collections.deque[str]) -> None:
    try:
        for raw in pipe:
            messages.append(raw.decode("utf-8", "replace"))
    except ValueError:
        return  # closed because the consumer stopped early: nobody reads the messages


class _Watchdog:
    """Kills a process after `limit_s`, unless stopped before."""

    def __init__(self, process: subprocess.Popen[bytes], limit_s: float) -> None:
        self.has_fired = False
        self._process = process
        self._timer = threading.Timer(limit_s, self._fire)
        self._timer.daemon = True
        self._timer.start()

    def _fire(self) -> None:
        self.has_fired = True
        self._process.kill()

    def stop(self) -> None:
        self._timer.cancel()
