"""Speakers' names in the text: where another begins to speak, on the words' line or on one of their own."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from video_pipeline.core.cue import Cue
from video_pipeline.subtitles.labels import prefix, speaker_label
from video_pipeline.subtitles.rules import SubtitleOptions, width


def with_speakers(cues: Sequence[Cue], options: SubtitleOptions) -> list[Cue]:
    """Cues that name their speaker where options ask for it and there is room; all lines stay within the limits."""
    return list(_named(cues, options)) if options.style.speakers else list(cues)


def without_names(cue: Cue) -> Cue:
    """The cue as it was before `with_speakers`."""
    alone = bool(cue.speaker) and len(cue.lines) > 1 and cue.lines[0] == speaker_label(cue.speaker or "", cue.language)
    return dataclasses.replace(cue, names_speaker=False, lines=cue.lines[1:] if alone else cue.lines)


def _named(cues: Sequence[Cue], options: SubtitleOptions) -> Iterator[Cue]:
    last: str | None = None
    for cue in cues:
        if not cue.lines or not cue.speaker or cue.speaker == last:
            yield cue
            continue
        named = _with_name(cue, options)
        last = cue.speaker if named is not cue else last  # where there was no room, the next cue may have some
        yield named


def _with_name(cue: Cue, options: SubtitleOptions) -> Cue:
    most = options.reading(cue.language).line_width
    named = dataclasses.replace(cue, names_speaker=True)
    if width(prefix(named, options.labels) + cue.lines[0], cue.language) <= most:
        return named
    name = speaker_label(cue.speaker or "", cue.language)
    if len(cue.lines) < options.lines and width(prefix(cue, options.labels) + name, cue.language) <= most:
        return dataclasses.replace(cue, lines=(name, *cue.lines))
    return cue
