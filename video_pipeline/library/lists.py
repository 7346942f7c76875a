"""Moments of several videos as one list that other programs play or cut: M3U8 for players, EDL and FCPXML for editors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from xml.etree.ElementTree import Element

from video_pipeline.clips.timelines.cutlist import RECORD_START_S
from video_pipeline.clips.timelines.edl import edit_line
from video_pipeline.clips.timelines.rate import Rate, first_frame, rate_for
from video_pipeline.clips.timelines.xml import document, element
from video_pipeline.core.errors import CannotWrite, PipelineError, UnknownName
from video_pipeline.core.files import atomic_write, reason
from video_pipeline.core.printable import path_stored, printable
from video_pipeline.library.question import Moment
from video_pipeline.library.remote import is_remote, name_of
from video_pipeline.media.probe import MediaInfo
from video_pipeline.video.video import Video

_SIZE_OF_SOUND = (1920, 1080)
"""Of a timeline without any picture; FCPXML requires one."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A moment, and what its video's file holds."""

    moment: Moment
    info: MediaInfo

    @property
    def name(self) -> str:
        source = self.moment.source
        return name_of(source) if is_remote(source) else printable(path_stored(source).name)

    @property
    def url(self) -> str:
        source = self.moment.source
        return source if is_remote(source) else path_stored(source).absolute().as_uri()

    @property
    def place(self) -> str:
        """The path, for players and people; the address of a remote video."""
        return self.moment.source

    @property
    def rate(self) -> Rate:
        return rate_for(self.info.video.rate_fps if self.info.video else None, self.info.timecode)

    @property
    def title(self) -> str:
        return _one_line(self.moment.text or self.moment.event or self.name)

    def frames(self) -> tuple[int, int]:
        """The first frame of the moment, and the first after it, by the time code of the video."""
        start = first_frame(self.info.timecode, self.rate, self.info.timecode_fps)
        begin, end = self.rate.frame(self.moment.start_s), self.rate.frame(self.moment.end_s)
        return start + begin, start + max(end, begin + 1)


def write_list(moments: Sequence[Moment], path: Path, title: str) -> None:
    """Write the moments in their order, in the format that the name ends with.

    Raises:
        UnknownName: there is no such format. CannotWrite: the disk refuses.
    """
    render = _FORMATS.get(path.suffix.lower())
    if render is None:
        raise UnknownName("list format", path.suffix, tuple(_FORMATS))
    content = render([_Piece(moment, _info(moment)) for moment in moments], _one_line(title))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic_write(path, content.encode())
    except OSError as error:
        raise CannotWrite(path, reason(error)) from None


def _info(moment: Moment) -> MediaInfo:
    """As the results remember it; a video whose results are gone counts as sound alone."""
    try:
        return Video.open(moment.folder).info
    except PipelineError:
        path = Path(name_of(moment.source)) if is_remote(moment.source) else path_stored(moment.source)
        return MediaInfo(path=path, container="", duration_s=None, video=None, audio=())


def _m3u(pieces: Sequence[_Piece], title: str) -> str:
    """As VLC and mpv's scripts read it: places in and out of each file are options of the line after them."""
    lines = ["#EXTM3U", f"#PLAYLIST:{title}"]
    for piece in pieces:
        moment = piece.moment
        lines += [
            f"#EXTINF:{moment.end_s - moment.start_s:.3f},{piece.name}: {piece.title}",
            f"#EXTVLCOPT:start-time={moment.start_s:.3f}",
            f"#EXTVLCOPT:stop-time={moment.end_s:.3f}",
            piece.url if piece.place.startswith("file://") else piece.place,
        ]
    return "\n".join(lines) + "\n"


def _edl(pieces: Sequence[_Piece], title: str) -> str:
    """CMX 3600: source times in the time code of each video, those of the programme in that of the first."""
    programme = pieces[0].rate if pieces else Rate(25)
    lines = [f"TITLE: {title}", f"FCM: {'DROP FRAME' if programme.drop else 'NON-DROP FRAME'}", ""]
    for number, (piece, record_in, record_out) in enumerate(_placed(pieces, programme), 1):
        has_sound = bool(piece.info.audio)
        channels = ("AA/V" if has_sound else "V") if piece.info.video else "AA"
        times = (*piece.rate.timecodes(*piece.frames()), *programme.timecodes(record_in, record_out))
        lines += [edit_line(number, channels, times), f"* FROM CLIP NAME: {piece.name}", f"* FROM FILE: {printable(piece.place)}"]
        lines += [f"* COMMENT: {piece.title}", ""]
    return "\n".join(lines) + "\n"


