"""What a person decided about the picture and the length of a video: stretches that are cut out, and where its crop goes.

They hold for copies and clips that the person asks for; the subtitles of the whole video, and what a run makes by itself, do not
change with them.
"""

from __future__ import annotations

import bisect
import dataclasses
from collections.abc import Sequence
from pathlib import Path

import msgspec

from video_pipeline.clips.tighten.export import moment
from video_pipeline.clips.tighten.keep import without
from video_pipeline.core.errors import BadRecord, CannotWrite
from video_pipeline.core.files import atomic_write, reason
from video_pipeline.core.span import Span, merged
from video_pipeline.core.transcript import AudioEvent, Segment
from video_pipeline.media.framing import Place
from video_pipeline.video.records import Decisions
from video_pipeline.video.workspace import DECISIONS_FILE

_SAME_S = 0.02
"""Places of the crop nearer to each other than half a frame are one."""
_ONSET_S = 0.06
"""Into a word: its first sound, with room for times that are a frame off."""
_LEAST_S = 0.02
"""What is shorter than this, as rounding leaves it, is not cut out and not put back."""


def cutting(decisions: Decisions, spans: Sequence[Span]) -> Decisions:
    """With these stretches cut out too."""
    return dataclasses.replace(decisions, removed=tuple(merged([*decisions.removed, *spans], _LEAST_S)))


def restoring(decisions: Decisions, spans: Sequence[Span]) -> Decisions:
    """With these stretches put back, as far as they were cut out."""
    return dataclasses.replace(decisions, removed=difference(decisions.removed, spans))


def placing(decisions: Decisions, places: Sequence[Place]) -> Decisions:
    """With the crop at these places, each instead of one at the same time."""
    kept = releasing(decisions, [place.time_s for place in places]).crop
    return dataclasses.replace(decisions, crop=tuple(sorted([*kept, *places], key=lambda place: place.time_s)))


def releasing(decisions: Decisions, times_s: Sequence[float]) -> Decisions:
    """Without the places of the crop at these times."""
    kept = (one for one in decisions.crop if not any(abs(one.time_s - time_s) < _SAME_S for time_s in times_s))
    return dataclasses.replace(decisions, crop=tuple(kept))


def difference(spans: Sequence[Span], others: Sequence[Span]) -> tuple[Span, ...]:
    """What of spans lies in none of the others."""
    return tuple(one for one in without(spans, merged(others)) if one.duration_s >= _LEAST_S)


def decisions_in(folder: Path) -> Decisions:
    """Of a folder of results; nothing where nobody decided anything. Raises BadRecord."""
    path = folder / DECISIONS_FILE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Decisions)
    except FileNotFoundError:
        return Decisions()
    except (OSError, ValueError) as error:
        raise BadRecord(path, str(error)) from None


def keep_decisions(folder: Path, decisions: Decisions) -> None:
    """Raises CannotWrite."""
    path = folder / DECISIONS_FILE
    try:
        if decisions == Decisions():
            path.unlink(missing_ok=True)
        else:
            atomic_write(path, msgspec.json.encode(decisions) + b"\n")
    except OSError as error:
        raise CannotWrite(path, reason(error)) from None


def words_left(segments: Sequence[Segment], removed: Sequence[Span]) -> list[Segment]:
    """The segments without the words that are cut out, and without those of which no word is left. Times stay as they are."""
    gaps = _Gaps(removed)
    left = []
    for segment in segments:
        tokens = tuple(token for token in segment.tokens if not gaps.hold(_onset_s(token)))
        if len(tokens) == len(segment.tokens) and (tokens or not gaps.hold(_onset_s(segment))):
            left.append(segment)
        elif tokens:
            text = "".join(token.text for token in tokens).strip()
            left.append(dataclasses.replace(segment, text=text, tokens=tokens))
    return left


def sounds_left(events: Sequence[AudioEvent], removed: Sequence[Span]) -> list[AudioEvent]:
    """The sounds of which at least a half is left."""
    return [event for event in events if 2 * sum(gap.overlap_s(event) for gap in removed) <= event.duration_s]


def brought_together(segments: Sequence[Segment], stretches: Sequence[Span]) -> list[Segment]:
    """Segments on the clock of stretches that are shown one after another."""
    return [
        dataclasses.replace(
            segment,
            start_s=moment(segment.start_s, stretches),
            end_s=moment(segment.end_s, stretches),
            tokens=tuple(
                dataclasses.replace(token, start_s=moment(token.start_s, stretches), end_s=moment(token.end_s, stretches))
                for token in segment.tokens
            ),
        )
        for segment in segments
    ]


def _onset_s(span: Span) -> float:
    """A word is cut out where its beginning is; pages that strike it through count as much."""
    return span.start_s + min(_ONSET_S, span.duration_s / 2)


class _Gaps:
    """Stretches that are cut out, found by time."""

    def __init__(self, removed: Sequence[Span]) -> None:
        self._removed = removed
        self._starts = [gap.start_s for gap in removed]

    def hold(self, time_s: float) -> bool:
        place = bisect.bisect_right(self._starts, time_s) - 1
        return place >= 0 and self._removed[place].holds(time_s)
