"""Input and output of a reel, by FFmpeg: pieces are converted to one format before, loudness is set at the end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from video_pipeline.media import ffmpeg
from video_pipeline.media.loudness import LoudnessOptions, levelled, measure
from video_pipeline.media.probe import MediaInfo
from video_pipeline.media.targets import refusals
from video_pipeline.media.upright import picture_of, progressive, upright

RATE_HZ = 48_000
_LIMIT_S = 3600.0
"""Time limit of one conversion."""


def conform(info: MediaInfo, size_px: tuple[int, int], rate_fps: float, target: Path) -> None:
    """Write a whole video as an MP4 of this size and rate: with bars if its shape differs, with silence if it has no sound.

    Raises:
        NoPicture: it is sound alone. FfmpegFailed, FfmpegTimeout: it cannot be decoded. CannotWrite: there is no room for it.
    """
    source, stream = ffmpeg.source(info.path), picture_of(info)
    width, height = size_px
    picture = upright(progressive(source[str(stream.number)], stream), stream)
    picture = picture.filter("scale", width, height, force_original_aspect_ratio="decrease", force_divisible_by=2)
    picture = picture.filter("pad", width, height, "(ow-iw)/2", "(oh-ih)/2").filter("setsar", 1).filter("fps", rate_fps)
    silence = ffmpeg.graph().input(f"anullsrc=r={RATE_HZ}:cl=stereo", f="lavfi")
    sound = source["a:0"] if info.audio else silence
    how: dict[str, Any] = {"c:v": "libx264", "crf": 16, "preset": "veryfast", "pix_fmt": "yuv420p", "c:a": "aac", "ac": 2}
    node = ffmpeg.graph().output(picture, sound, ffmpeg.url(target), ar=RATE_HZ, shortest=None, format="mp4", **how)
    _run(node, "converting", info.path, target)


def conform_sound(info: MediaInfo, options: LoudnessOptions, target: Path) -> None:
    """Write a whole audio track as a WAV file at the loudness of the options, so that all music is equally loud under speech.

    Raises:
        NoAudio: it has no sound. FfmpegFailed, FfmpegTimeout: it cannot be decoded. CannotWrite: there is no room for it.
    """
    info.audio_track(0)
    sound = ffmpeg.source(info.path)["a:0"]
    measured = measure(sound, ffmpeg.Task("measuring the loudness of", info.path))
    node = ffmpeg.graph().output(levelled(sound, measured, options), ffmpeg.url(target), ar=RATE_HZ, ac=2, format="wav")
    _run(node, "converting", info.path, target)


def finish(mix: Path, options: LoudnessOptions, audio_kbps: int, target: Path) -> None:
    """Write the same pictures with the sound at its target loudness. Raises FfmpegFailed, FfmpegTimeout, CannotWrite."""
    source = ffmpeg.source(mix)
    measured = measure(source["a:0"], ffmpeg.Task("measuring the loudness of", mix)) if options.on else None
    sound = levelled(source["a:0"], measured, options)
    how: dict[str, Any] = {"c:v": "copy", "c:a": "aac", "b:a": f"{audio_kbps}k", "ar": RATE_HZ, "movflags": "+faststart"}
    _run(ffmpeg.graph().output(source["v:0"], sound, ffmpeg.url(target), format="mp4", **how), "finishing", mix, target)


def _run(node: Any, doing: str, path: Path, target: Path) -> None:
    with refusals(target):
        ffmpeg.run(ffmpeg.command(node), ffmpeg.Task(doing, path, _LIMIT_S), cwd=target.parent)
