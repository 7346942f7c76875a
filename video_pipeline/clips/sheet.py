"""A contact sheet: one row of frames per clip, with rank, times, score and title."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from video_pipeline.clips.base import ClipJob, Exported, MadeClips
from video_pipeline.clips.footage import Footage, footage
from video_pipeline.core.span import Span
from video_pipeline.core.timecode import clock
from video_pipeline.media.lettering import Line, lettered
from video_pipeline.media.stills import Picture, stills
from video_pipeline.media.targets import whole

if TYPE_CHECKING:
    from PIL.Image import Image

_WIDTH_PX = 1600
_PAD_PX = 32
_GAP_PX = 8
_TEXT_PX = 400
"""Width of the column of text."""
_HEAD_PX = 96
_NAME_PX = 1100
"""Longest name of a video; the summary stands at its right."""
_TITLE_LINES = 2
_LEAST_ROW_PX = 132
_WIDE = 6
"""Frames in a row, of pictures wider than tall."""
_TALL = 10
"""Frames in a row, of other pictures."""
_BACKGROUND = "#0F1218"
_PANEL = "#181D26"
_INK = "#EEF1F6"
_DIM = "#9AA4B4"
_SCORE = "#F5B52E"
_QUALITY = 88
_ONE_FPS = 10.0
"""A single frame is the first one at this rate, so that even the last tenth of a second of a file has one."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A clip's frames, evenly spaced over it."""

    number: int
    pictures: list[Picture]


class SheetExport:
    """`contact-sheet.jpg`; nothing for sound alone."""

    reads: tuple[str, ...] = ()

    def export(self, job: ClipJob, made: MadeClips) -> Exported:
        shots = [(number, footage(job, made, number)) for number in range(len(job.clips))]
        rows = [_Row(number, _pictures(shot)) for number, shot in shots if shot is not None]
        if not rows:
            return Exported()
        target = job.folder / "contact-sheet.jpg"
        sheet, missing = _drawn(job, rows)
        with whole(target) as part:
            sheet.save(part, format="JPEG", quality=_QUALITY)
        if missing:
            job.notice(missing)
        return Exported((target,))


def _pictures(shot: Footage) -> list[Picture]:
    assert shot.info.video is not None
    count = _WIDE if shot.info.video.width_px >= shot.info.video.height_px else _TALL
    room = _WIDTH_PX - 4 * _PAD_PX - _TEXT_PX + _GAP_PX
    width_px = (room - (count - 1) * _GAP_PX) // count // 2 * 2
    step_s = shot.span.duration_s / count
    times_s = (shot.span.start_s + (k + 0.5) * step_s for k in range(count))
    # seek to each frame: decoding the whole clip takes much longer
    found = (next(stills(shot.info, Span(at_s, at_s + 1.0), _ONE_FPS, width_px), None) for at_s in times_s)
    return [picture for picture in found if picture is not None]


def _drawn(job: ClipJob, rows: list[_Row]) -> tuple[Image, str]:
    from PIL import Image, ImageDraw

    height = max((picture.shape[0] for row in rows for picture in row.pictures), default=0)
    row_px = max(_LEAST_ROW_PX, height) + 2 * _GAP_PX
    sheet = Image.new("RGB", (_WIDTH_PX, _HEAD_PX + len(rows) * (row_px + _GAP_PX) + _PAD_PX), _BACKGROUND)
    draw = ImageDraw.Draw(sheet)
    lines = [
        Line(
            text=job.source.info.name,
            x_px=_PAD_PX,
            y_px=30,
            size_px=34,
            colour=_INK,
            bold=True,
            widest_px=_NAME_PX,
            most_lines=1,
        ),
        Line(text=_summary(job), x_px=_WIDTH_PX - _PAD_PX, y_px=36, size_px=26, colour=_DIM, anchor=9),
    ]
    for place, row in enumerate(rows):
        top = _HEAD_PX + place * (row_px + _GAP_PX)
        draw.rounded_rectangle((_PAD_PX, top, _WIDTH_PX - _PAD_PX, top + row_px), 12, _PANEL)
        lines += _words(job, row.number, top)
        left = 2 * _PAD_PX + _TEXT_PX
        for picture in row.pictures:
            sheet.paste(Image.fromarray(picture), (left, top + (row_px - picture.shape[0]) // 2))
            left += picture.shape[1] + _GAP_PX
    return lettered(sheet, lines, job.source.language, job.fonts)


def _summary(job: ClipJob) -> str:
    seconds = sum(clip.duration_s for clip in job.clips)
    return f"{len(job.clips)} clip{'s' * (len(job.clips) != 1)}, {clock(round(seconds)).removesuffix('.0')}"


def _words(job: ClipJob, number: int, top: int) -> list[Line]:
    clip, left, widest = job.clips[number], 2 * _PAD_PX - _GAP_PX, _TEXT_PX - _GAP_PX
    times = f"{clock(clip.start_s)} to {clock(clip.end_s)}"
    return [
        Line(text=f"{clip.score:.0f}", x_px=left, y_px=top + 12, size_px=46, colour=_SCORE, bold=True),
        Line(text=f"#{number + 1}   {times}", x_px=left + 70, y_px=top + 26, size_px=24, colour=_DIM),
        Line(
            text=clip.title,
            x_px=left,
            y_px=top + 66,
            size_px=26,
            colour=_INK,
            bold=True,
            widest_px=widest,
            most_lines=_TITLE_LINES,
        ),
    ]
