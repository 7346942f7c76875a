"""A job for every video of a library, and a folder of its own for each one's results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePath

from video_pipeline.core.errors import BadValue
from video_pipeline.core.files import key_of, safe_name
from video_pipeline.library.records import VideoJob
from video_pipeline.library.remote import is_remote
from video_pipeline.library.runner import LibraryOptions
from video_pipeline.library.sources import Found, find_videos


def plan(sources: Sequence[str], out: Path, options: LibraryOptions) -> list[VideoJob]:
    """In the order of the sources' names; results are laid out in `out` like the videos in their folders.

    Raises BadValue where `out` is no folder of this machine or a shared disk, and what `find_videos` raises.
    """
    if is_remote(str(out)) or ":/" in str(out)[2:]:  # a path keeps one of an address's two slashes
        raise BadValue("--out", "this must be a local or shared folder; --upload URL puts the results elsewhere too")
    found = find_videos(sources)
    homes = Counter(_home(video) for video in found)
    return [_job(video, out, options, alone=homes[_home(video)] == 1) for video in found]


def _job(found: Found, out: Path, options: LibraryOptions, *, alone: bool) -> VideoJob:
    below = found.below if alone else found.below / _own(found)
    remote = is_remote(found.source)
    return VideoJob(
        video=Path(found.name) if remote else Path(found.source),
        out=out.absolute() / below,
        goals=options.goals,
        preset=found.preset or options.preset,
        overrides={**options.overrides, **found.overrides},
        url=found.source if remote else "",
        etag=found.etag,
        bytes=found.bytes or _size(found.source),
        sidecars=options.sidecars,
        sidecar_name=options.sidecar_name,
        upload="/".join([options.upload.rstrip("/"), *below.parts]) if options.upload else "",
    )


def _size(source: str) -> int:
    try:
        return Path(source).stat().st_size
    except OSError:
        return 0


def _home(found: Found) -> tuple[PurePath, str]:
    """Where a video's results would go; compared without case, like names in some file systems."""
    return found.below, safe_name(Path(found.name).stem).casefold()


def _own(found: Found) -> str:
    """A folder for one of several videos of one name, the same in every run and whichever is worked on first."""
    return f"{safe_name(found.name)}-{key_of(found.source)[:6]}"
