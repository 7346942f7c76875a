"""The contract of a stage: one step of a video's way from its file to its results.

To add one:
1. write one file in `stages/` with a class that satisfies `Stage` (inherit from `BaseStage` for the usual defaults);
2. add its line to `STAGES` in `__init__.py`;
3. run `tests/video/test_stages.py`, which holds every member of the table to the contract.

A stage never asks whether its results are fresh and never records them: `engine.py` alone does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, Generic, Literal, Protocol, TypeVar, runtime_checkable

from video_pipeline.options import Options
from video_pipeline.video.workspace import Workspace

T = TypeVar("T")

Goal = Literal["transcript", "events", "timeline", "subtitles", "highlights", "clips", "report", "conversation"]
"""What a person may ask of a video."""


class Given(Protocol):
    """What a stage is made from."""

    @property
    def options(self) -> Options:
        """The options of this run; a stage may look only at those that its `reads` names."""
        ...

    @property
    def video(self) -> Path:
        """The video's file, which need not be there any more when a finished folder is opened."""
        ...

    @property
    def space(self) -> Workspace:
        """The folder of results, and the only way to write into it."""
        ...

    def of(self, stage: type[Stage[T]]) -> T:
        """The value of a stage that this one needs, loaded or made when it is first asked for."""
        ...

    def needs(self, stage: type[Stage[Any]]) -> bool:
        """Whether a stage that is needed only under some options is needed in this run."""
        ...

    def outputs(self, name: str) -> list[Path]:
        """The files that a stage left, without making it; empty where it was never made."""
        ...

    def key(self) -> str:
        """The digest of all that this stage depends on: names what it stores while it is not finished."""
        ...


class StageProgress(Protocol):
    """How a stage reports what it is doing; the engine has begun its first phase and will end the last."""

    def advance(self, done_s: float) -> None:
        """Seconds of media done since the phase began."""
        ...

    def phase(self, name: str, total_s: float | None) -> None:
        """The phase so far is over and another begins; `name` is one of the stage's `phases`.

        A stage without phases may begin one for work that is rarely needed and then long.
        """
        ...

    def notice(self, text: str) -> None:
        """Something a person should know, in one sentence."""
        ...


class Stage(Protocol[T]):
    """One step of a video's way. One object per run, without arguments."""

    @property
    def name(self) -> str:
        """In the table, in messages and in what is recorded."""
        ...

    @property
    def revision(self) -> int:
        """Raised whenever the stage would give something else for the same input; results of earlier revisions are made again."""
        ...

    @property
    def needs(self) -> tuple[str, ...]:
        """Stages whose values it is made from."""
        ...

    @property
    def needs_if(self) -> Mapping[str, str]:
        """Further ones, each needed only where the option of that dotted name is on."""
        ...

    @property
    def kept(self) -> bool:
        """Whether its value is saved. One that is not is made again whenever it is asked for."""
        ...

    @property
    def phases(self) -> tuple[str, ...]:
        """Names under which its progress is reported, the first begun by the engine. Empty: its own name if it is `kept`, else
        none: the time it takes counts for the stage that asks for its value.
        """
        ...

    @property
    def takes_model(self) -> bool:
        """Whether it takes a model and the video's sound, so that a finished folder that is only opened cannot make it again."""
        ...

    @property
    def clears(self) -> bool:
        """Whether everything else in the folder was made from its value, and must not stand beside another one."""
        ...

    @property
    def reloads(self) -> bool:
        """Whether saving rounds the value, so that the run that makes it has to go on with what a later run will load."""
        ...

    def reads(self, options: Options) -> tuple[str, ...]:
        """Dotted names of the options it depends on, whole sections or single ones."""
        ...

    def depends_on(self, given: Given) -> object:
        """What else it depends on beside options and needs (identities, files of a person's own), as JSON-like data."""
        ...

    def length_s(self, given: Given) -> float | None:
        """Seconds of media that its first phase works through; None for a short one."""
        ...

    def make(self, given: Given, progress: StageProgress) -> T:
        """The value. Raises a PipelineError that says what is wrong; nothing half-written is left behind then."""
        ...

    def save(self, value: T, given: Given) -> Sequence[Path]:
        """Put the value into the folder; gives every file of it, those that `make` wrote too. Not called unless `kept`."""
        ...

    def load(self, given: Given) -> T:
        """The value as it was saved. Raises BadRecord. Not called unless `kept`."""
        ...

    def identity(self, given: Given) -> object:
        """For a stage that is not `kept`: what later stages depend on of its value; None for all that it depends on itself."""
        ...


@runtime_checkable
class StageGroup(Protocol):
    """Stages of one kind that a run has as many of as its options ask for; a table names them together.

    Where one of them fails, the others still do their work, and then the first failure is raised.
    """

    @property
    def name(self) -> str:
        """Before the names of its parts: `clips`, and `clips.video` for a part."""
        ...

    @property
    def needs(self) -> tuple[str, ...]:
        """Stages that decide which parts there are."""
        ...

    def parts(self, given: Given) -> Sequence[Stage[Any]]:
        """The stages of this run, in the order in which they are made."""
        ...


class BaseStage(Generic[T]):
    """The defaults of most stages: kept, needs nothing, reads nothing, depends on nothing else, one phase of its own name."""

    name = ""
    revision = 1
    needs: tuple[str, ...] = ()
    needs_if: Mapping[str, str] = MappingProxyType({})
    kept = True
    phases: tuple[str, ...] = ()
    takes_model = False
    clears = False
    reloads = False

    def reads(self, options: Options) -> tuple[str, ...]:
        return ()

    def depends_on(self, given: Given) -> object:
        return None

    def length_s(self, given: Given) -> float | None:
        return None

    def identity(self, given: Given) -> object:
        return None


class DerivedStage(BaseStage[T]):
    """The defaults of a value that is quickly made from others and not saved."""

    kept = False

    def save(self, value: T, given: Given) -> Sequence[Path]:
        raise AssertionError(f"the stage {self.name} is not kept")

    def load(self, given: Given) -> T:
        raise AssertionError(f"the stage {self.name} is not kept")


def phases_of(stage: Stage[Any]) -> tuple[str, ...]:
    """Names under which the progress of a stage is reported; the first is the one that the engine begins."""
    return stage.phases or ((stage.name,) if stage.kept else ())
