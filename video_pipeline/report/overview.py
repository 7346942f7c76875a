"""The overview of a video: a frame with its subtitles beside the timeline of what was said, felt and heard."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from video_pipeline.core.clip import Clip
from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import SHOWN_EMOTIONS
from video_pipeline.core.palette import EMOTION_COLOURS, PLAIN_COLOUR
from video_pipeline.core.posterior import Posterior
from video_pipeline.core.timecode import clock
from video_pipeline.core.transcript import AudioEvent, Transcript
from video_pipeline.media.cut import frame
from video_pipeline.media.probe import MediaInfo
from video_pipeline.report.timeline import Beside, Timeline, draw, overview_lanes


@dataclass(frozen=True, slots=True)
class Overview:
    """All that the pictures show of one video."""

    info: MediaInfo
    transcript: Transcript
    events: Sequence[AudioEvent]
    posterior: Posterior
    clips: Sequence[Clip]
    cues: Sequence[Cue]


def render_overview(overview: Overview, ass_document: str) -> str:
    """An SVG. The frame is a real one, with the subtitles drawn by the renderer players use."""
    timeline = Timeline(
        overview.transcript.media.duration_s, overview.transcript.segments, overview.events, overview.posterior, overview.clips
    )
    at_s = telling_moment_s(overview)
    return draw(timeline, _title(overview), overview_lanes(timeline), Beside(_picture(overview, at_s, ass_document), at_s))


def render_report(overview: Overview, picture: str, explanation: str, files: Sequence[str]) -> str:
    """The page, as HTML, with the overview inside it; `files` are the clips' videos beside it, best first, or none."""
    template = _environment().get_template("report.html.j2")
    page: str = template.render(
        title=_title(overview),
        picture=picture,
        transcript=overview.transcript,
        clips=list(zip_longest(overview.clips, files[: len(overview.clips)])),
        explanation=explanation,
        lines=_lines(overview),
        clock=clock,
    )
    return page


def telling_moment_s(overview: Overview) -> float:
    """When to take the picture: during a cue with an emotion if there is one, in the best clip if there is one."""
    best = overview.clips[0] if overview.clips else None
    said = [cue for cue in overview.cues if cue.lines]

    def worth(cue: Cue) -> tuple[bool, bool, int]:
        return cue.emotion in SHOWN_EMOTIONS, best is not None and best.overlaps(cue), len(cue.text)

    cue = max(said or overview.cues, key=worth, default=None)
    return cue.middle_s if cue else overview.transcript.media.duration_s / 2


def _lines(overview: Overview) -> list[dict[str, Any]]:
    """Segments and events as one list in order of time, each with its colour."""
    rows: list[dict[str, Any]] = []
    for segment in overview.transcript.segments:
        colour = EMOTION_COLOURS.get(segment.emotion, PLAIN_COLOUR) if segment.emotion else PLAIN_COLOUR
        shown = segment.emotion if segment.emotion in SHOWN_EMOTIONS else None
        rows.append({"at_s": segment.start_s, "text": segment.text, "colour": colour, "emotion": shown, "sound": False})
    rows += [{"at_s": e.start_s, "text": f"{e.label} {e.duration_s:.1f} s", "sound": True} for e in overview.events]
    return sorted(rows, key=lambda row: float(row["at_s"]))


def _picture(overview: Overview, at_s: float, ass_document: str) -> str | None:
    """A data address of the frame, None for sound without a picture."""
    if overview.info.video is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "frame.jpg"
        frame(overview.info, at_s, target, subtitles=ass_document)
        return "data:image/jpeg;base64," + base64.b64encode(target.read_bytes()).decode()


def _title(overview: Overview) -> str:
    return overview.transcript.media.name


def _environment() -> Any:
    import jinja2

    return jinja2.Environment(loader=jinja2.PackageLoader("video_pipeline.report"), autoescape=True, trim_blocks=True)
