"""Speakers of a video as requests and answers write them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from video_pipeline.core.errors import BadValue
from video_pipeline.core.span import Span
from video_pipeline.video import people
from video_pipeline.video.people import Person
from video_pipeline.video.video import Video

CHANGES = ("rename", "merge", "assign", "separate")


def person_row(person: Person) -> dict[str, Any]:
    """One speaker: with `parts` made into one, and lines to know the voice by."""
    return {
        "name": person.name,
        "speech_s": round(person.speech_s, 2),
        "lines": person.lines,
        "parts": list(person.parts),
        "samples": [
            {"start_s": round(line.start_s, 2), "end_s": round(line.end_s, 2), "text": line.text} for line in person.samples
        ],
    }


def change_people(video: Video, request: Mapping[str, Any]) -> None:
    """One change of `CHANGES`: `{"rename": OLD, "to": NEW}`, `{"merge": OLD, "to": INTO}`, `{"separate": WAS}` or
    `{"assign": {"start_s", "end_s"}, "to": NAME}`. Raises BadValue, UnknownName.
    """
    asked = [name for name in CHANGES if name in request]
    if len(asked) != 1:
        raise BadValue("speakers", f"write one of {', '.join(CHANGES)}")
    what = asked[0]
    if what == "separate":
        people.separate(video, _name(request, what))
    elif what == "assign":
        people.assign(video, _span(request[what]), _name(request, "to"))
    else:
        act = people.rename if what == "rename" else people.merge
        act(video, _name(request, what), _name(request, "to"))


def _name(request: Mapping[str, Any], key: str) -> str:
    value = request.get(key)
    if not isinstance(value, str):
        raise BadValue(key, "this is a speaker's name")
    return value


def _span(value: Any) -> Span:
    try:
        start_s, end_s = float(value["start_s"]), float(value["end_s"])
    except (KeyError, TypeError, ValueError, OverflowError):
        start_s = end_s = math.nan
    if not (math.isfinite(start_s) and 0 <= start_s < end_s < math.inf):
        raise BadValue("assign", 'write {"start_s": ..., "end_s": ...}')
    return Span(start_s, end_s)
