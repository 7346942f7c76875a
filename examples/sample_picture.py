"""The picture of the sample: three people on a stage, drawn with Pillow. Their mouths follow the sound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

WIDTH_PX, HEIGHT_PX, RATE_FPS = 1280, 720, 25
FINE = 2
"""Everything is drawn this much larger and made smaller again: Pillow's shapes have jagged edges."""
MOUTHS = 4
Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Look:
    skin: Colour
    hair: Colour
    shirt: Colour
    long_hair: bool = False
    glasses: bool = False


LOOKS = {
    "Tom": Look((236, 190, 158), (62, 44, 38), (46, 92, 110)),
    "Ann": Look((246, 208, 180), (158, 78, 48), (214, 106, 92), long_hair=True),
    "Ian": Look((190, 138, 104), (38, 34, 40), (226, 176, 88), glasses=True),
    "Lin": Look((240, 204, 168), (30, 26, 32), (92, 150, 120), long_hair=True, glasses=True),
}
ROOMS: dict[str, tuple[Colour, Colour, Colour]] = {
    "Tom": ((28, 44, 66), (14, 18, 32), (86, 130, 160)),
    "Ann": ((74, 36, 62), (26, 14, 32), (206, 120, 128)),
    "Ian": ((24, 58, 60), (10, 22, 30), (108, 176, 160)),
    "Lin": ((52, 40, 86), (16, 14, 34), (150, 130, 206)),
    "stage": ((72, 22, 40), (18, 8, 20), (255, 206, 150)),
    "audience": ((34, 30, 62), (12, 10, 26), (120, 104, 190)),
}
"""Colour at the top, at the bottom, and of the light."""
BY_VOICE = {"rms": "Tom", "slt": "Ann", "awb": "Ian"}
CAST = ("Ann", "Tom", "Ian")
"""On the stage, from left to right."""


