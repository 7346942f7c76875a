"""What the viewer shows that no stage keeps: cues with labels and words in place, addresses of the video, small pictures."""

from __future__ import annotations

import base64
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from video_pipeline.core.clip import Clip
from video_pipeline.core.cue import Cue
from video_pipeline.media.frame import frame
from video_pipeline.media.probe import MediaInfo
from video_pipeline.report.viewer import ShownCue
from video_pipeline.subtitles.labels import labelled_lines, prefix
from video_pipeline.subtitles.qc import Finding
from video_pipeline.subtitles.rules import SubtitleOptions
from video_pipeline.subtitles.word_times import shown_words

_POSTER_PX = 384


def shown_cues(cues: Sequence[Cue], labels: str) -> list[ShownCue]:
    """All cues in their order, so that a finding's number fits; one of which nothing is written has no lines."""
    return [_shown(cue, labels) for cue in cues]


def finding_rows(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = msgspec.to_builtins(findings)
    return rows


def style_of(options: SubtitleOptions) -> dict[str, Any]:
    """The look in force, as the viewer's panel offers it."""
    style: dict[str, Any] = msgspec.to_builtins(options.style)
    return {"labels": options.labels, "felt": style.pop("colours"), **style}


def addresses(video: Path, folder: Path) -> list[str]:
    """Where a page in `folder` may find the video: where it was, then beside the page; on another disk only beside."""
    beside = quote(video.name)
    try:
        there = quote(Path(os.path.relpath(video.resolve(), folder.resolve())).as_posix())
    except ValueError:  # another drive of Windows
        return [beside]
    return list(dict.fromkeys([there, beside]))


def posters(info: MediaInfo, clips: Sequence[Clip]) -> list[str]:
    """A small picture from the middle of each clip, as a data address; none where there is no picture."""
    if info.video is None:
        return []
    with tempfile.TemporaryDirectory() as folder:
        return [_poster(info, clip.middle_s, Path(folder) / f"{number}.jpg") for number, clip in enumerate(clips)]


def _poster(info: MediaInfo, at_s: float, target: Path) -> str:
    frame(info, at_s, target, width_px=_POSTER_PX)
    return "data:image/jpeg;base64," + base64.b64encode(target.read_bytes()).decode()


def _shown(cue: Cue, labels: str) -> ShownCue:
    written = bool(labelled_lines(cue, labels))
    lines = [[(word.start_s, word.text) for word in line] for line in shown_words(cue)] if written and cue.lines else []
    label = prefix(cue, labels).strip() if written else ""
    return ShownCue(cue.start_s, cue.end_s, lines, label, cue.emotion, cue.sound)
