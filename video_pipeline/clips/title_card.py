"""The card that opens a reel: a frame of its best clip, out of focus and darkened, with the title on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from video_pipeline.core.labels import Language
from video_pipeline.media.lettering import Line, lettered

if TYPE_CHECKING:
    from PIL.Image import Image

_ACCENT, _INK, _DIM = "#F5B52E", "#FFFFFF", "#C9D0DA"
_BLUR_SHARE, _KEPT = 1 / 40, 0.42
_TITLE_SHARE, _SMALL_SHARE, _WIDEST_SHARE = 0.13, 0.055, 0.86
"""Of the picture's shorter side, and of its width."""


def title_card(picture: Path, title: str, below: str, language: Language, fonts: Path | None) -> Image:
    """A picture as large as the one at `picture`. Raises NoLibass."""
    from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

    with Image.open(picture) as image:
        card = image.convert("RGB")
    width, height = card.size
    side = min(width, height)
    card = ImageEnhance.Brightness(card.filter(ImageFilter.GaussianBlur(side * _BLUR_SHARE))).enhance(_KEPT)
    bar_w, bar_h = round(side * 0.14), max(2, round(side * 0.009))
    middle, left = height // 2, (width - bar_w) // 2
    ImageDraw.Draw(card).rounded_rectangle((left, middle, left + bar_w, middle + bar_h), bar_h // 2, _ACCENT)
    big, small, widest = round(side * _TITLE_SHARE), round(side * _SMALL_SHARE), round(width * _WIDEST_SHARE)
    # hung by its lower edge, so that a title of two lines grows upwards from the bar
    above = Line(
        text=title,
        x_px=width // 2,
        y_px=height - middle + big // 2,
        size_px=big,
        colour=_INK,
        bold=True,
        anchor=2,
        widest_px=widest,
    )
    under = Line(text=below, x_px=width // 2, y_px=middle + bar_h + small, size_px=small, colour=_DIM, anchor=8, widest_px=widest)
    return lettered(card, [above, under], language, fonts)
