"""Translations as requests write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from video_pipeline.core.errors import BadValue
from video_pipeline.video.translating import put_translation, translate_again
from video_pipeline.video.video import Video

_LONGEST_TEXT = 2000
"""Characters of a translation."""


def change_translation(video: Video, request: Mapping[str, Any]) -> None:
    """`{"language": "ja", "number": 3, "text": "..."}`, or `"again": true` in the place of the text.

    Raises BadValue, UnknownName, and what a translator raises.
    """
    tag, number, text = (request.get(name) for name in ("language", "number", "text"))
    if not isinstance(tag, str) or not isinstance(number, int) or isinstance(number, bool):
        raise BadValue("translations", 'write {"language": ..., "number": ..., "text": ...}')
    if request.get("again") is True:
        translate_again(video, tag, number)
    elif isinstance(text, str) and len(text) <= _LONGEST_TEXT:
        put_translation(video, tag, number, text)
    else:
        raise BadValue("text", f"this is text of at most {_LONGEST_TEXT} characters")
