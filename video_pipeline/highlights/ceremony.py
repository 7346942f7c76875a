"""Applause that belongs to the order of a show, not to a moment of it: it opens, welcomes somebody, or says goodbye."""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Sequence

from video_pipeline.core.labels import Sound
from video_pipeline.core.span import Span, merged
from video_pipeline.core.transcript import AudioEvent
from video_pipeline.highlights.base import Evidence

CEREMONY_SHARE = 0.1
"""Of its strength that such applause keeps, and its loudness with it: too little for a clip of its own (`least_evidence`)."""
_LONG_SHOW_S = 600.0
"""In a shorter video applause at the start or end may well be what it is about."""
_BEFORE_OPENING_S = 30.0
"""Applause opens a show where less than this has been said before it."""
_UNEARNED_S = 2.0
"""Applause after a pause of this length answers nothing: the next guest walks on. A delayed round begins within a second."""
_PLAYED_SHARE = 0.5
"""Applause is played on or off where music covers this share of it."""
_GOODBYE_SHARE = 0.3
"""The last long round in this last part of a show thanks, also where questions follow."""
_GOODBYE_S = 8.0
"""How long a round must last for that: applause inside a talk takes 5 to 8 s, the one after it more."""
_CLAPPED_SHARE = 0.5
"""Share of such a round in which people clap: a crowd that only shouts saw something."""
_ROUND_GAP_S = 1.0
"""Applause and cheers this close are one round."""


class Ceremonies:
    """Tells them apart in one video."""

    def __init__(self, evidence: Evidence) -> None:
        self._spoken = merged(evidence.segments)
        self._music = merged(_of(evidence.events, Sound.MUSIC))
        self._applause = merged(_of(evidence.events, Sound.APPLAUSE))
        self._earning_s = sorted(span.end_s for span in (*self._spoken, *_of(evidence.events, Sound.LAUGHTER)))
        self._opening_s = _time_of(self._spoken, _BEFORE_OPENING_S)
        rounds = merged(_of(evidence.events, Sound.APPLAUSE, Sound.CHEER), gap_s=_ROUND_GAP_S)
        late_s = (1 - _GOODBYE_SHARE) * evidence.duration_s
        thanks_s = (found.start_s for found in rounds if found.start_s >= late_s and found.duration_s >= _GOODBYE_S)
        self._goodbye_s = max(thanks_s, default=evidence.duration_s)
        has_order = evidence.duration_s >= _LONG_SHOW_S and self._opening_s < math.inf  # without talk, applause is all there is
        self.found: list[Span] = [found for found in rounds if has_order and self._is_ceremony(found)]
        """In order of time."""

    def share(self, event: AudioEvent) -> float:
        """By which the strength of applause or a cheer is multiplied."""
        return CEREMONY_SHARE if _inside(self.found, event.middle_s) else 1.0

    def _is_ceremony(self, found: Span) -> bool:
        is_played = _overlap_s(self._music, found) >= _PLAYED_SHARE * found.duration_s
        return found.start_s <= self._opening_s or found.start_s >= self._goodbye_s or is_played or self._is_unearned(found)

    def _is_unearned(self, found: Span) -> bool:
        """Whether people clap more than they shout, and nobody spoke or laughed shortly before or speaks on as they begin."""
        if _inside(self._spoken, found.start_s) or _overlap_s(self._applause, found) < _CLAPPED_SHARE * found.duration_s:
            return False
        before = bisect.bisect_right(self._earning_s, found.start_s)
        return not before or found.start_s - self._earning_s[before - 1] >= _UNEARNED_S


def _of(events: Sequence[AudioEvent], *sounds: Sound) -> list[AudioEvent]:
    return [event for event in events if event.label in sounds]


def _inside(spans: Sequence[Span], time_s: float) -> bool:
    """Whether one of `spans`, which are in order and apart, holds a time."""
    k = bisect.bisect_right(spans, time_s, key=lambda span: span.start_s) - 1
    return k >= 0 and spans[k].holds(time_s)


def _overlap_s(spans: Sequence[Span], within: Span) -> float:
    first = bisect.bisect_right(spans, within.start_s, key=lambda span: span.end_s)
    return sum(span.overlap_s(within) for span in itertools.takewhile(lambda span: span.start_s < within.end_s, spans[first:]))


def _time_of(spans: Sequence[Span], seconds: float) -> float:
    """When `spans` have lasted so many seconds together; infinite if never."""
    for span in spans:
        if span.duration_s >= seconds:
            return span.start_s + seconds
        seconds -= span.duration_s
    return math.inf
