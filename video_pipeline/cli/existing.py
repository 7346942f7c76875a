"""`subtitles --from FILE`: restyle an existing subtitle file, and report repairs."""

from __future__ import annotations

import dataclasses
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import typer

from video_pipeline.core.errors import BadValue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from video_pipeline.core.progress import Progress
    from video_pipeline.core.span import Span
    from video_pipeline.options import Options
    from video_pipeline.subtitles.retime import Move
    from video_pipeline.video.records import Result
    from video_pipeline.video.restyle import Existing


@dataclass(frozen=True, kw_only=True)
class ExistingFlags:
    """Subtitles that exist already."""

    panel: ClassVar[str | None] = "Existing subtitles"

    source: Annotated[
        Path | None,
        typer.Option("--from", help="A file to mend, restyle, convert and check; in any encoding."),
    ] = None
    resplit: Annotated[bool, typer.Option("--resplit", help="For --from: break cues and lines again by the preset's rules.")] = (
        False
    )
    plain: Annotated[bool, typer.Option("--plain", help="For --from: drop italics, colours and positions.")] = False
    overlaps: Annotated[
        str | None,
        typer.Option(
            "--overlaps", help="For --from: keep overlapping cues, stack or cut them; default: keep those that look intended."
        ),
    ] = None
    encoding: Annotated[str | None, typer.Option("--encoding", help="For --from: its encoding, such as cp1250.")] = None
    shift: Annotated[str | None, typer.Option("--shift", help="For --from: move all cues, such as 1.5s, -200ms or 1:02.")] = None
    fps: Annotated[
        str | None,
        typer.Option("--fps", help="For --from: its frame rate, such as 25; or the old and the new one, such as 24:25."),
    ] = None

    columns: Annotated[
        str | None,
        typer.Option("--columns", help="For --from TABLE: names of its columns, such as start=In,end=Out,text=Deutsch."),
    ] = None
    sync: Annotated[bool, typer.Option("--sync", help="For --from: move the cues onto the speech of VIDEO.")] = False
    sync_with: Annotated[
        Path | None, typer.Option("--sync-with", help="For --from: move the cues to the times of another subtitle file.")
    ] = None
    subtitle_track: Annotated[
        str | None,
        typer.Option("--subtitle-track", help="For --from VIDEO: its subtitle track, by number from 0 or by language."),
    ] = None

    def used(self) -> str:
        """The first flag that needs `--from`; empty if none is set."""
        flags = {field.name: getattr(self, field.name) for field in dataclasses.fields(self) if field.name != "source"}
        return next((f"--{name.replace('_', '-')}" for name, value in flags.items() if value), "")


@dataclass(frozen=True, slots=True)
class Restyling:
    """One run of `subtitles --from`."""

    source: Path
    video: Path | None
    flags: ExistingFlags
    language: str = ""
    """Tag of the file's language; empty if nobody says."""


def restyled(request: Restyling, options: Options, out: Path, progress: Progress) -> Result:
    """Restyle a file. The video gives the size of its picture and, if `out` holds its transcript, the times of the words.

    For a plain script, which has no times of its own, the video is listened to where there is no transcript yet.

    Raises:
        BadValue: a copy of the video was requested without naming a video. PipelineError: see `restyle` and `make_copy`.
    """
    from video_pipeline.media.subtitle_tracks import MEDIA_SUFFIXES
    from video_pipeline.subtitles.read.reading import counted
    from video_pipeline.video.restyle import is_script, restyle

    source, video = request.source, request.video
    inside = source.suffix.lower() in MEDIA_SUFFIXES
    if options.video.tighten:
        raise BadValue("--tighten", "this does not go with --from")
    if options.video.kinds and video is None and not inside:
        raise BadValue("--mux, --burn", "name the video too: subtitles VIDEO --from FILE")
    with tempfile.TemporaryDirectory() as folder:
        if inside:
            source = _from_track(source, request, Path(folder), progress)
        existing = _existing(source, options, request.flags, request.language)
        if video is not None or inside:
            existing = _with_video(existing, video or request.source, out, progress, own=inside)
        if video is not None and existing.transcript is None and is_script(existing):
            existing = dataclasses.replace(existing, transcript=_heard(video, request.language, options, out, progress))
        existing = _in_time(existing, request.flags, progress)
        result, record = restyle(existing, options, out, progress)
    progress.notice(f"read as {record.format}, encoding {record.encoding}")
    if record.found_in_transcript is not None:
        progress.notice(f"timed by the transcript, which contains {record.found_in_transcript:.0%} of the words")
    if record.repairs:
        progress.notice(f"repaired (see repairs.json): {', '.join(counted(record.repairs))}")
    return result


