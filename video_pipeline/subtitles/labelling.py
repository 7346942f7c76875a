"""Speakers' names in the text: where the speaker changes, on the first line of the cue or on a line of their own."""

from __future__ import annotations

import dataclasses
from collections.abc import Container, Iterator, Sequence

from video_pipeline.core.cue import Cue
from video_pipeline.subtitles.dialogue import colours_of, last_voice, with_colours, with_dashes
from video_pipeline.subtitles.labels import prefix, speaker_label
from video_pipeline.subtitles.ruby import with_readings
from video_pipeline.subtitles.rules import SubtitleOptions, width
from video_pipeline.subtitles.script import with_scripts


def with_labels(cues: Sequence[Cue], options: SubtitleOptions) -> list[Cue]:
    """Cues with the labels that the options ask for.

    Labels of Chinese cues are in the script of the words. If `style.speakers` is set, a cue names its speaker where the speaker
    changes and there is room within the limits. If `emotions` is not set, the cues have no emotions.
    """
    cues = with_scripts(cues)
    kept = cues if options.emotions else [dataclasses.replace(cue, emotion=None, starts_emotion=False) for cue in cues]
    style = options.style
    coloured = colours_of(kept) if style.speaker_colours else {}
    named = style.speakers or style.speaker_colours
    if style.dashes and style.words == "plain":
        kept = with_dashes(kept, options, named=style.speakers and not coloured and not style.separate_labels)
    if named:
        kept = list(_named(kept, options, coloured))
    kept = with_readings(kept) if style.ruby else list(kept)
    return with_colours(kept, coloured) if coloured else kept


def without_names(cue: Cue) -> Cue:
    """The cue as it was before `with_labels` named its speaker."""
    names = {speaker_label(cue.speaker, cue.language, brackets=brackets) for brackets in (False, True)} if cue.speaker else set()
    alone = len(cue.lines) > 1 and cue.lines[0] in names
    return dataclasses.replace(cue, speaker_label="", lines=cue.lines[1:] if alone else cue.lines)


def _named(cues: Sequence[Cue], options: SubtitleOptions, coloured: Container[str]) -> Iterator[Cue]:
    """Names where another begins to speak, but of those who are known by their colour."""
    last: str | None = None
    for cue in cues:
        if not cue.lines or not cue.speaker or cue.speaker == last or cue.speaker in coloured:
            last = last_voice(cue, last)
            yield cue
            continue
        named = _with_name(cue, cue.speaker, options)
        last = cue.speaker if named is not cue else last  # if there was no room, the next cue may have some
        yield named


def _with_name(cue: Cue, speaker: str, options: SubtitleOptions) -> Cue:
    line_width = options.reading(cue.language).line_width
    name = speaker_label(speaker, cue.language, brackets=options.style.speaker_brackets)
    named = dataclasses.replace(cue, speaker_label=name)
    if width(prefix(named, options.labels) + cue.lines[0], cue.language) <= line_width:
        return named
    if len(cue.lines) < options.lines and width(prefix(cue, options.labels) + name, cue.language) <= line_width:
        return dataclasses.replace(cue, lines=(name, *cue.lines))
    return cue
