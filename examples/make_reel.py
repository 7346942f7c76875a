"""Make reel.jpg, six moments of the reel of the demo video's clips: `python examples/make_reel.py [OUT]`."""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

import video_pipeline as v
from video_pipeline.core.span import Span
from video_pipeline.media.probe import probe
from video_pipeline.media.stills import stills

HERE = Path(__file__).parent
SHARES = (0.02, 0.045, 0.25, 0.5, 0.75, 0.97)
"""Of the reel: its title card, the first moment coming up, and four more."""
COLUMNS = 3
WIDTH_PX = 370
GAP_PX = 6
RATE_FPS = 10.0
QUALITY = 88


def main(out: Path) -> None:
    options = {"clips__exports": ["video", "reel"], "clips__captions": "burned", "clips__reel__title": "The Little Show"}
    show = v.process(HERE / "demo.mp4", ["clips"], out=out, model="demo", engine="sensevoice", **options)
    reel = show.folder / "clips" / "reel.mp4"
    info = probe(reel)
    seen = list(stills(info, Span(0.0, info.duration_s or 0.0), RATE_FPS, WIDTH_PX))
    height_px = seen[0].shape[0]
    rows = -(-len(SHARES) // COLUMNS)
    size = (COLUMNS * (WIDTH_PX + GAP_PX) - GAP_PX, rows * (height_px + GAP_PX) - GAP_PX)
    sheet = Image.new("RGB", size, "white")
    for number, share in enumerate(SHARES):
        row, column = divmod(number, COLUMNS)
        picture = Image.fromarray(seen[int(share * (len(seen) - 1))])
        sheet.paste(picture, (column * (WIDTH_PX + GAP_PX), row * (height_px + GAP_PX)))
    sheet.save(HERE / "reel.jpg", quality=QUALITY, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "outputs"))
