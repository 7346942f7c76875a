"""`report`: what a conversation was like, and whether the required phrases were said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from video_pipeline.cli.flags import OptionFlags, RecordingFlags, RunFlags, SpeakerFlags, Videos
from video_pipeline.cli.flatten import flattened
from video_pipeline.cli.running import Request, run_videos

if TYPE_CHECKING:
    from pathlib import Path

    from video_pipeline.options import Options
    from video_pipeline.report.conversation.record import Conversation
    from video_pipeline.video.base import Goal
    from video_pipeline.video.records import Result

TABLE = "conversations.csv"
"""Of several videos, in the folder of results."""
_PRESETS = {"call": "call-center", "lesson": "lesson", "podcast": "podcast"}


@dataclass(frozen=True, kw_only=True)
class ConversationFlags(OptionFlags):
    """What is told of a conversation."""

    panel = "Conversation"

    kind: Annotated[str | None, typer.Option("--kind", help="call, lesson or podcast; each has a preset of its own.")] = None
    lead: Annotated[
        str | None,
        typer.Option("--lead", help="The agent or teacher; default: who begins a call, talks most in a lesson."),
    ] = None
    phrases: Annotated[str | None, typer.Option("--phrases", help="A TOML file of key phrases of your own (see docs).")] = None
    require: Annotated[
        str | None, typer.Option("--require", help="Phrases that must be said: greeting,closing; exit code 12 if one is missing.")
    ] = None

    def overrides(self) -> dict[str, object]:
        return {f"conversation.{'required' if name == 'require' else name}": value for name, value in super().overrides().items()}


@flattened
def report(
    videos: Videos,
    conversation: ConversationFlags,
    recording: RecordingFlags,
    speakers: SpeakerFlags,
    run: RunFlags,
) -> None:
    """Report on a conversation: talk shares, silences, interruptions, questions, key moments; page, CSV and JSON.

    Reports on calls and lessons show no emotions unless --emotion is given.
    """
    from dataclasses import replace

    goals: tuple[Goal, ...] = ("conversation",)
    with run.shown() as show:
        if conversation.kind in _PRESETS and run.preset == "default":
            run = replace(run, preset=_PRESETS[conversation.kind])
        options = _options(run, conversation, recording, speakers)
        results = run_videos(videos, Request(goals=goals, options=options, run=run), show)
        found = [_read(result) for result in results]
        if len(found) > 1:
            show.notice(f"all of them in one table: {_write_table(found, run.out)}")
        if not (run.quiet or run.json):
            for one in found:
                _print(one)
        _check(found, results)


def _options(run: RunFlags, conversation: ConversationFlags, recording: RecordingFlags, speakers: SpeakerFlags) -> Options:
    """Speakers are looked for unless a flag says otherwise; `--emotion` is what calls and lessons need to tell emotions."""
    from video_pipeline.options import load_options

    asked = run.overrides(conversation, recording, speakers)
    find = {} if recording.transcript else {"speakers.find": True}
    told = {"conversation.emotion": True} if recording.emotion else {}
    return load_options(run.preset, {**find, **told, **asked})


def _read(result: Result) -> Conversation:
    import msgspec

    from video_pipeline.report.conversation.record import Conversation

    return msgspec.json.decode(result.files["conversation"][0].read_bytes(), type=Conversation)


def _write_table(found: Sequence[Conversation], out: Path) -> Path:
    """One table of all conversations. Raises CannotWrite."""
    from video_pipeline.core.errors import CannotWrite
    from video_pipeline.core.files import atomic_write, reason
    from video_pipeline.report.conversation.table import table

    path = out / TABLE
    try:
        atomic_write(path, table(*found).encode("utf-8-sig"))
    except OSError as error:
        raise CannotWrite(path, reason(error)) from None
    return path


def _check(found: Sequence[Conversation], results: Sequence[Result]) -> None:
    """Raises PhrasesMissing."""
    from video_pipeline.video.errors import PhrasesMissing

    for conversation, result in zip(found, results, strict=True):
        if conversation.missing:
            raise PhrasesMissing(result.folder, conversation.missing)


def _print(conversation: Conversation) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console(soft_wrap=True)
    if not conversation.sides:
        console.print("nobody is known to speak: there is nothing to report")
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in ("speaker", "role", "share", "turns", "longest", "wpm", "cuts in", "asks"):
        table.add_column(name, justify="left" if name in ("speaker", "role") else "right")
    for side in conversation.sides:
        pace = "" if side.words_per_min is None else f"{side.words_per_min:.0f}"
        numbers = [f"{side.talk_share:.0%}", str(side.turns), f"{side.longest_s:.0f} s", pace]
        table.add_row(side.name, side.role, *numbers, str(side.interrupts), str(side.questions))
    console.print(table)
    console.print(
        f"silence {conversation.silence_share:.0%}, two at once {conversation.overlap_share:.0%}, "
        f"{conversation.switches} changes of speaker"
    )
    for name, there in conversation.checks.items():
        console.print(f" {'ok' if there else '--'} {name}")
