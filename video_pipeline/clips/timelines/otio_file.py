"""OpenTimelineIO's own format: Resolve, Hiero, Nuke Studio, Kdenlive and others read it."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from video_pipeline.clips.errors import ToolMissing
from video_pipeline.clips.timelines.cutlist import CutList, Edit, Mark
from video_pipeline.clips.timelines.rate import Rate


def opentimelineio() -> ModuleType:
    """The module. Raises ToolMissing if it is not installed: it has no wheels yet for the newest Python versions."""
    try:
        import opentimelineio as otio
    except ImportError:
        raise ToolMissing("opentimelineio", "timeline in the format .otio") from None
    module: ModuleType = otio
    return module


def as_otio(cuts: CutList) -> Any:
    """An `otio.schema.Timeline` with the clips on a video and an audio track, as far as the source has them."""
    otio = opentimelineio()
    schema, clock = otio.schema, Clock(cuts.rate)
    timeline = schema.Timeline(cuts.title, global_start_time=clock.time(cuts.record_start))
    kinds = [schema.TrackKind.Video] * cuts.media.has_picture + [schema.TrackKind.Audio] * bool(cuts.media.channels)
    for kind in kinds:
        track = schema.Track(f"{kind[0]}1", kind=kind)
        track.extend(_clip(cuts, edit, clock, marked=kind == kinds[0]) for edit in cuts.edits)
        timeline.tracks.append(track)
    return timeline


class OtioFile:
    """Clips with their markers, and with rank, score and reasons as metadata."""

    file_name = "highlights.otio"
    holds_words = False

    def render(self, cuts: CutList) -> str:
        text: str = opentimelineio().adapters.write_to_string(as_otio(cuts), "otio_json")
        return text + "\n"


class Clock:
    """Converts frames of one rate to OpenTimelineIO's times."""

    def __init__(self, rate: Rate) -> None:
        self._opentime = opentimelineio().opentime
        self._fps = float(rate.fps)

    def time(self, frame: int) -> Any:
        return self._opentime.RationalTime(frame, self._fps)

    def range(self, start: int, end: int) -> Any:
        return self._opentime.TimeRange(self.time(start), self.time(end - start))


def _clip(cuts: CutList, edit: Edit, clock: Clock, *, marked: bool) -> Any:
    schema, media = opentimelineio().schema, cuts.media
    reference = schema.ExternalReference(media.url, clock.range(media.start, media.start + media.frames))
    reference.name = media.name
    clip = schema.Clip(edit.name, reference, clock.range(edit.source_in, edit.source_out))
    clip.metadata["highlight"] = {"rank": edit.rank, "score": edit.score, "why": edit.why}
    if marked:
        clip.markers.extend(_marker(mark, clock) for mark in edit.marks)
    return clip


def _marker(mark: Mark, clock: Clock) -> Any:
    schema = opentimelineio().schema
    marker = schema.Marker(mark.text, clock.range(mark.start, mark.end), color=mark.colours.otio)
    marker.comment = mark.note
    marker.metadata["label"] = mark.label
    return marker
