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
_ALWAYS = ("listen", "events")
_WORDLESS = ("events", "timeline")
"""Goals that need no words, and so nobody who says them."""


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
    speakers = by_speaker(options) if goal == "transcript" else ()
    translated = ("translated_files",) if goal == "subtitles" and options.translation.to else ()
    return (*_STAGES.get(goal, (goal,)), *speakers, *translated, *copies)


def stages_of_run(goals: Collection[str], options: Options) -> tuple[str, ...]:
    """The stages that a run for some goals brings up to date, in order."""
    speakers = by_speaker(options) if any(goal not in _WORDLESS for goal in goals) else ()
    return tuple(dict.fromkeys((*_ALWAYS, *speakers, *(stage for goal in goals for stage in stages_of(goal, options)))))


def by_speaker(options: Options) -> tuple[str, ...]:
    """The stages that put speakers into the transcript's file."""
    return ("speakers", "attributed") if options.speakers.find else ()
