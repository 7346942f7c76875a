"""Input and output of a cut: options, pieces, reports."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import msgspec

from video_pipeline.core.constraints import OneOf, check_fields
from video_pipeline.core.span import Span
from video_pipeline.media.cutting.encoders import ENCODERS, SPEEDS
from video_pipeline.media.drawing import Typeset, drawing
from video_pipeline.media.framing import Framing, framed
from video_pipeline.media.loudness import LoudnessOptions
from video_pipeline.media.probe import MediaInfo

WAYS = ("exact", "smart", "copy")


@dataclass(frozen=True, slots=True)
class CutOptions:
    """How pieces are cut and encoded."""

    way: Annotated[str, OneOf("way to cut", WAYS)] = "exact"
    """`exact` encodes all of a piece again; `smart` copies the stretch between its first and last key frame and encodes only the
    edges; `copy` encodes nothing, so that the piece begins at the key frame before its start, as loud as it was."""

    crf: Annotated[int, msgspec.Meta(ge=0, le=51)] = 20
    """x264's constant quality, lower is better; 18 is visually the same as the source."""

    speed: Annotated[str, OneOf("x264 preset", SPEEDS)] = "veryfast"
    """x264's preset: slower ones make smaller files."""

    encoder: Annotated[str, OneOf("encoder", ENCODERS, ("auto",))] = "auto"
    """`auto` takes the graphics hardware where it can encode a real frame, else x264."""

    audio_kbps: Annotated[int, msgspec.Meta(ge=8)] = 160
    """AAC bit rate in kbit/s."""

    hdr: bool = False
    """Keep HDR as it is, in HEVC of 10 bits, where a piece is encoded and no captions are drawn; else it gets the colours of a
    usual screen, in H.264."""

    def __post_init__(self) -> None:
        check_fields(self)


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
    notes: tuple[str, ...] = ()
    """What else a person should know of the file, in sentences."""
