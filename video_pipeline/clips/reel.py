"""The best clips in one video, in the order they happened, by moviepy."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from video_pipeline.clips.base import ClipJob
from video_pipeline.core.errors import NotMedia
from video_pipeline.media.cut import whole
from video_pipeline.media.ffmpeg import find_ffmpeg

_FADE_S = 0.35


class ReelExport:
    """Clips joined with a short fade through black."""

    def export(self, job: ClipJob) -> list[Path]:
        if not job.clips:
            return []
        if job.source.video is None:
            raise NotMedia(job.source.path, "it has no picture, so there is nothing to make a reel of")
        import os

        os.environ.setdefault("FFMPEG_BINARY", find_ffmpeg())
        from moviepy import VideoFileClip, concatenate_videoclips, vfx

        target = job.folder / "reel.mp4"
        with ExitStack() as stack, whole(target) as part:
            source = stack.enter_context(VideoFileClip(str(job.source.path)))
            ordered = sorted(job.clips, key=lambda clip: clip.start_s)
            fades = [vfx.FadeIn(_FADE_S), vfx.FadeOut(_FADE_S)]
            parts = [source.subclipped(c.start_s, min(c.end_s, source.duration)).with_effects(fades) for c in ordered]
            reel = stack.enter_context(concatenate_videoclips(parts, method="chain"))
            sound = str(part.with_suffix(".m4a"))
            reel.write_videofile(str(part), codec="libx264", audio_codec="aac", temp_audiofile=sound, logger=None)
        return [target]
