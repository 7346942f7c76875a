"""Results that travel through an address which the machine of the run and all its workers reach: they share no folder then.

For each video the run puts what lies in its folder of results there, as one file; the worker takes it from there into a folder of
its own, works, and puts its folder back, as another. The run puts that in place, file by file, and removes both.
"""

from __future__ import annotations

import dataclasses
import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from video_pipeline.core.errors import CannotWrite
from video_pipeline.core.files import fenced, key_of, reason, safe_name
from video_pipeline.core.progress import Progress
from video_pipeline.jobs.messages import Done
from video_pipeline.library.addresses import identity
from video_pipeline.library.claims import check_claim
from video_pipeline.library.errors import RemoteBroken, RemoteMissing, name_only
from video_pipeline.library.item_file import ITEM_FILE
from video_pipeline.library.records import Outcome, Output, VideoJob
from video_pipeline.library.remote import local_copy, own_folder, put, remove
from video_pipeline.library.work import output_of, work
from video_pipeline.video.workspace import CHOICE_FILE, CORRECTIONS_FILE, EDITS_FILE, GLOSSARY_FILE, STATE_FILE, Workspace

_CHARACTERS = 32
"""Of the digests that name the place of a video's files: of its source and, below, of the claim on it, another in each run."""
_BEFORE, _AFTER = "before.zip", "after.zip"
_FOLDER = ".incoming"
"""In the library, for what is on its way into it: on the same disk as the results, so that files are moved in whole."""
_A_PERSONS = (CHOICE_FILE, CORRECTIONS_FILE, EDITS_FILE, GLOSSARY_FILE)
Stamp = tuple[int, int]
"""Size and time of a file."""


def staged_work(job: VideoJob, progress: Progress) -> Done:
    """`work` in a folder of the worker's own. The `Outcome` has the folder's name, which is the same in the library.

    A video that is a file is worked on in its place, which the worker must see.
    """
    if not job.staging:
        return work(job, progress)
    with _own(None) as folder:
        with suppress(RemoteMissing):  # there were no results yet
            _take(f"{job.staging}/{_BEFORE}", folder)
        done = work(dataclasses.replace(job, out=folder), progress)
        outcome: Outcome = done.value
        made = Path(outcome.folder)
        progress.begin("deliver", None)
        put(_packed([made], folder, folder / _AFTER), f"{job.staging}/{_AFTER}")
        progress.end(fresh=False)
        return dataclasses.replace(done, value=dataclasses.replace(outcome, folder=made.name))


@dataclasses.dataclass(slots=True)
class Staging:
    """The run's side."""

    library: Path
    url: str
    """The address; empty where all share the folders, and nothing has to travel."""
    _sent: dict[str, tuple[VideoJob, str, dict[Path, Stamp]]] = dataclasses.field(default_factory=dict, init=False)

    def sent(self, job: VideoJob) -> VideoJob:
        """A claimed job as its worker is to have it. Raises CannotPut, CannotWrite."""
        if not self.url or not job.url:
            return job
        place = f"{self.url.rstrip('/')}/{key_of(job.source)[:_CHARACTERS]}/{key_of(job.claim)[:_CHARACTERS]}"
        folders = sorted(_folders(job))
        self._sent[job.source] = job, place, {path: _stamp(path) for folder in folders for path in _files(folder)}
        if folders:
            with _own(self.library / _FOLDER) as packing:
                put(_packed(folders, job.out, packing / _BEFORE), f"{place}/{_BEFORE}")
        return dataclasses.replace(job, claim="", staging=place)

    def received(self, outcome: Outcome) -> Outcome:
        """The outcome of a job, its results in place.

        Raises RemoteError where they did not come whole, CannotWrite, and TakenOver where another run has the job by now.
        """
        if outcome.job.source not in self._sent:
            return outcome
        job, place, before = self._sent.pop(outcome.job.source)
        try:
            if outcome.error:
                return outcome
            with _own(self.library / _FOLDER) as incoming:
                _take(f"{place}/{_AFTER}", incoming)
                made, folder = incoming / outcome.folder, job.out / outcome.folder
                _check(made, outcome.outputs, place)
                with fenced(lambda: check_claim(job)):
                    check_claim(job)
                    _put_in_place(made, folder, before)
            remove(place.rpartition("/")[0])  # with what runs that were killed left of this video
            outputs = tuple(output_of(file.at(folder), file.digest, folder) for file in outcome.outputs)
            return dataclasses.replace(outcome, folder=str(folder), outputs=outputs)
        finally:
            remove(place)


