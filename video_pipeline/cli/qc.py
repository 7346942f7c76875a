"""`qc`: check a subtitle file by the rules of a profile, for people and for CI."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from video_pipeline.cli.flags import Json, PresetFlags, Settings
from video_pipeline.cli.flatten import flattened

if TYPE_CHECKING:
    from video_pipeline.core.cue import Cue
    from video_pipeline.subtitles.qc import Finding
    from video_pipeline.subtitles.read.reading import Reading


@dataclass(frozen=True, kw_only=True)
class CheckFlags:
    """What a file is checked against."""

    panel: ClassVar[str | None] = None

    profile: Annotated[
        str,
        typer.Option("--profile", "--preset", "-p", help="Whose rules: netflix, netflix-child, sdh, bbc, youtube, short-form."),
    ] = "netflix"
    language: Annotated[
        str | None, typer.Option("--language", "-l", help="zh, en, yue, ja or ko; default: detected from the text.")
    ] = None
    video: Annotated[
        Path | None, typer.Option("--video", help="Also check gaps against its frame rate and cues against its cuts.")
    ] = None
    strict: Annotated[bool, typer.Option("--strict", help="Fail on soft rules too, such as reading speed.")] = False
    settings: Settings = None
    json: Json = False


@flattened
def qc(
    file: Annotated[Path, typer.Argument(help="A subtitle file in any common format and encoding.")],
    flags: CheckFlags,
) -> None:
    """Check a subtitle file: lists each cue that breaks a rule, with value and limit. Exit code 12 if a hard rule is broken."""
    from video_pipeline.cli.show import shown
    from video_pipeline.core.errors import UnknownName
    from video_pipeline.core.labels import Language
    from video_pipeline.subtitles.errors import RulesBroken
    from video_pipeline.subtitles.qc import check
    from video_pipeline.subtitles.read.reading import read_cues

    with shown(quiet=False, as_json=flags.json):
        options = PresetFlags(preset=flags.profile, settings=flags.settings).options().subtitles
        if flags.language and flags.language not in set(Language):
            raise UnknownName("language", flags.language, tuple(Language))
        reading = read_cues(file, Language(flags.language) if flags.language else None)
        rate_fps, cuts_s = _picture(flags.video) if flags.video else (None, ())
        cues = [_as_written(cue) for cue in reading.cues]
        found = check(cues, options, rate_fps, cuts_s=cuts_s, rounding_ms=reading.resolution_ms)
        broken = {finding.cue for finding in found if finding.hard or flags.strict}
        (_print_json if flags.json else _print)(file, reading, found)
        if broken:
            raise RulesBroken(file, len(broken))


def _as_written(cue: Cue) -> Cue:
    """The cue without its labels, which are part of its text already and must not be counted twice."""
    return dataclasses.replace(cue, starts_emotion=False, speaker_label="", sound=None if cue.lines else cue.sound)


def _picture(video: Path) -> tuple[float | None, tuple[float, ...]]:
    """The frame rate and the cuts; nothing for sound alone."""
    from video_pipeline.media.probe import probe
    from video_pipeline.media.shots import ShotOptions, cut_times_s

    info = probe(video)
    if info.video is None:
        return None, ()
    return info.video.rate_fps, tuple(cut_times_s(video, ShotOptions()))


def _print(file: Path, reading: Reading, found: list[Finding]) -> None:
    from rich.console import Console
    from rich.text import Text

    from video_pipeline.core.timecode import clock

    console = Console(soft_wrap=True)
    for finding in found:
        cue = reading.cues[finding.cue - 1]
        kind = ("hard", "bold red") if finding.hard else ("soft", "yellow")
        words = f" cue {finding.cue} at {clock(cue.start_s)}: {finding.rule} is {finding.value:g}, limit {finding.limit:g}"
        console.print(Text.assemble(kind, words, (f"  {' / '.join(cue.lines)}", "dim")))
    for repair in reading.repairs:
        console.print(Text(f"repaired, line {repair.line}: {repair.what} {repair.detail}".rstrip(), style="dim"))
    hard = sum(finding.hard for finding in found)
    console.print(Text(f"{file}: {len(reading.cues)} cues, {hard} hard and {len(found) - hard} soft rules broken"))


def _print_json(file: Path, reading: Reading, found: list[Finding]) -> None:
    import msgspec

    for finding in found:
        typer.echo(msgspec.json.encode({"event": "finding", **msgspec.to_builtins(finding)}))
    hard = sum(finding.hard for finding in found)
    repairs = msgspec.to_builtins(reading.repairs)
    record = {"event": "result", "file": str(file), "cues": len(reading.cues), "hard": hard, "soft": len(found) - hard}
    typer.echo(msgspec.json.encode({**record, "format": reading.format, "encoding": reading.encoding, "repairs": repairs}))
