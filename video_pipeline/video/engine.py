"""Brings the stages of one video up to date: the only place that knows keys, and says fresh, begin, end and finish.

A stage's key is the digest of its name and revision, of the options it reads (those that differ from their defaults), of the
versions of the stages it needs, and of what else it depends on. Its version is the digest of the files it left. So a stage that
gave the same bytes as before does not make later ones stale, an option that a newer program adds makes nothing stale, and the
program's own version is in no key: whoever changes what a stage gives raises that stage's revision.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from video_pipeline.core.errors import PipelineError
from video_pipeline.core.files import key_of
from video_pipeline.core.progress import Progress
from video_pipeline.media.probe import MediaInfo
from video_pipeline.options import Options, changed_values, value_at
from video_pipeline.video import STAGES, first_schema
from video_pipeline.video.base import Given, Stage, StageGroup, phases_of
from video_pipeline.video.errors import ClipsLeftOut, NotFinished
from video_pipeline.video.workspace import Workspace

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """What an engine may do."""

    again: bool = False
    """Make every stage again that is asked for, also those that are fresh."""
    saves: bool = True
    """Put what is made into the folder. If not, the folder is only read."""
    listens: bool = True
    """Make stages that take a model. If not, their stored results stand whatever their keys are."""


class Engine:
    """The stages of one video with one set of options, each with its value in memory once it was asked for.

    Args:
        video: the file.
        options: of this run.
        place: gives the folder of results for the digest of the video's bytes.
        progress: is told what is being done.
        mode: what it may do.
    """

    def __init__(
        self,
        video: Path,
        options: Options,
        place: Callable[[str], Workspace],
        progress: Progress,
        mode: Mode = Mode(),
    ) -> None:
        self.video, self.options, self.progress = video, options, progress
        self._place, self._mode = place, mode
        self._changed = changed_values(options)
        self._space: Workspace | None = None
        self._stages: dict[str, Stage[Any]] = {}
        self._values: dict[str, Any] = {}
        self._versions: dict[str, str] = {}
        self._made_now: set[str] = set()

    @property
    def space(self) -> Workspace:
        """The folder of results; the file is identified first, since its content decides which folder that is."""
        if self._space is None:
            self._space = self._place(self.value("identify").digest)
        return self._space

    def put(self, name: str, value: Any, identity: object) -> None:
        """Have a stage with this value instead of making it; later stages depend on its `identity` alone."""
        self._values[name], self._versions[name] = value, key_of(identity)

    def use(self, stage: Stage[Any]) -> None:
        """Have this stage instead of the one of that name in the table."""
        self._stages[stage.name] = stage

    def stage(self, name: str) -> Stage[Any]:
        """A stage of the table, or a part of a group by `GROUP.PART`. Raises UnknownName."""
        if name not in self._stages:
            group, _, part = name.partition(".")
            if part:
                self.parts(group)
            else:
                self._stages[name] = STAGES.load(name)()
        return self._stages[name]

    def of(self, kind: type[Stage[T]]) -> T:
        """The value of a stage."""
        value: T = self.value(_name_of(kind))
        return value

    def value(self, name: str) -> Any:
        """The value of a stage, brought up to date; loaded where it is fresh, and only once."""
        if name not in self._values:
            stage = self.stage(name)
            if not stage.kept:
                self._values[name] = self._made(stage)
            elif self.bring(name) and name not in self._values:  # it was fresh
                self._values[name] = stage.load(_Given(self, stage))
        return self._values[name]

    def bring(self, name: str) -> str:
        """Bring a stage up to date, and those it needs; gives its version. Its value is not loaded."""
        if name not in self._versions:
            stage = self.stage(name)
            needs = () if self._is_read_only(stage) else self.needs(stage)
            for need in needs:
                self.bring(need)
            if isinstance(stage, StageGroup):
                self._versions[name] = self._group_version(name)
            else:
                self._versions[name] = self._kept_version(stage) if stage.kept else self._derived_version(stage)
        return self._versions[name]

    def options_for(self, name: str) -> Options:
        """The options as a stage sees them."""
        return self.options

    def needs(self, stage: Stage[Any] | StageGroup) -> tuple[str, ...]:
        """The stages that this one is made from under the options of this run."""
        if isinstance(stage, StageGroup):
            return stage.needs
        return (*stage.needs, *(name for name, option in stage.needs_if.items() if value_at(self.options, option)))

    def key(self, name: str) -> str:
        """The key of a stage under the options of this run. Brings up to date what it needs, but not the stage itself."""
        stage = self.stage(name)
        reads = stage.reads(self.options)
        asked = {option: value for option, value in self._changed.items() if is_read(option, reads)}
        versions = {need: self.bring(need) for need in self.needs(stage)}
        return key_of(name, stage.revision, asked, versions, stage.depends_on(_Given(self, stage)))

    def is_fresh(self, name: str) -> bool:
        """Whether the stage was finished with the same key and its files are still there."""
        record = self.space.record(name)
        if record is None:
            return False
        if self._is_read_only(self.stage(name)):
            return True
        key = self.key(name)
        if record.key != key and self.space.is_of_first_schema:
            return self._adopt(name, record.key, key)
        return record.key == key

    def _adopt(self, name: str, old_key: str, key: str) -> bool:
        """Have a stage of a folder of the first schema under its key of today, if it is the same."""
        stage = self.stage(name)
        is_same = first_schema.is_same(name, old_key, _Given(self, stage))
        if is_same and self._mode.saves:
            self.space.rename_key(name, key)
        elif not is_same and stage.takes_model:
            folder = self.space.folder.name
            self.progress.notice(f"{folder} was made by an earlier version, with other options or another model: listening again")
        return is_same

    def length_s(self, name: str, known: Collection[str]) -> float | None:
        """Seconds of media that a stage works through, where that takes no other stages than the `known` ones; else None."""
        stage = self.stage(name)
        if stage.takes_model:
            info: MediaInfo = self.value("identify").info
            return info.duration_s
        try:
            return stage.length_s(_Knowing(self, stage, known))
        except NotFinished:
            return None

    def stale(self) -> list[str]:
        """Stages of earlier runs that were made from other results than there are now. None where this run made nothing new."""
        if not any(self.space.record(name) for name in self._made_now):
            return []
        found: list[str] = []
        for name in self.space.stages():
            record = self.space.record(name)
            if name in self._versions or record is None:
                continue
            if any(need in found or self._versions.get(need, version) != version for need, version in record.needs.items()):
                found.append(name)
        return found

    def _origins(self, stage: Stage[Any]) -> dict[str, str]:
        """The versions of all stages that this one was made from: those that it needs, and what derived ones of them need."""
        found: dict[str, str] = {}
        for name in self.needs(stage):
            if name in self._versions:
                found[name] = self._versions[name]
                need = self.stage(name)
                if not isinstance(need, StageGroup) and not need.kept:
                    found |= self._origins(need)
        return found

    def amend(self, name: str, save: Callable[[Given], Sequence[Path]]) -> None:
        """Replace files of a finished stage, which stays finished: a person corrected what it gave."""
        record = self.space.record(name)
        if record is None:
            raise NotFinished(self.space.folder, name)
        self.space.finish(name, record.key, save(_Given(self, self.stage(name))), record.needs)

    def outputs(self, name: str) -> list[Path]:
        """The files that a stage, or all parts of a group, left, without making it."""
        return [path for stage in self.space.stages() if _is_of(stage, name) for path in self.space.outputs(stage)]

    def parts(self, group: str) -> Sequence[Stage[Any]]:
        """The stages of a group in this run."""
        stage: Any = self.stage(group)
        parts: Sequence[Stage[Any]] = stage.parts(_Given(self, stage))
        for part in parts:
            self._stages.setdefault(part.name, part)
        return [self._stages[part.name] for part in parts]

    def _group_version(self, name: str) -> str:
        """Bring every part up to date; parts of an earlier run that are not asked for any more go."""
        parts = self.parts(name)
        failed: PipelineError | None = None
        for part in parts:
            try:
                self.bring(part.name)
            except PipelineError as error:
                if any(part.name in other.needs for other in parts):
                    raise
                if not isinstance(error, ClipsLeftOut):  # notices have named them
                    self.progress.notice(f"{part.name.partition('.')[2]} was left out: {error}")
                failed = failed or error
        if failed is not None:
            raise failed
        if self._mode.saves:
            asked = [part.name for part in parts]
            self.space.forget([stage for stage in self.space.stages() if _is_of(stage, name) and stage not in asked])
        if not any(part.name in self._made_now for part in parts):
            self.progress.begin(name, None)
            self.progress.end(fresh=True)
        return key_of([self._versions[part.name] for part in parts])

    def _is_read_only(self, stage: Stage[Any] | StageGroup) -> bool:
        """Whether a stage cannot be made here, so that its stored result stands whatever its key is."""
        return not self._mode.listens and not isinstance(stage, StageGroup) and stage.takes_model

    def _derived_version(self, stage: Stage[Any]) -> str:
        known = stage.identity(_Given(self, stage))
        return key_of(known) if known is not None else self.key(stage.name)

    def _kept_version(self, stage: Stage[Any]) -> str:
        name = stage.name
        if not self._mode.again and self.is_fresh(name):
            if "." not in name:  # a group speaks for its parts
                self.progress.begin(name, None)
                self.progress.end(fresh=True)
            record = self.space.record(name)
            assert record is not None
            return record.version
        if self._is_read_only(stage):
            raise NotFinished(self.space.folder, name)
        key = self.key(name)
        if not self._mode.saves:
            self._values[name] = self._made(stage)
            return key
        with self._progress(stage) as progress:
            self._finish(stage, key, progress)
        record = self.space.record(name)
        assert record is not None
        return record.version

    def _finish(self, stage: Stage[Any], key: str, progress: Phases) -> None:
        """Make a stage, save it and record it. A stage that clears removes what was made from its earlier value."""
        given, space = _Given(self, stage), self.space
        self._made_now.add(stage.name)
        value = stage.make(given, progress)
        before = space.record(stage.name)
        if stage.clears and (before is None or before.key != key):
            space.forget([name for name in space.stages() if name != stage.name])
        needs = self._origins(stage)
        space.finish(stage.name, key, stage.save(value, given), needs)
        self._values[stage.name] = stage.load(given) if stage.reloads else value

    def _made(self, stage: Stage[Any]) -> Any:
        self._made_now.add(stage.name)
        with self._progress(stage) as progress:
            return stage.make(_Given(self, stage), progress)

    @contextlib.contextmanager
    def _progress(self, stage: Stage[Any]) -> Iterator[Phases]:
        """What is done inside counts as the work of the stage; where it raises, its last phase stays open."""
        phases = phases_of(stage)
        progress = Phases(self.progress)
        if phases:
            progress.phase(phases[0], stage.length_s(_Given(self, stage)))
        yield progress
        progress.end()


class Phases:
    """Hands a stage's progress on. A stage that reports no phase of its own may still begin one."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._is_open = False

    def phase(self, name: str, total: float | None) -> None:
        self.end()
        self._progress.begin(name, total)
        self._is_open = True

    def advance(self, done: float) -> None:
        if self._is_open:
            self._progress.advance(done)

    def notice(self, text: str) -> None:
        self._progress.notice(text)

    def end(self) -> None:
        if self._is_open:
            self._progress.end(fresh=False)
            self._is_open = False