@contextmanager
def _own(root: Path | None) -> Iterator[Path]:
    """A folder for the block: in a library, or where fetched copies go."""
    try:
        folder = own_folder(root)
    except OSError as error:
        raise CannotWrite(root or Path(error.filename or "."), reason(error)) from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):  # refused as long as it holds others
            folder.parent.rmdir()


def _folders(job: VideoJob) -> Iterator[Path]:
    """Those that may be the video's: of its name, or with the mark that tells it from another one of that name."""
    named = re.compile(rf"{re.escape(safe_name(job.video.stem))}(-[0-9a-f]+)?")
    if job.out.is_dir():
        yield from (path for path in job.out.iterdir() if named.fullmatch(path.name) and (path / STATE_FILE).is_file())


def _files(folder: Path) -> Iterator[Path]:
    """But for what belongs to the library, and what is only half written."""
    return (path for path in folder.rglob("*") if path.is_file() and path.name != ITEM_FILE and path.suffix != ".part")


def _stamp(path: Path) -> Stamp:
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns


def _packed(folders: list[Path], root: Path, target: Path) -> Path:
    """Not compressed: what is large is video."""
    try:
        with zipfile.ZipFile(target, "w", strict_timestamps=False) as packed:
            for folder in folders:
                for path in sorted(_files(folder)):
                    packed.write(path, path.relative_to(root).as_posix())
    except OSError as error:
        raise CannotWrite(target, reason(error)) from None
    return target


def _take(url: str, folder: Path) -> None:
    """Fetch and unpack a file. Raises RemoteError, CannotWrite."""
    with local_copy(url, name_only(url).name) as packed:
        try:
            with zipfile.ZipFile(packed) as content:
                content.extractall(folder)  # whatever its names say, nothing of it lands elsewhere
        except (zipfile.BadZipFile, ValueError) as error:
            raise RemoteBroken(name_only(url), identity(url), str(error)) from None
        except OSError as error:
            raise CannotWrite(folder, reason(error)) from None


def _check(made: Path, outputs: tuple[Output, ...], place: str) -> None:
    """Whether every file that the worker has came. That each is as it was there has been seen when it was unpacked."""
    for file in outputs:
        path = file.at(made)
        if not path.is_file() or path.stat().st_size != file.bytes:
            raise RemoteBroken(name_only(place), identity(place), f"{file.path} did not come as it was")


def _put_in_place(made: Path, folder: Path, before: dict[Path, Stamp]) -> None:
    """What a person wrote meanwhile is kept. Results that are no longer made go, unless somebody touched them."""
    old = {path: stamp for path, stamp in before.items() if path.is_relative_to(folder)}
    space = Workspace.at(folder)
    new = {folder / path.relative_to(made): path for path in _files(made)}
    try:
        for target in sorted(new, key=lambda path: path.name == STATE_FILE):  # last, since it says that all is whole
            if target.is_file() and old.get(target) != _stamp(target) and target.name != STATE_FILE:
                if target.name in _A_PERSONS:
                    continue
                space.keep_edited(target)
            target.parent.mkdir(parents=True, exist_ok=True)
            new[target].replace(target)
        for path, stamp in old.items():
            if path not in new and path.is_file() and _stamp(path) == stamp:
                path.unlink()
    except OSError as error:
        raise CannotWrite(folder, reason(error)) from None
