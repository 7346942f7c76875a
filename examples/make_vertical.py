"""Make vertical.jpg, six moments of the demo video's upright clips: `python examples/make_vertical.py [OUT]`.

OUT keeps the results of the run, so that a change of the preset alone takes no new listening.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image

import video_pipeline as v
from video_pipeline.core.span import Span
from video_pipeline.media.probe import probe
from video_pipeline.media.stills import stills

HERE = Path(__file__).parent
MOMENTS = 6
WIDTH_PX = 240
GAP_PX = 6
RATE_FPS = 2.0
QUALITY = 88


def moments(clip: Path) -> list[np.ndarray]:
    """Pictures of a clip, each the most lettered one of its share of the clip: the one with most bright pixels in its middle."""
    info = probe(clip)
    seen = list(stills(info, Span(0.0, info.duration_s or 0.0), RATE_FPS, WIDTH_PX))
    shares = np.array_split(np.arange(len(seen)), MOMENTS)
    return [max((seen[k] for k in share), key=lettered) for share in shares if len(share)]


def lettered(picture: np.ndarray) -> int:
    rows = slice(int(picture.shape[0] * 0.5), int(picture.shape[0] * 0.66))
    return int((picture[rows].min(axis=2) > 230).sum())


def main(out: Path) -> None:
    show = v.process(HERE / "demo.mp4", ["clips"], out=out, preset="short-form", model="demo", engine="sensevoice")
    pictures = [picture for clip in sorted((show.folder / "clips").glob("*.mp4")) for picture in moments(clip)]
    chosen = [pictures[k] for k in np.linspace(0, len(pictures) - 1, MOMENTS).round().astype(int)]
    strip = Image.new("RGB", (MOMENTS * (WIDTH_PX + GAP_PX) - GAP_PX, chosen[0].shape[0]), "white")
    for number, picture in enumerate(chosen):
        strip.paste(Image.fromarray(picture), (number * (WIDTH_PX + GAP_PX), 0))
    strip.save(HERE / "vertical.jpg", quality=QUALITY, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "outputs"))
