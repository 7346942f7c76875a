"""A job for every video of a library, and a folder of its own for each one's results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath

from video_pipeline.core.errors import BadValue
from video_pipeline.core.files import key_of, safe_name
from video_pipeline.library.addresses import identity
from video_pipeline.library.errors import NoVideos
from video_pipeline.library.records import VideoJob
from video_pipeline.library.remote import is_remote
from video_pipeline.library.repair import mend
from video_pipeline.library.rows import CatalogueRows, reading
from video_pipeline.library.runner import LibraryOptions
from video_pipeline.library.schema import NAME
from video_pipeline.library.sources import Found, find_videos

_AT_ONCE = 500
"""Videos looked up by one query."""


def plan(sources: Sequence[str], out: Path, options: LibraryOptions, *, allow_empty: bool = False) -> list[VideoJob]:
    """In the order of the sources' names; results are laid out in `out` like the videos in their folders.

    A video whose results lie somewhere in `out` already keeps that place, whatever else is in this run and wherever it starts.

    Raises BadValue where `out` is no folder of this machine or a shared disk, NoVideos where a source holds none and that is not
    allowed, and what `find_videos` raises.
    """
    if is_remote(str(out)) or ":/" in str(out)[2:]:  # a path keeps one of an address's two slashes
        raise BadValue("--out", "this must be a local or shared folder; --upload URL puts the results elsewhere too")
    found = find_videos(sources, on_empty=None if allow_empty else _refuse)
    homes = Counter(_home(video) for video in found)
    mend(out)
    if not (out / NAME).is_file():
        return [_job(video, out.absolute() / _below(video, homes), out, options) for video in found]
    with reading(out) as record:
        return [_job(video, place, out, options) for video, place in _placed(found, homes, out.absolute(), record)]


def _refuse(source: str) -> None:
    raise NoVideos(Path(identity(source) if is_remote(source) else source))


def _placed(
    found: Sequence[Found], homes: Counter[tuple[PurePath, str]], out: Path, record: CatalogueRows
) -> Iterator[tuple[Found, Path]]:
    """Each video with the folder in which its folder of results lies, or will lie."""
    for start in range(0, len(found), _AT_ONCE):
        chunk = found[start : start + _AT_ONCE]
        known = record.homes([video.item for video in chunk])
        for video in chunk:
            folder = known.get(video.item)
            if folder is not None and folder.is_relative_to(out):
                yield video, folder.parent
                continue
            below = _below(video, homes)
            is_taken = record.is_home(out / below / safe_name(Path(video.name).stem))
            yield video, out / (below / _own(video) if is_taken and below == video.below else below)


def _below(video: Found, homes: Counter[tuple[PurePath, str]]) -> PurePath:
    return video.below if homes[_home(video)] == 1 else video.below / _own(video)


def _job(found: Found, place: Path, out: Path, options: LibraryOptions) -> VideoJob:
    """`place` is the folder in which the folder of its results lies."""
    remote = is_remote(found.source)
    return VideoJob(
        video=Path(found.name) if remote else Path(found.source),
        out=place,
        goals=options.goals,
        preset=found.preset or options.preset,
        overrides={**options.overrides, **found.overrides},
        url=found.source if remote else "",
        etag=found.etag,
        bytes=found.bytes or _size(found.source),
        sidecars=options.sidecars,
        sidecar_name=options.sidecar_name,
        upload="/".join([options.upload.rstrip("/"), *place.relative_to(out.absolute()).parts]) if options.upload else "",
        metadata=found.metadata,
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
    return f"{safe_name(found.name)}-{key_of(found.item)[:6]}"
