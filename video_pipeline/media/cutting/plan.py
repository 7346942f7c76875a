"""The frames of a piece. Its edges are moved to the nearest frames, so that picture and sound begin at the same time."""

from __future__ import annotations

import dataclasses
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from video_pipeline.core.span import Span
from video_pipeline.media import ffmpeg
from video_pipeline.media.channels import mix_of
from video_pipeline.media.clock import from_start, rounds_sound, sound_at
from video_pipeline.media.cutting.base import Piece
from video_pipeline.media.cutting.packets import EARLY_S, Frames, Packets, find_frames
from video_pipeline.media.decode import SYNCED
from video_pipeline.media.errors import FfmpegFailed
from video_pipeline.media.probe import Stream
from video_pipeline.media.upright import picture_of, progressive, upright

_BACK_S = 1.0
"""How far before a key frame reading starts where seeking to it ends after it."""
_LONGEST_FRAME_S = 0.1
"""Slides are shown for minutes: edges are not moved that far."""
_SOUND_FRAME_S = 0.04
"""Frame length that is assumed if it is unknown, and for sound alone."""
_MARGIN_S = 0.5
"""Read this much longer than the piece."""
_HELD = 1.5
"""A piece that ends this many frames after the last picture holds that picture."""
_FINE = 90_000
"""Units of a second, fine enough for the times of any picture."""
_ROUNDING_S = 2e-6
"""Of times that are computed from whole units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A piece, aligned to frames."""

    piece: Piece
    span: Span
    """What the file will hold; its start is zero on the file's clock."""
    picture: Stream | None = None
    """The video stream; None for sound alone."""
    packets: Packets | None = None
    """Packets of the picture from the key frame before the piece; None for sound alone."""
    first: int = 0
    """Index, in `packets.times_s`, of the frame that is shown when the piece begins."""
    count: int = 0
    """Number of frames."""
    held: int = 0
    """How often the last frame is repeated, because the sound goes on without a picture."""
    frame_s: float = _SOUND_FRAME_S
    """The usual time from frame to frame."""
    rate_fps: Fraction | None = None
    """Frames per second, if it is the same throughout but for the rounding of the container."""
    far: bool = False
    """Seeking to a time alone may end after the key frame that the picture needs."""

    @property
    def times_s(self) -> tuple[float, ...]:
        """Frame times of the piece, on the source's clock, without repetitions."""
        return self.packets.times_s[self.first : self.first + self.count] if self.packets else ()

    @property
    def own_times_s(self) -> list[float]:
        """The times of all frames on the piece's clock."""
        if self.rate_fps:
            return [float(number / self.rate_fps) for number in range(self.count + self.held)]
        own_s = [max(0.0, time_s - self.span.start_s) for time_s in self.times_s]
        return own_s + [own_s[-1] + number * self.frame_s for number in range(1, self.held + 1)]

    @property
    def seek_s(self) -> float:
        """Where reading starts: just before the first frame."""
        return self.seek_for(self.times_s[0] if self.count else self.span.start_s)

    def seek_for(self, time_s: float) -> float:
        """Where to start reading to decode the frame shown at a time; callers trim the frames before it."""
        if self.packets is None:
            return from_start(time_s)
        if self.packets.decoded_from_s is not None:
            return self.packets.decoded_from_s
        if self.far:
            keys_s = [row.pts_s for row in self.packets.rows if row.key and row.pts_s <= time_s + EARLY_S]
            time_s = max(keys_s, default=time_s) - _BACK_S
        return from_start(self.packets.before(time_s))

    def source(self, **options: Any) -> Any:
        """A node of FFmpeg's graph that reads the piece; its clock begins at `seek_s`."""
        length_s = self.span.end_s - self.seek_s + _MARGIN_S
        options |= {"copyts": None} if self._rounds_sound else {}
        return ffmpeg.source(self.piece.info.path, ss=self.seek_s, t=length_s, fflags="+genpts", **options)

    @property
    def _rounds_sound(self) -> bool:
        return rounds_sound(self.piece.info.path)

    def shown(self, source: Any, *, hdr: bool = False) -> Any:
        """The picture of `source` with exactly the frames of the piece, on its clock, upright; `hdr` keeps its colours."""
        assert self.picture is not None
        late_s = self.span.start_s - self.seek_s
        picture = source[str(self.picture.number)]
        if self._rounds_sound:
            picture = picture.filter("settb", f"1/{_FINE}").filter("setpts", f"PTS-{self.seek_s:.6f}/TB")
        picture = trimmed(picture, self.times_s[0] - self.seek_s, late_s + self.span.duration_s)
        if self.held:
            picture = picture.filter("tpad", stop=self.held, stop_mode="clone")
        if self.rate_fps:
            picture = picture.filter("settb", f"1/({self.rate_fps})").filter("setpts", "N")
        else:
            repeated = f"({self.own_times_s[self.count - 1]:.6f}+(N-{self.count - 1})*{self.frame_s:.6f})/TB"
            picture = picture.filter("setpts", f"if(lt(N,{self.count}),max(0,PTS-{late_s:.6f}/TB),{repeated})")
        return upright(progressive(picture, self.picture), self.picture, hdr=hdr)

    def sound(self, source: Any) -> Any:
        """The sound of `source`, exactly as long as the piece; gaps and a missing end are filled with silence.

        Of two channels that cancel each other, both become the one that is listened to.
        """
        late_s, length_s = self.span.start_s - self.seek_s, f"{self.span.duration_s:.6f}"
        path, track = self.piece.info.path, self.piece.track
        sound, mix = sound_at(source, track, self.seek_s, path), mix_of(path, track)
        if mix.cancels:
            sound = sound.filter("pan", f"stereo|c0<{mix.pan}|c1<{mix.pan}")
        sound = sound.filter("aresample", **SYNCED)
        sound = sound.filter("atrim", start=f"{late_s:.6f}", duration=length_s).filter("asetpts", "PTS-STARTPTS")
        return sound.filter("apad", whole_dur=length_s)


