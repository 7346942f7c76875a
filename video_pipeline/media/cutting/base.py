"""Input and output of a cut: options, pieces, reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from video_pipeline.core.errors import UnknownName
from video_pipeline.core.span import Span
from video_pipeline.media.cutting.encoders import ENCODERS
from video_pipeline.media.fonts import Typeset, drawing
from video_pipeline.media.framing import Framing, framed
from video_pipeline.media.loudness import LoudnessOptions
from video_pipeline.media.probe import MediaInfo

WAYS = ("exact", "smart", "copy")
_WORST_CRF = 51


@dataclass(frozen=True, slots=True)
class CutOptions:
    """How pieces are cut and encoded.

    Attributes:
        way: `exact` encodes all of a piece again; `smart` copies the stretch between its first and last key frame and encodes
            only the edges; `copy` encodes nothing, so that the piece begins at the key frame before its start, as loud as it was.
        crf: x264's constant quality, lower is better; 18 is visually the same as the source.
        speed: x264's preset.
        encoder: `auto` takes the graphics hardware where it can encode a real frame, else x264; or the name of one of
            `encoders.ENCODERS`.
        audio_kbps: AAC bit rate.
    """

    way: str = "exact"
    crf: int = 20
    speed: str = "veryfast"
    encoder: str = "auto"
    audio_kbps: int = 160

    def __post_init__(self) -> None:
        if self.way not in WAYS:
            raise UnknownName("way to cut", self.way, WAYS)
        if self.encoder not in ("auto", *ENCODERS):
            raise UnknownName("encoder", self.encoder, ("auto", *ENCODERS))
        if not 0 <= self.crf <= _WORST_CRF or self.audio_kbps < 8:
            raise ValueError("crf must be 0 to 51 and audio_kbps 8 or more")


@dataclass(frozen=True, slots=True)
class Look:
    """Changes of the picture: how it is fitted into another shape, and subtitles drawn onto it, on the piece's clock."""

    framing: Framing | None = None
    captions: Typeset | None = None

    def onto(self, picture: Any, place: Path) -> Any:
        """Apply the changes to a picture of FFmpeg's graph, on the piece's clock; FFmpeg must run in the folder `place`."""
        if self.framing is not None:
            picture = framed(picture, self.framing)
        return drawing(picture, self.captions, place) if self.captions is not None else picture


@dataclass(frozen=True, slots=True)
class Piece:
    """A span of a video to write as a file. `track` is the number of the audio track."""

    info: MediaInfo
    track: int
    span: Span
    look: Look = field(default_factory=Look)
    loudness: LoudnessOptions = field(default_factory=lambda: LoudnessOptions(on=False))

    @property
    def has_sound(self) -> bool:
        return bool(self.info.audio)


@dataclass(frozen=True, slots=True)
class CutReport:
    """How a piece was cut."""

    span: Span
    """The part of the source that the file holds. Its start is zero on the file's clock."""
    way: str
    """One of `WAYS`; may differ from the requested one."""
    encoder: str = ""
    """Encoder of the picture; empty if all of it was copied."""
    fallback: str = ""
    """Why it was not cut as requested; empty if it was."""
    check: str = ""
    """What was compared with the source, in words."""
