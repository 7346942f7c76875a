"""Advanced SubStation Alpha: a style per emotion, sized to the picture, lines broken by us since libass does not wrap CJK."""

from __future__ import annotations

from collections.abc import Sequence

from video_pipeline.core import timecode
from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import SHOWN_EMOTIONS, Language
from video_pipeline.core.palette import BACKDROP_COLOUR, PLAIN_COLOUR, SOUND_COLOUR, SPOKEN_COLOUR
from video_pipeline.core.transcript import main_language
from video_pipeline.subtitles.base import CONTROL, Appearance, one_line
from video_pipeline.subtitles.labels import labelled_lines, prefix
from video_pipeline.subtitles.style import StyleOptions
from video_pipeline.subtitles.words import ShownWord, shown_words

_FONTS = {
    Language.ZH: "Noto Sans CJK SC",
    Language.YUE: "Noto Sans CJK HK",
    Language.JA: "Noto Sans CJK JP",
    Language.KO: "Noto Sans CJK KR",
}
_FONT = "Noto Sans"  # libass falls back to what the machine has
_WIDE_SHARE, _TALL_SHARE = 0.064, 0.045
"""Height of a line in shares of the picture's: 69 px of 1080; of tall pictures what the BBC's guidelines take at most."""
_CJK_SHARE = 1.12  # dense characters are drawn larger
_NARROW, _USUAL, _BROAD, _FULL = 0.27, 0.48, 0.70, 0.70
_ADVANCES = dict.fromkeys(" ',.:;!ijlfI-J[]()`", _NARROW) | dict.fromkeys("mwMW@%NOQUHDG", _BROAD)
"""Widths of letters in units of the height of a line, which is what libass takes for the size: Noto Sans bold, Noto Sans CJK."""
_SAFE = CONTROL | str.maketrans({"{": "｛", "}": "｝", "\\": "＼"})
_STYLE_FIELDS = (
    "Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, "
    "ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding"
)
_EVENT_FIELDS = "Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"


class AssFormat:
    """Colours say the emotion on every cue, the written label says it once where it begins.

    With `words="karaoke"` a cue's words fill with its colour as they are said, with `highlight` the word being said has it.
    """

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str:
        shown = [cue for cue in cues if labelled_lines(cue, appearance.labels)]
        language = main_language(shown)
        head = [
            "[Script Info]",
            f"Title: {one_line(appearance.title) or 'Subtitles'}",
            "ScriptType: v4.00+",
            "WrapStyle: 2",
            "ScaledBorderAndShadow: yes",
            "YCbCr Matrix: None",
            f"PlayResX: {appearance.width_px}",
            f"PlayResY: {appearance.height_px}",
            "",
            "[V4+ Styles]",
            f"Format: {_STYLE_FIELDS}",
            *_styles(shown, language, appearance),
            "",
            "[Events]",
            f"Format: {_EVENT_FIELDS}",
        ]
        return appearance.mark + "\n".join([*head, *(_event(cue, language, appearance) for cue in shown)]) + "\n"


def _styles(cues: Sequence[Cue], language: Language, appearance: Appearance) -> list[str]:
    """Only the emotions that occur, so that a file without emotions does not even name them."""
    used = {cue.emotion for cue in cues}
    colours = {"Default": PLAIN_COLOUR}
    colours |= {emotion.value.capitalize(): appearance.style.colour_of(emotion) for emotion in SHOWN_EMOTIONS if emotion in used}
    size_px = _usual_size_px(language, appearance)
    if appearance.style.words == "karaoke":
        colours["Default"] = SPOKEN_COLOUR  # what is said already; what is to come is white in every style
    elif appearance.style.words == "highlight":
        colours = dict.fromkeys(colours, PLAIN_COLOUR)
    styles = [_style(name, colour, size_px, language, appearance) for name, colour in colours.items()]
    return [*styles, _style("Sound", SOUND_COLOUR, size_px, language, appearance)]


def _style(name: str, colour: str, size_px: int, language: Language, appearance: Appearance) -> str:
    zone, boxed = appearance.safe_zone, appearance.style.backdrop == "box"
    outline_px, shadow_px = (size_px * 0.16, 0.0) if boxed else (max(1.0, size_px * 0.06), max(0.5, size_px * 0.025))
    left, right = round(appearance.width_px * zone.left), round(appearance.width_px * zone.right)
    bottom = round(appearance.height_px * zone.bottom)
    fields = [
        *(
            name,
            font_of(language),
            size_px,
            _colour(colour),
            _colour(PLAIN_COLOUR),
            _colour(BACKDROP_COLOUR),
        ),
        *(_colour(BACKDROP_COLOUR, 0x60), 0 if boxed else -1, -1 if name == "Sound" else 0, 0, 0, 100, 100, 0, 0),
        *(3 if boxed else 1, f"{outline_px:.1f}", f"{shadow_px:.1f}", 2, left, right, bottom, 1),
    ]
    return "Style: " + ",".join(map(str, fields))


