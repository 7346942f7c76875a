"""`subtitles --from FILE`: restyle an existing subtitle file, and report repairs."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from video_pipeline.core.errors import BadValue
from video_pipeline.core.progress import Progress
from video_pipeline.media.probe import probe
from video_pipeline.options import Options
from video_pipeline.subtitles.read.reading import counted
from video_pipeline.video.process import results_of
from video_pipeline.video.records import Result
from video_pipeline.video.restyle import Existing, restyle


def restyled(source: Path, video: Path | None, options: Options, out: Path, progress: Progress, *, resplit: bool) -> Result:
    """Restyle a file. The video gives the size of its picture and, if `out` holds its transcript, the times of the words.

    Raises:
        BadValue: a copy of the video was requested without naming a video. PipelineError: see `restyle` and `make_copy`.
    """
    if options.video.kinds and video is None:
        raise BadValue("--mux, --burn", "name the video too: subtitles VIDEO --from FILE")
    stored = Path(options.speech.transcript) if options.speech.transcript else None
    existing = Existing(source, stored, resplit=resplit)
    if video is not None:
        existing = _with_video(existing, video, out, progress)
    result, record = restyle(existing, options, out, progress)
    progress.notice(f"read as {record.format}, encoding {record.encoding}")
    if record.found_in_transcript is not None:
        progress.notice(f"timed by the transcript, which contains {record.found_in_transcript:.0%} of the words")
    if record.repairs:
        progress.notice(f"repaired (see repairs.json): {', '.join(counted(record.repairs))}")
    return result


def _with_video(existing: Existing, video: Path, out: Path, progress: Progress) -> Existing:
    info = probe(video)
    existing = dataclasses.replace(existing, video=info)
    if info.video:
        size_px = (info.video.width_px, info.video.height_px)
        existing = dataclasses.replace(existing, size_px=size_px, rate_fps=info.video.rate_fps)
    if existing.transcript is not None:
        return existing
    stored = results_of(video, out)
    if stored is not None:
        return dataclasses.replace(existing, transcript=stored.outputs("transcript")[0])
    progress.notice(f"there is no transcript of {video.name} in {out} yet, so the file keeps its own times")
    return existing
