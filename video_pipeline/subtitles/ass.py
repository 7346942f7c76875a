"""Advanced SubStation Alpha: a style per emotion, sized to the picture, lines broken by us since libass does not wrap CJK."""

from __future__ import annotations

from collections.abc import Sequence

from video_pipeline.core import timecode
from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import SHOWN_EMOTIONS, Emotion
from video_pipeline.core.palette import EMOTION_COLOURS, PLAIN_COLOUR, SOUND_COLOUR
from video_pipeline.subtitles.base import Appearance
from video_pipeline.subtitles.labels import labelled_lines
from video_pipeline.subtitles.rules import SPACELESS, width

_FONT = "Noto Sans"  # libass falls back to what the machine has
_HEIGHT_SHARE = 0.052  # of the picture's height: about 56 px at 1080
_WIDTH_SHARE = 0.92  # of the picture's width, for the longest line
_EM_LATIN, _EM_WIDE = 0.53, 1.0  # mean advance of a letter in units of the font size
_SAFE = str.maketrans({"{": "｛", "}": "｝", "\\": "＼"})
_STYLE_FIELDS = (
    "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, "
    "ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding"
)
_EVENT_FIELDS = "Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"


class AssFormat:
    """Colours say the emotion on every cue, the written label says it once where it begins."""

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str:
        size_px = _font_size_px(cues, appearance)
        head = [
            "[Script Info]",
            f"Title: {_one_line(appearance.title) or 'Subtitles'}",
            "ScriptType: v4.00+",
            "WrapStyle: 2",
            "ScaledBorderAndShadow: yes",
            "YCbCr Matrix: None",
            f"PlayResX: {appearance.width_px}",
            f"PlayResY: {appearance.height_px}",
            "",
            "[V4+ Styles]",
            f"Format: {_STYLE_FIELDS}",
            _style("Default", PLAIN_COLOUR, size_px, appearance),
            *(
                _style(emotion.value.capitalize(), EMOTION_COLOURS[emotion], size_px, appearance)
                for emotion in _used_emotions(cues)
            ),
            _style("Sound", SOUND_COLOUR, size_px, appearance, italic=True),
            "",
            "[Events]",
            f"Format: {_EVENT_FIELDS}",
        ]
        body = [line for cue in cues if (line := _event(cue, appearance.labels))]
        return ("\ufeff" if appearance.byte_order_mark else "") + "\n".join([*head, *body]) + "\n"


def _used_emotions(cues: Sequence[Cue]) -> list[Emotion]:
    """Only what occurs, so that a file without emotions does not even name them."""
    used = {cue.emotion for cue in cues}
    return [emotion for emotion in SHOWN_EMOTIONS if emotion in used]


def _font_size_px(cues: Sequence[Cue], appearance: Appearance) -> int:
    """The usual share of the height, smaller where the longest line would leave a narrow picture."""
    ems = [_line_ems(line, cue) for cue in cues for line in labelled_lines(cue, appearance.labels)]
    fits_px = appearance.width_px * _WIDTH_SHARE / max([1.0, *ems])
    return max(8, int(min(appearance.height_px * _HEIGHT_SHARE, fits_px)))


def _line_ems(line: str, cue: Cue) -> float:
    if cue.language in SPACELESS:
        return width(line, cue.language) * _EM_WIDE
    return sum(_EM_LATIN if character.isascii() else _EM_WIDE for character in line)


def _style(name: str, colour: str, size_px: int, appearance: Appearance, italic: bool = False) -> str:
    primary = "&H00" + colour[5:7] + colour[3:5] + colour[1:3]
    outline, shadow = max(1.0, size_px * 0.055), max(0.5, size_px * 0.02)
    margin_x, margin_y = round(appearance.width_px * 0.03), round(appearance.height_px * 0.05)
    look = f"{primary},&H00FFFFFF,&H00101010,&H80000000,0,{-1 if italic else 0},0,0,100,100,0,0,1,{outline:.1f},{shadow:.1f}"
    return f"Style: {name},{_FONT},{size_px},{look},2,{margin_x},{margin_x},{margin_y},1"


def _event(cue: Cue, labels: str) -> str:
    text = r"\N".join(line.translate(_SAFE) for line in labelled_lines(cue, labels))
    if not text:
        return ""
    if cue.sound and not cue.lines:
        style = "Sound"
    else:
        style = cue.emotion.value.capitalize() if cue.emotion in SHOWN_EMOTIONS else "Default"
    name = _one_line(cue.speaker or "").replace(",", " ")
    return f"Dialogue: 0,{timecode.ass(cue.start_s)},{timecode.ass(cue.end_s)},{style},{name},0,0,0,,{text}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
