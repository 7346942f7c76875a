"""The frames of a piece. Its edges are moved to the nearest frames, so that picture and sound begin at the same time."""

from __future__ import annotations

import dataclasses
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Any

from video_pipeline.core.span import Span
from video_pipeline.media import ffmpeg
from video_pipeline.media.burn import picture_of, upright
from video_pipeline.media.cutting.base import Piece
from video_pipeline.media.cutting.packets import Packets, read_packets
from video_pipeline.media.errors import FfmpegFailed
from video_pipeline.media.probe import Stream

EARLY_S = 0.0004
"""Seek and trim this long before a frame: less than a frame of any camera, more than all rounding of times together."""
_STEP_BACK_S = 15.0
"""How much earlier a second read starts if the first found no key frame before the piece."""
_BLIND_S = 1.0
"""How far before a key frame reading starts in a container without an index."""
_NO_TIMES = ("avi",)
"""Containers that store no frame times: FFmpeg guesses other times for packets than for decoded pictures."""
_LONGEST_FRAME_S = 0.1
"""Slides are shown for minutes: edges are not moved that far."""
_SOUND_FRAME_S = 0.04
"""Frame length that is assumed if it is unknown, and for sound alone."""
_MARGIN_S = 0.5
"""Read this much longer than the piece."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A piece, aligned to frames."""

    piece: Piece
    span: Span
    """What the file will hold; its start is zero on the file's clock."""
    picture: Stream | None = None
    """The video stream; None for sound alone."""
    packets: Packets | None = None
    """Packets of the picture from the key frame before the piece; None if the container stores no times."""
    first: int = 0
    """Index, in `packets.times_s`, of the frame that is shown when the piece begins."""
    count: int = 0
    """Number of frames; 0 if their times are unknown."""
    frame_s: float = _SOUND_FRAME_S
    """The usual time from frame to frame."""
    blind: bool = False
    """The container has no index, so seeking may end after the key frame that a picture needs."""

    @property
    def times_s(self) -> tuple[float, ...]:
        """Frame times of the piece, on the source's clock."""
        return self.packets.times_s[self.first : self.first + self.count] if self.packets else ()

    @property
    def own_times_s(self) -> list[float]:
        """The same on the piece's clock."""
        return [max(0.0, time_s - self.span.start_s) for time_s in self.times_s]

    @property
    def seek_s(self) -> float:
        """Where reading starts: just before the first frame."""
        return self.seek_for(self.times_s[0] if self.count else self.span.start_s)

    def seek_for(self, time_s: float) -> float:
        """Where to start reading to decode the frame shown at a time; callers trim the frames before it."""
        if self.blind and self.packets is not None:
            keys_s = [row.pts_s for row in self.packets.rows if row.key and row.pts_s <= time_s + EARLY_S]
            time_s = max(max(keys_s, default=time_s) - _BLIND_S, min(self.packets.times_s[0], time_s))
        return max(0.0, time_s - EARLY_S)

    def source(self, **options: Any) -> Any:
        """A node of FFmpeg's graph that reads the piece; its clock begins at `seek_s`."""
        length_s = self.span.end_s - self.seek_s + _MARGIN_S
        return ffmpeg.source(self.piece.info.path, ss=f"{self.seek_s:.6f}", t=f"{length_s:.6f}", fflags="+genpts", **options)

    def shown(self, source: Any) -> Any:
        """The picture of `source` with exactly the frames of the piece, on its clock, upright."""
        assert self.picture is not None
        late_s = self.span.start_s - self.seek_s
        first_s = (self.times_s[0] if self.count else self.span.start_s) - self.seek_s
        picture = trimmed(source[str(self.picture.number)], first_s, late_s + self.span.duration_s)
        return upright(picture.filter("setpts", f"max(0,PTS-{late_s:.6f}/TB)"), self.picture)

    def sound(self, source: Any) -> Any:
        """The sound of `source`, exactly as long as the piece; gaps and a missing end are filled with silence."""
        late_s, length_s = self.span.start_s - self.seek_s, f"{self.span.duration_s:.6f}"
        sound = source[f"a:{self.piece.track}"].filter("aresample", **{"async": 1, "first_pts": 0})
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
    nominal_s = 1 / piece.info.video.rate_fps if piece.info.video.rate_fps else _SOUND_FRAME_S
    packets, blind = _packets(piece, picture)
    if packets is None:
        return Plan(piece=piece, span=piece.span, picture=picture, frame_s=nominal_s)
    frame_s = min(packets.frame_s, _LONGEST_FRAME_S)
    span = _on_frames(piece.span, packets, frame_s)
    first = max(0, bisect_right(packets.times_s, span.start_s + EARLY_S) - 1)
    count = bisect_left(packets.times_s, span.end_s - EARLY_S) - first
    if count < 1:
        within = f"{piece.span.start_s:.3f} to {piece.span.end_s:.3f} s"
        raise FfmpegFailed("cutting a piece of", piece.info.path, f"it has no frame from {within}")
    return Plan(piece=piece, span=span, picture=picture, packets=packets, first=first, count=count, frame_s=frame_s, blind=blind)


def _packets(piece: Piece, picture: Stream) -> tuple[Packets | None, bool]:
    """Packets from a key frame at or before the piece, and whether finding it needed a second read from further back."""
    if piece.info.container in _NO_TIMES:
        return None, False
    path, stream = piece.info.path, str(picture.number)
    # slightly more, so that the frame before the first is known too
    packets = read_packets(path, stream, Span(max(0.0, piece.span.start_s - _LONGEST_FRAME_S), piece.span.end_s))
    if packets is None or packets.times_s[0] <= piece.span.start_s + EARLY_S or piece.span.start_s == 0:
        return packets, False
    earlier = read_packets(path, stream, Span(max(0.0, piece.span.start_s - _STEP_BACK_S), piece.span.end_s))
    return earlier or packets, True


def _on_frames(span: Span, packets: Packets, frame_s: float) -> Span:
    """Move the edges to the nearest frames, unless these are further away than half a frame: in a still picture."""
    times_s, reach_s = packets.times_s, frame_s / 2 + EARLY_S
    edges_s = (*times_s, packets.end_s)
    start_s = max(_nearest(times_s, span.start_s, reach_s), times_s[0])
    end_s = min(_nearest(edges_s, span.end_s, reach_s), packets.end_s)
    return Span(start_s, max(start_s, end_s))


def _nearest(edges_s: tuple[float, ...], time_s: float, reach_s: float) -> float:
    place = bisect_left(edges_s, time_s)
    best_s = min(edges_s[max(0, place - 1) : place + 1], key=lambda edge_s: abs(edge_s - time_s))
    return best_s if abs(best_s - time_s) <= reach_s else time_s
