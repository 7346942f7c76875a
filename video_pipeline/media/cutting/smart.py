"""Cut a piece by copying its complete groups of pictures and encoding only its edges.

Three parts in MPEG-TS, which repeats its parameter sets at every key frame and can be concatenated, become one MP4. The edges
are encoded without B-frames, so that their decoding order fits before and after any copied part.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from video_pipeline.media import ffmpeg
from video_pipeline.media.clock import on_one_clock
from video_pipeline.media.cutting.base import CutOptions
from video_pipeline.media.cutting.copied import leave_out, require_unchanged
from video_pipeline.media.cutting.exact import CLOCK, STALL_S, Taken, encode, sound
from video_pipeline.media.cutting.hevc_ids import renumbered
from video_pipeline.media.cutting.packets import EARLY_S, Packet
from video_pipeline.media.cutting.parameter_sets import are_distinct, complete, sets_of, without_sets
from video_pipeline.media.cutting.plan import Plan, trimmed
from video_pipeline.media.errors import CannotCut
from video_pipeline.media.upright import is_interlaced

_CODECS = {"h264": "libx264", "hevc": "libx265"}
_TAGS = {"h264": "avc1", "hevc": "hvc1"}
"""Sample entries that hold all parameter sets: what Apple's players and many others ask for."""
_TAGS_INSIDE = {"h264": "avc3", "hevc": "hev1"}
"""Sample entries of streams with parameter sets inside."""
_BASE_S = 10.0
"""Where the clock of the joined stream begins: MPEG-TS has no times before 0."""
_SPARE_ID = 7
"""Parameter sets of the edges get an id that encoders do not use, so that they never replace those of the copied part."""


@dataclass(frozen=True, slots=True)
class Seams:
    """The copied part: from its first key frame to the key frame at which copying stops; None copies to the end of the piece."""

    first: Packet
    after: Packet | None
    start_s: float
    end_s: float


def smart(plan: Plan, part: Path, options: CutOptions, on_progress: Callable[[float], None]) -> str:
    """Write the piece to `part` as MP4; returns the encoder of the edges.

    Raises:
        CannotCut: the picture is changed, its codec cannot be joined, or it has no complete group of pictures.
        FfmpegFailed, FfmpegTimeout: the source cannot be read.
    """
    require_unchanged(plan, "smart", frozenset(_CODECS))
    seams = seams_of(plan)
    assert plan.picture is not None
    if is_interlaced(plan.picture):
        raise CannotCut(plan.piece.info.path, "smart", "its picture is interlaced")
    joined = part.with_name("joined.ts")
    with joined.open("wb") as file:
        for stretch in _stretches(plan, seams, options, part):
            with stretch.open("rb") as own:
                shutil.copyfileobj(own, file)
            stretch.unlink()
    return _finished(joined, plan, part, options, on_progress)


def _finished(joined: Path, plan: Plan, part: Path, options: CutOptions, on_progress: Callable[[float], None]) -> str:
    """Make the MP4, with the sound. All parameter sets go into its sample entry, if they have different numbers."""
    assert plan.picture is not None
    codec = plan.picture.codec
    turn = {"display_rotation": plan.piece.info.video.rotation_deg} if plan.piece.info.video else {}
    picture = ffmpeg.graph().input(ffmpeg.url(joined), format="mpegts", **turn)
    source, streams = plan.source(), [picture["v:0"]]
    if plan.piece.has_sound:
        streams.append(sound(plan, source))
    how: dict[str, Any] = {"c:v": "copy", "video_track_timescale": 90_000, "b:a": f"{options.audio_kbps}k"}
    even = f"setts=pts=PTS:dts=DTS:duration='{1 / plan.rate_fps}/TB'" if plan.rate_fps else "null"
    sets = sets_of(joined, codec)
    if not are_distinct(sets, codec):  # the form of the stream that has them inside
        encode(Taken(source, streams), how | {"tag:v": _TAGS_INSIDE[codec], "bsf:v": even}, plan, part, on_progress)
        return _CODECS[codec]
    how |= {"tag:v": _TAGS[codec], "bsf:v": f"{without_sets(codec)},{even}"}
    unready = part.with_name("unready.mp4")
    encode(Taken(source, streams), how | {"movflags": "0"}, plan, unready, on_progress)
    complete(unready, sets, codec)
    _moved_up(unready, part)
    return _CODECS[codec]


