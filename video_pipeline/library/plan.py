"""A job for every video of a library, and a folder of its own for each one's results."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path, PurePath

from video_pipeline.core.errors import BadValue
from video_pipeline.core.files import key_of, safe_name
from video_pipeline.core.printable import printable
from video_pipeline.library.addresses import identity
from video_pipeline.library.chosen import is_there
from video_pipeline.library.errors import NoVideos
from video_pipeline.library.found import Found
from video_pipeline.library.gathered import Gathered
from video_pipeline.library.records import VideoJob
from video_pipeline.library.remote import is_remote
from video_pipeline.library.repair import mend
from video_pipeline.library.rows import CatalogueRows, reading
from video_pipeline.library.runner import LibraryOptions
from video_pipeline.library.sources import each_video
from video_pipeline.library.spool import Spool

_AT_ONCE = 500
"""Videos looked up by one query."""


def plan(sources: Sequence[str], out: Path, options: LibraryOptions, *, allow_empty: bool = False) -> Spool[VideoJob]:
    """In the order of the sources' names; results are laid out in `out` like the videos in their folders.

    A video whose results lie somewhere in `out` already keeps that place, whatever else is in this run and wherever it starts.

    Raises BadValue where `out` is no folder of this machine or a shared disk, or cannot be named, NoVideos where a source holds
    none and that is not allowed, CannotWrite where there is no room for temporary files, and what `each_video` raises.
    """
    if is_remote(str(out)) or ":/" in str(out)[2:]:  # a path keeps one of an address's two slashes
        raise BadValue("--out", "this must be a local or shared folder; --upload URL puts the results elsewhere too")
    if printable(str(out.absolute())) != str(out.absolute()):
        raise BadValue("--out", "the path of this folder is not UTF-8, so neither pages nor tables can name what lies in it")
    with closing(Gathered(each_video(sources, on_empty=None if allow_empty else _refuse))) as found:
        mend(out, options.catalogue)
        if not is_there(out, options.catalogue):
            return Spool(_job(video, out.absolute() / _below(video, has_twin), out, options) for video, has_twin in found)
        with reading(out, options.catalogue) as record:
            return Spool(_job(video, place, out, options) for video, place in _placed(found, out.absolute(), record))


def _refuse(source: str) -> None:
    raise NoVideos(Path(identity(source) if is_remote(source) else source))


def _placed(found: Iterable[tuple[Found, bool]], out: Path, record: CatalogueRows) -> Iterator[tuple[Found, Path]]:
    """Each video with the folder in which its folder of results lies, or will lie."""
    found = iter(found)
    while chunk := list(islice(found, _AT_ONCE)):
        known = record.homes([video.item for video, _ in chunk])
        for video, has_twin in chunk:
            folder = known.get(video.item)
            if folder is not None and folder.is_relative_to(out):
                yield video, folder.parent
                continue
            below = _below(video, has_twin)
            is_taken = record.is_home(out / below / safe_name(Path(video.name).stem))
            yield video, out / (below / _own(video) if is_taken and below == video.below else below)


def _below(video: Found, has_twin: bool) -> PurePath:
    return video.below / _own(video) if has_twin else video.below


def _job(found: Found, place: Path, out: Path, options: LibraryOptions) -> VideoJob:
    """`place` is the folder in which the folder of its results lies."""
    remote = is_remote(found.source)
    if options.staging and not remote:
        raise BadValue(
            "--staging", f"{found.source} lies on this machine; a worker elsewhere needs an address, such as s3://bucket/a.mp4"
        )
    return VideoJob(
        video=Path(found.name) if remote else Path(found.source),
        out=place,
        goals=options.goals,
        preset=found.preset or options.preset,
        overrides={**options.overrides, **found.overrides} if found.overrides else options.overrides,
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


def _own(found: Found) -> str:
    """A folder for one of several videos of one name, the same in every run and whichever is worked on first."""
    return f"{safe_name(found.name)}-{key_of(found.item)[:6]}"
