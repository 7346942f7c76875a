"""`library search`: find moments by words, sounds and emotions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import typer

from video_pipeline.cli.flags import OUT, Json
from video_pipeline.cli.flatten import flattened
from video_pipeline.cli.library.flags import ClipFolder, LibraryFolder, Within


@dataclass(frozen=True, kw_only=True)
class QuestionFlags:
    """What a moment must hold besides its words."""

    panel: ClassVar[str | None] = "Moments"

    event: Annotated[list[str] | None, typer.Option(help="A sound in it or just after: laughter, applause, cheer, ...")] = None
    emotion: Annotated[list[str] | None, typer.Option(help="How it was spoken: happy, sad, angry, ...")] = None
    language: Annotated[list[str] | None, typer.Option(help="zh, en, yue, ja or ko.")] = None
    longer: Annotated[float, typer.Option(help="Least seconds of the event, or, without one, of the moment.")] = 0.0
    within: Within = ""
    limit: Annotated[int, typer.Option(help="Most moments.")] = 20


@flattened
def search(
    asked: QuestionFlags,
    query: Annotated[str, typer.Argument(help='Words that must all occur; "words in quotes" as they stand; begin*.')] = "",
    out: LibraryFolder = OUT,
    clips: ClipFolder = None,
    json: Json = False,
) -> None:
    """Find moments in all videos of a library: words, sounds and emotions that occur together."""
    from video_pipeline.cli.library.moments import show_moments
    from video_pipeline.cli.show import shown
    from video_pipeline.library.index import index
    from video_pipeline.library.rows import reading
    from video_pipeline.library.search import Question
    from video_pipeline.library.search import search as find

    with shown(quiet=False, as_json=json):
        question = Question(
            query,
            events=tuple(asked.event or ()),
            emotions=tuple(asked.emotion or ()),
            languages=tuple(asked.language or ()),
            longer_s=asked.longer,
            within=asked.within,
            most=asked.limit,
        )
        with reading(out) as record, index(out) as searched:
            searched.refresh(record)
            answer = find(searched, question)
        total = f"more than {answer.found}" if answer.more else str(answer.found)
        some = f", {len(answer.moments)} shown" if len(answer.moments) < answer.found else ""
        summary = (
            f"{total} moment{'s' if answer.found != 1 else ''}{some}"
            if answer.moments
            else "no moments; try fewer words, another event, or word*"
        )
        show_moments(answer.moments, summary, clips, as_json=json)
