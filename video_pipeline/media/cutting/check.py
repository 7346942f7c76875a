"""Check a piece against its source: all frames at their times, the right frames at its edges, and sound in sync."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from video_pipeline.core.span import Span
from video_pipeline.core.waveform import RATE_HZ, Samples
from video_pipeline.media import ffmpeg
from video_pipeline.media.clock import on_one_clock
from video_pipeline.media.cutting.packets import EARLY_S, read_packets, read_pictures
from video_pipeline.media.cutting.plan import Plan
from video_pipeline.media.decode import audio_blocks
from video_pipeline.media.errors import DamagedMedia, NotAsWritten
from video_pipeline.media.probe import MediaInfo, probe
from video_pipeline.media.upright import picture_of, progressive, upright

_SIDE_PX = 96
"""Width and height of the pictures that are compared."""
_MOST_DIFFERENT = 12.0
"""Mean difference of grey values, of 255, that no encoding causes: measured below 3 at the lowest quality offered."""
_SAME = 0.3
"""Pictures with a smaller difference cannot be told apart after encoding."""
_ENDS_S = 2.0
"""Sound that is compared at either end."""
_MOST_LATE_S = 0.5
"""Largest offset of sound that is searched for."""
_SILENT = 1e-3
"""RMS below which sound is silence."""
_ALIKE = 0.3
"""Correlation above which two sounds are the same recording."""
_AS_GOOD = 0.95
"""Periodic sound, such as a tone, fits at several offsets: one within a frame of zero is as good as the best."""


@dataclass(frozen=True, slots=True)
class Sameness:
    """What was compared: frames of the file, pictures with the source, the largest offset of its sound (None: no sound)."""

    frames: int
    pictures: int
    sound_off_s: float | None

    def __str__(self) -> str:
        picture = f"{self.pictures} pictures compared, {self.frames} frames on time" if self.frames else ""
        sound = "" if self.sound_off_s is None else f"sound off by {abs(self.sound_off_s) * 1000:.0f} ms at most"
        return "; ".join(part for part in (picture, sound) if part) or "nothing to compare: silent"


def require_same(plan: Plan, made: Path, target: Path, seams: Iterable[int] | None = None) -> Sameness:
    """Compare a file with the span of the source that it was cut from.

    Args:
        plan: the span, its frames, and the changes of the picture.
        made: the file.
        target: the final name of the file, for errors.
        seams: of a file with copied parts, the numbers of frames to compare besides the first and the last; all of its frames
            are decoded.

    Raises:
        NotAsWritten: it differs. FfmpegFailed, FfmpegTimeout: one of the two cannot be decoded.
    """
    info = probe(made)
    if plan.picture is not None and info.video is None:
        raise NotAsWritten(target, "no frame of the source could be decoded")
    length_s = info.duration_s or 0.0
    if abs(length_s - plan.span.duration_s) > plan.frame_s + _sound_slack_s(plan):
        raise NotAsWritten(target, f"it lasts {length_s:.3f} s instead of {plan.span.duration_s:.3f} s")
    frames = pictures = 0
    if plan.picture is not None:
        own_s = _frame_times_s(plan, made, target)
        frames = len(own_s)
        if seams is not None:
            _require_decodable(made, own_s, target)
        numbers = sorted({0, plan.count - 1, *(number for number in seams or () if 0 <= number < plan.count)})
        for number in numbers:
            _require_picture(plan, (info, own_s[number]), number, target)
        pictures = len(numbers)
    off_s = _require_sound(plan, made, target) if plan.piece.has_sound else None
    return Sameness(frames, pictures, off_s)


def _sound_slack_s(plan: Plan) -> float:
    """AAC comes in packets of 1024 samples; the last one may be longer than the piece."""
    return 1024 / 8000 if plan.picture is None else 0.03


def _frame_times_s(plan: Plan, made: Path, target: Path) -> tuple[float, ...]:
    """The frame times of the file, which must equal those of the source."""
    packets = read_packets(made, "v:0")
    if packets is None or not packets.rows:
        raise NotAsWritten(target, "it has no frames")
    own_s = packets.times_s
    due = plan.count + plan.held
    if len(own_s) != due:
        raise NotAsWritten(target, f"it has {len(own_s)} frames instead of {due}")
    off_s = max(abs(a - b) for a, b in zip(own_s, plan.own_times_s, strict=True))
    if off_s > plan.frame_s / 2:
        raise NotAsWritten(target, f"a frame is shown {off_s:.3f} s off its time")
    return own_s


def _require_decodable(made: Path, own_s: Sequence[float], target: Path) -> None:
    """Every frame must come out of a decoder, in its turn: groups that were joined may refer to frames that are not there."""
    pictures = read_pictures(made, "v:0", Span(0.0, own_s[-1] + 1.0))
    shown_s = [row.pts_s for row in pictures.rows]
    if len(shown_s) != len(own_s) or shown_s != sorted(shown_s):
        raise NotAsWritten(target, f"{len(shown_s)} of its {len(own_s)} frames can be decoded")


def _require_picture(plan: Plan, shown: tuple[MediaInfo, float], number: int, target: Path) -> None:
    """A frame of the file must look like the same frame of the source, and not more like a neighbour of it."""
    assert plan.packets is not None
    info, at_s = shown
    place = plan.first + number
    lowest, highest = max(0, place - 1), min(len(plan.packets.times_s), place + 2)
    source = _source_pictures(plan, plan.packets.times_s[lowest], highest - lowest)
    read, picture = ffmpeg.source(info.path, ss=max(0.0, at_s - EARLY_S)), picture_of(info)
    own = next(iter(_small(upright(read[str(picture.number)], picture), 1, info.path, read)), None)
    if own is None or len(source) <= place - lowest:
        raise NotAsWritten(target, f"frame {number + 1} of {plan.count} cannot be decoded")
    differences = [float(np.abs(own - one).mean()) for one in source]
    due = differences[place - lowest]
    if due > _MOST_DIFFERENT or min(differences) < due - _SAME - 0.2 * due:
        raise NotAsWritten(
            target, f"frame {number + 1} of {plan.count} differs from the source's at {plan.times_s[number]:.3f} s"
        )


def _source_pictures(plan: Plan, from_s: float, count: int) -> list[Any]:
    """Frames of the source from a time on, changed as in the piece."""
    assert plan.picture is not None
    seek_s = plan.seek_for(from_s)
    source = ffmpeg.source(plan.piece.info.path, ss=seek_s, fflags="+genpts")
    picture = source[str(plan.picture.number)].filter("trim", start=f"{from_s - seek_s - EARLY_S:.6f}")
    picture = picture.filter("setpts", f"PTS-{plan.span.start_s - seek_s:.6f}/TB")
    with tempfile.TemporaryDirectory(prefix="video-pipeline-") as own:
        shown = plan.piece.look.onto(upright(progressive(picture, plan.picture), plan.picture), Path(own))
        return _small(shown, count, plan.piece.info.path, source, Path(own))


def _small(picture: Any, count: int, path: Path, source: Any, place: Path | None = None) -> list[Any]:
    """The first frames of a picture of FFmpeg's graph, which runs in `place`, as small grey images, [height, width]."""
    picture = picture.filter("scale", _SIDE_PX, _SIDE_PX, flags="area").filter("format", "gray")
    node = ffmpeg.graph().output(picture, "-", vframes=count, format="rawvideo", fps_mode="passthrough")
    out, _ = ffmpeg.run(ffmpeg.command(on_one_clock(node, source, path)), ffmpeg.Task("comparing frames of", path), cwd=place)
    whole = len(out) // _SIDE_PX**2
    return list(np.frombuffer(out[: whole * _SIDE_PX**2], np.uint8).reshape(whole, _SIDE_PX, _SIDE_PX).astype(np.int16))