def _existing(source: Path, options: Options, flags: ExistingFlags, language: str) -> Existing:
    """What the flags ask for. Raises BadValue, UnknownName."""
    from video_pipeline.core.errors import UnknownName
    from video_pipeline.core.languages import is_language
    from video_pipeline.subtitles.read.reading import Known
    from video_pipeline.subtitles.read.untangle import OVERLAPS
    from video_pipeline.video.restyle import Existing

    stored = Path(options.speech.transcript) if options.speech.transcript else None
    if flags.overlaps and flags.overlaps not in OVERLAPS:
        raise UnknownName("way with overlaps", flags.overlaps, OVERLAPS)
    if language and not is_language(language):
        raise BadValue("--language", f"{language!r} is no language tag; write one of ISO 639, such as fr or pt-BR")
    if flags.encoding and not _is_encoding(flags.encoding):
        raise BadValue("--encoding", f"there is no encoding {flags.encoding!r}")
    rate_fps, move = _moves(flags)
    return Existing(
        source,
        stored,
        resplit=flags.resplit,
        plain=flags.plain,
        overlaps=flags.overlaps or "auto",
        known=Known(language=language, encoding=flags.encoding or "", rate_fps=rate_fps, columns=_columns(flags.columns)),
        move=move,
    )


def _columns(text: str | None) -> dict[str, str]:
    """Names of columns by what they hold, from `start=In,text=Deutsch`. Raises BadValue, UnknownName."""
    from video_pipeline.core.errors import UnknownName
    from video_pipeline.subtitles.formats.table import COLUMNS

    pairs = [pair.partition("=") for pair in (text or "").split(",") if pair.strip()]
    for what, sign, name in pairs:
        if what.strip() not in COLUMNS:
            raise UnknownName("column", what.strip(), COLUMNS)
        if not sign or not name.strip():
            raise BadValue("--columns", "write start=NAME,end=NAME,text=NAME")
    return {what.strip(): name.strip() for what, _, name in pairs}


def _is_encoding(name: str) -> bool:
    import codecs

    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True


def _moves(flags: ExistingFlags) -> tuple[float | None, Move]:
    """The rate of the file's frames, and where its times go. Raises BadValue."""
    from video_pipeline.subtitles.retime import Move

    rate_fps, scale = None, 1.0
    if flags.fps:
        old, _, new = flags.fps.partition(":")
        rate_fps = _rate(old)
        scale = rate_fps / _rate(new) if new else 1.0
        rate_fps = None if new else rate_fps
    return rate_fps, Move(shift_s=_seconds(flags.shift) if flags.shift else 0.0, scale=scale)


def _rate(text: str) -> float:
    """Frames per second from `25`, `23.976` or `24000/1001`. 23.976 and 29.97 are what they stand for."""
    found = re.fullmatch(r"\s*(\d+(?:[.,]\d+)?)(?:/(\d+))?\s*", text)
    value = float(found.group(1).replace(",", ".")) / float(found.group(2) or 1) if found and found.group(2) != "0" else 0.0
    if not 1 <= value <= 1000:
        raise BadValue("--fps", f"{text!r} is no frame rate; write 25, 23.976 or 23.976:25")
    return next((nominal * 1000 / 1001 for nominal in (24, 30, 60, 120) if abs(value - nominal * 1000 / 1001) < 0.006), value)


