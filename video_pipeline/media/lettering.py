"""Draw text on pictures by libass: it finds fonts for any script, whereas Pillow uses one font for all."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import regex

from video_pipeline.core.labels import Language
from video_pipeline.media import ffmpeg
from video_pipeline.media.drawing import drawing
from video_pipeline.media.errors import MissingFont
from video_pipeline.media.font_file import usual_width
from video_pipeline.media.font_names import LATIN
from video_pipeline.media.fonts import typeset

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

_SAFE = str.maketrans({"{": "｛", "}": "｝", "\\": "＼", "\n": " ", "\r": " "})
"""Replacements for the characters that ASS gives a meaning."""
_PART = regex.compile(r"[^\s\p{Han}\p{Hiragana}\p{Katakana}]+\s*|[\p{Han}\p{Hiragana}\p{Katakana}][\p{Pe}\p{Pf}\p{Po}ー]*\s*|\s+")
"""What is not broken: a word, or a Chinese or Japanese character, with the marks that follow it."""
_SPARE = 0.1
"""Room for synthetic bold and for rounding, as a share of the height of the letters."""
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
    most_lines: int | None = None
    """What does not fit into so many is left out, with an ellipsis in its place; None keeps all."""


def lettered(
    picture: Picture, lines: Sequence[Line], language: Language = Language.UNKNOWN, fonts: Path | None = None
) -> tuple[Picture, str]:
    """A copy of the picture with the lines drawn on it, and a sentence about characters that no font has, else empty.

    These characters are left out.

    Raises:
        NoLibass: this FFmpeg cannot draw.
    """
    from PIL import Image

    missing = ""
    try:
        ready = typeset(_document(picture.size, lines, language), language, fonts)
    except MissingFont as error:
        missing = f"some letters are left out of a picture: {error.message}"
        undrawable = dict.fromkeys(map(ord, error.characters))
        lines = [replace(line, text=line.text.translate(_SAFE).translate(undrawable)) for line in lines]
        ready = typeset(_document(picture.size, lines, language), language, fonts)
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
    return letters, missing


def _document(size_px: tuple[int, int], lines: Sequence[Line], language: Language) -> str:
    head = ["[Script Info]", "ScriptType: v4.00+", "WrapStyle: 2", "ScaledBorderAndShadow: yes", "YCbCr Matrix: None"]
    head += [f"PlayResX: {size_px[0]}", f"PlayResY: {size_px[1]}", "[V4+ Styles]", f"Format: Name, {_STYLE}"]
    styles = [f"Style: L{n},{_style(line, size_px[0])}" for n, line in enumerate(lines)]
    events = ["[Events]", "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"]
    events += [
        f"Dialogue: 0,0:00:00.00,0:00:09.00,L{n},,0,0,0,,{_text(line, language)}"
        for n, line in enumerate(lines)
        if line.text.strip()
    ]
    return "\n".join([*head, *styles, *events]) + "\n"


def _style(line: Line, width_px: int) -> str:
    """Lines that may be broken are placed by margins, between which they are made to fit."""
    red, green, blue = line.colour[1:3], line.colour[3:5], line.colour[5:7]
    look = f"{LATIN},{line.size_px},&H00{blue}{green}{red},{-1 if line.bold else 0},1,0,0,{line.anchor}"
    if line.widest_px is None:
        return f"{look},0,0,0"
    left = line.x_px - {0: line.widest_px, 1: 0, 2: line.widest_px // 2}[line.anchor % 3]
    return f"{look},{max(0, left)},{max(0, width_px - left - line.widest_px)},{line.y_px}"


def _text(line: Line, language: Language) -> str:
    text = line.text.translate(_SAFE)
    if line.widest_px is None:
        return rf"{{\pos({line.x_px},{line.y_px})}}{text}"
    return r"\N".join(_broken(text, line, language))


def _broken(text: str, line: Line, language: Language) -> list[str]:
    """Lines of about the same width, and of at most `widest_px`: libass breaks text only at spaces."""
    assert line.widest_px is not None
    most = line.widest_px / line.size_px - _SPARE
    parts = [piece for part in _PART.findall(text) if part for piece in _pieces(part, most, line.bold, language)]
    widths = [usual_width(part, language, bold=line.bold) for part in parts]
    lines = _filled(parts, widths, most)
    if line.most_lines and len(lines) > line.most_lines:
        *kept, last = lines[: line.most_lines]
        return [*kept, _cut(last + lines[line.most_lines], most, line.bold, language)]
    narrowest = next(
        (width for width in (most * step / 20 for step in range(8, 20)) if len(_filled(parts, widths, width)) == len(lines)), most
    )
    return _filled(parts, widths, narrowest)


def _pieces(word: str, most: float, bold: bool, language: Language) -> list[str]:
    """A word that is wider than a line, such as a file name without spaces, in pieces that are not."""
    if usual_width(word, language, bold=bold) <= most:
        return [word]
    return _filled(list(word), [usual_width(letter, language, bold=bold) for letter in word], most)


def _filled(parts: Sequence[str], widths: Sequence[float], most: float) -> list[str]:
    """As many parts in each line as fit."""
    lines, used = [""], 0.0
    for part, width in zip(parts, widths, strict=True):
        if lines[-1] and used + width > most:
            lines, used = [*lines, ""], 0.0
        lines[-1] += part
        used += width
    return [line.strip() for line in lines]


def _cut(text: str, most: float, bold: bool, language: Language) -> str:
    """As much of a text as fits in front of an ellipsis."""
    while text and usual_width(text + "…", language, bold=bold) > most:
        text = text[:-1]
    return text.rstrip() + "…"
