"""`subtitles --from FILE`: restyle an existing subtitle file, and report repairs."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from video_pipeline.core.errors import BadValue
from video_pipeline.core.files import file_digest
from video_pipeline.core.progress import Progress
from video_pipeline.media.probe import MediaInfo, probe
from video_pipeline.media.subtitled import Copy
from video_pipeline.options import Options
from video_pipeline.subtitles.read.languages import guess_language
from video_pipeline.subtitles.read.reading import counted
from video_pipeline.video.copies import make_copy
from video_pipeline.video.records import Result
from video_pipeline.video.restyle import Existing, restyle
from video_pipeline.video.workspace import Workspace


def restyled(source: Path, video: Path | None, options: Options, out: Path, progress: Progress, *, resplit: bool) -> Result:
    """Restyle a file. The video gives the size of its picture and, if `out` holds its transcript, the times of the words.

    Raises:
        BadValue: a copy of the video was requested without naming a video. PipelineError: see `restyle` and `make_copy`.
    """
    if options.video.kinds and video is None:
        raise BadValue("--mux, --burn", "name the video too: subtitles VIDEO --from FILE")
    stored = Path(options.speech.transcript) if options.speech.transcript else None
    existing = Existing(source, stored, resplit)
    if video is not None:
        existing = _with_video(existing, video, out, progress)
    progress.begin("subtitles", None)
    result, record = restyle(existing, options, out)
    progress.end(fresh=False)
    progress.notice(f"read as {record.format}, encoding {record.encoding}")
    if record.found_in_transcript is not None:
        progress.notice(f"timed by the transcript, which contains {record.found_in_transcript:.0%} of the words")
    if record.repairs:
        progress.notice(f"repaired (see repairs.json): {', '.join(counted(record.repairs))}")
    if video is not None:
        _copy(probe(video), source, options, result, progress)
    return result


def _copy(info: MediaInfo, source: Path, options: Options, result: Result, progress: Progress) -> None:
    """Put the new subtitles into copies of the video."""
    space, labels = Workspace(result.folder, file_digest(source)), options.subtitles.labels != "none"
    for kind in options.video.kinds:
        copy = Copy(kind=kind, info=info, options=options.video, stem=result.folder.name, for_deaf=labels)
        path = space.subtitles(copy.reads)
        if path not in result.files["subtitles"]:
            raise BadValue("subtitles.formats", f"a copy of the video needs {copy.reads} in this list")
        document = path.read_text(encoding="utf-8-sig")
        copy = dataclasses.replace(copy, language=guess_language(document))
        make_copy(copy, document, space, "", progress)
        result.files[kind] = space.outputs(kind)


def _with_video(existing: Existing, video: Path, out: Path, progress: Progress) -> Existing:
    picture = probe(video).video
    if picture:
        existing = dataclasses.replace(existing, size_px=(picture.width_px, picture.height_px), rate_fps=picture.rate_fps)
    if existing.transcript is not None:
        return existing
    stored = Workspace.of(video, file_digest(video), out).transcript
    if stored.is_file():
        return dataclasses.replace(existing, transcript=stored)
    progress.notice(f"there is no transcript of {video.name} in {out} yet, so the file keeps its own times")
    return existing
