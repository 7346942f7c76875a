"""Sounds among the words: a cue of their own where nobody speaks, else a label on the cue that begins while they sound."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import Language
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import AudioEvent
from video_pipeline.subtitles.labels import prefix
from video_pipeline.subtitles.rules import SubtitleOptions, width


def with_sounds(cues: Sequence[Cue], events: Sequence[AudioEvent], options: SubtitleOptions) -> list[Cue]:
    """Cues of speech (not yet stretched beyond their words) and of sounds, in order of their start.

    A label never stands before its sound, and never takes time from words: a sound wholly under speech goes before the first
    words that start during it, where they leave room in the line, and is left out else.
    """
    out = list(cues)
    for event in events:
        if event.duration_s < options.sound_least_s:
            continue
        free = max(_free(event, cues), key=lambda span: span.duration_s, default=Span(0, 0))
        if free.duration_s >= min(options.least_s, event.duration_s):
            end_s = min(free.end_s, free.start_s + options.sound_longest_s)
            out.append(Cue(free.start_s, end_s, (), _language_near(free.start_s, cues), sound=event.label))
        else:
            _label_speech(out, event, options)
    return sorted(out, key=lambda cue: cue.start_s)


def _free(event: AudioEvent, cues: Sequence[Cue]) -> list[Span]:
    """The parts of an event during which nobody speaks."""
    parts, at_s = [], event.start_s
    for cue in cues:
        if not cue.overlaps(event):
            continue
        if cue.start_s > at_s:
            parts.append(Span(at_s, cue.start_s))
        at_s = max(at_s, cue.end_s)
    if event.end_s > at_s:
        parts.append(Span(at_s, event.end_s))
    return parts


def _label_speech(cues: list[Cue], event: AudioEvent, options: SubtitleOptions) -> None:
    for k, cue in enumerate(cues):
        if cue.sound is not None or not event.start_s <= cue.start_s < event.end_s:
            continue
        labelled = dataclasses.replace(cue, sound=event.label)
        first = prefix(labelled, options.labels) + cue.lines[0]
        if width(first, cue.language) <= options.reading(cue.language).line_width:
            cues[k] = labelled
            return


def _language_near(time_s: float, cues: Sequence[Cue]) -> Language:
    """The language last spoken before, else first spoken after."""
    language = Language.UNKNOWN
    for cue in cues:
        if cue.start_s > time_s and language is not Language.UNKNOWN:
            break
        language = cue.language
        if cue.start_s > time_s:
            break
    return language
