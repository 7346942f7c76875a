"""`library best`: the best clips of all videos."""

from __future__ import annotations

from typing import Annotated

import typer

from video_pipeline.cli.flags import OUT, Json
from video_pipeline.cli.library.flags import ClipFolder, LibraryFolder, Within


def best(
    out: LibraryFolder = OUT,
    top: Annotated[int, typer.Option(help="At most this many clips.")] = 10,
    per_video: Annotated[int, typer.Option("--per-video", help="At most this many clips of one video.")] = 2,
    within: Within = "",
    clips: ClipFolder = None,
    json: Json = False,
) -> None:
    """List the highlights with the highest scores of the whole library; scores are comparable between videos."""
    from video_pipeline.cli.library.moments import show_moments
    from video_pipeline.cli.show import shown
    from video_pipeline.library.index import index_to_read
    from video_pipeline.library.progress import clips_words
    from video_pipeline.library.rows import reading
    from video_pipeline.library.search import best as find

    with shown(quiet=False, as_json=json):
        with reading(out) as record, index_to_read(record) as searched:
            found = find(searched, top, per_video, within)
        summary = clips_words(len(found)) if found else "no clips: no video in this library has a highlight"
        show_moments(found, summary, clips, as_json=json)