def trimmed(picture: Any, start_s: float, end_s: float) -> Any:
    """A picture of FFmpeg's graph without frames before or after, on its own clock."""
    return picture.filter("trim", start=f"{start_s - EARLY_S:.6f}", end=f"{end_s - EARLY_S:.6f}")


def planned(piece: Piece) -> Plan:
    """Find the frames of a piece.

    Raises:
        FfmpegFailed: it has no frame, or the file cannot be read. NoAudio, NoSuchTrack: there is nothing to cut.
    """
    if piece.info.duration_s:
        piece = dataclasses.replace(piece, span=piece.span.clipped(Span(0.0, piece.info.duration_s)))
    if piece.span.duration_s <= 0:
        raise FfmpegFailed("cutting a piece of", piece.info.path, f"it ends at {piece.span.start_s:.3f} s")
    if piece.info.video is None:
        piece.info.audio_track(piece.track)
        return Plan(piece=piece, span=piece.span)
    picture = picture_of(piece.info)
    found = find_frames(piece.info.path, piece.info.container, str(picture.number), piece.span)
    if found is None:
        raise FfmpegFailed("cutting a piece of", piece.info.path, f"it has no frame up to {piece.span.end_s:.3f} s")
    return _aligned(piece, picture, found)


def _aligned(piece: Piece, picture: Stream, found: Frames) -> Plan:
    packets = found.packets
    frame_s = min(packets.frame_s, _LONGEST_FRAME_S)
    span = _on_frames(piece.span, packets, frame_s, holds=piece.has_sound)
    first = max(0, bisect_right(packets.times_s, span.start_s + EARLY_S) - 1)
    count = bisect_left(packets.times_s, span.end_s - EARLY_S) - first
    if count < 1:
        within = f"{piece.span.start_s:.3f} to {piece.span.end_s:.3f} s"
        raise FfmpegFailed("cutting a piece of", piece.info.path, f"it has no frame from {within}")
    last_s, held = max(span.start_s, packets.times_s[first + count - 1]), 0
    if span.end_s > packets.end_s + EARLY_S:
        held = max(0, round((span.end_s - last_s) / frame_s) - 1)
        span = Span(span.start_s, last_s + (held + 1) * frame_s)
    times_s = packets.times_s[first : first + count]
    nominal_fps = piece.info.video.rate_fps if piece.info.video else None
    rate_fps = constant_rate(times_s, nominal_fps, packets.tick_s) if times_s[0] >= span.start_s - EARLY_S else None
    if rate_fps and abs(float((count + held) / rate_fps) - span.duration_s) > packets.tick_s + EARLY_S:
        rate_fps = None  # its last frame is shown for less
    return Plan(
        piece=piece,
        span=span,
        picture=picture,
        packets=packets,
        first=first,
        count=count,
        held=held,
        frame_s=frame_s,
        rate_fps=rate_fps,
        far=found.far,
    )


def constant_rate(times_s: Sequence[float], nominal_fps: float | None, tick_s: float) -> Fraction | None:
    """The rate of frames that are equally far apart but for the rounding of their times to whole ticks; None if they are not.

    Rates are whole, or 1000/1001 of whole ones, or half of these. Of those that fit, it is the one nearest to the stated rate.
    """
    if len(times_s) < 2 or times_s[-1] <= times_s[0]:
        return None
    mean_fps = (len(times_s) - 1) / (times_s[-1] - times_s[0])
    whole = {Fraction(number, 2) for number in (round(2 * mean_fps), round(2 * mean_fps * 1.001)) if number}
    stated_fps = nominal_fps or mean_fps
    for rate_fps in sorted({*whole, *(one * 1000 / 1001 for one in whole)}, key=lambda one: abs(float(one) - stated_fps)):
        off_s = [time_s - float(number / rate_fps) for number, time_s in enumerate(times_s)]
        if max(off_s) - min(off_s) <= tick_s + _ROUNDING_S:
            return rate_fps
    return None


def _on_frames(span: Span, packets: Packets, frame_s: float, *, holds: bool) -> Span:
    """Move the edges to the nearest frames, unless these are further away than half a frame: in a still picture.

    `holds`: it may end after the last picture.
    """
    times_s, reach_s = packets.times_s, frame_s / 2 + EARLY_S
    edges_s = (*times_s, packets.end_s)
    start_s = max(_nearest(times_s, span.start_s, reach_s), times_s[0])
    end_s = _nearest(edges_s, span.end_s, reach_s)
    if not holds or end_s < packets.end_s + _HELD * frame_s:
        end_s = min(end_s, packets.end_s)
    return Span(start_s, max(start_s, end_s))


def _nearest(edges_s: tuple[float, ...], time_s: float, reach_s: float) -> float:
    place = bisect_left(edges_s, time_s)
    best_s = min(edges_s[max(0, place - 1) : place + 1], key=lambda edge_s: abs(edge_s - time_s))
    return best_s if abs(best_s - time_s) <= reach_s else time_s
