"""Advanced SubStation Alpha (`.ass`, `.ssa`): a style per emotion, sized to the picture."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil

from video_pipeline.core import timecode
from video_pipeline.core.cue import Cue, Place
from video_pipeline.core.labels import SHOWN_EMOTIONS, Language
from video_pipeline.core.palette import BACKDROP_COLOUR, PLAIN_COLOUR, SOUND_COLOUR, SPOKEN_COLOUR
from video_pipeline.core.transcript import main_language
from video_pipeline.media.font_file import usual_width
from video_pipeline.media.font_names import FAMILIES, LATIN
from video_pipeline.subtitles.formats import ass_ruby
from video_pipeline.subtitles.formats.ass_reading import drafts_of
from video_pipeline.subtitles.formats.ass_sheet import STYLE_FIELDS, AssSheet
from video_pipeline.subtitles.formats.ass_text import ass_colour, directed, escaped, tagged, text_of
from video_pipeline.subtitles.formats.base import Appearance, Draft, Match, Report, one_line
from video_pipeline.subtitles.formats.tagged import labelled_runs
from video_pipeline.subtitles.labels import labelled_lines
from video_pipeline.subtitles.read.direction import runs_from_right
from video_pipeline.subtitles.style import BOTTOM_STYLE

_WIDE_SHARE = 0.064
"""Height of a line as a share of the height of a wide picture: 69 px of 1080."""
_TALL_SHARE = 0.045
"""The same for a picture that is taller than wide: the upper limit of the BBC subtitle guidelines."""
_CJK_SHARE = 1.12
"""Chinese, Japanese and Korean are drawn larger by this factor, because their characters are dense."""
_SPARE = 0.06
"""Room for synthetic bold and for rounding, as a share of the font size."""
_LEAST_SIZE_PX = 8
_BOX_SHARE = 0.16
"""Padding of the box around the text, as a share of the font size."""
_OUTLINE_SHARE = 0.06
"""Width of the outline, as a share of the font size."""
_BETWEEN_SHARE = 0.12
"""Space between two languages, as a share of the lower one's font size."""
_SHADOW_SHARE = 0.025
"""Offset of the shadow, as a share of the font size."""
_SHADOW_TRANSPARENCY = 0x60
"""Of 0xFF."""
_SAME_IN_ALL_STYLES = {
    "Underline": 0,
    "StrikeOut": 0,
    "ScaleX": 100,  # percent
    "ScaleY": 100,  # percent
    "Spacing": 0,
    "Angle": 0,
    "Alignment": 2,  # bottom, centred
}
_ENCODING = 1
"""The default character set."""
_BY_FIRST_LETTER = -1
"""Encoding by which libass takes the direction of each line from its first letter."""
_EVENT_FIELDS = "Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"
_SECTION = re.compile(r"^[^\S\n]*\[(?:Script Info|V4\+? Styles|Events)\]", re.MULTILINE | re.IGNORECASE)
_DIALOGUE = re.compile(r"^\s*Dialogue:", re.IGNORECASE)


class AssFormat:
    """Writes the emotion as a colour on every cue, and as a label once, where it starts.

    Lines are broken here, because libass does not wrap Chinese and Japanese. With `words="karaoke"` the words of a cue fill
    with its colour as they are spoken; with `words="highlight"` only the word being spoken has that colour.

    Reads ASS and SSA. Comments and drawings are dropped, a style named after an emotion gives the emotion, and `\\k` times
    give the times of words.
    """

    suffixes = ("ass", "ssa")
    resolution_ms = 10
    holds = frozenset(("italic", "bold", "underline", "strike", "colour", "place", "style", "overlap"))

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str:
        shown = [cue for cue in cues if labelled_lines(cue, appearance.labels)]
        if appearance.sheet is not None and not any(cue.style == BOTTOM_STYLE for cue in shown):
            return _on_sheet(shown, appearance, appearance.sheet)
        language = main_language(shown)
        head = [
            "[Script Info]",
            *([f"; {one_line(appearance.note)}"] if appearance.note else []),
            f"Title: {one_line(appearance.title) or 'Subtitles'}",
            "ScriptType: v4.00+",
            "WrapStyle: 2",
            "ScaledBorderAndShadow: yes",
            "YCbCr Matrix: None",
            f"PlayResX: {appearance.width_px}",
            f"PlayResY: {appearance.height_px}",
            "",
            "[V4+ Styles]",
            f"Format: {STYLE_FIELDS}",
            *_styles(shown, language, appearance),
            "",
            "[Events]",
            f"Format: {_EVENT_FIELDS}",
        ]
        lifted = _lifted_px(shown, language, appearance)
        events = (event for k, cue in enumerate(shown) for event in _events(cue, language, appearance, lifted.get(k, 0)))
        return appearance.mark + "\n".join([*head, *events]) + "\n"

    def match(self, text: str) -> Match:
        if _SECTION.search(text):
            return Match.SIGNATURE
        return Match.PATTERN if any(map(_DIALOGUE.match, text.split("\n"))) else Match.NONE

    def read(self, text: str, report: Report) -> list[Draft]:
        if "[events]" not in text.lower():
            report.add("missing section", 0, "[Events]")
        return drafts_of(text, report)


