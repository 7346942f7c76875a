"""Copies of a video that contain its subtitles: their options, and how they are made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
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

    tighten: bool = False
    """Make a copy without silences and filler words, with subtitles and cut lists of its own; `clips.tighten` says what goes."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One copy to make."""

    kind: str
    """mux or burn."""
    info: MediaInfo
    options: VideoOptions
    stem: str
    """File name without its suffixes."""
    language: Language = Language.UNKNOWN
    tag: str = ""
    """BCP 47 tag of the language where `language` is too coarse."""
    for_deaf: bool = False
    """The subtitles also describe sounds."""
    more: tuple[Track, ...] = ()
    """Further subtitle tracks, in other languages; a copy with drawn subtitles has none."""

    @property
    def target(self) -> str:
        """Its file name."""
        return f"{self.stem}.burned.mp4" if self.kind == "burn" else f"{self.stem}.subtitled{self._container.suffix}"

    @property
    def reads(self) -> str:
        """The subtitle format that `make` needs."""
        return "ass" if self.kind == "burn" else self._container.reads

    def make(self, document: str, target: Path, on_progress: Callable[[float], None]) -> tuple[str, ...]:
        """Write the copy with the subtitles of `document`; returns sentences about it that users should know.

        `on_progress` receives seconds of finished video. Raises what `mux` and `burn` raise, and then leaves nothing behind.
        """
        if self.kind == "burn":
            burn(self.info, Drawn(document, self.language, self._fonts), target, self.options.encoding, on_progress)
            return ()
        track = self._typeset(Track(document, self.language, self.tag, for_deaf=self.for_deaf))
        return mux(self.info, track, self._container, target, on_progress, [self._typeset(one) for one in self.more])

    def _typeset(self, track: Track) -> Track:
        """With the fonts that it needs, where they are attached."""
        if not self.options.attach_fonts or self.reads != "ass":
            return track
        ready = typeset(track.document, track.language, self._fonts)
        return replace(track, document=ready.text, fonts=ready.used)

    @property
    def _fonts(self) -> Path | None:
        return Path(self.options.fonts) if self.options.fonts else None

    @property
    def _container(self) -> Container:
        return container_for(self.info.path, self.options.container)
