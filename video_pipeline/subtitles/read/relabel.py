"""Labels in existing text taken for what they mean, so that they can be written anew: in another way, language or file."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Sequence

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import SHOWN_EMOTIONS, Emotion, Language, Sound
from video_pipeline.subtitles.labels import LABELS, emotion_label, sound_label

_BRACKETED = re.compile(r"^\s*(?:\[([^\[\]]+)\]|（([^（）]+)）|\(([^()]+)\)|【([^【】]+)】|([♪♫〜~\s]+|\W))\s*")
_MORE = {"laughs": Sound.LAUGHTER, "laughing": Sound.LAUGHTER, "audience laughing": Sound.LAUGHTER, "clapping": Sound.APPLAUSE}
_MORE |= {"cheers and applause": Sound.APPLAUSE, "music": Sound.MUSIC, "music playing": Sound.MUSIC, "crying": Sound.CRY}


def meant(cues: Sequence[Cue]) -> list[Cue]:
    """Cues whose labels at the start of a text became their `sound` and `emotion`; what is no label of ours stays as it is."""
    out: list[Cue] = []
    shown: Emotion | None = None
    for cue in cues:
        told = _without_labels(cue)
        if told.emotion is not None and not told.starts_emotion:
            told = dataclasses.replace(told, starts_emotion=told.emotion != shown)
        if told.lines:
            shown = told.emotion
        out.append(told)
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
    lines = tuple(line for line in (first, *rest) if line.strip())
    return dataclasses.replace(cue, lines=lines, sound=sound, emotion=emotion, starts_emotion=starts)


@functools.cache
def _meanings() -> dict[str, Sound | Emotion]:
    """Every way in which labels are written here, and what else is common."""
    table: dict[str, Sound | Emotion] = dict(_MORE)
    for language in Language:
        for labels in LABELS:
            table |= {_key(emotion_label(emotion, language, labels)): emotion for emotion in SHOWN_EMOTIONS}
            table |= {_key(sound_label(sound, language, labels)): sound for sound in Sound}
    table.pop("", None)
    return table


def _key(label: str) -> str:
    return label.strip(" []（）()【】").lower()