def _on_sheet(cues: Sequence[Cue], appearance: Appearance, sheet: AssSheet) -> str:
    """The file with the styles, the fonts and the size of the picture that its source has."""
    own = dataclasses.replace(appearance, width_px=sheet.size[0], height_px=sheet.size[1])
    language = main_language(cues)
    styles = sheet.lines()
    if any(_style_name(cue) == "Sound" for cue in cues):
        style = _style("Sound", SOUND_COLOUR, _usual_size_px(language, own), language, own, light=False)
        styles.append(f"{style},{_ENCODING}")
    head = [
        "[Script Info]",
        *([f"; {one_line(appearance.note)}"] if appearance.note else []),
        f"Title: {one_line(appearance.title) or 'Subtitles'}",
        "ScriptType: v4.00+",
        *sheet.settings,
        f"PlayResX: {sheet.size[0]}",
        f"PlayResY: {sheet.size[1]}",
        "",
        "[V4+ Styles]",
        f"Format: {STYLE_FIELDS}",
        *styles,
        "",
        *([sheet.fonts, ""] if sheet.fonts else []),
        "[Events]",
        f"Format: {_EVENT_FIELDS}",
    ]
    return appearance.mark + "\n".join([*head, *(_event_on_sheet(cue, own, sheet) for cue in cues)]) + "\n"


def _event_on_sheet(cue: Cue, appearance: Appearance, sheet: AssSheet) -> str:
    """Looks and places are tags only where they differ from those of the style."""
    style = "Sound" if _style_name(cue) == "Sound" else sheet.name_of(_style_name(cue))
    base = sheet.look(style)
    usual = sheet.place(style) if style in sheet.rows else Place()
    own = _placed(cue.place, appearance, usual.align)
    lines = [directed(tagged(line, base, sheet.colour)) for line in labelled_runs(cue, appearance.labels)]
    text = (f"{{{own}}}" if own else "") + r"\N".join(lines)
    name = one_line(cue.speaker or "").replace(",", " ")
    return f"Dialogue: 0,{timecode.ass(cue.start_s)},{timecode.ass(cue.end_s)},{style},{name},0,0,0,,{text}"


def _styles(cues: Sequence[Cue], language: Language, appearance: Appearance) -> list[str]:
    """Styles of the emotions that occur. A file without emotions does not mention them."""
    used = {cue.emotion for cue in cues}
    colours = {"Default": PLAIN_COLOUR}
    colours |= {emotion.value.capitalize(): appearance.style.colour_of(emotion) for emotion in SHOWN_EMOTIONS if emotion in used}
    size_px = _usual_size_px(language, appearance)
    if appearance.style.words == "karaoke":
        colours["Default"] = SPOKEN_COLOUR  # of words already spoken; words to come are white in every style
    elif appearance.style.words == "highlight":
        colours = dict.fromkeys(colours, PLAIN_COLOUR)
    encoding = _BY_FIRST_LETTER if any(runs_from_right(line) for cue in cues for line in cue.lines) else _ENCODING
    own = {_style_name(cue) for cue in cues} - {*colours, "Sound"}  # those of the source, whose looks are tags
    colours |= dict.fromkeys(sorted(own), colours["Default"])
    light = any(run.look.bold for cue in cues for line in cue.runs for run in line)  # or bold words would not stand out
    styles = [_style(name, colour, size_px, language, appearance, light=light) for name, colour in colours.items()]
    if BOTTOM_STYLE in own:
        lower_px, colour = _lower_size_px(size_px, appearance), appearance.style.bottom_colour
        styles[list(colours).index(BOTTOM_STYLE)] = _style(BOTTOM_STYLE, colour, lower_px, language, appearance, light=light)
    styles.append(_style("Sound", SOUND_COLOUR, size_px, language, appearance, light=light))
    return [f"{style},{encoding}" for style in styles]


