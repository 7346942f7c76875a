"""Join the best clips in chronological order: title card, dissolves, intro and outro, music; by moviepy.

moviepy only opens files that `media` has written, never untrusted input.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from video_pipeline.clips.base import ClipJob, Exported, MadeClips
from video_pipeline.clips.ducking import music_gain
from video_pipeline.clips.reel_pieces import Piece, pieces
from video_pipeline.core.labels import REACTIONS
from video_pipeline.core.span import Span
from video_pipeline.media.errors import NoPicture
from video_pipeline.media.ffmpeg import find_ffmpeg
from video_pipeline.media.mixdown import RATE_HZ, conform_sound, finish
from video_pipeline.media.probe import probe
from video_pipeline.media.targets import whole


class ReelExport:
    """`reel.mp4`."""

    reads = ("reel", "cut", "loudness")

    def export(self, job: ClipJob, made: MadeClips) -> Exported:
        if not job.clips:
            return Exported()
        if job.source.info.video is None:
            if job.options.exports == ("reel",):
                raise NoPicture(job.source.info.path, "no reel can be made")
            job.notice("no reel was made, because there is no picture")
            return Exported()
        target = job.folder / "reel.mp4"
        with whole(target) as part:
            mix = part.with_name("mix.mp4")
            _compose(job, pieces(job, made, part.parent), mix)
            finish(mix, job.options.loudness, job.options.cut.audio_kbps, part)
        return Exported((target,))


def _compose(job: ClipJob, parts: Sequence[Piece], mix: Path) -> None:
    mp = _moviepy()
    with ExitStack() as stack:
        stack.enter_context(
            warnings.catch_warnings(action="ignore", category=UserWarning)
        )  # moviepy warns if it shows the last frame twice
        videos = [stack.enter_context(_opened(mp, piece)) for piece in parts]
        lap_s = _lap_s(job, videos)
        starts_s = _starts_s([video.duration for video in videos], lap_s)
        reel = mp.concatenate_videoclips(list(_joined(mp, videos, lap_s)), method="chain")
        sounds = [_sound(mp, video, start_s, lap_s) for video, start_s in zip(videos, starts_s, strict=True) if video.audio]
        if job.options.reel.music.file:
            audible = [span for piece, start_s in zip(parts, starts_s, strict=True) for span in _audible(job, piece, start_s)]
            sounds.append(stack.enter_context(_music(mp, job, mix.with_name("music.wav"), reel.duration, audible)))
        if sounds:
            reel = reel.with_audio(mp.CompositeAudioClip(sounds).with_duration(reel.duration))
        _write(job, reel, next(piece for piece in parts if piece.clip), mix)


def _moviepy() -> Any:
    os.environ.setdefault("FFMPEG_BINARY", find_ffmpeg())
    import moviepy

    return moviepy


def _opened(mp: Any, piece: Piece) -> Any:
    if piece.still_s:
        return mp.ImageClip(str(piece.path), duration=piece.still_s)
    video = mp.VideoFileClip(str(piece.path))
    return video.subclipped(0, min(video.duration, piece.duration_s))  # a container may claim more than it shows


def _lap_s(job: ClipJob, videos: Sequence[Any]) -> float:
    """Duration of dissolves: never more than a third of the shortest piece."""
    return float(min(job.options.reel.dissolve_s, *(video.duration / 3 for video in videos)))


def _starts_s(durations_s: Sequence[float], lap_s: float) -> list[float]:
    starts_s = [0.0]
    for duration_s in durations_s[:-1]:
        starts_s.append(starts_s[-1] + duration_s - lap_s)
    return starts_s


def _joined(mp: Any, videos: Sequence[Any], lap_s: float) -> Iterator[Any]:
    """Pieces, with dissolves between them: only there are two pictures decoded and mixed."""
    if not lap_s:
        yield from (video.without_audio() for video in videos)
        return
    last = len(videos) - 1
    for k, video in enumerate(videos):
        head_s, tail_s = lap_s if k else 0.0, lap_s if k < last else 0.0
        yield video.without_audio().subclipped(head_s, video.duration - tail_s)
        if k < last:
            yield _dissolve(mp, video.subclipped(video.duration - lap_s), videos[k + 1].subclipped(0, lap_s), lap_s)


def _dissolve(mp: Any, before: Any, after: Any, lap_s: float) -> Any:
    def mixed(at_s: float) -> Any:
        share = at_s / lap_s
        return (before.get_frame(at_s) * (1 - share) + after.get_frame(at_s) * share).astype("uint8")

    return mp.VideoClip(mixed, duration=lap_s)


def _sound(mp: Any, video: Any, start_s: float, lap_s: float) -> Any:
    """The end of a piece fades out under the next one, whose first word keeps its loudness."""
    fades = [mp.afx.AudioFadeOut(lap_s)] if lap_s else []
    return video.audio.with_effects(fades).with_start(start_s)


def _audible(job: ClipJob, piece: Piece, start_s: float) -> Iterator[Span]:
    """Speech and reactions of a piece, on the reel's clock; all of an intro or outro, because it has its own sound."""
    if piece.still_s:
        return
    if piece.clip is None:
        yield Span(start_s, start_s + piece.duration_s)
        return
    for span in (*job.source.segments, *(event for event in job.source.events if event.label in REACTIONS)):
        if span.overlaps(piece.clip):
            inside = Span(span.start_s, span.end_s).clipped(piece.clip)
            yield inside.shifted(start_s - piece.clip.start_s)


