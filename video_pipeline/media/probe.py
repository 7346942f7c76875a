"""The contents of a media file, parsed from the output of `ffmpeg -i`.

The imageio-ffmpeg wheel has no ffprobe, and PyAV would parse untrusted files inside this process with a second FFmpeg. The
printed form is stable, and it comes from the same program that decodes the file afterwards.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from video_pipeline.core.errors import CannotRead, NoSuchFile
from video_pipeline.core.printable import printable
from video_pipeline.core.refusals import unreadable
from video_pipeline.media import ffmpeg
from video_pipeline.media.errors import IsFolder, NoAudio, NoSuchTrack, NotMedia
from video_pipeline.media.time_code import counted_fps

_STREAM = re.compile(r"^(?:  |    )Stream #0:(\d+)(?:\[\w+\])?(?:\(([\w-]+)\))?: (\w+): (.*)$")
_TAG = re.compile(r"\((\w{4}) / 0x")
_CHAPTER = re.compile(r"^    Chapter #0:\d+: start", re.MULTILINE)
_DURATION = re.compile(r"^  Duration: (\d+):(\d+):([\d.]+)(?:, start: (-?[\d.]+))?", re.MULTILINE)
_CONTAINER = re.compile(r"^Input #0, (.+), from '", re.MULTILINE)
_SIZE = re.compile(r"[ ,](\d+)x(\d+)(?:[ ,]|$)")
_SAR = re.compile(r"SAR (\d+):(\d+)")
_FPS = re.compile(r"([\d.]+)(k?) fps")
_RATE = re.compile(r"(\d+) Hz")
_TITLE = re.compile(r"^ +(?:title|name|handler_name) +: (?!.*(?:Handler|Core Media))(.+)$", re.MULTILINE)
"""A track's title; handlers of MOV files are called by whoever wrote them, unless a person named them."""
_MARKS = re.compile(
    r"\((default|dub|original|comment|lyrics|karaoke|hearing impaired|visual impaired|clean effects|descriptions)\)"
)
_TIMECODE = re.compile(r"^ +timecode +: (\d\d:\d\d:\d\d[:;.]\d\d)\s*$", re.MULTILINE | re.IGNORECASE)
_ROTATION = re.compile(r"rotation of (-?\d+(?:\.\d+)?) degrees")

_IN_ADDRESSES = "/%:?#[]@!$&'()*+,;=~-._"
"""Characters of an address that stay as they are."""

AUTO_TRACK = -1
"""In place of a number: the audio track that suits (`media/sound_choice.py`)."""


@dataclass(frozen=True, slots=True)
class VideoTrack:
    """A moving picture. Its size is as shown: with square pixels, and upright."""

    codec: str
    width_px: int
    height_px: int
    rate_fps: float | None
    rotation_deg: float = 0.0
    """By how much players rotate the stored picture, counter-clockwise."""
    stored_px: tuple[int, int] = (0, 0)
    """Width and height as stored."""
    pixel_aspect: tuple[int, int] = (1, 1)
    """Width to height of a stored pixel."""


@dataclass(frozen=True, slots=True)
class AudioTrack:
    """An audio track. `number` counts audio tracks from 0; `language` is the tag in the file (ISO 639-2), or `und`."""

    number: int
    codec: str
    language: str
    rate_hz: int
    layout: str
    is_default: bool = False
    """The file marks it as the track that players take."""
    purpose: str = ""
    """What else the file marks it as, in FFmpeg's words: `comment`, `visual impaired`, `original`."""
    title: str = ""

    def __str__(self) -> str:
        more = ", ".join(filter(None, (self.purpose, f'"{self.title}"' if self.title else "")))
        return f"{self.number} ({self.language}, {self.codec}, {self.layout}{f', {more}' if more else ''})"


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream of a file. `kind` is Video, Audio, Subtitle, Data or Attachment; `detail` is what FFmpeg prints about it."""

    number: int
    kind: str
    codec: str
    language: str
    detail: str

    @property
    def is_cover(self) -> bool:
        return "(attached pic)" in self.detail

    def __str__(self) -> str:
        return f"stream {self.number} ({self.kind.lower()}, {self.codec}, {self.language})"


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaInfo:
    """The contents of a media file."""

    path: Path
    container: str
    """FFmpeg's names for the format, separated by commas."""
    duration_s: float | None
    """As the header states it, None if it does not; only decoding tells the real duration."""
    video: VideoTrack | None
    audio: tuple[AudioTrack, ...]
    streams: tuple[Stream, ...] = ()
    chapters: int = 0
    """Number of chapters."""
    timecode: str = ""
    """The camera's clock at the first frame (`HH:MM:SS:FF`, with `;` for drop frames); empty if unknown."""
    timecode_fps: int | None = None
    """How many frames the time code counts in a second, if the file says so: often half as many as it has."""
    address: str = ""
    """Where the video lies, if the file is only a copy that was fetched for one run; empty for a file that stays."""

    @property
    def name(self) -> str:
        """What the file is called, as text that can be stored."""
        return printable(self.path.name)

    @property
    def stem(self) -> str:
        """The name without its last suffix."""
        return printable(self.path.stem)

    @property
    def url(self) -> str:
        """Where it lies, absolute and percent-encoded."""
        return quote(self.address, _IN_ADDRESSES) if self.address else self.path.absolute().as_uri()

    def audio_track(self, number: int) -> AudioTrack:
        """The audio track of that number. Raises NoAudio, NoSuchTrack."""
        if not self.audio:
            raise NoAudio(self.path)
        if not 0 <= number < len(self.audio):
            raise NoSuchTrack(self.path, number, tuple(map(str, self.audio)))
        return self.audio[number]


