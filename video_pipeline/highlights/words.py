"""Clips in words: a title from the transcript, a sentence on why, and a sentence where there is nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from video_pipeline.core.clip import Reason
from video_pipeline.core.labels import Sound
from video_pipeline.core.span import Span
from video_pipeline.core.timecode import clock, whole_clock
from video_pipeline.core.titles import title_of
from video_pipeline.core.transcript import Segment
from video_pipeline.highlights.base import Asked, Cause, Evidence, HighlightOptions, View
from video_pipeline.highlights.phrases import Phrases
from video_pipeline.highlights.score import LIFT
from video_pipeline.highlights.sentences import Sentence, sentences

_LONGEST_TITLE = 60
"""Characters: one line in a list of clips."""
_SHORT_TITLE = 12
"""Characters: a shorter sentence ("Why?") says too little alone and takes the one before it along."""
_LAST_SYLLABLES_S = 0.5
"""A laugh may begin this long before the end of the sentence that it answers."""
_NAMED_LIFT = 1.0
"""Doublings of the video's rate from which a clip stands out enough to be worth a remark."""
_ROUNDED_S = 0.001
"""Clip edges are written in milliseconds."""


@dataclass(frozen=True, slots=True)
class Lower:
    """A lower threshold that would have given a clip."""

    onset: float
    sounds: tuple[Sound | Asked, ...]
    """The labels of that clip's events."""
    at_s: float
    """Start of the first of them."""


def title(span: Span, events: Sequence[Cause], segments: Sequence[Segment], phrases: Phrases) -> str:
    """The last sentence before the first of a clip's `events`: in a joke, the punchline.

    A very short sentence takes along the one before it. Without words the title is what was heard, and when.
    """
    first_s = min((event.start_s for event in events), default=span.end_s)
    title = ""
    for sentence in reversed(_sentences_before(first_s, span, segments)):
        title = f"{sentence.text} {title}".strip()
        if len(title) >= _SHORT_TITLE:
            break
    sounds = list(dict.fromkeys(event.label for event in events))
    return title_of(title, _LONGEST_TITLE) or phrases.untitled_at(sounds, whole_clock(first_s))


def _sentences_before(first_s: float, span: Span, segments: Sequence[Segment]) -> list[Sentence]:
    """Sentences of a clip that are over when its first reaction begins, or else have begun."""
    begun = [found for found in sentences(segments) if found.start_s < first_s and found.end_s > span.start_s]
    return [found for found in begun if found.end_s <= first_s + _LAST_SYLLABLES_S] or begun


def why(span: Span, events: Sequence[Cause], reasons: Sequence[Reason], phrases: Phrases, views: Sequence[View] = ()) -> str:
    """A sentence about a clip's `events`, such as "3 laughs in 12 s, the longest 3.1 s, then applause of 5.0 s".

    Args:
        views: of a language model; the one that has most of the clip is told.
    """
    labels = list(dict.fromkeys(event.label for event in events))
    parts = [_counted([event for event in events if event.label is label], span, phrases) for label in labels]
    return phrases.then.join(parts) + "".join(_remarks(events, span, reasons, phrases)) + _opinion(span, views, reasons, phrases)


def _opinion(span: Span, views: Sequence[View], reasons: Sequence[Reason], phrases: Phrases) -> str:
    """What a language model says of it, if that counted."""
    counted = any(reason.signal == "opinion" for reason in reasons)
    view = max(views, key=lambda one: one.strength * one.overlap_s(span), default=None) if counted else None
    return phrases.opinion.format(reason=view.reason) if view else ""


def _counted(events: Sequence[Cause], span: Span, phrases: Phrases) -> str:
    """Events of one label: how many, within what time, and how long."""
    within_s = Span(events[0].start_s, max(event.end_s for event in events)).overlap_s(span)
    longest_s = max(event.overlap_s(span) for event in events)
    return phrases.counted_events(events[0].label, len(events), within_s, longest_s)


def _remarks(events: Sequence[Cause], span: Span, reasons: Sequence[Reason], phrases: Phrases) -> Iterator[str]:
    """What else a person would want to know before choosing this clip."""
    by_name = {reason.signal: reason for reason in reasons}
    if any(event.end_s > span.end_s + _ROUNDED_S for event in events):
        yield phrases.goes_on
    if LIFT in by_name and by_name[LIFT].value >= _NAMED_LIFT:
        yield phrases.lift.format(times=f"{2 ** by_name[LIFT].value:.1f}")
    if any("canned" in event.marks for event in events):
        yield phrases.canned
    if "music" in by_name:
        yield phrases.music


def nothing_found(evidence: Evidence, strongest: float, lower: Lower | None, options: HighlightOptions, phrases: Phrases) -> str:
    """What was heard, why it gives no clip, and which option would give one.

    Args:
        strongest: weight of the strongest moment.
        lower: the thresholds at which there would have been a clip.
    """
    minutes = f"{evidence.duration_s / 60:.1f}"
    if strongest <= 0:
        sounds = [event.label for event in evidence.events]
        counts = [f"{phrases.sounds[sound]} ({sounds.count(sound)})" for sound in Sound if sound in sounds]
        heard = phrases.besides.format(sounds=", ".join(counts)) if counts else ""
        return phrases.nothing.format(minutes=minutes, heard=heard) + (_advice(lower, phrases) if lower else "")
    if strongest >= options.least_evidence:
        return phrases.no_room.format(minutes=minutes, least=f"{options.least_s:.0f}")
    least = f"{math.floor(strongest * 100) / 100:.2f}"
    return phrases.too_little.format(minutes=minutes, strongest=f"{strongest:.2f}", least=least, now=options.least_evidence)


def _advice(lower: Lower, phrases: Phrases) -> str:
    keys = ", ".join(f"events.rules.{sound}.onset = {lower.onset}" for sound in lower.sounds)
    return phrases.lower.format(keys=keys, clock=clock(lower.at_s), sounds=", ".join(phrases.sounds[s] for s in lower.sounds))