def _style(name: str, colour: str, size_px: int, language: Language, appearance: Appearance, *, light: bool) -> str:
    zone, boxed = appearance.safe_zone, appearance.style.backdrop == "box"
    outline_px, shadow_px = _edges_px(size_px, boxed)
    values = _SAME_IN_ALL_STYLES | {
        "Name": name,
        "Fontname": font_of(language),
        "Fontsize": size_px,
        "PrimaryColour": ass_colour(colour),
        "SecondaryColour": ass_colour(PLAIN_COLOUR),
        "OutlineColour": ass_colour(BACKDROP_COLOUR),
        "BackColour": ass_colour(BACKDROP_COLOUR, _SHADOW_TRANSPARENCY),
        "Bold": 0 if boxed or light else -1,
        "Italic": -1 if name == "Sound" else 0,
        "BorderStyle": 3 if boxed else 1,
        "Outline": f"{outline_px:.1f}",
        "Shadow": f"{shadow_px:.1f}",
        "MarginL": ceil(appearance.width_px * zone.left),
        "MarginR": ceil(appearance.width_px * zone.right),
        "MarginV": ceil(appearance.height_px * zone.bottom + outline_px + shadow_px),  # libass places text without its outline
    }
    return "Style: " + ",".join(str(values[field]) for field in STYLE_FIELDS.split(", ")[:-1])


def font_of(language: Language) -> str:
    """The family that a language is written in. If a player lacks it, libass substitutes one."""
    return FAMILIES[language][0] if language in FAMILIES else LATIN


def usual_share(language: Language, width_px: int, height_px: int) -> float:
    """Height of a line as a share of the picture's, where a style names none."""
    return _TALL_SHARE if height_px > width_px else _WIDE_SHARE * (_CJK_SHARE if language in FAMILIES else 1.0)


def _usual_size_px(language: Language, appearance: Appearance) -> int:
    share = appearance.style.size or usual_share(language, appearance.width_px, appearance.height_px)
    return max(_LEAST_SIZE_PX, int(appearance.height_px * share))


def _fitting_size_px(cue: Cue, usual_px: int, appearance: Appearance) -> int:
    """The largest size at which the cue's longest line stays between the margins."""
    zone, boxed = appearance.safe_zone, appearance.style.backdrop == "box"
    lines, italic = labelled_lines(cue, appearance.labels), _style_name(cue) == "Sound"
    widest = max(usual_width(escaped(line), cue.language, bold=not boxed, italic=italic) for line in lines)
    room_px = appearance.width_px * (1 - zone.left - zone.right) - 2 * sum(_edges_px(usual_px, boxed))
    return max(_LEAST_SIZE_PX, int(room_px / (widest + _SPARE)))


def _edges_px(size_px: int, boxed: bool) -> tuple[float, float]:
    """Outline and shadow of letters of the usual size; smaller ones in the same style keep them."""
    if boxed:
        return size_px * _BOX_SHARE, 0.0
    return max(1.0, size_px * _OUTLINE_SHARE), max(0.5, size_px * _SHADOW_SHARE)


def _lower_size_px(usual_px: int, appearance: Appearance) -> int:
    """Of the lower of two languages."""
    return max(_LEAST_SIZE_PX, int(usual_px * appearance.style.bottom_size))


def _lifted_px(cues: Sequence[Cue], language: Language, appearance: Appearance) -> dict[int, int]:
    """The margin of each cue that stands above one in another language: players stack cues in different ways, or not at all."""
    lower_px = _lower_size_px(_usual_size_px(language, appearance), appearance)
    found = {}
    for k, (upper, lower) in enumerate(pairwise(cues)):
        if lower.style == BOTTOM_STYLE and upper.style != BOTTOM_STYLE and upper.start_s == lower.start_s:
            edges_px = sum(_edges_px(lower_px, appearance.style.backdrop == "box"))
            margin_px = appearance.height_px * appearance.safe_zone.bottom + 2 * edges_px
            lines = len(labelled_lines(lower, appearance.labels))
            line_px = lower_px + (ass_ruby.room_px(lower_px) if _has_readings(lower, appearance) else 0)
            found[k] = ceil(margin_px + line_px * lines + lower_px * _BETWEEN_SHARE)
    return found


