"""Changes of lines as requests write them: the lines as somebody saw them, and the lines that are to stand there.

Nobody writes over what somebody else wrote meanwhile: a change is made only where the lines still are as they were seen.
"""

from __future__ import annotations

import dataclasses
import math
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from video_pipeline.core.errors import BadValue
from video_pipeline.core.labels import Emotion, Language
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Segment
from video_pipeline.report.viewer import cue_row, segment_row, without_emotion
from video_pipeline.subtitles.errors import NotSubtitles
from video_pipeline.subtitles.layout import make_cues
from video_pipeline.subtitles.read.reading import suffixes
from video_pipeline.video.corrections import one_line
from video_pipeline.video.stages.identify import Identify
from video_pipeline.video.video import Video
from video_pipeline.video.view import shown_cues
from video_pipeline.web.apart import lines_apart
from video_pipeline.web.errors import Changed

_LONGEST_TEXT = 2000
"""Characters of a line."""
_LONGEST_SPEAKER = 80
_MOST_LINES = 50
"""In one edit."""
_MOST_EDITS = 3000
"""In one request, as finding and replacing in a long talk makes them."""
_SHORTEST_S = 0.05
_NEAR_S = 20.0
"""Around an edit, what is laid out again at once."""
_MOST_SHOWN = 20
"""Edits of one request whose subtitles are laid out at once; after more, the viewer asks for all of them."""
_SEEN_S = 0.006
"""Times are shown in hundredths."""


class SeenLine(msgspec.Struct, frozen=True):
    """A line as somebody saw it."""

    start_s: float
    end_s: float
    text: str


class NewLine(msgspec.Struct, frozen=True):
    """A line as it is to be; what is left out stays as it was."""

    start_s: float
    end_s: float
    text: str
    language: Language | msgspec.UnsetType = msgspec.UNSET
    felt: Emotion | msgspec.UnsetType | None = msgspec.UNSET
    speaker: str | msgspec.UnsetType | None = msgspec.UNSET


