"""What is known of a video besides its sound: its name, its folder, its day, and what a table says of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

import msgspec

from video_pipeline.core.printable import path_stored, printable
from video_pipeline.library.remote import is_remote, name_of
from video_pipeline.library.rows import Row

_DAY_COLUMNS = ("date", "day", "recorded", "published", "year")
_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:([-_./年]?)(0[1-9]|1[0-2])(?:\2|月)?(0[1-9]|[12]\d|3[01])?)?(?![\dxXpP])")
"""A year, with a month and a day where they follow: 2023, 2023-05, 20230501, 2023年05月01."""
_PARTS_KEPT = 3
"""Of a path, from its end, that say something of a video."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    name: str
    place: str
    day: str
    words: str
    """All that a video is found by that nobody says in it."""


def card_of(source: str, metadata: Mapping[str, str]) -> Card:
    """`source` is a path or an address."""
    if is_remote(source):
        name, place = name_of(source), source.partition("?")[0].rpartition("/")[0]
    else:
        path = path_stored(source)
        name, place = printable(path.name), printable(str(path.parent))
    stem = PurePath(name).stem
    folders = [part for part in place.split("/") if part][-_PARTS_KEPT:]
    words = [word.replace("_", " ") for word in (stem, *folders, *metadata.values())]
    return Card(name=name, place=place, day=_day(metadata, name, place), words=" \u2002 ".join(words))


def _day(metadata: Mapping[str, str], name: str, place: str) -> str:
    """As far as it is known: what a table says, else a date in the name, else one in the folder, the nearest first."""
    told = {key.lower(): value for key, value in metadata.items()}
    for text in (*(told.get(column, "") for column in _DAY_COLUMNS), name, *reversed(place.split("/"))):
        if found := _DAY.search(text):
            return "-".join(part for part in (found[1], found[3], found[4]) if part)
    return ""


def metadata_of(row: Row) -> dict[str, str]:
    """What a table said of a video, as its item keeps it."""
    try:
        return msgspec.json.decode(row.job, type=_Job).metadata
    except ValueError:
        return {}


class _Job(msgspec.Struct):
    """A stored job as far as it is needed here."""

    metadata: dict[str, str] = {}
