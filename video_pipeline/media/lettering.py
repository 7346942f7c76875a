"""Draw text on pictures by libass: it finds fonts for any script, whereas Pillow uses one font for all."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from video_pipeline.core.labels import Language
from video_pipeline.media import ffmpeg
from video_pipeline.media.errors import MissingFont
from video_pipeline.media.fonts import drawing, typeset

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

_SAFE = str.maketrans({"{": "｛", "}": "｝", "\\": "＼", "\n": " ", "\r": " "})
"""Replacements for the characters that ASS gives a meaning."""
_STYLE = "Fontname, Fontsize, PrimaryColour, Bold, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of text."""

    text: str
    x_px: int
    y_px: int
    """With `x_px` the position of the corner or edge that `anchor` names."""
    size_px: int
    """Height of the letters."""
    colour: str = "#FFFFFF"
    """`#RRGGBB`."""
    bold: bool = False
    anchor: int = 7
    """Laid out as on a number pad: 7 is the top left corner."""
    widest_px: int | None = None
    """Longer lines are broken; None never breaks them."""


def lettered(
    picture: Picture, lines: Sequence[Line], language: Language = Language.UNKNOWN, fonts: Path | None = None
) -> Picture:
    """A copy of the picture with the lines drawn on it. Characters that no font on this machine has are left out.

    Raises:
        NoLibass: this FFmpeg cannot draw.
    """
    from PIL import Image

    try:
        ready = typeset(_document(picture.size, lines), language, fonts)
    except MissingFont as error:
        undrawable = dict.fromkeys(map(ord, error.characters))
        lines = [replace(line, text=line.text.translate(_SAFE).translate(undrawable)) for line in lines]
        ready = typeset(_document(picture.size, lines), language, fonts)
    with tempfile.TemporaryDirectory(prefix="video-pipeline-") as own:
        place = Path(own)
        picture.save(place / "before.png", compress_level=1)
        before = ffmpeg.graph().input("before.png", f="png_pipe")
        drawn = ffmpeg.graph().output(
            drawing(before, ready, place), "after.png", vframes=1, update=1, format="image2", pix_fmt="rgb24"
        )
        ffmpeg.run(ffmpeg.command(drawn), ffmpeg.Task("writing on a picture in", place), cwd=place)
        with Image.open(place / "after.png") as made:
            letters: Picture = made.convert("RGB")
    return letters


def _document(size_px: tuple[int, int], lines: Sequence[Line]) -> str:
    head = ["[Script Info]", "ScriptType: v4.00+", "WrapStyle: 0", "ScaledBorderAndShadow: yes", "YCbCr Matrix: None"]
    head += [f"PlayResX: {size_px[0]}", f"PlayResY: {size_px[1]}", "[V4+ Styles]", f"Format: Name, {_STYLE}"]
    styles = [f"Style: L{n},{_style(line, size_px[0])}" for n, line in enumerate(lines)]
    events = ["[Events]", "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"]
    events += [
        f"Dialogue: 0,0:00:00.00,0:00:09.00,L{n},,0,0,0,,{_text(line)}" for n, line in enumerate(lines) if line.text.strip()
    ]
    return "\n".join([*head, *styles, *events]) + "\n"


def _style(line: Line, width_px: int) -> str:
    """Lines that may be broken are placed by margins, because libass breaks lines at margins."""
    red, green, blue = line.colour[1:3], line.colour[3:5], line.colour[5:7]
    look = f"Noto Sans,{line.size_px},&H00{blue}{green}{red},{-1 if line.bold else 0},1,0,0,{line.anchor}"
    if line.widest_px is None:
        return f"{look},0,0,0"
    left = line.x_px - {0: line.widest_px, 1: 0, 2: line.widest_px // 2}[line.anchor % 3]
    return f"{look},{max(0, left)},{max(0, width_px - left - line.widest_px)},{line.y_px}"


def _text(line: Line) -> str:
    place = rf"{{\pos({line.x_px},{line.y_px})}}" if line.widest_px is None else ""
    return place + line.text.translate(_SAFE)
