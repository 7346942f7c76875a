"""The folder of one video's results. Files appear whole or not at all; what a person edited is kept."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self, TypeVar

import msgspec

from video_pipeline.core.errors import BadRecord, CannotWrite
from video_pipeline.core.files import atomic_write, file_digest, key_of, reason, safe_name

T = TypeVar("T")
STATE_FILE = ".stages.json"
CORRECTIONS_FILE = "corrections.json"
CHOICE_FILE = "choice.json"
DECISIONS_FILE = "edit_decisions.json"
GLOSSARY_FILE = "glossary.toml"
EDITS_FILE = "translation_edits.json"
_A_PERSONS = (CORRECTIONS_FILE, CHOICE_FILE, DECISIONS_FILE, GLOSSARY_FILE, EDITS_FILE)
"""What a person chose, which is not made of anything: replaced as it is, and no stage removes it."""
_TAG_CHARACTERS = 6
"""Of the digest, to tell two videos of the same name apart."""
SCHEMA_VERSION = 2
"""Of the record. Version 1 had one key per stage that held the program's version, and neither options nor media."""


@dataclass(slots=True)
class Record:
    """What a finished stage left."""

    key: str
    """The digest of all it depended on."""
    outputs: dict[str, str] = field(default_factory=dict)
    """Each file's digest as it was written, by its path in the folder."""
    needs: dict[str, str] = field(default_factory=dict)
    """The versions of the stages that it was made from; empty in records of earlier versions."""

    @property
    def version(self) -> str:
        """Changes when the stage gave something else."""
        return key_of(sorted(self.outputs.items()))


@dataclass(slots=True, kw_only=True)
class State:
    """The workspace's memory: whose results these are, how they were asked for, and which stages are done."""

    source: str = ""
    """BLAKE3 of the video's bytes."""
    stages: dict[str, Record] = field(default_factory=dict)
    writing: str = ""
    """The large file that was being replaced: where a run was killed over it, what lies there is not a person's edit."""
    schema_version: int = 1
    options: dict[str, Any] = field(default_factory=dict)
    """The options that were in force, those that differ from their defaults, by dotted name."""
    media: dict[str, Any] = field(default_factory=dict)
    """What was found in the video's file, and where it lay."""


