"""Two speakers in one cue, each on a line with a dash, and speakers told apart by colour."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from video_pipeline.core.cue import Cue, Look, Run
from video_pipeline.core.labels import SHOWN_EMOTIONS, Language
from video_pipeline.core.palette import SPEAKER_COLOURS
from video_pipeline.subtitles.labels import speaker_label
from video_pipeline.subtitles.rules import SubtitleOptions, width

_DASHES = {Language.ZH: "–", Language.YUE: "–", Language.JA: "–"}
"""Before each speaker's line, without a space (Netflix Timed Text Style Guides); a hyphen in other languages."""
_QUICK_S = 2.0
"""Words that stand alone for less than this share a cue with the answer."""
_PAUSE_S = 0.5
"""A longer pause between two speakers is one between cues too."""


def with_dashes(cues: Sequence[Cue], options: SubtitleOptions, *, named: bool) -> list[Cue]:
    """Cues in which a quick exchange of two people is one cue of two lines.

    Each of the two has one line, which fits with its dash and, if `named`, with its speaker's name where that is due. They stand
    together where one of them alone would be short. Sounds, and lines that feel different, keep a cue of their own.
    """
    out: list[Cue] = []
    last: str | None = None
    for cue in cues:
        both = _together(out[-1], cue, options, named=named, last=last) if out else None
        if both is not None:
            out[-1] = both
        else:
            last = last_voice(out[-1], last) if out else None
            out.append(cue)
    return out


def voices_of(cue: Cue) -> list[str]:
    """Who speaks in a cue, in order."""
    if cue.speaker:
        return [cue.speaker]
    return [line[0].look.voice for line in cue.runs if line and line[0].look.voice]


def last_voice(cue: Cue, before: str | None) -> str | None:
    """Who speaks last in a cue; `before`, where it does not say."""
    voices = voices_of(cue)
    return voices[-1] if voices else before


def with_colours(cues: Sequence[Cue], colours: Mapping[str, str]) -> list[Cue]:
    """Each cue's words in the colour of their speaker.

    Where colours tell speakers, they do not tell emotions: those stay in their labels.
    """
    return [_coloured(cue, colours) for cue in cues]


def colours_of(cues: Sequence[Cue]) -> dict[str, str]:
    """The colour of each speaker who has one: those who speak longest, in the order of `SPEAKER_COLOURS`."""
    length_s: dict[str, float] = {}
    for cue in cues:
        for voice in voices_of(cue):
            length_s[voice] = length_s.get(voice, 0.0) + cue.duration_s
    order = sorted(length_s, key=lambda voice: -length_s[voice])
    return dict(zip(order, SPEAKER_COLOURS, strict=False))


def _together(a: Cue, b: Cue, options: SubtitleOptions, *, named: bool, last: str | None) -> Cue | None:
    if not (a.speaker and b.speaker and a.speaker != b.speaker) or options.lines < 2:
        return None
    alone = len(a.lines) == len(b.lines) == 1 and a.sound is None and b.sound is None
    alike = _felt(a) == _felt(b) and a.language == b.language and a.place == b.place
    near = b.start_s - a.end_s <= _PAUSE_S and b.end_s - a.start_s <= options.longest_s
    bare = not (a.is_marked or b.is_marked or a.starts_emotion or b.starts_emotion)
    quick = min(a.duration_s, b.duration_s) < _QUICK_S
    if not (alone and alike and near and quick and bare):
        return None
    lines = [_dashed(cue, options, named=named and cue.speaker != before) for cue, before in ((a, last), (b, a.speaker))]
    most = options.reading(a.language).line_width
    if max(width(line, a.language) for line in lines) > most:
        return None
    marked = tuple((Run(line, Look(voice=cue.speaker or "")),) for cue, line in zip((a, b), lines, strict=True))
    label = "" if named else a.speaker_label  # the layout has named the first already, before the line that has the name now
    both = dataclasses.replace(a, end_s=b.end_s, lines=tuple(lines), marked=marked)
    return dataclasses.replace(both, speaker=None, speaker_label=label, tokens=())


def _felt(cue: Cue) -> object:
    return cue.emotion if cue.emotion in SHOWN_EMOTIONS else None


def _dashed(cue: Cue, options: SubtitleOptions, *, named: bool) -> str:
    brackets = options.style.speaker_brackets
    name = speaker_label(cue.speaker or "", cue.language, brackets=brackets) + " " if named else ""
    return _DASHES.get(cue.language, "-") + name + cue.lines[0]


def _coloured(cue: Cue, colours: Mapping[str, str]) -> Cue:
    voices = voices_of(cue)
    if not cue.lines or not any(voice in colours for voice in voices):
        return cue
    usual, *_ = SPEAKER_COLOURS
    own = len(voices) == len(cue.lines) and not cue.speaker
    marked = []
    for number, line in enumerate(cue.runs):
        colour = colours.get(voices[number] if own else voices[0], usual)
        plain = colour == usual and _felt(cue) is None
        marked.append(line if plain else tuple(_in_colour(run, colour) for run in line))
    return dataclasses.replace(cue, marked=tuple(marked))


def _in_colour(run: Run, colour: str) -> Run:
    look: Look = dataclasses.replace(run.look, colour=colour.lower())
    return dataclasses.replace(run, look=look)
