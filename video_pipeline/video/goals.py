"""What a person may ask of a video, and the stages that it takes."""

from __future__ import annotations

from collections.abc import Collection
from typing import cast, get_args

from video_pipeline.core.errors import UnknownName
from video_pipeline.options import Options
from video_pipeline.video import STAGES
from video_pipeline.video.base import Goal

GOALS: tuple[str, ...] = get_args(Goal)
_STAGES = {"transcript": ("listen",)}
"""Of goals that are not called like their stage."""


def check_goals(goals: Collection[str]) -> tuple[Goal, ...]:
    """The goals, each once; one alone may be given as it is. Raises UnknownName, which suggests the nearest one."""
    names = (goals,) if isinstance(goals, str) else tuple(dict.fromkeys(goals))
    for name in names:
        if name not in GOALS and name not in STAGES:
            raise UnknownName("goal", name, GOALS)
    return cast(tuple[Goal, ...], names)


def stages_of(goal: str, options: Options) -> tuple[str, ...]:
    """The stages that have to be brought up to date for a goal."""
    copies: tuple[str, ...] = options.video.kinds if goal == "subtitles" else ()
    copies += ("tighten",) if goal == "subtitles" and options.video.tighten else ()
    copies += ("masked",) if goal == "subtitles" and options.mask else ()
    speakers = ("speakers",) if goal == "transcript" and options.speakers.find else ()
    translated = ("translated_files",) if goal == "subtitles" and options.translation.to else ()
    return (*_STAGES.get(goal, (goal,)), *speakers, *translated, *copies)
