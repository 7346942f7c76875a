"""The text of an event in ASS: tags where the look changes, words timed one by one, letters that would start an override."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from video_pipeline.core import timecode
from video_pipeline.core.cue import PLAIN, Cue, Look, Run
from video_pipeline.core.labels import SHOWN_EMOTIONS
from video_pipeline.core.palette import PLAIN_COLOUR, SPOKEN_COLOUR
from video_pipeline.subtitles.formats.base import CONTROL, Appearance
from video_pipeline.subtitles.formats.tagged import labelled_runs, word_runs
from video_pipeline.subtitles.labels import prefix
from video_pipeline.subtitles.read.direction import isolated, runs_from_right, starts_from_right
from video_pipeline.subtitles.style import StyleOptions
from video_pipeline.subtitles.word_times import shown_words

_SAFE = CONTROL | str.maketrans({"{": "｛", "}": "｝", "\\": "＼"})
"""These characters start overrides and escapes."""
_TAGS = re.compile(r"\{[^}]*\}")


def text_of(cue: Cue, appearance: Appearance) -> str:
    """All lines of a cue with its labels; word by word where the style asks for that."""
    if appearance.style.words == "plain" or not cue.lines:
        lines = labelled_runs(cue, appearance.labels)
        return r"\N".join(directed(tagged(line)) for line in lines)
    label = escaped(prefix(cue, appearance.labels))
    if appearance.style.words == "karaoke":
        return _karaoke(cue, label)
    return _highlighted(cue, label, appearance.style)


def _karaoke(cue: Cue, label: str) -> str:
    r"""`{\kf50}word`: the times of words and of the silences between them add up to that of the cue."""
    at_cs, parts = timecode.to_cs_down(cue.start_s), []
    if label:
        parts.append(rf"{{\k0}}{label}")
    lines = shown_words(cue)
    for number, line in enumerate(lines):
        for word, looks in zip(line, word_runs(cue.runs[number], [len(word.text) for word in line]), strict=True):
            start_cs, end_cs = (max(at_cs, timecode.to_cs_down(time_s)) for time_s in (word.start_s, word.end_s))
            wait = rf"{{\k{start_cs - at_cs}}}" if start_cs > at_cs else ""
            parts.append(rf"{wait}{{\kf{end_cs - start_cs}}}{tagged(looks)}")
            at_cs = end_cs
        if number + 1 < len(lines):
            parts.append(r"\N")
    rest_cs = timecode.to_cs_down(cue.end_s) - at_cs
    return "".join(parts) + (rf"{{\k{rest_cs}}}" if rest_cs > 0 else "")


def _highlighted(cue: Cue, label: str, style: StyleOptions) -> str:
    r"""`{\t(0,1,\1c&H..&)\t(400,401,\1c&HFFFFFF&)}word`: coloured from its start to that of the next word, in milliseconds."""
    emotion = next((one for one in SHOWN_EMOTIONS if one == cue.emotion), None)
    spoken = style.colour_of(emotion) if emotion else SPOKEN_COLOUR
    begin_ms = timecode.to_ms(cue.start_s)
    lines = shown_words(cue)
    starts = [timecode.to_ms(word.start_s) - begin_ms for line in lines for word in line]
    ends = [*starts[1:], timecode.to_ms(cue.end_s) - begin_ms]
    times = iter(zip(starts, ends, strict=True))
    looks = [word_runs(runs, [len(word.text) for word in line]) for runs, line in zip(cue.runs, lines, strict=True)]
    pairs = [zip(line, own, strict=True) for line, own in zip(lines, looks, strict=True)]
    return label + r"\N".join("".join(_coloured(runs, *next(times), spoken) for _, runs in line) for line in pairs)


def _coloured(runs: Sequence[Run], start_ms: int, end_ms: int, colour: str) -> str:
    on, off = (rf"\1c{ass_colour(one)[:2]}{ass_colour(one)[4:]}&" for one in (colour, PLAIN_COLOUR))
    first = on if start_ms <= 0 else rf"{off}\t({start_ms},{start_ms + 1},{on})"
    bare = [Run(run.text, dataclasses.replace(run.look, colour="")) for run in runs]
    return rf"{{{first}\t({end_ms},{end_ms + 1},{off})}}{tagged(bare)}"


def tagged(line: Sequence[Run], base: Look = PLAIN, usual_colour: str = "") -> str:
    r"""The runs with tags where the look changes, and the look of the style again at the end. A reading follows in brackets.

    `usual_colour` is that of runs without one, where the style has another.
    """
    out, before = "", base
    for run in line:
        out += (
            _change(before, run.look, usual_colour if base.colour else "")
            + escaped(run.text)
            + (f"({escaped(run.ruby)})" if run.ruby else "")
        )
        before = run.look
    return out + _change(before, base)


def _change(before: Look, after: Look, usual_colour: str = "") -> str:
    flags = (("i", before.italic, after.italic), ("u", before.underline, after.underline), ("s", before.strike, after.strike))
    tags = "".join(rf"\{name}{int(new)}" for name, old, new in flags if old != new)
    if before.bold != after.bold:
        tags += r"\b1" if after.bold else r"\b"  # without a number: as the style has it
    if before.colour != after.colour:
        colour = after.colour or usual_colour
        tags += rf"\c{ass_colour(colour)[:2]}{ass_colour(colour)[4:]}&" if colour else r"\c"
    return f"{{{tags}}}" if tags else ""


def directed(line: str) -> str:
    """The line, marked if it runs from right to left but does not start so: libass sees only its first letter."""
    plain = _TAGS.sub("", line)
    return isolated([line])[0] if runs_from_right(plain) and not starts_from_right(plain) else line


def escaped(text: str) -> str:
    """The text with look-alikes of the characters that would start overrides and escapes."""
    return text.translate(_SAFE)


def ass_colour(rgb: str, transparency: int = 0) -> str:
    """`&HAABBGGRR`, with transparency 0 for opaque."""
    return f"&H{transparency:02X}{rgb[5:7]}{rgb[3:5]}{rgb[1:3]}"