def _require_sound(plan: Plan, made: Path, target: Path) -> float | None:
    """The largest offset of the sound at either end; None for silence."""
    length_s = min(_ENDS_S, plan.span.duration_s)
    worst: float | None = None
    for start_s in {0.0, plan.span.duration_s - length_s}:
        within = Span(start_s, start_s + length_s)
        source = _samples(plan.piece.info.path, plan.piece.track, within.shifted(plan.span.start_s))
        own = _samples(made, 0, within)
        if not _is_audible(source):
            continue
        found = offset_s(source, own, plan.frame_s)
        if found is None:
            raise NotAsWritten(target, f"its sound from {start_s:.2f} s on is not the source's")
        if abs(found) > plan.frame_s:
            raise NotAsWritten(target, f"its sound is {found:+.3f} s off at {start_s:.2f} s")
        worst = max(worst or 0.0, abs(found))
    return worst


def offset_s(source: Samples, own: Samples, tolerance_s: float) -> float | None:
    """How much later `own` is than `source`, both at 16 kHz; None if they are not the same sound."""
    count = min(len(source), len(own))
    if count == 0 or not _is_audible(own):
        return None
    size = 2 * count
    a, b = (np.fft.rfft(one[:count].astype(np.float64), size) for one in (source, own))
    match = np.fft.irfft(b * np.conj(a), size) / (np.linalg.norm(source[:count]) * np.linalg.norm(own[:count]))
    reach = min(int(_MOST_LATE_S * RATE_HZ), count - 1)
    lags = np.arange(-reach, reach + 1)
    likeness = np.abs(match[lags])
    near = np.abs(lags) <= tolerance_s * RATE_HZ
    best = int(lags[likeness.argmax()])
    if likeness[near].max() >= _AS_GOOD * likeness.max():
        best = int(lags[near][likeness[near].argmax()])
    return best / RATE_HZ if likeness.max() >= _ALIKE else None


def _is_audible(samples: Samples) -> bool:
    return bool(len(samples)) and float(np.sqrt(np.mean(samples.astype(np.float64) ** 2))) > _SILENT


def _samples(path: Path, track: int, within: Span) -> Samples:
    try:
        blocks = [block.samples for block in audio_blocks(path, track, within)]
    except DamagedMedia:
        blocks = []
    return np.concatenate(blocks) if blocks else np.zeros(0, np.float32)
