"""`highlights`: the best moments, why they are, and their clips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from video_pipeline.cli.flags import (
    ClipFlags,
    OptionFlags,
    RecordingFlags,
    RunFlags,
    SpeakerFlags,
    SubtitleFlags,
    TranslationFlags,
    Videos,
)
from video_pipeline.cli.flatten import flattened
from video_pipeline.cli.running import Request, run_videos

if TYPE_CHECKING:
    from video_pipeline.core.clip import Clip
    from video_pipeline.video.base import Goal

GOALS: tuple[Goal, ...] = ("highlights", "clips", "report")


_WORDS: dict[str, dict[str, object]] = {
    "auto": {"speech.fallback": "none"},
    "full": {},
    "clips": {"speech.fallback": "none", "speech.clips_only": True},
    "none": {"speech.engine": "none"},
}
"""The options behind `--words`."""


@dataclass(frozen=True, kw_only=True)
class RankingFlags(OptionFlags):
    """How clips are ranked."""

    panel = "Ranking"

    weights: Annotated[
        list[str] | None,
        typer.Option("--weights", "-w", help="SIGNAL=WEIGHT, for instance laughter=1.5; ranks again without listening."),
    ] = None
    words: Annotated[
        Literal["auto", "full", "clips", "none"],
        typer.Option(
            "--words",
            help="auto: where a speech model can run; full: always, if only a draft; clips: of the clips only; none.",
        ),
    ] = "auto"
    explain: Annotated[bool, typer.Option("--explain", help="Also what each signal adds to a clip's score, or takes.")] = False

    def overrides(self) -> dict[str, object]:
        return {**weight_overrides(self.weights or ()), **_WORDS[self.words]}


@flattened
def highlights(  # noqa: PLR0913 - one group of flags each
    videos: Videos,
    ranking: RankingFlags,
    clips: ClipFlags,
    recording: RecordingFlags,
    speakers: SpeakerFlags,
    text: SubtitleFlags,
    translation: TranslationFlags,
    run: RunFlags,
) -> None:
    """Find, explain and cut the best moments."""
    with run.shown() as show:
        options = run.options(recording, speakers, text, translation, clips, ranking)
        for result in run_videos(videos, Request(goals=GOALS, options=options, run=run), show):
            if ranking.explain and not run.quiet and not run.json:
                print_reasons(result.clips)


def weight_overrides(texts: Sequence[str]) -> dict[str, object]:
    """Weights by option. Raises BadValue for what is not SIGNAL=WEIGHT; the options know which signals exist."""
    import math

    from video_pipeline.core.errors import BadValue

    found: dict[str, object] = {}
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        try:
            weight = float(value)
        except ValueError:
            weight = math.nan
        if not name or not equals or not math.isfinite(weight):
            raise BadValue("--weights", f"write SIGNAL=WEIGHT, for instance laughter=1.5, not {text!r}")
        found[f"highlights.weights.{name}"] = weight
    return found


def print_reasons(clips: Sequence[Clip]) -> None:
    """A table per clip whose points add up to its score."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(soft_wrap=True)
    for rank, clip in enumerate(clips, 1):
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=f"#{rank}", title_justify="left", show_footer=True)
        table.add_column("signal", footer="score")
        table.add_column("a minute", justify="right")
        table.add_column("weight", justify="right")
        table.add_column("points", justify="right", footer=f"{clip.score:.2f}")
        for reason in clip.reasons:
            table.add_row(reason.signal, f"{reason.value:.2f}", f"{reason.weight:g}", f"{reason.contribution:+.2f}")
        console.print(table)