def _seconds(text: str) -> float:
    """Seconds from `1.5s`, `-200ms`, `+2` or `-1:02.5`."""
    from video_pipeline.core.timecode import parse

    found = re.fullmatch(r"\s*([+-]?)\s*(\d+(?:[.,]\d+)?)\s*(ms|s|sec|min|m|h)\s*", text)
    try:
        if found:
            unit_s = {"ms": 0.001, "s": 1.0, "sec": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}[found.group(3)]
            return (-1 if found.group(1) == "-" else 1) * float(found.group(2).replace(",", ".")) * unit_s
        sign = -1 if text.strip().startswith("-") else 1
        return sign * parse(text.strip().lstrip("+-"))
    except ValueError:
        raise BadValue("--shift", f"{text!r} is no time; write 1.5s, -200ms or 1:02.5") from None


def _from_track(video: Path, request: Restyling, folder: Path, progress: Progress) -> Path:
    """The subtitle track inside a video as a file. Raises NoSuchFile, NotMedia, NoSubtitleTrack, PicturesOfText."""
    from video_pipeline.media.probe import probe
    from video_pipeline.media.subtitle_tracks import chosen, described, extracted, tracks

    info = probe(video)
    stream = chosen(info, request.flags.subtitle_track or request.language)
    others = tracks(info)
    number = others.index(stream)
    if len(others) > 1:
        progress.notice(f"subtitle track {described(others)[number]}, of {'; '.join(described(others))}")
    return extracted(info, stream, folder)


def _in_time(existing: Existing, flags: ExistingFlags, progress: Progress) -> Existing:
    """Moved onto speech or onto other subtitles, if that is asked for. Raises BadValue, and what reading raises."""
    if not flags.sync and flags.sync_with is None:
        return existing
    from video_pipeline.video.syncing import speech_of, sync_with

    if flags.sync and existing.video is None:
        raise BadValue("--sync", "name the video too: subtitles VIDEO --from FILE --sync")
    if flags.sync_with is not None:
        from video_pipeline.subtitles.read.reading import read_cues

        reference: Sequence[Span] = read_cues(flags.sync_with).cues
    else:
        assert existing.video is not None
        reference = speech_of(existing.video)
    found = sync_with(existing, reference)
    move = existing.move.then(found.move)
    progress.notice(f"synchronised: moved by {found.move.shift_s:+.3f} s, rate {found.move.scale:.6f}, trust {found.trust:.2f}")
    if found.trust < _LEAST_TRUST:
        progress.notice("this is little more than a guess: check it, or give --shift and --fps")
    return dataclasses.replace(existing, move=move)


_LEAST_TRUST = 0.5


def _with_video(existing: Existing, video: Path, out: Path, progress: Progress, *, own: bool = False) -> Existing:
    """With the picture of the video and its transcript, if there is one. Its `own` track keeps its times."""
    from video_pipeline.media.probe import probe
    from video_pipeline.video.process import results_of
    from video_pipeline.video.restyle import is_script

    info = probe(video)
    existing = dataclasses.replace(existing, video=info)
    if info.video:
        size_px, rate_fps = (info.video.width_px, info.video.height_px), info.video.rate_fps
        known = dataclasses.replace(existing.known, rate_fps=existing.known.rate_fps or rate_fps)
        existing = dataclasses.replace(existing, size_px=size_px, rate_fps=rate_fps, known=known)
    if existing.transcript is not None or own:
        return existing
    stored = results_of(video, out)
    if stored is not None:
        return dataclasses.replace(existing, transcript=stored.outputs("transcript")[0])
    if not is_script(existing):
        progress.notice(f"there is no transcript of {video.name} in {out} yet, so the file keeps its own times")
    return existing


def _heard(video: Path, tag: str, options: Options, out: Path, progress: Progress) -> Path:
    """The transcript of a video, made now; in the language of a tag, if it names one. Raises what `process` raises."""
    from video_pipeline.core.labels import Language
    from video_pipeline.options import with_value
    from video_pipeline.subtitles.read.languages import language_of_tag
    from video_pipeline.video.process import process

    language = language_of_tag(tag)
    if language not in (None, Language.UNKNOWN):
        options = with_value(options, "language", str(language))
    return process(video, "transcript", options, out, progress).outputs("transcript")[0]
