"""Quality check of sounds: labels before their sound, sounds without label, words that a recogniser made of a sound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from video_pipeline.core.cue import Cue
from video_pipeline.core.sentences import ends_sentence
from video_pipeline.core.span import Span
from video_pipeline.core.timecode import to_ms
from video_pipeline.core.transcript import AudioEvent
from video_pipeline.subtitles.rules import SPACELESS, SubtitleOptions
from video_pipeline.subtitles.sounds import joined

Broken = tuple[int, str, float, float]
"""Number of a cue, rule, limit, and the value that the cue has instead."""
_LATE_LABEL_S = 1.0
"""A label may come this long after its sound, if words were on screen until then."""
_BESIDE_S = 0.5
"""A word nearer to a sound than this may have been made of it."""
_SHORT_CJK = 2
"""Characters of one short word in languages without spaces."""


def label_faults(cues: Sequence[Cue], events: Sequence[AudioEvent], options: SubtitleOptions) -> Iterator[Broken]:
    """Labels that are shown before their sound, and sounds that have none. The cue is the one shown when the sound starts."""
    for number, cue in enumerate(cues, 1):
        if cue.sound is None:
            continue
        starts = [event.start_s for event in events if event.label is cue.sound]
        if not any(to_ms(start_s) <= to_ms(cue.start_s) for start_s in starts):
            yield number, "label_before_sound_ms", min(starts, default=0.0) * 1000, cue.start_s * 1000
    if options.labels == "none" or not cues:
        return
    for event in joined(events, options.sound_least_s):
        heard = Span(event.start_s, event.end_s + _LATE_LABEL_S)
        if not any(cue.sound is event.label and cue.overlaps(heard) for cue in cues):
            number = max(1, sum(cue.start_s <= event.start_s for cue in cues))
            yield number, "sound_without_label_s", options.sound_least_s, event.duration_s


def stray_words(cues: Sequence[Cue]) -> Iterator[Broken]:
    """Cues of one word, which is no sentence, beside a cue of a sound: recognisers make words of laughs."""
    for k, cue in enumerate(cues):
        if not cue.lines or cue.sound or not _is_one_word(cue) or ends_sentence(cue.text):
            continue
        around = [other for other in (cues[k - 1] if k else None, cues[k + 1] if k + 1 < len(cues) else None) if other]
        if any(not other.lines and other.sound and _apart_s(cue, other) <= _BESIDE_S for other in around):
            yield k + 1, "stray_word", 0, 1


def _is_one_word(cue: Cue) -> bool:
    letters = sum(map(str.isalnum, cue.text))
    return letters <= _SHORT_CJK if cue.language in SPACELESS else len(cue.text.split()) == 1


def _apart_s(a: Span, b: Span) -> float:
    return max(0.0, a.start_s - b.end_s, b.start_s - a.end_s)
