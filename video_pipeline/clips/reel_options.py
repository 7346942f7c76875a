"""What a person may choose about the reel."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

_SILENT_DB = -60.0


@dataclass(frozen=True, slots=True)
class MusicOptions:
    """A bed of music.

    Attributes:
        file: a sound file; empty: none. It is repeated where it is too short.
        level_db: over the programme's own loudness, where nobody speaks.
        ducked_db: the same under words, laughter and applause.
    """

    file: str = ""
    level_db: float = -9.0
    ducked_db: float = -21.0

    def __post_init__(self) -> None:
        if not _SILENT_DB <= self.ducked_db <= self.level_db <= 6:
            raise ValueError(f"levels of music must be {_SILENT_DB:g} <= ducked_db <= level_db <= 6")


@dataclass(frozen=True, slots=True)
class ReelOptions:
    """How a reel is put together.

    Attributes:
        clips: most clips in it, the best ones.
        title: on the card; empty: the video's name.
        title_s: how long the card stands; 0: no card.
        dissolve_s: how long one piece changes into the next; 0: they are cut.
        intro, outro: videos that come first and last.
        music: under all of it.
    """

    clips: int = 6
    title: str = ""
    title_s: float = 2.5
    dissolve_s: float = 0.4
    intro: str = ""
    outro: str = ""
    music: MusicOptions = field(default_factory=MusicOptions)

    def __post_init__(self) -> None:
        if self.clips < 1 or min(self.title_s, self.dissolve_s) < 0:
            raise ValueError("a reel has 1 clip or more, and title_s and dissolve_s are 0 or more")

    def files(self) -> list[tuple[str, int, int]]:
        """The files it is made of besides the clips, each with its size and when it was changed."""
        named = [Path(name) for name in (self.intro, self.outro, self.music.file) if name]
        there = [(path, path.stat()) for path in named if path.is_file()]
        return [(str(path.absolute()), stat.st_size, stat.st_mtime_ns) for path, stat in there]
