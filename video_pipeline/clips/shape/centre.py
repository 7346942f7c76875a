"""The middle of the picture, if nothing else is known."""

from __future__ import annotations

from collections.abc import Sequence

from video_pipeline.clips.shape.base import Interest, Pictures


class Centre:
    """Always the middle."""

    follows = False

    def interests(self, pictures: Pictures) -> Sequence[Sequence[Interest]]:
        return [[Interest(0.5, 0.5, 0.5, 0.5, 1.0)] for _ in pictures]
