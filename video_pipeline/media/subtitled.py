"""What a person may choose about copies of a video that hold its subtitles, and their making."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from video_pipeline.core.constraints import FilePath, OneOf, check_fields
from video_pipeline.core.labels import Language
from video_pipeline.media.burn import BurnOptions, Drawn, burn
from video_pipeline.media.containers import CONTAINERS, Container, container_for
from video_pipeline.media.fonts import typeset
from video_pipeline.media.mux import Track, mux
from video_pipeline.media.probe import MediaInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoOptions:
    """Copies of the video that hold the subtitles."""

    mux: bool = False
    """Make a copy of the video with the subtitles as a track of their own; nothing is encoded again."""

    burn: bool = False
    """Make a copy with the subtitles drawn into its picture, which is encoded again."""

    container: Annotated[str, OneOf("container", CONTAINERS, ("",))] = ""
    """File type of the copy with a subtitle track; empty takes the video's own."""

    fonts: FilePath = ""
    """A folder of fonts that go before those of the system; empty for none."""

    attach_fonts: bool = False
    """Put the fonts into a Matroska copy, so that it looks the same everywhere; mind their licences."""

    encoding: BurnOptions = field(default_factory=BurnOptions)
    """How the picture with subtitles is encoded."""

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(kind for kind, asked in (("mux", self.mux), ("burn", self.burn)) if asked)


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy to be made: `kind` is mux or burn, `stem` the name of its files, `for_deaf` says that sounds are told too."""

    kind: str
    info: MediaInfo
    options: VideoOptions
    stem: str
    language: Language = Language.UNKNOWN
    for_deaf: bool = False

    @property
    def target(self) -> str:
        """Its file name."""
        return f"{self.stem}.burned.mp4" if self.kind == "burn" else f"{self.stem}.subtitled{self._container.suffix}"

    @property
    def depends_on(self) -> tuple[object, ...]:
        """Whatever of the options would make another file of the same subtitles."""
        asked = self.options
        if self.kind == "burn":
            return self.language, asked.fonts, asked.encoding
        return self.language, asked.fonts if asked.attach_fonts else "", asked.attach_fonts, self.target, self.for_deaf

    @property
    def reads(self) -> str:
        """The subtitle format that goes in."""
        return "ass" if self.kind == "burn" else self._container.reads

    def make(self, document: str, target: Path, done: Callable[[float], None]) -> tuple[str, ...]:
        """Write it, with the subtitles of `document`; gives what a person should know about it.

        `done` is told seconds of finished video. Raises what `mux` and `burn` raise; nothing is left behind then.
        """
        fonts = Path(self.options.fonts) if self.options.fonts else None
        if self.kind == "burn":
            burn(self.info, Drawn(document, self.language, fonts), target, self.options.encoding, done)
            return ()
        files: tuple[Path, ...] = ()
        if self.options.attach_fonts and self.reads == "ass":
            ready = typeset(document, self.language, fonts)
            document, files = ready.text, ready.used
        return mux(self.info, Track(document, self.language, "", self.for_deaf, files), self._container, target, done)

    @property
    def _container(self) -> Container:
        return container_for(self.info.path, self.options.container)
