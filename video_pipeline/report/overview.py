"""The overview of a video: a frame with its subtitles beside the timeline of speech, emotions and sounds."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from video_pipeline.core.clip import Clip
from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import SHOWN_EMOTIONS
from video_pipeline.core.posterior import Posterior
from video_pipeline.core.transcript import AudioEvent, Transcript
from video_pipeline.media.frame import frame
from video_pipeline.media.probe import MediaInfo
from video_pipeline.report.timeline import Beside, Timeline, draw, overview_lanes


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Everything that the overview of a video shows."""

    info: MediaInfo
    transcript: Transcript
    events: Sequence[AudioEvent]
    posterior: Posterior
    clips: Sequence[Clip]
    cues: Sequence[Cue]


def render_overview(overview: Overview, ass_document: str) -> str:
    """An SVG. Its frame is taken from the video; the subtitles are drawn by libass, as players do."""
    timeline = Timeline(
        overview.transcript.media.duration_s, overview.transcript.segments, overview.events, overview.posterior, overview.clips
    )
    at_s = picture_time_s(overview)
    return draw(timeline, _title(overview), overview_lanes(timeline), Beside(_picture(overview, at_s, ass_document), at_s))


def picture_time_s(overview: Overview) -> float:
    """The time of the picture: during a cue with an emotion, and in the best clip, if there are any."""
    best = overview.clips[0] if overview.clips else None
    spoken = [cue for cue in overview.cues if cue.lines]

    def worth(cue: Cue) -> tuple[bool, bool, int]:
        return cue.emotion in SHOWN_EMOTIONS, best is not None and best.overlaps(cue), len(cue.text)

    cue = max(spoken or overview.cues, key=worth, default=None)
    return cue.middle_s if cue else overview.transcript.media.duration_s / 2


def _picture(overview: Overview, at_s: float, ass_document: str) -> str | None:
    """The frame as a data URL; None for sound without a picture."""
    if overview.info.video is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "frame.jpg"
        frame(overview.info, at_s, target, subtitles=ass_document)
        return "data:image/jpeg;base64," + base64.b64encode(target.read_bytes()).decode()


def _title(overview: Overview) -> str:
    return overview.transcript.media.name
