"""What a run would do, found out without making or writing anything."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from video_pipeline.core.progress import Silent
from video_pipeline.core.transcript import EngineIdentity
from video_pipeline.options import Options
from video_pipeline.speech.choose import fetchable
from video_pipeline.translate.cost import Estimate, of_length
from video_pipeline.video.base import Goal, StageGroup
from video_pipeline.video.engine import Engine, Mode
from video_pipeline.video.goals import check_goals, stages_of_run
from video_pipeline.video.known_words import keeping_words
from video_pipeline.video.stages.identify import Identify
from video_pipeline.video.stages.recogniser import Recogniser, chosen_engine
from video_pipeline.video.stages.translate import Translate, estimate
from video_pipeline.video.workspace import Workspace


class Planned(StrEnum):
    """What a run would do with a stage."""

    FRESH = "up to date"
    TO_DO = "to do"
    DEPENDS = "depends"
    """Done again only if a stage that it needs gives something else than before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStage:
    """One stage of a run that was not made."""

    name: str
    planned: Planned
    media_s: float | None = None
    """Seconds of media to work through; None for a short stage, or where that is not known yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A run that was not made."""

    folder: Path
    duration_s: float | None
    engine: EngineIdentity
    why: str
    """Why this engine was chosen."""
    stages: tuple[PlannedStage, ...]
    translation: Estimate | None = None
    """What translating will cost; None where nothing is to be translated."""


def plan_run(video: Path, goals: Collection[Goal], options: Options, out: Path, *, again: bool = False) -> Plan:
    """The stages that `process` would bring up to date, in order. Reads the video's file once; writes nothing.

    Raises:
        NoSuchFile, NotMedia, NoAudio, NoSuchTrack: the file cannot be used. EngineError: no engine can run.
    """
    mode = Mode(again=again, saves=False)
    engine = Engine(video, options, lambda digest: Workspace.of(video, digest, out), Silent(), mode)
    info = engine.of(Identify).info
    if options.speech.may_lack_words and not again:
        engine = keeping_words(engine, mode)
    chosen = chosen_engine(engine.options.speech)  # not by the stage, which would fetch weights
    engine.put(Recogniser.name, chosen, chosen.identity)
    planner = _Planner(engine, again=again)
    for stage in stages_of_run(check_goals(goals), options):
        planner.planned(stage)
    translates = planner.has_to_do(Translate.name)
    return Plan(
        translation=_estimated(engine, planner, info.duration_s or 0.0) if translates else None,
        folder=engine.space.folder,
        duration_s=info.duration_s,
        engine=chosen.identity,
        why=chosen.why + ("; its weights would be fetched first" if fetchable(options.speech) else ""),
        stages=tuple(planner.stages()),
    )


def _estimated(engine: Engine, planner: _Planner, duration_s: float) -> Estimate:
    """By the sentences that are not known yet; where nobody has listened yet, by the length of the video."""
    options = engine.options.translation
    if any(planner.planned(need) is not Planned.FRESH for need in ("words", "events")):
        return of_length(duration_s, options)
    return estimate(engine)


class _Planner:
    """Walks the stages from the goals down to what they need."""

    def __init__(self, engine: Engine, *, again: bool) -> None:
        self._engine, self._again = engine, again
        self._planned: dict[str, Planned] = {}

    def stages(self) -> list[PlannedStage]:
        """Those whose results are stored, each after the ones that it needs."""
        return [
            PlannedStage(name=name, planned=planned, media_s=self._length_s(name) if planned is Planned.TO_DO else None)
            for name, planned in self._planned.items()
            if self._is_shown(name)
        ]

    def has_to_do(self, name: str) -> bool:
        """Whether a stage is asked for and not up to date."""
        return self._planned.get(name, Planned.FRESH) is not Planned.FRESH

    def planned(self, name: str) -> Planned:
        if name not in self._planned:
            self._planned[name] = self._find(name)
        return self._planned[name]

    def _find(self, name: str) -> Planned:
        engine, stage = self._engine, self._engine.stage(name)
        needs = [self.planned(need) for need in engine.needs(stage)]  # all of them, so that each is in the plan
        needs_are_fresh = all(planned is Planned.FRESH for planned in needs)
        if isinstance(stage, StageGroup):
            if needs_are_fresh:
                return _worst([self.planned(part.name) for part in engine.parts(name)])
            return Planned.DEPENDS if engine.outputs(name) and not self._again else Planned.TO_DO
        if not stage.kept:
            return Planned.FRESH if needs_are_fresh else Planned.DEPENDS
        if self._again or engine.space.record(name) is None:
            return Planned.TO_DO
        if not needs_are_fresh:
            return Planned.DEPENDS
        return Planned.FRESH if engine.is_fresh(name) else Planned.TO_DO

    def _length_s(self, name: str) -> float | None:
        if isinstance(self._engine.stage(name), StageGroup):
            return None
        return self._engine.length_s(name, [stage for stage, planned in self._planned.items() if planned is Planned.FRESH])

    def _is_shown(self, name: str) -> bool:
        stage = self._engine.stage(name)
        if isinstance(stage, StageGroup):
            return not any(other.startswith(f"{name}.") for other in self._planned)
        return stage.kept


def _worst(planned: Collection[Planned]) -> Planned:
    return next((state for state in (Planned.TO_DO, Planned.DEPENDS) if state in planned), Planned.FRESH)
