"""Reading ASS and SSA: events by the file's own Format line, looks by its styles, places by its tags."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from video_pipeline.core.cue import PLAIN, Look, Place, Run
from video_pipeline.core.transcript import Token
from video_pipeline.subtitles.formats.ass_sheet import AssSheet
from video_pipeline.subtitles.formats.base import Draft, Report
from video_pipeline.subtitles.read.markup import emotion_named
from video_pipeline.subtitles.read.overrides import Overrides, colour_of, keypad_of

_EVENT_FIELDS = "layer, start, end, style, name, marginl, marginr, marginv, effect, text".split(", ")
_STYLE_FIELDS = (
    "name, fontname, fontsize, primarycolour, secondarycolour, outlinecolour, backcolour, bold, italic, underline, strikeout, "
    "scalex, scaley, spacing, angle, borderstyle, outline, shadow, alignment, marginl, marginr, marginv, encoding"
).split(", ")
_OLD_STYLE_FIELDS = (
    "name, fontname, fontsize, primarycolour, secondarycolour, tertiarycolour, backcolour, bold, italic, borderstyle, outline, "
    "shadow, alignment, marginl, marginr, marginv, alphalevel, encoding"
).split(", ")
_SETTINGS = ("wrapstyle", "scaledborderandshadow", "ycbcr matrix", "timer", "kerning", "language")
_MARGINS = ("marginl", "marginr", "marginv")
_TIME = re.compile(r"\s*(-?)(\d+):(\d{1,2}):(\d{1,2})(?:[.:,](\d{1,3}))?\s*")
_SECTION = re.compile(r"^\s*\[([^\]]+)\]\s*$")
_SIZE = re.compile(r"^\s*PlayRes([XY])\s*:\s*(\d+)", re.IGNORECASE)
_KARAOKE = re.compile(r"\\[kK][fo]?(\d+)")
_BLOCK = re.compile(r"(\{[^}]*\})")
_OWN_STYLES = frozenset(("default", "sound", "*default"))
"""Styles whose name says nothing: ASS's usual one, and that of labels of sounds as `AssFormat` writes them."""


@dataclass(slots=True)
class _File:
    """What the sections of a file declare before the events."""

    size: list[float] = field(default_factory=lambda: [0.0, 0.0])
    old: bool = False
    """SSA: alignments are those of `\\a`."""
    rows: dict[str, dict[str, str]] = field(default_factory=dict)
    """Fields of each style."""
    settings: list[str] = field(default_factory=list)
    fonts: list[str] = field(default_factory=list)
    """Lines of `[Script Info]` that change how events look, and of `[Fonts]`."""

    @property
    def picture(self) -> tuple[float, float]:
        """As libass takes it: 384 by 288, or the missing side in proportion 4:3."""
        width, height = self.size
        if not width and not height:
            return 384.0, 288.0
        return width or height * 4 / 3, height or width * 3 / 4


@dataclass(frozen=True, slots=True)
class _Event:
    line: int
    start_s: float
    end_s: float
    fields: Mapping[str, str]


def drafts_of(text: str, report: Report) -> list[Draft]:
    """All events that show text, in the order of the file."""
    file, events = _File(), list[_Event]()
    section, event_names, style_names = "", _EVENT_FIELDS, _STYLE_FIELDS
    for number, line in enumerate(text.split("\n"), 1):
        if found := _SECTION.match(line):
            section = found.group(1).strip().lower()
            if section == "fonts":
                file.fonts.append(line.strip())
            if section in ("v4 styles", "v4.00 styles"):
                file.old, style_names = True, _OLD_STYLE_FIELDS
            continue
        if section == "fonts":
            file.fonts.append(line.strip())
            continue
        kind, _, rest = line.strip().partition(":")
        kind = kind.strip().lower()
        if section == "script info" and kind in _SETTINGS:
            file.settings.append(line.strip())
        if size := _SIZE.match(line):
            file.size["xy".index(size[1].lower())] = float(size[2])
        elif kind == "format":
            names = [name.strip().lower() for name in rest.split(",")]
            if "styles" in section:
                style_names = names
            elif "text" in names:
                event_names = names
        elif kind == "style" and "styles" in section:
            values = dict(zip(style_names, (value.strip() for value in rest.split(",")), strict=False))
            file.rows[values.get("name", "").lstrip("*")] = values
        elif kind == "dialogue" and (event := _event(rest, event_names, number, report)):
            events.append(event)
    report.sheet = _sheet(file, events)
    return list(_drafts(file, events, report))


def _sheet(file: _File, events: Sequence[_Event]) -> AssSheet | None:
    """The styles of the file; None if it has none, or they are those that `AssFormat` writes."""
    main = _main_style(events, file)
    if not file.rows or any(name.lower() == "sound" for name in file.rows):
        return None
    base, bold = _colour(file.rows.get(main, {})), _is_on(file.rows.get(main, {}).get("bold", ""))
    width, height = file.picture
    return AssSheet(
        size=(round(width), round(height)),
        rows=file.rows,
        looks={name: _look(name, row, base, bold) for name, row in file.rows.items()},
        colour=base,
        settings=tuple(file.settings),
        fonts="\n".join(line for line in file.fonts if line),
        old=file.old,
        main=main,
    )