def _moved_up(path: Path, part: Path) -> None:
    """The same MP4 with its header first."""
    node = ffmpeg.graph().output(ffmpeg.source(path), ffmpeg.url(part), map=0, c="copy", movflags="+faststart", format="mp4")
    ffmpeg.follow(ffmpeg.command(node), ffmpeg.Task("joining the parts of", part, STALL_S), lambda done_s: None)
    path.unlink()


def seams_of(plan: Plan) -> Seams:
    """Where the copied part begins and ends. Raises CannotCut if nothing can be copied."""
    packets, path = plan.packets, plan.piece.info.path
    assert packets is not None
    if plan.times_s[0] < plan.span.start_s - EARLY_S:
        raise CannotCut(path, "smart", "its picture is still at its start")
    keys = [at for at, row in enumerate(packets.rows) if row.key]
    inside = [at for at in keys if packets.rows[at].pts_s >= plan.span.start_s - EARLY_S]
    first = next((at for at in inside if _is_closed(packets.rows, at)), len(packets.rows))
    last = len(packets.rows)
    if plan.span.end_s < packets.end_s - EARLY_S:
        last = max((at for at in keys if packets.rows[at].pts_s <= plan.span.end_s + EARLY_S), default=0)
    if last <= first:
        raise CannotCut(path, "smart", "it has no complete and independent group of pictures")
    lead_s = packets.rows[first].pts_s
    kept = [row for row in packets.rows[first:last] if row.pts_s >= lead_s - EARLY_S]
    if any(not row.shown for row in kept):
        raise CannotCut(path, "smart", "its container hides some of its frames")
    end_s = max(row.pts_s for row in kept)
    after_s = min((time_s for time_s in packets.times_s if time_s > end_s + EARLY_S), default=packets.end_s)
    if any(lead_s <= row.pts_s < after_s - EARLY_S for row in packets.rows[last:]):
        raise CannotCut(path, "smart", "frames on both sides of a key frame are mixed")
    return Seams(packets.rows[first], packets.rows[last] if last < len(packets.rows) else None, lead_s, after_s)


def _is_closed(rows: Sequence[Packet], key: int) -> bool:
    """Whether nothing decoded after a key frame is shown before it; such frames would need others that are not copied."""
    after = itertools.takewhile(lambda row: not row.key, rows[key + 1 :])
    return all(row.pts_s > rows[key].pts_s for row in after)


def _stretches(plan: Plan, seams: Seams, options: CutOptions, part: Path) -> list[Path]:
    """The files of the head, the copied part and the tail; an empty edge has none."""
    delay_s = max(0.0, seams.first.pts_s - seams.first.dts_s)
    assert plan.packets is not None
    copied = [row for row in plan.packets.rows if row.pts_s < seams.end_s - EARLY_S]
    gap_s = seams.end_s - max(row.dts_s for row in copied)
    files = []
    if plan.times_s[0] < seams.start_s - EARLY_S:
        files.append(_edge(plan, (plan.times_s[0], seams.start_s), delay_s, options, part.with_name("head.ts")))
    files.append(_middle(plan, seams, part.with_name("middle.ts")))
    if seams.end_s < plan.span.end_s - EARLY_S:
        early_s = round(gap_s / plan.frame_s) // 2 * plan.frame_s  # whole frames keep a constant rate constant
        files.append(_edge(plan, (seams.end_s, plan.span.end_s), min(delay_s, early_s), options, part.with_name("tail.ts")))
    return files


