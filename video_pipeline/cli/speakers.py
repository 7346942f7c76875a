"""`speakers`: who speaks in a finished video, and other names for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from video_pipeline.cli.flags import OUT, Json, Quiet

if TYPE_CHECKING:
    from video_pipeline.core.span import Span
    from video_pipeline.video.base import Goal
    from video_pipeline.video.people import Person
    from video_pipeline.video.video import Video

_SHOWN = 60
"""Characters of a sample line."""


def speakers(  # noqa: PLR0913 - a flag each
    video: Annotated[str, typer.Argument(metavar="VIDEO", help="A processed video, or its folder of results.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the results are: OUT/NAME/.")] = OUT,
    rename: Annotated[list[str] | None, typer.Option("--rename", help="OLD=NEW, for instance 'Speaker 1=Ann'.")] = None,
    merge: Annotated[
        list[str] | None, typer.Option("--merge", help="OLD=INTO: two speakers are one person, who keeps the name INTO.")
    ] = None,
    assign: Annotated[
        list[str] | None, typer.Option("--assign", help="FROM-TO=NAME: who says these lines, for instance 1:20-1:45=Ben.")
    ] = None,
    separate: Annotated[
        list[str] | None, typer.Option("--separate", help="NAME as it was before: takes a rename or a merge back.")
    ] = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """List the speakers, or rename them; all existing files of the video are updated."""
    from video_pipeline.cli.show import shown
    from video_pipeline.video.people import people_of

    with shown(quiet=quiet, as_json=json) as show:
        found = opened(video, out)
        if _changed(found, rename or (), merge or (), assign or (), separate or ()):
            found.write(*_goals(found), on_progress=show)
        people = people_of(found)
    if json:
        _print_json(people)
    elif not quiet:
        _print(people)


def opened(video: str, out: Path) -> Video:
    """Raises NoSuchFile, NotFinished."""
    from video_pipeline.video.errors import NotFinished
    from video_pipeline.video.process import results_of
    from video_pipeline.video.video import Video

    path = Path(video)
    if path.is_dir():
        return Video.open(path)
    found = results_of(path, out)
    if found is None:
        raise NotFinished(out / path.stem, "listen")
    return found


def _changed(
    video: Video, renames: Sequence[str], merges: Sequence[str], assigns: Sequence[str], separates: Sequence[str]
) -> bool:
    """Make the changes in this order. Raises BadValue for what cannot be read, before anything is changed."""
    from video_pipeline.video import people

    asked: list[tuple[Callable[..., object], tuple[object, ...]]] = [
        *((people.rename, _pair("--rename", text)) for text in renames),
        *((people.merge, _pair("--merge", text)) for text in merges),
        *((people.assign, (_span(where), name)) for where, name in (_pair("--assign", text) for text in assigns)),
        *((people.separate, (was,)) for was in separates),
    ]
    for act, facts in asked:
        act(video, *facts)
    return bool(asked)


def _pair(flag: str, text: str) -> tuple[str, str]:
    from video_pipeline.core.errors import BadValue

    left, sign, right = (part.strip() for part in text.partition("="))
    if not (left and sign and right):
        raise BadValue(flag, f"write two parts with = between, not {text!r}")
    return left, right


def _span(text: str) -> Span:
    from video_pipeline.core.errors import BadValue
    from video_pipeline.core.span import Span
    from video_pipeline.core.timecode import parse

    try:
        start_s, end_s = (parse(part.strip()) for part in text.split("-"))
        return Span(start_s, end_s)
    except ValueError:
        raise BadValue("--assign", f"write FROM-TO=NAME with times such as 1:20-1:45, not {text!r}") from None


def _goals(video: Video) -> tuple[Goal, ...]:
    """What there is of a video, all of which shows names."""
    goals: tuple[Goal, ...] = ("subtitles", "highlights", "clips", "report")
    return tuple(goal for goal in goals if video.outputs(goal))


def _print_json(people: Sequence[Person]) -> None:
    import msgspec

    rows = [
        {
            "name": person.name,
            "speech_s": person.speech_s,
            "lines": person.lines,
            "parts": person.parts,
            "samples": [{"start_s": line.start_s, "end_s": line.end_s, "text": line.text} for line in person.samples],
        }
        for person in people
    ]
    typer.echo(msgspec.json.encode({"event": "speakers", "speakers": rows}).decode())


def _print(people: Sequence[Person]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from video_pipeline.core.timecode import clock

    console = Console(soft_wrap=True)
    if not people:
        console.print("no speaker is known; run it with --speakers auto")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("speaker", "speech", "lines", "for instance"):
        table.add_column(name, justify="right" if name in ("speech", "lines") else "left")
    for person in people:
        sample = person.samples[0]
        text = sample.text if len(sample.text) <= _SHOWN else sample.text[: _SHOWN - 1] + "…"
        table.add_row(person.name, clock(person.speech_s), str(person.lines), f"{clock(sample.start_s)}  {text}")
    console.print(table)
