"""`library search`: find moments by words, sounds, emotions and speakers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from video_pipeline.cli.flags import OUT, Json
from video_pipeline.cli.flatten import flattened
from video_pipeline.cli.library.flags import ClipFolder, LibraryFolder, Within

if TYPE_CHECKING:
    from collections.abc import Mapping

    from video_pipeline.library.index import Index
    from video_pipeline.library.question import Answer, Question


@dataclass(frozen=True, kw_only=True)
class QuestionFlags:
    """What a moment must hold besides its words."""

    panel: ClassVar[str | None] = "Moments"

    event: Annotated[list[str] | None, typer.Option(help="A sound in it or just after: laughter, applause, cheer, ...")] = None
    emotion: Annotated[list[str] | None, typer.Option(help="How it was spoken: happy, sad, angry, ...")] = None
    language: Annotated[list[str] | None, typer.Option(help="zh, en, yue, ja or ko.")] = None
    speaker: Annotated[list[str] | None, typer.Option(help="Who speaks, by the name in the transcript.")] = None
    longer: Annotated[float, typer.Option(help="Minimum length in seconds of the event, or, without one, of the moment.")] = 0.0
    within: Within = ""
    after: Annotated[str, typer.Option(help="Only videos of this day or later: YYYY, YYYY-MM or YYYY-MM-DD.")] = ""
    before: Annotated[str, typer.Option(help="Only videos from before this day.")] = ""
    semantic: Annotated[bool, typer.Option("--semantic", help="Also what means the same in other words or languages.")] = False
    limit: Annotated[int, typer.Option(help="At most this many moments.")] = 20


@dataclass(frozen=True, kw_only=True)
class UseFlags:
    """What is done with what was found."""

    panel: ClassVar[str | None] = "What is found"

    to: Annotated[list[Path] | None, typer.Option(help="Also write a list: .m3u8 to play, .edl or .fcpxml to edit.")] = None
    clips: ClipFolder = None
    facets: Annotated[bool, typer.Option("--facets", help="Count by year, folder, speaker, language, emotion, sound.")] = False
    save: Annotated[str, typer.Option(help="Remember this search under a name.")] = ""
    saved: Annotated[str, typer.Option(help="The search of that name; QUERY and the flags for moments are ignored.")] = ""


@flattened
def search(
    asked: QuestionFlags,
    use: UseFlags,
    query: Annotated[
        str,
        typer.Argument(help='Words that must all occur; OR, NOT or -word, brackets, "words in quotes" as they stand; begin*.'),
    ] = "",
    out: LibraryFolder = OUT,
    json: Json = False,
) -> None:
    """Find moments in all videos of a library: words, sounds, emotions and speakers that occur together."""
    from video_pipeline.cli.library.moments import show_moments
    from video_pipeline.cli.show import shown
    from video_pipeline.library.index import index_to_read
    from video_pipeline.library.lists import write_list
    from video_pipeline.library.rows import reading
    from video_pipeline.library.saved import save_search, saved_search

    with shown(quiet=False, as_json=json):
        question = saved_search(out, use.saved) if use.saved else _question(query, asked)
        with reading(out) as record, index_to_read(record, learns=question.semantic) as searched:
            answer = _answered(searched, question)
            counts = _counted(searched, question, answer) if use.facets and question.text.strip() else {}
        if use.save:
            save_search(out, use.save, question)
        for path in use.to or ():
            write_list(answer.moments, path, query or use.saved or "moments")
        show_moments(answer.moments, _summary(answer), use.clips, as_json=json)
        _show_facets(counts, as_json=json)


def _answered(searched: Index, question: Question) -> Answer:
    from video_pipeline.library.search import search as find

    if not question.semantic:
        return find(searched, question)
    from video_pipeline.library.hybrid import search_meaning
    from video_pipeline.library.meaning import embedder

    return search_meaning(searched, question, embedder())


def _question(query: str, asked: QuestionFlags) -> Question:
    from video_pipeline.library.question import Question

    return Question(
        query,
        events=tuple(asked.event or ()),
        emotions=tuple(asked.emotion or ()),
        languages=tuple(asked.language or ()),
        speakers=tuple(asked.speaker or ()),
        longer_s=asked.longer,
        within=asked.within,
        after=asked.after,
        before=asked.before,
        semantic=asked.semantic,
        most=asked.limit,
    )


def _counted(searched: Index, question: Question, answer: Answer) -> Mapping[str, Mapping[str, int]]:
    from dataclasses import replace

    from video_pipeline.library.facets import facets

    return facets(searched, replace(question, text=answer.corrected or question.text))


def _summary(answer: Answer) -> str:
    if not answer.moments:
        return "no moments; try fewer words, another event, or word*"
    total = f"more than {answer.found}" if answer.more else str(answer.found)
    some = f", {len(answer.moments)} shown" if len(answer.moments) < answer.found else ""
    instead = f" for {answer.corrected!r}, since nothing has the words as they were written" if answer.corrected else ""
    return f"{total} moment{'s' if answer.found != 1 else ''}{some}{instead}"


def _show_facets(counts: Mapping[str, Mapping[str, int]], *, as_json: bool) -> None:
    if as_json and counts:
        import msgspec

        typer.echo(msgspec.json.encode({"facets": counts}).decode())
        return
    for name, values in counts.items():
        shown = sorted(values.items(), key=lambda pair: (-pair[1], pair[0]))[:_FACETS_SHOWN]
        typer.echo(f"{name:<9}" + ", ".join(f"{value} {count}" for value, count in shown))


_FACETS_SHOWN = 8
"""Most values of one facet."""