class Workspace:
    """The folder of one video's results."""

    def __init__(self, folder: Path, source_digest: str) -> None:
        self.folder = folder
        self._state = read_state(folder)
        if self._state.source != source_digest:
            self._state = State(source=source_digest, schema_version=SCHEMA_VERSION)
        self._described = True
        self.kept: list[Path] = []
        """Copies made of files that a person had edited."""

    @classmethod
    def of(cls, video: Path, digest: str, out: Path) -> Self:
        """`out/NAME`, or `out/NAME-abc123` where that folder belongs to another video of the same name. Raises CannotWrite."""
        folder = out / safe_name(video.stem)
        try:
            folder.stat()
        except FileNotFoundError:
            pass
        except OSError as error:  # a name that is too long, a file where a folder should be
            raise CannotWrite(folder, reason(error)) from None
        owner = read_state(folder).source
        if owner and owner != digest:
            folder = folder.with_name(f"{folder.name}-{digest[:_TAG_CHARACTERS]}")
        return cls(folder, digest)

    @classmethod
    def at(cls, folder: Path) -> Self:
        """A folder that is there, whosever it is."""
        return cls(folder, read_state(folder).source)

    @property
    def source_digest(self) -> str:
        return self._state.source

    @property
    def is_of_first_schema(self) -> bool:
        """Whether the record was written before stages had keys of their own."""
        return self._state.schema_version < SCHEMA_VERSION

    @property
    def options(self) -> Mapping[str, Any]:
        return self._state.options

    @property
    def media(self) -> Mapping[str, Any]:
        return self._state.media

    def path(self, name: str) -> Path:
        """Of a file of that name in the folder, `/` between its parts."""
        return self.folder / name

    def record(self, stage: str) -> Record | None:
        """What a stage left; None where it is not done or one of its files is gone."""
        done = self._state.stages.get(stage)
        return done if done is not None and all((self.folder / name).is_file() for name in done.outputs) else None

    def stages(self) -> tuple[str, ...]:
        """All stages that were ever finished here, in the order in which they were."""
        return tuple(self._state.stages)

    def outputs(self, stage: str) -> list[Path]:
        done = self._state.stages.get(stage)
        return [self.folder / name for name in done.outputs] if done else []

    def describe(self, options: Mapping[str, Any], media: Mapping[str, Any]) -> None:
        """Remember how the results are asked for, with the next stage that is finished or by `keep_description`."""
        described = msgspec.json.decode(msgspec.json.encode((options, media)), type=tuple[dict[str, Any], dict[str, Any]])
        self._described = (self._state.options, self._state.media) == described
        self._state.options, self._state.media = described

    def keep_description(self) -> None:
        """Write the description where no stage was finished since."""
        if not self._described:
            self._remember()

    def claim(self) -> None:
        """Make the folder this video's, before its first stage is finished."""
        if read_state(self.folder).source != self._state.source:
            self._remember()

    def finish(self, stage: str, key: str, outputs: Iterable[Path], needs: Mapping[str, str] = MappingProxyType({})) -> None:
        """Record a stage whose `outputs` are in place, and remove what an earlier run of it left and this one did not make.

        `needs` holds the versions of the stages that it was made from.
        """
        made = {path.relative_to(self.folder).as_posix(): file_digest(path) for path in outputs}
        before = self._state.stages.pop(stage, None)
        self._state.stages[stage] = Record(key, made, dict(needs))
        self._remove(before)
        self._state.writing = ""
        self._remember()

    def rename_key(self, stage: str, key: str) -> None:
        """The same results are known under another key from now on."""
        self._state.stages[stage].key = key
        self._remember()

    def forget(self, stages: Collection[str]) -> None:
        """Remove what these stages made, but for files that were edited since."""
        gone = [self._state.stages.pop(stage) for stage in list(self._state.stages) if stage in stages]
        for record in gone:
            self._remove(record)
        if gone:
            self._remember()

    def _remove(self, record: Record | None) -> None:
        """Remove a record's files that no stage has as they are any more and nobody edited."""
        if record is None:
            return
        owned = {known for stage in self._state.stages.values() for known in stage.outputs.items()}
        for name, digest in record.outputs.items():
            old = self.folder / name
            if (name, digest) not in owned and old.is_file() and file_digest(old) == digest:
                old.unlink()

    def _remember(self) -> None:
        self._state.schema_version, self._described = SCHEMA_VERSION, True
        self.write(self.folder / STATE_FILE, msgspec.json.format(msgspec.json.encode(self._state), indent=1))

    def replacing(self, path: Path) -> None:
        """Call before replacing a file by any means other than `write`; `finish` says that it is done."""
        self.keep_edited(path)
        self._state.writing = path.relative_to(self.folder).as_posix()
        self._remember()

    def write(self, path: Path, content: bytes) -> None:
        """Put a whole file in place. A file of that name that is not as we left it is kept beside it as `NAME.edited-1.EXT`."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.name not in (STATE_FILE, *_A_PERSONS) and not _holds(path, content):
                self.keep_edited(path)
            atomic_write(path, content)
        except OSError as error:
            raise CannotWrite(path, reason(error)) from None

    def write_json(self, path: Path, record: Any, leave_out: Iterable[str] = (), where_empty: Iterable[str] = ()) -> None:
        """A record as indented JSON, without the keys named in `leave_out`, and those of `where_empty` that are, at any depth."""
        tree = _without(msgspec.to_builtins(record), frozenset(leave_out), frozenset(where_empty))
        self.write(path, msgspec.json.format(msgspec.json.encode(tree), indent=1) + b"\n")

    def read_json(self, path: Path, kind: type[T]) -> T:
        """Raises BadRecord."""
        try:
            return msgspec.json.decode(path.read_bytes(), type=kind)
        except (OSError, ValueError) as error:
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
    """Whether a file is already as it is to be: a run that was killed wrote it and could not record it any more."""
    return path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content


def _without(tree: Any, keys: frozenset[str], empty: frozenset[str]) -> Any:
    if isinstance(tree, dict):
        kept = {key: value for key, value in tree.items() if key not in keys and (value or key not in empty)}
        return {key: _without(value, keys, empty) for key, value in kept.items()}
    return [_without(value, keys, empty) for value in tree] if isinstance(tree, list | tuple) else tree


def read_state(folder: Path) -> State:
    """What a workspace remembers. An unreadable state only costs the work of the stages again."""
    try:
        return msgspec.json.decode((folder / STATE_FILE).read_bytes(), type=State)
    except (OSError, ValueError):
        return State()
