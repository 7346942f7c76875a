"""Subtitle files from outside are read in a process of their own: whatever they do to a parser, the server goes on.

`python -m video_pipeline.web.apart FILE LANGUAGE EMOTION` writes the lines of a file as JSON, or `{"reason": ...}`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec

from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import Segment
from video_pipeline.subtitles.errors import NotSubtitles

_LONGEST_S = 60.0
"""On a busy machine; a long film takes a second."""
_PROCESSOR_S = 15
_MEMORY_BYTES = 2 << 30
"""Of addresses; reading a long film takes a tenth. What unfolds to more (a packed table) ends there."""


def lines_apart(path: Path, language: Language, *, emotion: bool) -> list[Segment]:
    """As `lines_in`. Raises NotSubtitles, also where reading takes too long or too much memory."""
    command = [sys.executable, "-m", __name__, str(path.absolute()), str(language), str(int(emotion))]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OMP_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=_LONGEST_S, check=False
        )
    except subprocess.TimeoutExpired:
        raise NotSubtitles(path, "reading it takes too long") from None
    if done.returncode:
        raise NotSubtitles(path, "reading it takes too long, or too much memory")
    found = msgspec.json.decode(done.stdout, type=list[Segment] | dict[str, str])
    if isinstance(found, dict):
        raise NotSubtitles(path, found["reason"])
    return found


def _main(path: str, language: str, emotion: str) -> None:
    _bound()
    from video_pipeline.video.lines_in import lines_in

    try:
        found: object = lines_in(Path(path), Language(language), emotion=emotion == "1")
    except NotSubtitles as error:
        found = {"reason": error.reason}
    sys.stdout.buffer.write(msgspec.json.encode(found))


def _bound() -> None:
    try:
        import resource
    except ImportError:  # on Windows, the time alone is bounded
        return
    for what, most in ((resource.RLIMIT_CPU, _PROCESSOR_S), (resource.RLIMIT_AS, _MEMORY_BYTES), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    _main(*sys.argv[1:])
