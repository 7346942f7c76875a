"""Understands the labels in existing text, so that they can be written again in another form, language or file."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Sequence

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import SHOWN_EMOTIONS, Emotion, Sound
from video_pipeline.subtitles.labels import LABELLED, LABELS, emotion_label, sound_label
from video_pipeline.subtitles.read.markup import without_first

_BRACKETED = re.compile(r"^\s*(?:\[([^\[\]]+)\]|（([^（）]+)）|\(([^()]+)\)|【([^【】]+)】|([♪♫〜~\s]+|\W))\s*")
_OTHER_WORDS = {
    "laughs": Sound.LAUGHTER,
    "laughing": Sound.LAUGHTER,
    "audience laughing": Sound.LAUGHTER,
    "clapping": Sound.APPLAUSE,
    "cheers and applause": Sound.APPLAUSE,
    "music": Sound.MUSIC,
    "music playing": Sound.MUSIC,
    "crying": Sound.CRY,
}
"""Common labels that video_pipeline itself does not write."""


def meant(cues: Sequence[Cue]) -> list[Cue]:
    """Cues with the labels at the start of their text moved to `sound` and `emotion`. Unknown labels remain text."""
    out: list[Cue] = []
    shown: Emotion | None = None
    for cue in cues:
        understood = _without_labels(cue)
        if understood.emotion is not None and not understood.starts_emotion:
            understood = dataclasses.replace(understood, starts_emotion=understood.emotion != shown)
        if understood.lines:
            shown = understood.emotion
        out.append(understood)
    return out


def _without_labels(cue: Cue) -> Cue:
    first, *rest = cue.lines or ("",)
    sound, emotion, starts = cue.sound, cue.emotion, cue.starts_emotion
    while found := _BRACKETED.match(first):
        meaning = _meanings().get(_key(next(filter(None, found.groups()), "")))
        if isinstance(meaning, Sound) and sound in (None, meaning):
            sound = meaning
        elif isinstance(meaning, Emotion) and emotion in (None, meaning):
            emotion, starts = meaning, True
        else:
            break
        first = first[found.end() :]
    kept = [first, *rest]
    lines = tuple(line for line in kept if line.strip())
    marked = cue.marked
    if marked and cue.lines and first != cue.lines[0]:
        runs = (without_first(cue.runs[0], len(cue.lines[0]) - len(first)), *cue.runs[1:])
        marked = tuple(own for own, line in zip(runs, kept, strict=True) if line.strip())
    return dataclasses.replace(cue, lines=lines, marked=marked, sound=sound, emotion=emotion, starts_emotion=starts)


@functools.cache
def _meanings() -> dict[str, Sound | Emotion]:
    """What each label means, in every form and language that video_pipeline writes, and other common ones."""
    table: dict[str, Sound | Emotion] = dict(_OTHER_WORDS)
    for language in LABELLED:
        for labels in LABELS:
            table |= {_key(emotion_label(emotion, language, labels)): emotion for emotion in SHOWN_EMOTIONS}
            table |= {_key(sound_label(sound, language, labels)): sound for sound in Sound}
    table.pop("", None)
    return table


def _key(label: str) -> str:
    return label.strip(" []（）()【】").lower()