def _placed(pieces: Sequence[_Piece], programme: Rate) -> Iterator[tuple[_Piece, int, int]]:
    """Each piece with its first frame in the programme, and the first after it."""
    at = programme.frame(RECORD_START_S) if programme.drop else programme.nominal_fps * RECORD_START_S
    for piece in pieces:
        first, after = piece.frames()
        length = max(1, round((after - first) / piece.rate.fps * programme.fps))
        yield piece, at, at + length
        at += length


def _fcpxml(pieces: Sequence[_Piece], title: str) -> str:
    """One project; each video is an asset in a format of its own."""
    programme = pieces[0].rate if pieces else Rate(25)
    resources = [_format("r0", programme, pieces[0].info if pieces else None)]
    ids: dict[str, str] = {}
    spine: list[Element] = []
    last = start = programme.frame(RECORD_START_S) if programme.drop else programme.nominal_fps * RECORD_START_S
    for piece, record_in, record_out in _placed(pieces, programme):
        if piece.url not in ids:
            ids[piece.url] = f"r{2 * len(ids) + 2}"
            longest_s = max(other.moment.end_s for other in pieces if other.url == piece.url)
            resources += _asset(piece, ids[piece.url], longest_s)
        first, _ = piece.frames()
        where = {"offset": programme.seconds(record_in), "start": piece.rate.seconds(first)}
        where["duration"] = programme.seconds(record_out - record_in)
        times = {name: _fraction(seconds) for name, seconds in where.items()}
        spine.append(element("asset-clip", element("note", piece.title), ref=ids[piece.url], name=piece.name, **times))
        last = record_out
    whole = {"tcStart": _fraction(programme.seconds(start)), "duration": _fraction(programme.seconds(last - start))}
    sequence = element("sequence", element("spine", *spine), format="r0", **whole, tcFormat="DF" if programme.drop else "NDF")
    library = element("library", element("event", element("project", sequence, name=title), name=title))
    return document(element("fcpxml", element("resources", *resources), library, version="1.8"))


def _format(name: str, rate: Rate, info: MediaInfo | None) -> Element:
    width_px, height_px = (info.video.width_px, info.video.height_px) if info and info.video else _SIZE_OF_SOUND
    return element("format", id=name, frameDuration=_fraction(1 / rate.fps), width=width_px, height=height_px)


def _asset(piece: _Piece, name: str, longest_s: float) -> list[Element]:
    """With its format; a file without a stated duration is as long as the part that is used."""
    info, rate, form = piece.info, piece.rate, f"r{int(name[1:]) - 1}"
    start = first_frame(info.timecode, rate, info.timecode_fps)
    frames = max(rate.frame(info.duration_s or 0.0), rate.frame(longest_s), 1)
    what: dict[str, str | int] = {"id": name, "name": piece.name, "src": piece.url, "format": form}
    what |= {"start": _fraction(rate.seconds(start)), "duration": _fraction(rate.seconds(frames))}
    what |= {"hasVideo": 1} if info.video else {}
    what |= {"hasAudio": 1, "audioSources": 1, "audioChannels": 2, "audioRate": info.audio[0].rate_hz} if info.audio else {}
    return [_format(form, rate, info), element("asset", **what)]


def _fraction(seconds: Fraction) -> str:
    return f"{seconds.numerator}s" if seconds.denominator == 1 else f"{seconds.numerator}/{seconds.denominator}s"


def _one_line(text: str) -> str:
    """Without what ends a line or what XML forbids."""
    return " ".join("".join(c if c.isprintable() else " " for c in printable(text)).split())


_FORMATS: dict[str, Callable[[Sequence[_Piece], str], str]] = {".m3u8": _m3u, ".m3u": _m3u, ".edl": _edl, ".fcpxml": _fcpxml}
