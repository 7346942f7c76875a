"""WebVTT: speakers as voices, emotions as classes with a style sheet, times of words where they are asked for."""

from __future__ import annotations

from collections.abc import Sequence

from video_pipeline.core import timecode
from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import SHOWN_EMOTIONS
from video_pipeline.core.palette import BACKDROP_COLOUR, PLAIN_COLOUR, SOUND_COLOUR
from video_pipeline.subtitles.base import CONTROL, Appearance, one_line
from video_pipeline.subtitles.labels import labelled_lines, prefix
from video_pipeline.subtitles.style import StyleOptions
from video_pipeline.subtitles.words import shown_words

_SAFE = CONTROL | str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_LINE_SHARE = 0.1  # above this share of the picture at the bottom, cues need no setting of their own


class VttFormat:
    """`>` is escaped too, so no text can hold an arrow."""

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str:
        shown = [cue for cue in cues if labelled_lines(cue, appearance.labels)]
        blocks = ["WEBVTT", *_sheets(shown, appearance.style), *(_block(cue, appearance) for cue in shown)]
        return appearance.mark + "\n\n".join(blocks) + "\n"


def _sheets(cues: Sequence[Cue], style: StyleOptions) -> list[str]:
    used = {cue.emotion for cue in cues}
    rules = [f"::cue {{\n  color: {PLAIN_COLOUR};\n  background-color: {BACKDROP_COLOUR};\n}}"]
    rules += [f"::cue(.{e.value}) {{\n  color: {style.colour_of(e)};\n}}" for e in SHOWN_EMOTIONS if e in used]
    if any(not cue.lines for cue in cues):
        rules.append(f"::cue(.sound) {{\n  color: {SOUND_COLOUR};\n  font-style: italic;\n}}")
    return ["STYLE\n" + "\n".join(rules)] if cues else []


def _block(cue: Cue, appearance: Appearance) -> str:
    timing = f"{timecode.vtt(cue.start_s)} --> {timecode.vtt(cue.end_s)}"
    if appearance.safe_zone.bottom > _LINE_SHARE:
        timing += f" line:{100 * (1 - appearance.safe_zone.bottom):.0f}%,end"
    text = _text(cue, appearance)
    if cue.lines and cue.emotion in SHOWN_EMOTIONS:
        text = f"<c.{cue.emotion}>{text}</c>"
    elif not cue.lines:
        text = f"<c.sound>{text}</c>"
    if cue.speaker and (name := one_line(cue.speaker)):
        text = f"<v {_plain(name)}>{text}</v>"
    return f"{timing}\n{text}"


def _text(cue: Cue, appearance: Appearance) -> str:
    if appearance.style.words == "plain" or not cue.lines:
        return "\n".join(_plain(line) for line in labelled_lines(cue, appearance.labels))
    label, last_ms = _plain(prefix(cue, appearance.labels)), timecode.to_ms(cue.start_s)
    lines = []
    for line in shown_words(cue):
        out = ""
        for word in line:
            ms = timecode.to_ms(word.start_s)
            if last_ms < ms < timecode.to_ms(cue.end_s):  # stamps must rise within the cue
                out += f"<{timecode.vtt(word.start_s)}>"
                last_ms = ms
            out += _plain(word.text)
        lines.append(out)
    return label + "\n".join(lines)


def _plain(text: str) -> str:
    return text.translate(_SAFE)
