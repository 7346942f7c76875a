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
            help="auto: where a speech model can run; full: always, even if only as a draft; clips: only in the clips; none.",
        ),
    ] = "auto"
    length: Annotated[
        str | None,
        typer.Option("--length", help="Shortest and longest clip in seconds, for instance 15-60; moments keep their end."),
    ] = None
    phrases: Annotated[
        str | None, typer.Option("--phrases", help="With commas between: words that earn a clip where somebody says them.")
    ] = None
    curve: Annotated[
        str | None, typer.Option("--curve", help="CSV of times and values, or of a chat's messages: its peaks earn clips too.")
    ] = None
    opinion: Annotated[
        bool | None,
        typer.Option("--opinion/--no-opinion", help="The model of --translator-url judges which passages are strong, and why."),
    ] = None
    passages: Annotated[
        bool | None,
        typer.Option(
            "--passages/--no-passages", help="If nobody reacts: the best passages of speech, judged by voice and words."
        ),
    ] = None
    explain: Annotated[
        bool, typer.Option("--explain", help="Also show what each signal adds to a clip's score, or takes from it.")
    ] = False

    def overrides(self) -> dict[str, object]:
        asked = {"phrases": self.phrases, "curve": self.curve, "opinion": self.opinion, "highlights.passages": self.passages}
        own = {name: value for name, value in asked.items() if value is not None}
        return {**weight_overrides(self.weights or ()), **_WORDS[self.words], **length_overrides(self.length or ""), **own}


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


def length_overrides(text: str) -> dict[str, object]:
    """The options of a wish such as `15-60`: bounds, the preferred length between them, and a set-up that leaves room.

    Raises BadValue.
    """
    from video_pipeline.core.errors import BadValue

    if not text:
        return {}
    least, dash, most = text.partition("-")
    try:
        least_s, longest_s = float(least), float(most)
    except ValueError:
        least_s = longest_s = 0.0
    if not dash or not 0 < least_s <= longest_s < float("inf"):
        raise BadValue("--length", f"write SHORTEST-LONGEST in seconds, for instance 15-60, not {text!r}")
    room_s = longest_s - least_s
    aim_s = min(17.0, longest_s / 3)
    values = {
        "least_s": least_s,
        "longest_s": longest_s,
        "aim_least_s": least_s + room_s * 2 / 9,
        "aim_most_s": longest_s - room_s * 2 / 9,
        "setup_aim_s": aim_s,
        "setup_least_s": min(8.0, aim_s),
        "setup_most_s": min(20.0, max(aim_s, longest_s / 2)),
    }
    return {f"highlights.{name}": value for name, value in values.items()}


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