def _has_readings(cue: Cue, appearance: Appearance) -> bool:
    """Whether readings are drawn over a cue: only where it stands as usual, and no word moves."""
    drawn = appearance.style.ruby and appearance.style.words == "plain" and cue.place.is_usual
    return drawn and any(run.ruby for line in cue.runs for run in line)


def _events(cue: Cue, language: Language, appearance: Appearance, margin_px: int) -> Iterator[str]:
    """One event; with readings one for each line and each reading."""
    if not _has_readings(cue, appearance):
        yield _event(cue, language, appearance, margin_px)
        return
    usual_px = _usual_size_px(language, appearance)
    usual_px = _lower_size_px(usual_px, appearance) if cue.style == BOTTOM_STYLE else usual_px
    size_px = min(usual_px, _fitting_size_px(cue, usual_px, appearance))
    zone, boxed = appearance.safe_zone, appearance.style.backdrop == "box"
    margin_px = margin_px or ceil(appearance.height_px * zone.bottom + sum(_edges_px(usual_px, boxed)))
    head = f"Dialogue: 0,{timecode.ass(cue.start_s)},{timecode.ass(cue.end_s)},{_style_name(cue)},"
    head += one_line(cue.speaker or "").replace(",", " ") + ",0,0,"
    font = rf"\fn{font_of(cue.language)}\q2"
    lines = labelled_runs(cue, appearance.labels)
    for number, runs in enumerate(lines):
        above_px = (len(lines) - 1 - number) * (size_px + ass_ruby.room_px(size_px))
        spacing = ass_ruby.spacing_px(cue.language, size_px)
        bare = [dataclasses.replace(run, ruby="") for run in runs]
        yield f"{head}{margin_px + above_px},,{{{font}\\fs{size_px}\\fsp{spacing:.1f}}}{tagged(bare)}"
        placed = ass_ruby.Placed(
            runs=runs,
            language=cue.language,
            size_px=size_px,
            centre_px=appearance.width_px * (0.5 + (zone.left - zone.right) / 2) + spacing / 2,
            bottom_px=appearance.height_px - margin_px - above_px,
            bold=not boxed,
        )
        for one in ass_ruby.readings_of(placed):
            place = rf"\an2\pos({one.x_px:.1f},{one.bottom_px:.1f})\fs{one.size_px}\fscx{one.narrowed}\b0"
            yield f"{head}0,,{{{place}{font}}}{escaped(one.text)}"


def _event(cue: Cue, language: Language, appearance: Appearance, margin_px: int = 0) -> str:
    start, end = timecode.ass(cue.start_s), timecode.ass(cue.end_s)
    name = one_line(cue.speaker or "").replace(",", " ")
    own = rf"\fn{font_of(cue.language)}" if font_of(cue.language) != font_of(language) else ""
    usual_px = _usual_size_px(language, appearance)
    usual_px = _lower_size_px(usual_px, appearance) if cue.style == BOTTOM_STYLE else usual_px
    if (fits_px := _fitting_size_px(cue, usual_px, appearance)) < usual_px:
        own += rf"\fs{fits_px}"
    own = _placed(cue.place, appearance) + own
    text = (f"{{{own}}}" if own else "") + text_of(cue, appearance)
    return f"Dialogue: 0,{start},{end},{_style_name(cue)},{name},0,0,{margin_px},,{text}"


def _style_name(cue: Cue) -> str:
    if cue.sound and not cue.lines:
        return "Sound"
    if cue.emotion in SHOWN_EMOTIONS:
        return cue.emotion.value.capitalize()
    return one_line(cue.style).replace(",", " ") or "Default"


def _placed(place: Place, appearance: Appearance, usual: int = 2) -> str:
    r"""`\an8\pos(960,40)`, if the place is not the usual one."""
    tags = rf"\an{place.align}" if place.align != usual else ""
    if place.x is None and place.y is None:
        return tags
    zone = appearance.safe_zone
    x = place.x if place.x is not None else (zone.left, 0.5, 1 - zone.right)[place.column]
    y = place.y if place.y is not None else (1 - zone.bottom, 0.5, zone.top)[place.row]
    return tags + rf"\pos({_share_px(x, appearance.width_px)},{_share_px(y, appearance.height_px)})"


def _share_px(share: float, size_px: int) -> str:
    return f"{share * size_px:.2f}".rstrip("0").rstrip(".")
