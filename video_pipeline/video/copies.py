"""Copies of a video that hold its subtitles, kept in a workspace: the step that runs and restyled files share."""

from __future__ import annotations

from video_pipeline.core.progress import Progress
from video_pipeline.media.subtitled import Copy
from video_pipeline.video.errors import NothingHeard
from video_pipeline.video.workspace import Workspace


def make_copy(copy: Copy, document: str, space: Workspace, key: str, progress: Progress) -> None:
    """Write one copy with the subtitles of `document` and remember it under `key`.

    Raises:
        NothingHeard: there is not one cue to put in. PipelineError: see `Copy.make`; nothing is left behind then.
    """
    if "-->" not in document and "Dialogue:" not in document:
        raise NothingHeard(copy.info.path, copy.info.duration_s or 0.0, "no subtitle to put into a copy of the video")
    progress.begin(copy.kind, copy.info.duration_s)
    target = space.folder / copy.target
    space.replacing(target)
    for notice in copy.make(document, target, progress.advance):
        progress.notice(notice)
    space.finish(copy.kind, key, [target])
    progress.end(fresh=False)
