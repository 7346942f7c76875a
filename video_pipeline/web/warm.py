"""What two requests at once may not be the first to do.

msgspec reads the annotations of a class when it first makes one, and lets other threads see what it has not finished: the process
ends then (msgspec 0.22, also by a hair's breadth with few threads). So one thread goes through all classes before any request.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import sys

import msgspec

from video_pipeline.video import STAGES

_OWN = "video_pipeline."


@functools.cache
def prepare_types() -> None:
    """Call before the server answers, in one thread."""
    for name in STAGES:
        STAGES.load(name)
    modules = [module for name, module in list(sys.modules.items()) if name.startswith(_OWN)]
    for kind in {value for module in modules for value in vars(module).values() if _is_record(value)}:
        with contextlib.suppress(TypeError, NameError, AttributeError, NotImplementedError):  # one that is never read
            msgspec.json.Decoder(kind)


def _is_record(value: object) -> bool:
    if not isinstance(value, type) or not value.__module__.startswith(_OWN):
        return False
    return dataclasses.is_dataclass(value) or issubclass(value, msgspec.Struct)
