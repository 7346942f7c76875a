"""The title card of a reel: a blurred and darkened frame of its best clip with the title on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from video_pipeline.core.labels import Language
from video_pipeline.media.lettering import Line, lettered

if TYPE_CHECKING:
    from PIL.Image import Image

_ACCENT = "#F5B52E"
_INK = "#FFFFFF"
_DIM = "#C9D0DA"
_BLUR_SHARE = 1 / 40
"""Radius of the blur, as a share of the shorter side."""
_BRIGHTNESS = 0.42
"""Share of the brightness that is kept."""
_TITLE_SHARE = 0.13
"""Height of the title, as a share of the shorter side."""
_SMALL_SHARE = 0.055
"""Height of the line below it, as a share of the shorter side."""
_WIDEST_SHARE = 0.86
"""Longest line, as a share of the width."""

_MOST_LINES = 3
"""Of the title."""


def title_card(picture: Path, title: str, below: str, language: Language, fonts: Path | None) -> tuple[Image, str]:
    """A picture of the same size as the one at `picture`, and a sentence about letters that no font has. Raises NoLibass."""
    from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

    with Image.open(picture) as image:
        card = image.convert("RGB")
    width, height = card.size
    side = min(width, height)
    card = ImageEnhance.Brightness(card.filter(ImageFilter.GaussianBlur(side * _BLUR_SHARE))).enhance(_BRIGHTNESS)
    bar_w, bar_h = round(side * 0.14), max(2, round(side * 0.009))
    middle, left = height // 2, (width - bar_w) // 2
    ImageDraw.Draw(card).rounded_rectangle((left, middle, left + bar_w, middle + bar_h), bar_h // 2, _ACCENT)
    big, small, widest = round(side * _TITLE_SHARE), round(side * _SMALL_SHARE), round(width * _WIDEST_SHARE)
    # positioned by its lower edge, so that a title of two lines grows upwards from the bar
    above = Line(
        text=title,
        x_px=width // 2,
        y_px=height - middle + big // 2,
        size_px=big,
        colour=_INK,
        bold=True,
        anchor=2,
        widest_px=widest,
        most_lines=_MOST_LINES,
    )
    under = Line(text=below, x_px=width // 2, y_px=middle + bar_h + small, size_px=small, colour=_DIM, anchor=8, widest_px=widest)
    return lettered(card, [above, under], language, fonts)
