"""How many files of the package one video's way enters: `python tools/trace_ways.py [--list]`.

Two ways through the demo video, with the demo model: from sound to a cue in `.ass`, from a laugh to a marker in an edit list.
Counted are files of which a function runs, from the call of `process` to its end; importing a module and loading options count
for nothing. Run it before and after a change that says to make a way shorter.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import video_pipeline
from video_pipeline.options import load_options
from video_pipeline.video.base import Goal
from video_pipeline.video.process import process

PACKAGE = Path(video_pipeline.__file__).parent
DEMO = PACKAGE.parent / "examples/demo.mp4"
_FUNCTION = 0x1
"""Of a code object's flags (CO_OPTIMIZED): it is of a function, neither of a module nor of a class."""
WAYS: dict[str, tuple[Goal, dict[str, Any]]] = {
    "sound to .ass": ("subtitles", {"formats": "ass"}),
    "laugh to .fcpxml": ("clips", {"exports": "video,timelines", "clips.timelines": "fcpxml"}),
}


@contextmanager
def entered(found: Callable[[str], object]) -> Iterator[None]:
    """Inside the block `found` is called with the file of every function that is entered, in any thread that is started."""

    def enter(frame: FrameType, event: str, argument: object) -> None:
        code: CodeType = frame.f_code
        if event == "call" and code.co_flags & _FUNCTION and code.co_filename.startswith(str(PACKAGE)):
            found(code.co_filename)

    threading.setprofile(enter)
    sys.setprofile(enter)
    try:
        yield
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def trace(goal: Goal, overrides: dict[str, Any]) -> list[str]:
    """The files of a way, by their names in the package."""
    options = load_options("default", {"engine": "sensevoice", "model": "demo", **overrides})
    files: set[str] = set()
    with tempfile.TemporaryDirectory() as out, entered(files.add):
        process(DEMO, goal, options, out)
    return sorted(Path(file).relative_to(PACKAGE).as_posix() for file in files)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--list", action="store_true", help="name the files")
    wanted = parser.parse_args()
    for way, (goal, overrides) in WAYS.items():
        files = trace(goal, overrides)
        print(f"{way}: {len(files)} files")
        if wanted.list:
            print(*files, sep="\n")


if __name__ == "__main__":
    main()