def _music(mp: Any, job: ClipJob, wav: Path, duration_s: float, audible: Sequence[Span]) -> Any:
    options = job.options.reel.music
    conform_sound(probe(Path(options.file)), job.options.loudness, wav)
    gain = music_gain(duration_s, audible, options)
    bed = mp.AudioFileClip(str(wav)).with_effects([mp.afx.AudioLoop(duration=duration_s)])
    return bed.transform(lambda frame, at_s: frame(at_s) * gain(at_s)[..., None], keep_duration=True)


def _write(job: ClipJob, reel: Any, like: Piece, mix: Path) -> None:
    cut = job.options.cut
    encoded = _Encoded(job.on_progress, sum(clip.duration_s for clip in job.clips))
    reel.write_videofile(
        str(mix),
        fps=like.rate_fps,
        codec="libx264",
        preset=cut.speed,
        audio_codec="aac",
        audio_fps=RATE_HZ,
        audio_bitrate="256k",
        temp_audiofile=str(mix.with_suffix(".m4a")),
        ffmpeg_params=["-crf", str(cut.crf), "-pix_fmt", "yuv420p", *_colours(like)],
        logger=encoded.logger(),
    )


def _colours(like: Piece) -> list[str]:
    """Options to encode with BT.709 if the clip was decoded with it; otherwise FFmpeg uses BT.601 in both directions."""
    picture = next(stream for stream in probe(like.path).streams if stream.kind == "Video")
    if "bt709" not in picture.detail:
        return []
    tags = [word for name in ("colorspace", "color_primaries", "color_trc") for word in (f"-{name}", "bt709")]
    return ["-vf", "scale=out_color_matrix=bt709:out_range=tv", *tags]


@dataclass
class _Encoded:
    """Reports how much of the reel is encoded, in seconds of clips, as `ClipJob.on_progress` expects."""

    on_progress: Callable[[float], None]
    total_s: float
    frames: int = field(default=1, init=False)

    def logger(self) -> Any:
        import proglog

        encoded = self

        class Logger(proglog.ProgressBarLogger):  # type: ignore[misc]
            def bars_callback(self, bar: str, attr: str, value: Any, old_value: Any = None) -> None:
                if bar != "frame_index":
                    return
                if attr == "total":
                    encoded.frames = max(1, value)
                else:
                    encoded.on_progress(encoded.total_s * max(0, value) / encoded.frames)

        return Logger(min_time_interval=0.5)
