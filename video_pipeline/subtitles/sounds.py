"""Labels for sounds: a cue of their own, or on a cue of speech that starts during the sound."""

from __future__ import annotations

import bisect
import dataclasses
import math
from collections.abc import Sequence

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import Language
from video_pipeline.core.span import Span, merged
from video_pipeline.core.transcript import AudioEvent
from video_pipeline.subtitles.labels import prefix
from video_pipeline.subtitles.rules import width
from video_pipeline.subtitles.timing import TimingLimits, reading_s

_SAME_S = 1.0
"""A sound that returns within this time is the same one: people breathe in while they laugh."""


def with_sounds(cues: Sequence[Cue], events: Sequence[AudioEvent], limits: TimingLimits) -> list[Cue]:
    """Cues of speech and of sounds, in order of their start. Cues of speech end with their words.

    A label is never shown before its sound, and for the least time or not at all. It takes the first place that there is:

    1. a cue of its own while all words before it have been read;
    2. before the first words that start during the sound, leave room in their line and can still be read in time;
    3. a cue of its own while nobody speaks: the words before it leave the screen sooner than they should;
    4. before the first words that start during the sound and leave room.

    Args:
        cues: of speech, with their final starts.
        events: in order of their start.
    """
    speech = list(cues)
    read = [Span(cue.start_s, max(cue.start_s, _needed_s(cue, limits))) for cue in cues]
    least_s = limits.options.least_s
    said = [Span(cue.start_s, max(cue.start_s + least_s, cue.end_s)) for cue in cues]
    own: list[Cue] = []
    for event in joined(events, limits.options.sound_least_s):
        place = _place(event, read, limits)
        if place is None:
            if _label_speech(speech, event, limits, in_time=True):
                continue
            place = _place(event, said, limits)
        if place is None:
            _label_speech(speech, event, limits, in_time=False)
            continue
        own.append(Cue(place.start_s, place.end_s, (), language=_language_near(place.start_s, cues), sound=event.label))
        for taken in (read, said):
            bisect.insort(taken, place, key=lambda span: span.start_s)
    return sorted([*speech, *own], key=lambda cue: cue.start_s)


def _needed_s(cue: Cue, limits: TimingLimits) -> float:
    """When the words are over and a reader has read them."""
    return max(cue.end_s, cue.start_s + max(reading_s(cue, limits.options), limits.options.least_s))


def joined(events: Sequence[AudioEvent], least_s: float) -> list[AudioEvent]:
    """Events that last long enough for a label, in order of their start. Events of one kind that follow closely are one."""
    out: list[AudioEvent] = []
    for label in dict.fromkeys(event.label for event in events):
        own = [event for event in events if event.label is label]
        for span in merged(own, _SAME_S):
            score = max(event.score for event in own if span.start_s <= event.start_s <= span.end_s)
            out.append(AudioEvent(span.start_s, span.end_s, label, score))
    return sorted((event for event in out if event.duration_s >= least_s), key=lambda event: event.start_s)


def _place(event: AudioEvent, taken: Sequence[Span], limits: TimingLimits) -> Span | None:
    """The first time during the event at which a label can be shown for the least time."""
    options, gap_s = limits.options, limits.gap_s
    k = bisect.bisect_right(taken, event.start_s, key=lambda span: span.start_s)
    while True:
        start_s = max(event.start_s, taken[k - 1].end_s + gap_s) if k else event.start_s
        free_s = taken[k].start_s - gap_s if k < len(taken) else math.inf
        if free_s - start_s >= options.least_s and start_s < event.end_s:
            longest_s = min(max(options.sound_longest_s, options.least_s), options.longest_s)
            return Span(start_s, min(max(event.end_s, start_s + options.least_s), start_s + longest_s, free_s))
        if k >= len(taken) or taken[k].start_s >= event.end_s:
            return None
        k += 1


def _label_speech(cues: list[Cue], event: AudioEvent, limits: TimingLimits, *, in_time: bool) -> bool:
    """Puts the label before the first words that start during the event and leave room for it; with `in_time`, that can still be
    read in time. False if there are none.
    """
    first = bisect.bisect_left(cues, event.start_s, key=lambda cue: cue.start_s)
    after = bisect.bisect_left(cues, event.end_s, key=lambda cue: cue.start_s)
    for k in range(first, after):
        if cues[k].sound is not None or not _has_room(labelled := dataclasses.replace(cues[k], sound=event.label), limits):
            continue
        following = cues[k + 1] if k + 1 < len(cues) else None
        if not in_time or _is_read_in_time(labelled, following, limits):
            cues[k] = labelled
            return True
    return False


def _has_room(cue: Cue, limits: TimingLimits) -> bool:
    first = prefix(cue, limits.options.labels) + cue.lines[0]
    return width(first, cue.language) <= limits.options.reading(cue.language).line_width


def _is_read_in_time(cue: Cue, following: Cue | None, limits: TimingLimits) -> bool:
    return following is None or cue.start_s + reading_s(cue, limits.options) <= following.start_s - limits.gap_s


def _language_near(time_s: float, cues: Sequence[Cue]) -> Language:
    """The language spoken last before this time, or first after it."""
    k = bisect.bisect_right(cues, time_s, key=lambda cue: cue.start_s)
    return cues[max(0, k - 1)].language if cues else Language.UNKNOWN
