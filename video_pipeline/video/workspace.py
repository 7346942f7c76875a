"""Every path a run reads or writes. Files appear whole or not at all; what a person edited is kept; what is fresh is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from video_pipeline.core.errors import BadRecord, CannotWrite
from video_pipeline.core.files import atomic_write, file_digest, reason, safe_name

T = TypeVar("T")
_STATE = ".stages.json"
_A_PERSONS = ("corrections.json", "choice.json")
"""What a person chose, which is not made of anything: replaced as it is, and no stage removes it."""
_TAG = 6  # characters of the digest that tell two videos of the same name apart


@dataclass(slots=True)
class Stage:
    """What a finished stage left: `key` is the digest of all it depended on, `outputs` each file's digest."""

    key: str
    outputs: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class State:
    """The workspace's memory: whose it is and which stages are done."""

    source: str = ""
    stages: dict[str, Stage] = field(default_factory=dict)
    writing: str = ""
    """The large file that was being replaced: where a run was killed over it, what lies there is not a person's edit."""


class Workspace:
    """The folder of one video's results."""

    def __init__(self, folder: Path, source_digest: str) -> None:
        self.folder = folder
        self._state = read_state(folder)
        if self._state.source != source_digest:
            self._state = State(source_digest)
        self.kept: list[Path] = []
        """Copies made of files that a person had edited."""

    @classmethod
    def of(cls, video: Path, digest: str, out: Path) -> Workspace:
        """`out/NAME`, or `out/NAME-abc123` where that folder belongs to another video of the same name."""
        folder = out / safe_name(video.stem)
        owner = read_state(folder).source
        if owner and owner != digest:
            folder = folder.with_name(f"{folder.name}-{digest[:_TAG]}")
        return cls(folder, digest)

    @property
    def transcript(self) -> Path:
        return self.folder / "transcript.json"

    @property
    def corrections(self) -> Path:
        return self.folder / "corrections.json"

    @property
    def choice(self) -> Path:
        return self.folder / "choice.json"

    @property
    def posterior(self) -> Path:
        return self.folder / "posterior.npz"

    @property
    def events(self) -> Path:
        return self.folder / "events.json"

    @property
    def timeline(self) -> Path:
        return self.folder / "events.svg"

    @property
    def highlights(self) -> Path:
        return self.folder / "highlights.json"

    @property
    def highlights_table(self) -> Path:
        return self.folder / "highlights.csv"

    @property
    def highlights_picture(self) -> Path:
        return self.folder / "highlights.svg"

    @property
    def signals(self) -> Path:
        return self.folder / "signals.npz"

    @property
    def shots(self) -> Path:
        return self.folder / "shots.json"

    @property
    def quality(self) -> Path:
        return self.folder / "qc.json"

    @property
    def report(self) -> Path:
        return self.folder / "report.html"

    @property
    def overview(self) -> Path:
        return self.folder / "overview.svg"

    @property
    def clips(self) -> Path:
        return self.folder / "clips"

    def subtitles(self, format_name: str) -> Path:
        path = self.folder / f"{self.folder.name}.{format_name}"
        taken = (self.transcript, self.events, self.highlights, self.quality)
        return path.with_stem(f"{path.stem}.subtitles") if path in taken else path

    def is_fresh(self, stage: str, key: str) -> bool:
        """Whether the stage was finished with the same key and its files are still there."""
        done = self._state.stages.get(stage)
        return done is not None and done.key == key and all((self.folder / name).is_file() for name in done.outputs)

    def outputs(self, stage: str) -> list[Path]:
        done = self._state.stages.get(stage)
        return [self.folder / name for name in done.outputs] if done else []

    def forget(self) -> None:
        """Remove what all stages made, but for files that were edited since."""
        for name in list(self._state.stages):
            self._remove(self._state.stages.pop(name).outputs)

    def _remove(self, outputs: dict[str, str]) -> None:
        for name, digest in outputs.items():
            old = self.folder / name
            if old.is_file() and file_digest(old) == digest:
                old.unlink()

    def finish(self, stage: str, key: str, outputs: Iterable[Path]) -> None:
        """Record a stage whose `outputs` are in place, and remove what an earlier run of it left and this one did not make."""
        made = {path.relative_to(self.folder).as_posix(): file_digest(path) for path in outputs}
        before = self._state.stages.get(stage)
        self._state.stages[stage] = Stage(key, made)
        self._remove({name: digest for name, digest in (before.outputs if before else {}).items() if name not in made})
        self._state.writing = ""
        self._remember()

    def _remember(self) -> None:
        self.write(self.folder / _STATE, msgspec.json.format(msgspec.json.encode(self._state), indent=1))

    def replacing(self, path: Path) -> None:
        """To be said before something else than `write` replaces a file; `finish` says that it is done."""
        self.keep_edited(path)
        self._state.writing = path.relative_to(self.folder).as_posix()
        self._remember()

    def write(self, path: Path, content: bytes) -> None:
        """Put a whole file in place. A file of that name that is not as we left it is kept beside it as `NAME.edited-1.EXT`."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.name not in (_STATE, *_A_PERSONS) and not _holds(path, content):
                self.keep_edited(path)
            atomic_write(path, content)
        except OSError as error:
            raise CannotWrite(path, reason(error)) from None

    def write_json(self, path: Path, record: Any, leave_out: Iterable[str] = (), where_empty: Iterable[str] = ()) -> None:
        """A record as indented JSON, without the keys named in `leave_out`, and those of `where_empty` that are, at any depth."""
        tree = _without(msgspec.to_builtins(record), frozenset(leave_out), frozenset(where_empty))
        self.write(path, msgspec.json.format(msgspec.json.encode(tree), indent=1) + b"\n")

    def read_json(self, path: Path, kind: type[T]) -> T:
        try:
            return msgspec.json.decode(path.read_bytes(), type=kind)
        except (OSError, msgspec.DecodeError, ValueError) as error:
            raise BadRecord(path, str(error)) from None

    def keep_edited(self, path: Path) -> None:
        """Move a file away, before it is replaced, that differs from what this workspace last wrote there."""
        if not path.is_file():
            return
        name = path.relative_to(self.folder).as_posix()
        known = {n: d for stage in self._state.stages.values() for n, d in stage.outputs.items()}
        if name == self._state.writing or known.get(name) == file_digest(path):
            return
        number = 1
        while (copy := path.with_name(f"{path.stem}.edited-{number}{path.suffix}")).exists():
            number += 1
        try:
            path.rename(copy)
        except OSError as error:
            raise CannotWrite(copy, reason(error)) from None
        self.kept.append(copy)


def _holds(path: Path, content: bytes) -> bool:
    """Whether a file is there already as it is to be: a run that was killed wrote it and could not remember it any more."""
    return path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content


def _without(tree: Any, keys: frozenset[str], empty: frozenset[str]) -> Any:
    if isinstance(tree, dict):
        kept = {key: value for key, value in tree.items() if key not in keys and (value or key not in empty)}
        return {key: _without(value, keys, empty) for key, value in kept.items()}
    return [_without(value, keys, empty) for value in tree] if isinstance(tree, list | tuple) else tree


def read_state(folder: Path) -> State:
    """What a workspace remembers. An unreadable state only costs the work of the stages again."""
    try:
        return msgspec.json.decode((folder / _STATE).read_bytes(), type=State)
    except (OSError, msgspec.DecodeError):
        return State()