class LineEdit(msgspec.Struct, frozen=True):
    was: tuple[SeenLine, ...] = ()
    lines: tuple[NewLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit whose lines were found: segments of the transcript, and what stands for them."""

    was: tuple[Segment, ...]
    lines: tuple[Segment, ...]

    @property
    def span(self) -> Span:
        """All that it touches."""
        touched = (*self.was, *self.lines)
        return Span(min(one.start_s for one in touched), max(one.end_s for one in touched))


def line_edits(request: Mapping[str, Any]) -> tuple[LineEdit, ...]:
    """The edits of a request. Raises BadValue."""
    try:
        edits = msgspec.convert(request.get("edits"), tuple[LineEdit, ...])
    except (msgspec.ValidationError, OverflowError) as error:
        raise BadValue("edits", str(error)) from None
    if not edits or len(edits) > _MOST_EDITS:
        raise BadValue("edits", f"write 1 to {_MOST_EDITS} of them")
    for edit in edits:
        if not edit.was and not any(one_line(line.text) for line in edit.lines):
            raise BadValue("edits", "one of them changes nothing")
        if len(edit.lines) > _MOST_LINES or len(edit.was) > _MOST_LINES:
            raise BadValue("edits", f"{_MOST_LINES} lines are the limit of one")
        if any(len(line.text) > _LONGEST_TEXT for line in edit.lines):
            raise BadValue("text", f"{_LONGEST_TEXT} characters are the limit of a line")
    return edits


def found_edits(edits: Sequence[LineEdit], segments: Sequence[Segment], duration_s: float) -> list[Edit]:
    """The edits with the segments that they are about.

    Raises Changed where one of these is not as it was seen, BadValue for a line that cannot be.
    """
    by_start: dict[int, list[Segment]] = {}
    for segment in segments:
        by_start.setdefault(_hundredths(segment.start_s), []).append(segment)
    found = []
    for edit in edits:
        was = tuple(_found(line, by_start) for line in edit.was)
        if None in was:
            raise Changed(tuple(segment_row(one) for one in _near(edit, segments)))
        known = tuple(one for one in was if one is not None)
        found.append(Edit(known, tuple(_new(line, known, segments, duration_s) for line in edit.lines if one_line(line.text))))
    return found


def given_lines(name: str, content: bytes, video: Video) -> list[Segment]:
    """The lines of a subtitle file that was sent, of which only the end of the name counts. Raises NotSubtitles."""
    end = Path(name).suffix.lower()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"subtitles{end if end[1:] in suffixes() else '.srt'}"
        path.write_bytes(content)
        try:
            return lines_apart(path, video.transcript.language, emotion=video.options.emotion)
        except NotSubtitles as error:
            raise NotSubtitles(Path(Path(name).name[:_LONGEST_SPEAKER] or "the file"), error.reason) from None


def edit_answer(video: Video, edits: Sequence[Edit]) -> dict[str, Any]:
    """What a viewer needs to show some edits: their lines, and the subtitles around those as they are laid out now."""
    options, segments = video.options, video.transcript.segments
    order = {(one.start_s, one.end_s, one.text): number for number, one in enumerate(segments)}
    numbers = [[order[line.start_s, line.end_s, line.text] for line in edit.lines] for edit in edits]
    answer: dict[str, Any] = {
        "edits": [
            {"was": [_seen(one) for one in edit.was], "lines": [segment_row(segments[number]) for number in found]}
            for edit, found in zip(edits, numbers, strict=True)
        ],
        "cues": [_cues_near(video, edit.span) for edit in edits] if len(edits) <= _MOST_SHOWN else None,
    }
    return answer if options.emotion else without_emotion(answer)


def _cues_near(video: Video, span: Span) -> dict[str, Any]:
    """The subtitles that touch a stretch, laid out with their neighbours only; the files are laid out as a whole."""
    near = Span(max(0.0, span.start_s - _NEAR_S), span.end_s + _NEAR_S)
    segments = [one for one in video.transcript.segments if one.overlaps(near)]
    events = [event for event in video.events if event.overlaps(near)]
    source = video.of(Identify)
    cues = make_cues(segments, events, video.options.subtitles, rate_fps=source.rate_fps, media_end_s=source.end_s)
    shown = [cue for cue in shown_cues(cues, video.options.subtitles.labels) if cue.overlaps(span)]
    return {"start_s": span.start_s, "end_s": span.end_s, "cues": [cue_row(cue) for cue in shown]}


def _seen(segment: Segment) -> dict[str, Any]:
    row = segment_row(segment)
    return {key: row[key] for key in ("start_s", "end_s", "text", "language", "felt", "speaker") if key in row}


def _found(line: SeenLine, by_start: Mapping[int, Sequence[Segment]]) -> Segment | None:
    if not math.isfinite(100 * line.start_s):
        return None
    at = _hundredths(line.start_s)
    near = [one for step in (at - 1, at, at + 1) for one in by_start.get(step, ())]
    fits = (one for one in near if _is_seen(one.start_s, line.start_s) and _is_seen(one.end_s, line.end_s))
    return next((one for one in fits if one.text == line.text), None)


def _near(edit: LineEdit, segments: Sequence[Segment]) -> list[Segment]:
    """What stands now where the lines stood."""
    start_s, end_s = min(line.start_s for line in edit.was), max(line.end_s for line in edit.was)
    return [one for one in segments if one.start_s < end_s and one.end_s > start_s][:_MOST_LINES]


def _new(line: NewLine, was: Sequence[Segment], segments: Sequence[Segment], duration_s: float) -> Segment:
    start_s, end_s = _exact(line.start_s, [one.start_s for one in was]), _exact(line.end_s, [one.end_s for one in was])
    if not 0 <= start_s <= end_s - _SHORTEST_S <= end_s <= duration_s + 1.0:
        raise BadValue("lines", f"{line.start_s:g} to {line.end_s:g} s is no line of a video of {duration_s:.1f} s")
    like = max(was, key=lambda one: _common_s(one, start_s, end_s), default=None) or _neighbour(start_s, segments)
    kept = dataclasses.replace(like, speaker=like.speaker if was else None) if like else Segment(start_s, end_s, "")
    language = kept.language if line.language is msgspec.UNSET else line.language
    speaker = kept.speaker if line.speaker is msgspec.UNSET else (one_line(line.speaker or "")[:_LONGEST_SPEAKER] or None)
    emotion, emotion_p = (kept.emotion, kept.emotion_p) if was else (None, 0.0)
    if line.felt is not msgspec.UNSET:
        emotion, emotion_p = line.felt, 1.0 if line.felt else 0.0
    return Segment(start_s, end_s, one_line(line.text), language=language, emotion=emotion, emotion_p=emotion_p, speaker=speaker)


def _exact(at_s: float, known: Sequence[float]) -> float:
    """A time that was only shown rounded is the one that it was rounded from."""
    if not math.isfinite(at_s):
        raise BadValue("lines", "their times are numbers of seconds")
    return next((time_s for time_s in known if _is_seen(time_s, at_s)), round(at_s, 3))


def _neighbour(at_s: float, segments: Sequence[Segment]) -> Segment | None:
    """The line before, whose language one that is added has."""
    return next((one for one in reversed(segments) if one.start_s <= at_s), segments[0] if segments else None)


def _common_s(segment: Segment, start_s: float, end_s: float) -> float:
    return min(segment.end_s, end_s) - max(segment.start_s, start_s)


def _is_seen(exact_s: float, shown_s: float) -> bool:
    return abs(exact_s - shown_s) <= _SEEN_S


def _hundredths(time_s: float) -> int:
    return round(100 * time_s)