def _edge(plan: Plan, edges_s: tuple[float, float], delay_s: float, options: CutOptions, target: Path) -> Path:
    """Encode frames from one time to another with the codec of the source; they are decoded `delay_s` before they are shown."""
    assert plan.picture is not None
    seek_s = plan.seek_for(edges_s[0])
    source = ffmpeg.source(plan.piece.info.path, ss=seek_s, t=edges_s[1] - seek_s, noautorotate=None, fflags="+genpts")
    picture = trimmed(source[str(plan.picture.number)], edges_s[0] - seek_s, edges_s[1] - seek_s)
    name = _CODECS[plan.picture.codec]
    if name == "libx265":
        return _hevc_edge(Taken(source, [picture]), plan, edges_s, delay_s, options, target)
    how = {"c:v": name, "crf": options.crf, "preset": options.speed, "bf": 0, "enc_time_base:v": CLOCK}
    how["x264-params"] = f"sps-id={_SPARE_ID}"
    how["bsf:v"] = f"setts=pts=PTS:dts='PTS-{delay_s:.6f}/TB'"
    return _written(Taken(source, [picture]), how, plan, seek_s, target)


def _hevc_edge(taken: Taken, plan: Plan, edges_s: tuple[float, float], delay_s: float, options: CutOptions, target: Path) -> Path:
    """The same by x265, which numbers its sets only from 0: they get other numbers, in a bare stream that knows no times."""
    bare, path = target.with_suffix(".hevc"), plan.piece.info.path
    how = {"c:v": "libx265", "crf": options.crf, "preset": options.speed, "bf": 0, "enc_time_base:v": CLOCK}
    how |= {"x265-params": "log-level=error:repeat-headers=1", "fps_mode:v": "passthrough", "format": "hevc"}
    node = on_one_clock(ffmpeg.graph().output(*taken.streams, ffmpeg.url(bare), **how), taken.source, path)
    ffmpeg.follow(ffmpeg.command(node), ffmpeg.Task("encoding a part of", path, STALL_S), lambda done_s: None)
    try:
        bare.write_bytes(renumbered(bare.read_bytes()))
    except ValueError as error:
        raise CannotCut(path, "smart", str(error)) from None
    times_s = [time_s for time_s in plan.times_s if edges_s[0] - EARLY_S <= time_s < edges_s[1] - EARLY_S]
    shown = "+".join(f"eq(N,{number})*{time_s - plan.span.start_s + _BASE_S:.6f}" for number, time_s in enumerate(times_s))
    times = f"setts=pts='({shown})/TB':dts='({shown}-{delay_s:.6f})/TB':duration='{plan.frame_s:.6f}/TB'"
    source = ffmpeg.graph().input(ffmpeg.url(bare), format="hevc")
    more = {"c": "copy", "bsf:v": times, "muxdelay": 0, "muxpreload": 0, "format": "mpegts"}
    node = ffmpeg.graph().output(source["v:0"], ffmpeg.url(target), **more)
    ffmpeg.follow(ffmpeg.command(node), ffmpeg.Task("joining the parts of", path, STALL_S), lambda done_s: None)
    bare.unlink()
    return target


def _middle(plan: Plan, seams: Seams, target: Path) -> Path:
    assert plan.picture is not None
    seek_s = plan.seek_for(seams.start_s)
    stop_s = seams.end_s + (plan.frame_s if seams.after else 1.0)
    source = ffmpeg.source(plan.piece.info.path, ss=seek_s, t=stop_s - seek_s, fflags="+genpts")
    early = f"lt(pts*tb,{seams.start_s - seek_s - EARLY_S:.6f})"
    late = f"gte(pts*tb,{seams.end_s - seek_s - EARLY_S:.6f})"
    kind = plan.picture.codec
    how = {"c:v": "copy", "bsf:v": f"{leave_out(f'{early}+{late}')},{kind}_mp4toannexb,dump_extra=freq=keyframe"}
    return _written(Taken(source, [source[str(plan.picture.number)]]), how, plan, seek_s, target)


def _written(taken: Taken, how: dict[str, Any], plan: Plan, seek_s: float, target: Path) -> Path:
    """Write one part as MPEG-TS; its clock begins `_BASE_S` before the clock of the piece."""
    more = {"output_ts_offset": f"{_BASE_S + seek_s - plan.span.start_s:.6f}", "muxdelay": 0, "muxpreload": 0, "format": "mpegts"}
    path = plan.piece.info.path
    node = on_one_clock(ffmpeg.graph().output(*taken.streams, ffmpeg.url(target), **how, **more), taken.source, path)
    ffmpeg.follow(ffmpeg.command(node), ffmpeg.Task("encoding a part of", path, STALL_S), lambda done_s: None)
    return target
