"""Searches that a library remembers by name, in `searches.json` beside its catalogue."""

from __future__ import annotations

from pathlib import Path

import msgspec

from video_pipeline.core.errors import BadRecord, CannotWrite, UnknownName
from video_pipeline.core.files import atomic_write, reason
from video_pipeline.library.question import Question

NAME = "searches.json"


def saved_searches(library: Path) -> dict[str, Question]:
    """By name; none where nothing was ever saved. Raises BadRecord."""
    try:
        return msgspec.json.decode((library / NAME).read_bytes(), type=dict[str, Question])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError, ValueError) as error:
        raise BadRecord(library / NAME, str(error)) from None


def saved_search(library: Path, name: str) -> Question:
    """Raises UnknownName."""
    known = saved_searches(library)
    if name not in known:
        raise UnknownName("saved search", name, tuple(sorted(known)))
    return known[name]


def save_search(library: Path, name: str, question: Question) -> None:
    """One of that name is replaced. Raises CannotWrite."""
    known = {**saved_searches(library), name: question}
    try:
        atomic_write(library / NAME, msgspec.json.format(msgspec.json.encode(dict(sorted(known.items()))), indent=1) + b"\n")
    except OSError as error:
        raise CannotWrite(library / NAME, reason(error)) from None
