"""The contract of a steer, which decides where a crop goes.

To add one:
1. write one file here with a class that satisfies `Steer`;
2. add its line to `STEERS` in `__init__.py`, before those that are tried after it;
3. run `tests/clips/test_shape.py`, which holds every member of the table to the contract.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Protocol

import msgspec
import numpy as np
import numpy.typing as npt

from video_pipeline.clips.shape import STEERS
from video_pipeline.core.constraints import OneOf, Share, check_fields

ASPECTS = {"source": None, "9:16": (9, 16), "1:1": (1, 1), "4:5": (4, 5)}
"""Width and height: as the source; TikTok, Reels and Shorts; a square; the tallest post that feeds show in full."""

SEVERAL = ("auto", "speaker", "split", "whole")
"""What is shown of faces that do not fit into one crop."""

Pictures = npt.NDArray[np.uint8]
"""Frames of one shot in RGB, [frames, height, width, 3]."""


@dataclass(frozen=True, slots=True)
class ShapeOptions:
    """The shape of clips."""

    aspect: Annotated[str, OneOf("aspect", ASPECTS)] = "source"
    """Width to height; `source` keeps the video's own."""

    width_px: Annotated[int, msgspec.Meta(ge=64, le=4096, multiple_of=2)] = 1080
    """Width of a clip whose shape is changed, in pixels; platforms ask for 1080."""

    steer: Annotated[str, OneOf("steer", STEERS, ("auto",))] = "auto"
    """What the crop follows; `auto` tries all of them in their order."""

    several: Annotated[str, OneOf("way to show several faces", SEVERAL)] = "auto"
    """Faces too far apart for one crop: `speaker` cuts to the one whose mouth moves with the sound, `split` shows two of them,
    each in a half of the picture, `whole` the whole picture over its blur; `auto` cuts to the speaker where people speak in turn,
    and splits where they talk all at once or nobody is seen to speak."""

    least_kept: Share = 0.6
    """Where less than this share of what matters would be inside the crop, the whole picture is shown instead, over its own
    blur."""

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def size_px(self) -> tuple[int, int] | None:
        """Of the picture, None for the source's own."""
        shape = ASPECTS[self.aspect]
        return (self.width_px, round(self.width_px * shape[1] / shape[0] / 2) * 2) if shape else None


@dataclass(frozen=True, slots=True)
class Interest:
    """Something in a frame that should be visible: a box, in shares of the picture's width and height, and its importance."""

    left: float
    top: float
    right: float
    bottom: float
    weight: float
    mouth: tuple[float, float, float] | None = None
    """Its centre, in the same shares, and its width as a share of the picture's; None if there is none."""

    @property
    def x(self) -> float:
        return (self.left + self.right) / 2

    @property
    def y(self) -> float:
        return (self.top + self.bottom) / 2


class Steer(Protocol):
    """Finds what matters in a shot. Its constructor takes no arguments and raises ToolError if it cannot run here.

    Attributes:
        follows: its interests are things that move and may speak, so the crop goes along with them; else it stands still.
    """

    follows: bool

    def interests(self, pictures: Pictures) -> Sequence[Sequence[Interest]] | None:
        """What matters in each frame; None if nothing stands out in the shot."""
        ...