class _Given:
    """What one stage may see of the engine: its options, the folder, and the stages that it needs."""

    def __init__(self, engine: Engine, stage: Stage[Any]) -> None:
        self._engine, self._stage = engine, stage

    @property
    def options(self) -> Options:
        return self._engine.options_for(self._stage.name)

    @property
    def video(self) -> Path:
        return self._engine.video

    @property
    def space(self) -> Workspace:
        return self._engine.space

    def of(self, stage: type[Stage[T]]) -> T:
        needed = (self._stage.name, *self._engine.needs(self._stage))
        name = _name_of(stage)
        assert name in needed, f"the stage {self._stage.name} does not say that it needs {name}"
        return self._engine.of(stage)

    def needs(self, stage: type[Stage[Any]]) -> bool:
        """Whether a stage that is needed only under some options is needed in this run."""
        return _name_of(stage) in self._engine.needs(self._stage)

    def outputs(self, name: str) -> list[Path]:
        return self._engine.outputs(name)

    def key(self) -> str:
        return self._engine.key(self._stage.name)


class _Knowing(_Given):
    """The same, but of the stages only those that are known to be up to date and those that take no time."""

    def __init__(self, engine: Engine, stage: Stage[Any], known: Collection[str]) -> None:
        super().__init__(engine, stage)
        self._known = known

    def of(self, stage: type[Stage[T]]) -> T:
        if _name_of(stage) not in self._known:
            raise NotFinished(self.space.folder, _name_of(stage))
        return super().of(stage)


def _name_of(kind: type[Stage[Any]]) -> str:
    name: Any = kind.name
    assert isinstance(name, str)
    return name


def _is_of(stage: str, name: str) -> bool:
    """Whether a stage is the one of that name, or a part of the group of that name."""
    return stage == name or stage.startswith(name + ".")


def is_read(option: str, reads: tuple[str, ...]) -> bool:
    """Whether the option of a dotted name is one of `reads`, or lies in one of its sections."""
    return any(option == name or option.startswith(name + ".") for name in reads)
