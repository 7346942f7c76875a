"""Which run may write a video's results, in a file that workers on every machine can read.

The catalogue gives an item to one run at a time. But a run that stood still, and was taken for dead, goes on when it is woken:
its workers look here before each file that they put in place.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from video_pipeline.core.errors import CannotWrite
from video_pipeline.core.files import key_of, reason
from video_pipeline.library.errors import TakenOver
from video_pipeline.library.records import VideoJob

_FOLDER = ".claims"
_CHARACTERS = 32
"""Of the digest of a source, which names its file."""
_TRIES = 20


def claim_file(library: Path, source: str) -> Path:
    return library / _FOLDER / key_of(source)[:_CHARACTERS]


def write_claim(library: Path, source: str, token: str) -> None:
    """Raises CannotWrite."""
    path = claim_file(library, source)
    for left in reversed(range(_TRIES)):
        try:
            path.parent.mkdir(exist_ok=True)
            part = path.with_name(f"{path.name}.{os.getpid()}.part")
            part.write_text(token, encoding="utf-8")  # not flushed: after a power cut nobody works on it any more
            part.replace(path)
        except (FileExistsError, FileNotFoundError) as error:  # another run removed the empty folder just then
            if not left:
                raise CannotWrite(path, reason(error)) from None
        except OSError as error:
            raise CannotWrite(path, reason(error)) from None
        else:
            return


def remove_claim(library: Path, source: str, token: str) -> None:
    """Where it is still the one with this token."""
    path = claim_file(library, source)
    with suppress(OSError):
        if path.read_text(encoding="utf-8") == token:
            path.unlink()
            path.parent.rmdir()  # refused as long as it holds others


def check_claim(job: VideoJob) -> None:
    """Raises TakenOver where another run holds the job by now. A job that nobody claimed may be worked on."""
    path, _, token = job.claim.partition("\n")
    if not path:
        return
    try:
        now = Path(path).read_text(encoding="utf-8")
    except OSError:  # removed by whoever finished it, or out of reach: then the files themselves cannot be written either
        now = "" if Path(path).parent.parent.is_dir() else token
    if now != token:
        raise TakenOver(job.video.name)