def font_of(language: Language) -> str:
    return _FONTS.get(language, _FONT)


def _usual_size_px(language: Language, appearance: Appearance) -> int:
    tall = appearance.height_px > appearance.width_px
    share = _TALL_SHARE if tall else _WIDE_SHARE * (_CJK_SHARE if language in _FONTS else 1.0)
    return max(8, int(appearance.height_px * (appearance.style.size or share)))


def _fitting_size_px(cue: Cue, appearance: Appearance) -> int:
    """The largest size at which the cue's longest line stays between the margins."""
    zone = appearance.safe_zone
    widest = max(map(_line_width, labelled_lines(cue, appearance.labels)))
    return max(8, int(appearance.width_px * (1 - zone.left - zone.right) / (widest + 0.3)))  # with room for the outline


def _line_width(line: str) -> float:
    """In units of the height of a line."""
    return sum(_ADVANCES.get(character, _USUAL) if character < "\u2e80" else _FULL for character in line)


def _event(cue: Cue, language: Language, appearance: Appearance) -> str:
    start, end = timecode.ass(cue.start_s), timecode.ass(cue.end_s)
    name = one_line(cue.speaker or "").replace(",", " ")
    own = rf"\fn{font_of(cue.language)}" if font_of(cue.language) != font_of(language) else ""
    if (fits_px := _fitting_size_px(cue, appearance)) < _usual_size_px(language, appearance):
        own += rf"\fs{fits_px}"
    text = (f"{{{own}}}" if own else "") + _text(cue, appearance)
    return f"Dialogue: 0,{start},{end},{_style_name(cue)},{name},0,0,0,,{text}"


def _style_name(cue: Cue) -> str:
    if cue.sound and not cue.lines:
        return "Sound"
    return cue.emotion.value.capitalize() if cue.emotion in SHOWN_EMOTIONS else "Default"


def _text(cue: Cue, appearance: Appearance) -> str:
    if appearance.style.words == "plain" or not cue.lines:
        return r"\N".join(_plain(line) for line in labelled_lines(cue, appearance.labels))
    label = _plain(prefix(cue, appearance.labels))
    if appearance.style.words == "karaoke":
        return _karaoke(cue, label)
    return _highlighted(cue, label, appearance.style)


def _karaoke(cue: Cue, label: str) -> str:
    r"""`{\kf50}word`: times of words and of the silences between them add up to the cue's own."""
    at_cs, parts = timecode.to_cs_down(cue.start_s), []
    if label:
        parts.append(rf"{{\k0}}{label}")
    lines = shown_words(cue)
    for number, line in enumerate(lines):
        for word in line:
            start_cs, end_cs = (max(at_cs, timecode.to_cs_down(time_s)) for time_s in (word.start_s, word.end_s))
            wait = rf"{{\k{start_cs - at_cs}}}" if start_cs > at_cs else ""
            parts.append(rf"{wait}{{\kf{end_cs - start_cs}}}{_plain(word.text)}")
            at_cs = end_cs
        if number + 1 < len(lines):
            parts.append(r"\N")
    rest_cs = timecode.to_cs_down(cue.end_s) - at_cs
    return "".join(parts) + (rf"{{\k{rest_cs}}}" if rest_cs > 0 else "")


def _highlighted(cue: Cue, label: str, style: StyleOptions) -> str:
    r"""`{\t(0,1,\1c&H..&)\t(400,401,\1c&HFFFFFF&)}word`: coloured from its start until the next word's, in milliseconds."""
    emotion = next((one for one in SHOWN_EMOTIONS if one == cue.emotion), None)
    spoken = style.colour_of(emotion) if emotion else SPOKEN_COLOUR
    begin_ms = timecode.to_ms(cue.start_s)
    lines = shown_words(cue)
    starts = [timecode.to_ms(word.start_s) - begin_ms for line in lines for word in line]
    ends = [*starts[1:], timecode.to_ms(cue.end_s) - begin_ms]
    times = iter(zip(starts, ends, strict=True))
    return label + r"\N".join("".join(_lit(word, *next(times), spoken) for word in line) for line in lines)


def _lit(word: ShownWord, start_ms: int, end_ms: int, colour: str) -> str:
    on, off = (rf"\1c{_colour(one)[:2]}{_colour(one)[4:]}&" for one in (colour, PLAIN_COLOUR))
    first = on if start_ms <= 0 else rf"{off}\t({start_ms},{start_ms + 1},{on})"
    return rf"{{{first}\t({end_ms},{end_ms + 1},{off})}}{_plain(word.text)}"


def _plain(text: str) -> str:
    return text.translate(_SAFE)


def _colour(rgb: str, transparency: int = 0) -> str:
    """`&HAABBGGRR`; transparency 0 is opaque."""
    return f"&H{transparency:02X}{rgb[5:7]}{rgb[3:5]}{rgb[1:3]}"
