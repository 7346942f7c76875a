"""`qc`: check a subtitle file by the rules of a profile, for people and for CI."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from video_pipeline.cli import completion
from video_pipeline.cli.flags import Json, PresetFlags, Settings
from video_pipeline.cli.flatten import flattened
from video_pipeline.core.errors import NoSuchFile

if TYPE_CHECKING:
    from video_pipeline.core.cue import Cue
    from video_pipeline.core.errors import PipelineError
    from video_pipeline.subtitles.qc import Finding
    from video_pipeline.subtitles.read.reading import Reading

SUFFIXES = frozenset(".srt .ass .ssa .vtt .ttml .dfxp .itt .xml .lrc .sbv .sub .smi .sami .tsv .scc .stl .json3 .srv3".split())
"""Of the files that are checked in a folder."""


@dataclass(frozen=True, kw_only=True)
class CheckFlags:
    """What a file is checked against."""

    panel: ClassVar[str | None] = None

    profile: Annotated[
        str,
        typer.Option(
            "--profile",
            "--preset",
            "-p",
            help="Whose rules: netflix, netflix-child, sdh, bbc, youtube, short-form.",
            autocompletion=completion.presets,
        ),
    ] = "netflix"
    language: Annotated[
        str | None, typer.Option("--language", "-l", help="Of the files, such as en, zh or fr; default: detected.")
    ] = None
    video: Annotated[
        Path | None, typer.Option("--video", help="Also check gaps against its frame rate and cues against its cuts.")
    ] = None
    subtitle_track: Annotated[
        str | None, typer.Option("--subtitle-track", help="Of a video: its subtitle track, by number from 0 or by language.")
    ] = None
    encoding: Annotated[str | None, typer.Option("--encoding", help="Of the files; default: found out.")] = None
    junit: Annotated[Path | None, typer.Option("--junit", help="Also write the findings as JUnit XML, for CI.")] = None
    sarif: Annotated[Path | None, typer.Option("--sarif", help="Also write the findings as SARIF 2.1.0, for code scanning.")] = (
        None
    )
    strict: Annotated[bool, typer.Option("--strict", help="Fail on soft rules too, such as reading speed.")] = False
    settings: Settings = None
    json: Json = False


@flattened
def qc(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="Subtitle files in any common format and encoding, patterns, or folders of them."),
    ],
    flags: CheckFlags,
) -> None:
    """Check subtitle files: lists each cue that breaks a rule, with value and limit. Exit code 12 if a hard rule is broken."""
    from video_pipeline.cli.show import shown
    from video_pipeline.core.errors import BadValue
    from video_pipeline.subtitles.errors import RulesBroken

    with shown(quiet=False, as_json=flags.json):
        paths = subtitle_files(files)
        if flags.video and len(paths) > 1:
            raise BadValue("--video", "this goes with one file")
        check = _Checks(flags)
        try:
            if len(paths) == 1:
                broken = check.file(paths[0])
                if broken:
                    raise RulesBroken(paths[0], broken)
            else:
                check.all_files(paths)
        finally:
            check.write_reports()


class _Checks:
    """Checks files against one profile."""

    def __init__(self, flags: CheckFlags) -> None:
        """Raises an OptionError."""
        from video_pipeline.cli.qc_reports import FileResult
        from video_pipeline.core.errors import BadValue
        from video_pipeline.core.languages import is_language

        self._flags = flags
        self._results: list[FileResult] = []
        self._options = PresetFlags(preset=flags.profile, settings=flags.settings).options().subtitles
        if flags.language and not is_language(flags.language):
            raise BadValue("--language", f"{flags.language!r} is no language tag; write one of ISO 639, such as fr or pt-BR")
        self._rate_fps, self._cuts_s = _picture(flags.video) if flags.video else (None, ())

    def file(self, file: Path) -> int:
        """Check and print one file; gives the number of cues that break a rule. Raises NoSuchFile, NotSubtitles."""
        from video_pipeline.cli.qc_reports import FileResult
        from video_pipeline.core.errors import PipelineError
        from video_pipeline.subtitles.qc import check

        try:
            reading = self._read(file)
        except PipelineError as error:
            self._results.append(FileResult(file, error=str(error)))
            raise
        cues = [_as_written(cue) for cue in reading.cues]
        found = check(cues, self._options, self._rate_fps, cuts_s=self._cuts_s, rounding_ms=reading.resolution_ms)
        (_print_json if self._flags.json else _print)(file, reading, found)
        self._results.append(FileResult(file, reading, tuple(found), strict=self._flags.strict))
        return len({finding.cue for finding in found if finding.hard or self._flags.strict})

    def _read(self, file: Path) -> Reading:
        """The cues of a subtitle file, or of a subtitle track inside a video."""
        from video_pipeline.media.subtitle_tracks import MEDIA_SUFFIXES
        from video_pipeline.subtitles.read.reading import Known, read_cues

        known = Known(language=self._flags.language or "", encoding=self._flags.encoding or "")
        if file.suffix.lower() not in MEDIA_SUFFIXES:
            return read_cues(file, known=known)
        from video_pipeline.media.probe import probe
        from video_pipeline.media.subtitle_tracks import chosen, extracted

        with tempfile.TemporaryDirectory() as folder:
            info = probe(file)
            stream = chosen(info, self._flags.subtitle_track or self._flags.language or "")
            return read_cues(extracted(info, stream, Path(folder)), known=known)

    def write_reports(self) -> None:
        """The reports for other programs that are asked for. Raises CannotWrite."""
        from video_pipeline.cli.qc_reports import junit, sarif
        from video_pipeline.core.files import atomic_write

        if self._flags.junit:
            atomic_write(self._flags.junit, junit(self._results, self._flags.profile))
        if self._flags.sarif:
            atomic_write(self._flags.sarif, sarif(self._results))

    def all_files(self, files: Sequence[Path]) -> None:
        """Check and print every file; one that cannot be read does not stop the others.

        Raises:
            SomeBroken: some break rules. SomeFailed: some cannot be read, and the others keep the rules.
        """
        from video_pipeline.cli.show import print_failed
        from video_pipeline.core.errors import PipelineError
        from video_pipeline.library.errors import SomeFailed
        from video_pipeline.subtitles.errors import SomeBroken

        broken = failed = 0
        for file in files:
            try:
                broken += self.file(file) > 0
            except PipelineError as error:
                failed += 1
                if self._flags.json:
                    _print_failed_json(file, error)
                else:
                    print_failed(str(file), error)
        good = len(files) - broken - failed
        if self._flags.json:
            _echo({"event": "summary", "files": len(files), "passed": good, "broken": broken, "failed": failed})
        else:
            typer.echo(f"{len(files)} files: {good} passed, {broken} broke rules, {failed} could not be read")
        if broken:
            raise SomeBroken(broken, len(files))
        if failed:
            raise SomeFailed(failed, len(files))


def subtitle_files(asked: Sequence[str]) -> list[Path]:
    """The files, each once, in order; of a folder those with the suffix of a subtitle format. Raises NoSuchFile."""
    import glob

    found: list[Path] = []
    for name in asked:
        path = Path(name)
        if path.is_dir():
            found += sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
        elif not path.exists() and (matches := sorted(glob.glob(name, recursive=True))):  # noqa: PTH207 - patterns may be absolute
            found += map(Path, matches)
        else:
            found.append(path)
    if not found:
        raise NoSuchFile(Path(asked[0]) / "*.srt")
    return list(dict.fromkeys(found))


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
        _echo({"event": "finding", **msgspec.to_builtins(finding)})
    hard = sum(finding.hard for finding in found)
    repairs = msgspec.to_builtins(reading.repairs)
    record = {"event": "result", "file": str(file), "cues": len(reading.cues), "hard": hard, "soft": len(found) - hard}
    _echo({**record, "format": reading.format, "encoding": reading.encoding, "repairs": repairs})


def _print_failed_json(file: Path, error: PipelineError) -> None:
    _echo({"event": "failed", "file": str(file), "type": type(error).__name__, "message": str(error)})


def _echo(record: dict[str, object]) -> None:
    import msgspec

    typer.echo(msgspec.json.encode(record))
