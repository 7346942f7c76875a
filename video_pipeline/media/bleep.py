"""A copy of a file in which a tone stands over stretches of its sound. The picture is not encoded again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from video_pipeline.core.span import Span, merged
from video_pipeline.media import ffmpeg
from video_pipeline.media.clock import on_one_clock, sound_at
from video_pipeline.media.decode import SYNCED
from video_pipeline.media.probe import MediaInfo
from video_pipeline.media.targets import refusals, whole
from video_pipeline.media.upright import picture_of

_STALL_S = 300.0
"""Without progress for this long, FFmpeg is stopped."""
_RATE_HZ = 48_000
_GRAIN = 240
"""Samples that are heard or not heard together, 5 ms: FFmpeg decides by the frame."""
_TONE_HZ = 1000
_TONE_LEVEL = 0.1
"""-20 dB of full scale: as loud as usual speech, no louder."""
_SINE_LEVEL = 0.125
"""Of FFmpeg's source `sine`: an eighth of full scale."""
_HALVED = 2.0
"""`amix` gives each of its two inputs half of the level."""
_NEAR_S = 0.25
"""Stretches that are no farther apart become one tone."""
_KBPS = 192


def suffix(info: MediaInfo) -> str:
    """The suffix of a copy: MP4 and WebM stay what they are, other pictures go into Matroska, which holds all of them."""
    if info.video is None:
        return ".m4a"
    if "mp4" in info.container:
        return ".mp4"
    return ".webm" if info.path.suffix.lower() == ".webm" else ".mkv"


def bleep(
    info: MediaInfo, track: int, spans: Sequence[Span], target: Path, on_progress: Callable[[float], None] = lambda done_s: None
) -> None:
    """Write the picture and one audio track, with a tone in the place of all sound within `spans`.

    Other tracks, chapters and tags of the file are left out, since they may hold what is not to be heard.

    Raises:
        FfmpegFailed, FfmpegTimeout: the file cannot be decoded. CannotWrite: the folder is not writable.
    """
    source = ffmpeg.source(info.path)
    layout = "mono" if info.audio_track(track).layout.startswith("mono") else "stereo"
    sound = (
        sound_at(source, track, 0.0, info.path).filter("aresample", _RATE_HZ, **SYNCED).filter("aformat", channel_layouts=layout)
    )
    streams = [_with_tone(sound, layout, merged(spans, _NEAR_S))]
    how: dict[str, Any] = {"c:a": "libopus" if target.suffix == ".webm" else "aac", "b:a": f"{_KBPS}k"}
    if info.video is not None:
        streams.insert(0, source[str(picture_of(info).number)])
        how["c:v"] = "copy"
    if target.suffix in (".mp4", ".m4a"):
        how["movflags"] = "+faststart"
    with whole(target) as part, refusals(part):
        node = ffmpeg.graph().output(*streams, ffmpeg.url(part), map_metadata=-1, map_chapters=-1, **how)
        line = ffmpeg.command(on_one_clock(node, source, info.path))
        ffmpeg.follow(line, ffmpeg.Task("bleeping the sound of", info.path, _STALL_S), on_progress, cwd=part.parent)


def _with_tone(sound: Any, layout: str, spans: Sequence[Span]) -> Any:
    inside = "+".join(f"between(t,{span.start_s:.3f},{span.end_s:.3f})" for span in spans) or "0"
    tone = ffmpeg.graph().input(f"sine=frequency={_TONE_HZ}:sample_rate={_RATE_HZ}", f="lavfi")
    tone = tone.filter("aformat", channel_layouts=layout).filter("volume", _TONE_LEVEL / _SINE_LEVEL)
    heard = sound.filter("asetnsamples", n=_GRAIN, p=0).filter("volume", 0, enable=inside)
    beeps = tone.filter("asetnsamples", n=_GRAIN).filter("volume", 0, enable=f"not({inside})")
    return ffmpeg.graph().filter([heard, beeps], "amix", inputs=2, duration="first").filter("volume", _HALVED)
