"""What can go wrong while subtitles are put into a video: leaves of the tree in `errors`, with its exit codes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from video_pipeline.core.errors import OptionError, OutputError, ToolError


@dataclass(eq=False)
class CannotHold(OptionError):
    path: Path
    container: str
    streams: tuple[str, ...]

    @property
    def message(self) -> str:
        return (
            f"a {self.container} file cannot hold every stream of {self.path}, namely {'; '.join(self.streams)}; "
            "take Matroska, which can: --container mkv"
        )


@dataclass(eq=False)
class MissingFont(ToolError):
    characters: str
    advice: str

    @property
    def message(self) -> str:
        more = " ..." if len(self.characters) > 12 else ""
        return f"no font on this machine can draw {' '.join(self.characters[:12])}{more}: {self.advice}, or say --fonts FOLDER"


@dataclass(eq=False)
class NotAsWritten(OutputError):
    path: Path
    difference: str

    @property
    def message(self) -> str:
        return f"{self.path} did not pass its check and was removed: {self.difference}"


@dataclass(eq=False)
class NoLibass(ToolError):
    ffmpeg: str

    @property
    def message(self) -> str:
        return (
            f"the FFmpeg at {self.ffmpeg} was built without libass and cannot draw subtitles; put a full build on PATH, "
            "or take it off PATH so that the one inside imageio-ffmpeg is used"
        )


@dataclass(eq=False)
class NotEnoughSpace(OutputError):
    path: Path
    needed_bytes: int
    free_bytes: int

    @property
    def message(self) -> str:
        needed, free = (f"{count / 1e6:,.0f} MB" for count in (self.needed_bytes, self.free_bytes))
        return f"{self.path} needs about {needed} and its disk has {free} left; make room or choose another folder with --out"


@dataclass(eq=False)
class CannotCut(ToolError):
    path: Path
    way: str
    reason: str

    @property
    def message(self) -> str:
        return f"{self.path} cannot be cut by {self.way}: {self.reason}; --cut exact always can"


@dataclass(eq=False)
class ToolMissing(ToolError):
    package: str
    wanted: str

    @property
    def message(self) -> str:
        return f"without the package {self.package} there is no {self.wanted}; pip install {self.package}"


@dataclass(eq=False)
class NoFaceDetector(ToolError):
    reason: str

    @property
    def message(self) -> str:
        return f"faces cannot be found here ({self.reason}): pip install 'video-pipeline[faces]', or --set clips.shape.steer=auto"