def probe(path: Path) -> MediaInfo:
    """Read the contents of a file.

    Raises:
        NoSuchFile: it does not exist.
        CannotRead: the system does not allow it.
        NotMedia: it is a folder (IsFolder), it is empty, or FFmpeg does not know its format.
        FfmpegTimeout: FFmpeg did not finish in time.
    """
    _require_file(path)
    # A graph needs an output; probing has none, so this is the one command line written by hand.
    line = [ffmpeg.find_ffmpeg(), "-hide_banner", "-nostdin", "-protocol_whitelist", ffmpeg.PROTOCOLS]
    line += ["-format_whitelist", ffmpeg.CONTAINERS, "-i", ffmpeg.url(path)]
    _, text = ffmpeg.run(line, ffmpeg.Task("probing", path), check=False)
    container = _CONTAINER.search(text)
    if container is None:
        reason = "its format is not a media format" if "not on whitelist" in text else ffmpeg.tail(text)
        raise NotMedia(path, reason.replace(ffmpeg.url(path), path.name))
    streams, chapters, clock = _streams(text), len(_CHAPTER.findall(text)), _TIMECODE.search(text)
    video, audio = _tracks(text)
    return MediaInfo(
        path=path,
        container=container.group(1),
        duration_s=_duration_s(text, container.group(1)),
        video=video,
        audio=audio,
        streams=streams,
        chapters=chapters,
        timecode=clock[1] if clock else "",
        timecode_fps=counted_fps(path) if clock else None,
    )


def _require_file(path: Path) -> None:
    try:
        exists, is_folder, is_file = path.exists(), path.is_dir(), path.is_file()
        size = path.stat().st_size if is_file else 0
    except OSError as error:  # for instance a name that is too long, or a folder without permission
        raise CannotRead(path, unreadable(error)) from None
    if not exists:
        raise NoSuchFile(path)
    if is_folder:
        raise IsFolder(path)
    if not is_file:
        raise NotMedia(path, "it is not a regular file")
    if size == 0:
        raise NotMedia(path, "the file is empty")
    try:
        path.open("rb").close()
    except OSError as error:
        raise CannotRead(path, unreadable(error)) from None


def _duration_s(text: str, container: str) -> float | None:
    found = _DURATION.search(text)
    if found is None:
        return None
    hours, minutes, seconds, start_s = found.groups()
    stated_s = int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    if "matroska" in container:  # states when it ends, not how long it lasts
        stated_s -= min(0.0, float(start_s or 0))
    return stated_s


def _streams(text: str) -> tuple[Stream, ...]:
    """All streams in the order of the file.

    FFmpeg prints streams that refer to each other (a picture and its time code) together, indented under a group.
    """
    streams: dict[int, Stream] = {}
    for line in text.splitlines():
        if found := _STREAM.match(line):
            number, language, kind, detail = found.groups()
            codec = (detail.split() or ["unknown"])[0].rstrip(",")
            if codec == "none" and (tag := _TAG.search(detail)):
                codec = tag[1]
            streams[int(number)] = Stream(int(number), kind, codec, language or "und", detail)
    return tuple(streams[number] for number in sorted(streams))


def _tracks(text: str) -> tuple[VideoTrack | None, tuple[AudioTrack, ...]]:
    """The first moving picture (cover images are skipped) and all audio tracks."""
    streams = _streams(text)
    pictures = (_video(s.detail, _own_lines(text, s)) for s in streams if s.kind == "Video" and not s.is_cover)
    sounds = [stream for stream in streams if stream.kind == "Audio"]
    audio = tuple(_audio(number, sound, _own_lines(text, sound)) for number, sound in enumerate(sounds))
    return next((picture for picture in pictures if picture), None), audio


def _own_lines(text: str, stream: Stream) -> str:
    """The lines that belong to a stream: those below it with a deeper indentation."""
    own: list[str] = []
    depth = -1
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        found = _STREAM.match(line)
        if found and int(found[1]) == stream.number:
            depth = indent
        elif depth >= 0:
            if indent <= depth:
                break
            own.append(line)
    return "\n".join(own)


def _audio(number: int, stream: Stream, own: str) -> AudioTrack:
    detail, title = stream.detail, _TITLE.search(own)
    purpose = ", ".join(mark for mark in _MARKS.findall(detail) if mark != "default")
    fields = [f.strip() for f in detail.split(",")]
    rate = _RATE.search(detail)
    layout = fields[2] if len(fields) > 2 else "unknown"
    return AudioTrack(
        number=number,
        codec=fields[0].split()[0],
        language=stream.language,
        rate_hz=int(rate.group(1)) if rate else 0,
        layout=layout,
        is_default="(default)" in detail,
        purpose=purpose,
        title=title[1].strip() if title else "",
    )


def _video(detail: str, own: str) -> VideoTrack | None:
    size = _SIZE.search(detail)
    if size is None:
        return None
    width, height = int(size.group(1)), int(size.group(2))
    stored_px, pixel_aspect = (width, height), (1, 1)
    sar = _SAR.search(detail)
    if sar and int(sar.group(1)) and int(sar.group(2)):
        pixel_aspect = (int(sar.group(1)), int(sar.group(2)))
        width = round(width * pixel_aspect[0] / pixel_aspect[1])
    turn = _ROTATION.search(own)
    if turn and round(float(turn.group(1))) % 180:
        width, height = height, width
    fps = _FPS.search(detail)
    rate_fps = float(fps.group(1)) * (1000 if fps.group(2) else 1) if fps else None
    rotation_deg = float(turn.group(1)) if turn else 0.0
    codec = detail.split()[0].rstrip(",")
    return VideoTrack(codec, width, height, rate_fps, rotation_deg, stored_px, pixel_aspect)
