"""What a person may choose about the reel."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import msgspec

from video_pipeline.core.constraints import AtLeastOne, AtLeastZero, FilePath, check_fields

_Level = Annotated[float, msgspec.Meta(ge=-60, le=6)]
"""In dB: -60 is silence to the ear, 6 twice as loud in amplitude."""


@dataclass(frozen=True, slots=True)
class MusicOptions:
    """A bed of music."""

    file: FilePath = ""
    """A sound file, repeated where it is too short; empty for none."""

    level_db: _Level = -9.0
    """Level relative to the programme's loudness, in dB, where nobody speaks."""

    ducked_db: _Level = -21.0
    """Level relative to the programme's loudness, in dB, under words, laughter and applause."""

    def __post_init__(self) -> None:
        check_fields(self)
        if self.ducked_db > self.level_db:
            raise ValueError("levels of music must be ducked_db <= level_db")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReelOptions:
    """How a reel is put together."""

    clips: AtLeastOne = 6
    """Most clips in it, the best ones."""

    title: str = ""
    """The title on its card; empty takes the video's name."""

    title_s: AtLeastZero = 2.5
    """Seconds that the card stands; 0 for no card."""

    dissolve_s: AtLeastZero = 0.4
    """Seconds in which one piece changes into the next; 0 for a cut."""

    intro: FilePath = ""
    """A video that comes first; empty for none."""

    outro: FilePath = ""
    """A video that comes last; empty for none."""

    music: MusicOptions = field(default_factory=MusicOptions)
    """A bed of music under all of it."""

    def __post_init__(self) -> None:
        check_fields(self)

    def files(self) -> list[tuple[str, int, int]]:
        """The files it is made of besides the clips, each with its size and when it was changed."""
        named = [Path(name) for name in (self.intro, self.outro, self.music.file) if name]
        there = [(path, path.stat()) for path in named if path.is_file()]
        return [(str(path.absolute()), stat.st_size, stat.st_mtime_ns) for path, stat in there]
