"""Errors of media files, of FFmpeg, and of cutting and of adding subtitles to a video."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from video_pipeline.core.errors import CannotWrite, InputError, OptionError, OutputError, ToolError
from video_pipeline.core.refusals import DISK_FULL


@dataclass(eq=False)
class NotMedia(InputError):
    path: Path
    reason: str

    @property
    def message(self) -> str:
        return f"{self.path} is not a video or audio file: {self.reason}"


@dataclass(eq=False)
class IsFolder(NotMedia):
    reason: str = "it is a folder"


@dataclass(eq=False)
class NoAudio(InputError):
    path: Path

    @property
    def message(self) -> str:
        return f"{self.path} has no audio track, so there is nothing to transcribe"


@dataclass(eq=False)
class NoSuchTrack(InputError):
    path: Path
    track: int
    tracks: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"{self.path} has no audio track {self.track}; it has: {'; '.join(self.tracks)}"


@dataclass(eq=False)
class NoPicture(InputError):
    path: Path
    wanted: str

    @property
    def message(self) -> str:
        return f"{self.path} has no picture, so {self.wanted}"


@dataclass(eq=False)
class DamagedMedia(InputError):
    path: Path
    reason: str

    @property
    def message(self) -> str:
        return f"{self.path} is damaged, and no sound could be decoded from it: {self.reason}"


@dataclass(eq=False)
class FfmpegMissing(ToolError):
    searched: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"FFmpeg was not found; searched: {', '.join(self.searched)}"


@dataclass(eq=False)
class FfmpegFailed(ToolError):
    doing: str
    path: Path
    tail: str

    @property
    def message(self) -> str:
        return f"FFmpeg failed while {self.doing} {self.path}: {self.tail}"


@dataclass(eq=False)
class FfmpegTimeout(ToolError):
    doing: str
    path: Path
    limit_s: float

    @property
    def message(self) -> str:
        return f"FFmpeg made no progress for {self.limit_s:.0f} s while {self.doing} {self.path} and was stopped"


@dataclass(eq=False)
class CannotHold(OptionError):
    path: Path
    container: str
    streams: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"a {self.container} file cannot hold every stream of {self.path}: {'; '.join(self.streams)} would be lost"


@dataclass(eq=False)
class MissingFont(ToolError):
    characters: str
    remedy: str
    """Which font to install, and how on each system."""

    @property
    def message(self) -> str:
        more = " ..." if len(self.characters) > 12 else ""
        return f"no font on this machine can draw {' '.join(self.characters[:12])}{more}: {self.remedy}"


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
        return f"the FFmpeg at {self.ffmpeg} was built without libass and cannot draw subtitles"


@dataclass(eq=False)
class NotEnoughSpace(OutputError):
    path: Path
    needed_bytes: int
    free_bytes: int

    @property
    def message(self) -> str:
        needed, free = (f"{count / 1e6:,.0f} MB" for count in (self.needed_bytes, self.free_bytes))
        return f"{self.path} needs about {needed} and its disk has {free} left"


def told_as(kind: type[BaseException], sentence: str) -> type[BaseException]:
    """The class whose advice suits an error: that of a full disk is to make room, whatever could not be written."""
    return NotEnoughSpace if issubclass(kind, CannotWrite) and sentence.endswith(DISK_FULL) else kind


@dataclass(eq=False)
class CannotCut(ToolError):
    path: Path
    way: str
    reason: str

    @property
    def message(self) -> str:
        return f"{self.path} cannot be cut by {self.way}: {self.reason}"


@dataclass(eq=False)
class NoSubtitleTrack(InputError):
    path: Path
    wanted: str
    """Number or language of the track; empty for any."""
    tracks: tuple[str, ...]

    @property
    def message(self) -> str:
        if not self.tracks:
            return f"{self.path} has no subtitle track"
        return f"{self.path} has no subtitle track {self.wanted!r}; it has {'; '.join(self.tracks)}"


@dataclass(eq=False)
class PicturesOfText(InputError):
    path: Path
    codec: str
    tracks: tuple[str, ...]

    @property
    def message(self) -> str:
        kinds = "; ".join(self.tracks)
        return f"the subtitle track of {self.path} stores pictures of text ({self.codec}), which cannot be read; it has {kinds}"