def frames(
    track: np.ndarray,
    rate_hz: int,
    shots: list[tuple[float, str]],
    said: list[tuple[float, float, str]],
    cast: tuple[str, ...] = CAST,
) -> Iterator[bytes]:
    """RGB pictures for the whole of `track`: `shots` are (start, name), `said` (start, end, who), in seconds."""
    step = rate_hz // RATE_FPS
    count = -(-len(track) // step)
    padded = np.pad(track, (0, count * step - len(track)))
    loud = np.sqrt((padded.reshape(count, step) ** 2).mean(axis=1))
    for k in range(count):
        time_s = k / RATE_FPS
        shot = [name for start_s, name in shots if start_s <= time_s + 1e-9][-1]
        who = next((name for start_s, end_s, name in said if start_s <= time_s < end_s), "")
        mouth = min(MOUTHS - 1, int(loud[k] / 0.045)) if who else 0
        yield picture(shot, who, mouth, k, cast)


def picture(shot: str, who: str, mouth: int, k: int, cast: tuple[str, ...]) -> bytes:
    blink = k % 83 < 3
    if shot == "audience":
        return audience(k // 2 % 6)
    if shot in ("stage", "finale"):
        still = stage(who, mouth, blink, cast)
        return still.tobytes() if shot == "stage" else with_confetti(still, k)
    name = BY_VOICE.get(shot, shot)
    return portrait(name, mouth if who == name else 0, blink, k // 4 % 2 if not who else 0)


@lru_cache(maxsize=8)
def room(name: str) -> Image.Image:
    """A gradient with one soft light. The grain keeps the codec from making bands of it."""
    top, bottom, light = (np.array(c, float) for c in ROOMS[name])
    y, x = np.mgrid[0 : HEIGHT_PX * FINE, 0 : WIDTH_PX * FINE] / (HEIGHT_PX * FINE)
    wide = WIDTH_PX / HEIGHT_PX
    glow = np.exp(-(((x - wide / 2) / 0.62) ** 2 + ((y - 0.34) / 0.46) ** 2))
    colour = top + (bottom - top) * np.clip(y, 0, 1)[..., None] ** 0.8 + 0.55 * glow[..., None] * (light - top)
    if name == "stage":
        folds = 0.82 + 0.18 * np.sin(x * 42 + 0.5 * np.sin(x * 17))
        colour = colour * np.where(y < 0.73, folds, 0.7)[..., None]
    grain = np.random.default_rng(1).uniform(-0.8, 0.8, y.shape)
    return Image.fromarray(np.clip(colour + grain[..., None], 0, 255).astype(np.uint8))


def disc(draw: ImageDraw.ImageDraw, x: float, y: float, rx: float, ry: float, fill: Colour) -> None:
    draw.ellipse([x - rx, y - ry, x + rx, y + ry], fill=fill)


def shade(colour: Colour, factor: float) -> Colour:
    red, green, blue = (min(255, int(c * factor)) for c in colour)
    return red, green, blue


def person(draw: ImageDraw.ImageDraw, name: str, at: tuple[float, float], size: float, face: tuple[int, bool]) -> None:
    """Head and shoulders; `at` is the middle of the head, `size` its radius, `face` how open the mouth is and a blink."""
    look, (x, y), r = LOOKS[name], at, size
    if look.long_hair:
        draw.rounded_rectangle([x - 1.12 * r, y - 0.5 * r, x + 1.12 * r, y + 1.75 * r], 0.7 * r, fill=shade(look.hair, 0.85))
    draw.rounded_rectangle([x - 2.1 * r, y + 1.55 * r, x + 2.1 * r, y + 9 * r], 1.1 * r, fill=look.shirt)
    draw.polygon([(x - 0.55 * r, y + 1.5 * r), (x + 0.55 * r, y + 1.5 * r), (x, y + 2.5 * r)], fill=shade(look.skin, 0.86))
    draw.rounded_rectangle([x - 0.36 * r, y + 0.6 * r, x + 0.36 * r, y + 1.75 * r], 0.3 * r, fill=shade(look.skin, 0.86))
    for side in (-1, 1):
        disc(draw, x + side * 0.98 * r, y + 0.1 * r, 0.17 * r, 0.24 * r, shade(look.skin, 0.9))
    disc(draw, x, y - 0.16 * r, 1.06 * r, 1.08 * r, look.hair)
    disc(draw, x, y + 0.12 * r, 0.94 * r, 1.04 * r, look.skin)
    draw.chord([x - 0.98 * r, y - 1.14 * r, x + 0.98 * r, y + 0.5 * r], 188, 352, fill=look.hair)
    features(draw, look, (x, y), r, face)
    microphone(draw, x + 0.2 * r, y + 1.42 * r, r)


def features(draw: ImageDraw.ImageDraw, look: Look, at: tuple[float, float], r: float, face: tuple[int, bool]) -> None:
    (x, y), (mouth, blink), dark = at, face, (44, 30, 32)
    for side in (-1, 1):
        eye_x = x + side * 0.36 * r
        disc(draw, eye_x, y + 0.1 * r, 0.085 * r, 0.015 * r if blink else 0.115 * r, dark)
        lift = 0.02 * mouth * r
        draw.line(
            [eye_x - 0.17 * r, y - 0.16 * r - lift, eye_x + 0.17 * r, y - 0.16 * r - lift], fill=look.hair, width=int(0.07 * r)
        )
        if look.glasses:
            box = [eye_x - 0.27 * r, y - 0.14 * r, eye_x + 0.27 * r, y + 0.34 * r]
            draw.rounded_rectangle(box, 0.12 * r, outline=dark, width=max(2, int(0.045 * r)))
    if look.glasses:
        draw.line([x - 0.1 * r, y + 0.06 * r, x + 0.1 * r, y + 0.06 * r], fill=dark, width=max(2, int(0.045 * r)))
    for side in (-1, 1):
        disc(draw, x + side * 0.56 * r, y + 0.46 * r, 0.17 * r, 0.1 * r, shade(look.skin, 0.95))
    if mouth == 0:
        draw.arc([x - 0.3 * r, y + 0.3 * r, x + 0.3 * r, y + 0.7 * r], 25, 155, fill=(128, 48, 48), width=max(2, int(0.06 * r)))
    else:
        disc(draw, x, y + 0.62 * r, (0.24 - 0.01 * mouth) * r, 0.06 * mouth * r, (120, 38, 44))


def microphone(draw: ImageDraw.ImageDraw, x: float, y: float, r: float) -> None:
    draw.line([x, y, x + 0.25 * r, y + 5 * r], fill=(36, 36, 44), width=max(2, int(0.09 * r)))
    disc(draw, x, y, 0.2 * r, 0.24 * r, (58, 58, 68))
    disc(draw, x - 0.05 * r, y - 0.06 * r, 0.1 * r, 0.12 * r, (92, 92, 104))


def small(image: Image.Image) -> Image.Image:
    return image.resize((WIDTH_PX, HEIGHT_PX), Image.Resampling.LANCZOS)


def darkened(image: Image.Image, most: float) -> None:
    """The lower third fades towards night, so that subtitles can be read on it."""
    ramp = np.clip((np.arange(image.height) / image.height - 0.55) / 0.32, 0, 1)
    column = (255 * most * ramp**1.3).astype(np.uint8)[:, None]
    image.paste(Image.new("RGB", image.size, (14, 8, 16)), mask=Image.fromarray(np.repeat(column, image.width, axis=1)))


@lru_cache(maxsize=64)
def portrait(name: str, mouth: int, blink: bool, nod: int) -> bytes:
    image = room(name).copy()
    person(ImageDraw.Draw(image), name, (WIDTH_PX * FINE / 2, (246 + 3 * nod) * FINE), 104 * FINE, (mouth, blink))
    darkened(image, 0.72)
    return small(image).tobytes()


@lru_cache(maxsize=64)
def stage(who: str, mouth: int, blink: bool, cast: tuple[str, ...]) -> Image.Image:
    image = room("stage").copy()
    draw = ImageDraw.Draw(image)
    disc(draw, 640 * FINE, 700 * FINE, 760 * FINE, 190 * FINE, (44, 22, 30))
    disc(draw, 640 * FINE, 690 * FINE, 600 * FINE, 140 * FINE, (62, 32, 38))
    font = ImageFont.load_default(46 * FINE)
    box = [436 * FINE, 44 * FINE, 844 * FINE, 128 * FINE]
    draw.rounded_rectangle(box, 18 * FINE, fill=(30, 14, 24), outline=(232, 190, 120), width=3 * FINE)
    draw.text((640 * FINE, 85 * FINE), "The Little Show", font=font, fill=(250, 226, 178), anchor="mm")
    for name, x in zip(cast, (340, 640, 940), strict=True):
        talks = name == who
        person(draw, name, (x * FINE, (294 if talks else 300) * FINE), 56 * FINE, (mouth if talks else 0, blink and talks))
    darkened(image, 0.9)
    return small(image)


def with_confetti(still: Image.Image, k: int) -> bytes:
    """Slow and few, above the place of the subtitles."""
    image, rng = still.copy(), np.random.default_rng(7)
    draw = ImageDraw.Draw(image)
    for x, y, speed, phase, tint in rng.uniform(size=(46, 5)):
        fall = (y + k * (0.0022 + 0.002 * speed)) % 1.0 * 470
        sway = x * WIDTH_PX + 14 * np.sin(k / 14 + 6.3 * phase)
        colour = [(240, 196, 92), (232, 110, 96), (126, 190, 178), (244, 232, 210)][int(tint * 4)]
        half = 3 + 4 * abs(np.sin(k / 9 + 6.3 * phase))
        draw.rectangle([sway - half, fall - 4, sway + half, fall + 4], fill=colour)
    return image.tobytes()


@lru_cache(maxsize=8)
def audience(beat: int) -> bytes:
    """Rows of laughing faces; each head bobs in its own time."""
    image, rng = room("audience").copy(), np.random.default_rng(3)
    draw = ImageDraw.Draw(image)
    skins = [look.skin for look in LOOKS.values()]
    for row, (y, size, light) in enumerate(((150, 40, 0.62), (262, 52, 0.8), (404, 66, 1.0))):
        count = 9 - row
        for seat in range(count):
            x = (seat + 0.5 + float(rng.uniform(-0.12, 0.12))) * WIDTH_PX / count
            bob = 7 * abs(np.sin(np.pi * (beat / 6 + float(rng.uniform()))))
            guest(draw, (x * FINE, (y - bob) * FINE), size * FINE, shade(skins[int(rng.integers(3))], light), rng)
    darkened(image, 0.85)
    return small(image).tobytes()


def guest(draw: ImageDraw.ImageDraw, at: tuple[float, float], r: float, skin: Colour, rng: np.random.Generator) -> None:
    (x, y), (hue, dark) = at, rng.uniform(size=2)
    shirt = shade([(86, 92, 160), (150, 84, 120), (70, 120, 128), (122, 100, 76)][int(hue * 4)], sum(skin) / 640)
    hair = shade([(60, 44, 40), (120, 74, 46), (40, 38, 46), (150, 140, 140)][int(dark * 4)], sum(skin) / 600)
    draw.rounded_rectangle([x - 1.5 * r, y + 1.1 * r, x + 1.5 * r, y + 9 * r], 0.8 * r, fill=shirt)
    disc(draw, x, y - 0.14 * r, 1.02 * r, 1.04 * r, hair)
    disc(draw, x, y + 0.1 * r, 0.9 * r, 0.98 * r, skin)
    draw.chord([x - 0.94 * r, y - 1.06 * r, x + 0.94 * r, y + 0.44 * r], 190, 350, fill=hair)
    for side in (-1, 1):  # eyes shut with laughing
        eye_x = x + side * 0.36 * r
        draw.arc(
            [eye_x - 0.17 * r, y - 0.06 * r, eye_x + 0.17 * r, y + 0.26 * r], 200, 340, fill=(40, 28, 34), width=int(0.08 * r)
        )
    draw.chord([x - 0.36 * r, y + 0.14 * r, x + 0.36 * r, y + 0.82 * r], 0, 180, fill=(110, 36, 48))