def _event(rest: str, names: Sequence[str], number: int, report: Report) -> _Event | None:
    """The event of a line. Its last field, the text, may contain commas."""
    for order in (names, _EVENT_FIELDS):
        values = dict(zip(order, rest.lstrip().split(",", len(order) - 1), strict=False))
        times = [_seconds(values.get(name, "")) for name in ("start", "end")]
        if times[0] is not None and times[1] is not None and "text" in values:
            return _Event(number, times[0], times[1], values)
    report.add("event without times", number, rest.strip()[:60])
    return None


def _seconds(text: str) -> float | None:
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    value = int(found[2]) * 3600 + int(found[3]) * 60 + int(found[4]) + int((found[5] or "0").ljust(3, "0")) / 1000
    return -value if found[1] else value


def _drafts(file: _File, events: Sequence[_Event], report: Report) -> Iterator[Draft]:
    main = _main_style(events, file)
    base = _colour(file.rows.get(main, {})) if main in file.rows else ""
    bold = _is_on(file.rows.get(main, {}).get("bold", ""))
    looks = {name: _look(name, row, base, bold) for name, row in file.rows.items()}
    for event in events:
        style = event.fields.get("style", "").strip().lstrip("*")
        row = file.rows.get(style) or file.rows.get("Default", {})
        state = Overrides(
            size=file.picture,
            base=looks.get(style) or looks.get("Default", PLAIN),
            styles=looks,
            base_colour=base,
            base_bold=bold,
            place=_place(row, event.fields, file),
        )
        runs, words = _runs(event.fields["text"], state)
        if not words and state.drawing_seen:
            continue
        draft = Draft(event.start_s, event.end_s, words, line=event.line, runs=runs, place=state.place)
        draft.speaker = event.fields.get("name", event.fields.get("actor", "")).strip() or None
        draft.emotion, draft.tokens = emotion_named(style), _tokens(event.fields["text"], event.start_s)
        if draft.emotion is None and style.lower() not in _OWN_STYLES:
            draft.style = style
        left = list(dict.fromkeys(state.left_out))
        if event.fields.get("effect", "").strip():
            left.append(f"effect {event.fields['effect'].strip()[:30]}")
        if any(event.fields.get(name, "").strip().strip("0") for name in _MARGINS):
            left.append("margins of its own")
        if left:
            report.add("markup left out", event.line, ", ".join(left))
        yield draft


def _main_style(events: Sequence[_Event], file: _File) -> str:
    """The style of most of the text: its colour and weight are how this file writes, not markup."""
    counts: dict[str, int] = {}
    for event in events:
        style = event.fields.get("style", "").strip().lstrip("*")
        if emotion_named(style) is None:
            counts[style] = counts.get(style, 0) + 1
    if "Default" in file.rows and counts.get("Default"):
        counts["Default"] += sum(1 for event in events if emotion_named(event.fields.get("style", "").strip()) is not None)
    return max(counts, key=lambda name: counts[name], default="Default")


def _look(name: str, row: Mapping[str, str], base_colour: str, base_bold: bool) -> Look:
    if emotion_named(name) is not None or name.lower() == "sound":
        return PLAIN
    colour = _colour(row)
    return Look(
        italic=_is_on(row.get("italic", "")),
        bold=_is_on(row.get("bold", "")) and not base_bold,
        underline=_is_on(row.get("underline", "")),
        strike=_is_on(row.get("strikeout", "")),
        colour="" if colour == base_colour else colour,
    )


def _colour(row: Mapping[str, str]) -> str:
    return colour_of(row.get("primarycolour", ""))


def _is_on(value: str) -> bool:
    return value.strip() not in ("", "0")


def _place(row: Mapping[str, str], fields: Mapping[str, str], file: _File) -> Place:
    """Where the style puts the event."""
    value = row.get("alignment", "").strip()
    align = int(value) if value.isdigit() else 2
    align = keypad_of(align) if file.old else align if 1 <= align <= 9 else 2
    return Place(align=align)


def _runs(text: str, state: Overrides) -> tuple[list[Run], str]:
    """The runs of an event's text, and that text."""
    runs: list[Run] = []
    for piece in _BLOCK.split(text):
        if piece.startswith("{") and piece.endswith("}"):
            state.take(piece[1:-1])
            continue
        if state.drawing:
            state.drawing_seen = state.drawing_seen or bool(piece.strip())
            continue
        plain = re.sub(r"\\[Nn]", "\n", piece).replace(r"\h", " ")
        if plain:
            runs.append(Run(plain, state.look))
    return runs, "".join(run.text for run in runs).strip()


def _tokens(text: str, start_s: float) -> tuple[Token, ...]:
    """A token per syllable. The number after `\\k` is its duration in hundredths of a second, from the end of the one before.

    Words between tags that are not karaoke belong to the syllable before.
    """
    tokens: list[Token] = []
    at_s = start_s
    pieces = _BLOCK.split(text)
    if pieces[0].strip():
        return ()
    for block, words in zip(pieces[1::2], pieces[2::2], strict=True):
        words = re.sub(r"\\[Nn]", " ", words).replace(r"\h", " ")
        lengths = [int(found) for found in _KARAOKE.findall(block)]
        if not lengths:
            if not tokens and words.strip():
                return ()
            if tokens and words:
                tokens[-1] = replace(tokens[-1], text=tokens[-1].text + words)
            continue
        at_s += sum(lengths[:-1]) / 100
        end_s = at_s + lengths[-1] / 100
        if words.strip():
            tokens.append(Token(at_s, end_s, words))
        at_s = end_s
    return tuple(tokens)
