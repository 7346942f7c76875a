"""Scenarist SCC (`.scc`): captions of North American television (CEA-608). ttconv reads it; it is written here.

Written captions pop on: each is loaded before its time, two bytes a frame, and shown at once (CEA-608-E, sections 6 and 7).
"""

from __future__ import annotations

import functools
import logging
import re
import unicodedata
from collections.abc import Iterator, Sequence

from video_pipeline.core import timecode
from video_pipeline.core.cue import Cue, Look, Run
from video_pipeline.subtitles.formats.base import CONTROL, Appearance, Draft, Match, Report, Unreadable
from video_pipeline.subtitles.formats.by_ttconv import drafts_of
from video_pipeline.subtitles.formats.tagged import labelled_runs

_HEADER = "Scenarist_SCC V1.0"
_SIGNATURE = re.compile(r"^\s*\ufeff?Scenarist_SCC V\d", re.IGNORECASE)
_LINE = re.compile(r"^[^\S\n]*\d\d:\d\d:\d\d[:;.]\d\d[ \t]+(?:[0-9a-f]{4}[^\S\n]*)+$", re.IGNORECASE | re.MULTILINE)
_RATE_FPS = 30000 / 1001
_NOMINAL_FPS = 30
_COLUMNS = 32
_ROWS = 15
_LOAD = 0x1420
_ERASE_LOADED = 0x142E
_ERASE_SHOWN = 0x142C
_SHOW = 0x142F
_ROW_CODES = (
    0x1140,
    0x1160,
    0x1240,
    0x1260,
    0x1540,
    0x1560,
    0x1640,
    0x1660,
    0x1740,
    0x1760,
    0x1040,
    0x1340,
    0x1360,
    0x1440,
    0x1460,
)
"""Preamble of each row, from the top (CEA-608-E, table 53)."""
_COLOURS = {"#ffffff": 0, "#00ff00": 1, "#0000ff": 2, "#00ffff": 3, "#ff0000": 4, "#ffff00": 5, "#ff00ff": 6}
_MID_ROW = 0x1120
_ITALIC = 7
_INSTEAD = {
    "’": "'",
    "—": "-",
    "–": "-",
    "…": "...",
    "‐": "-",
    "\xa0": " ",
    "“": '"',
    "”": '"',
    "„": '"',
    "‟": '"',
    "♫": "♪",
    "œ": "oe",
    "Œ": "OE",
}


class SccFormat:
    """Writes captions of 32 columns for 29.97 frames per second (drop-frame), each in its own rows.

    Reads captions that pop on, roll up or are painted on, with italics, underlines, colours and rows.
    """

    suffixes = ("scc",)
    resolution_ms = 34  # one frame
    holds = frozenset(("italic", "underline", "colour"))

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str:
        captions = [(cue, rows) for cue in cues if (rows := _rows(cue, appearance.labels))]
        lines, free, ends = [_HEADER], 0, None
        for cue, rows in captions:
            words, at = list(_caption(rows, cue)), _frame(cue.start_s)
            erases = ends is not None and ends + 2 < at
            start = max(free, at + 2 - len(words) - (2 if erases else 0))
            if erases and ends is not None:
                if ends <= start:
                    lines.append(_line(max(ends, free), [_ERASE_SHOWN] * 2))
                    start = max(free, ends + 2, at + 2 - len(words))
                else:
                    words = _with_erasure(words, ends - start)
            lines.append(_line(start, words))
            free, ends = start + len(words), max(_frame(cue.end_s), start + len(words) + 1)
        if ends is not None:
            lines.append(_line(ends, [_ERASE_SHOWN] * 2))
        return appearance.mark + "\n\n".join(lines) + "\n"

    def cannot_write(self, text: str) -> str:
        """The characters of a text that CEA-608 does not have, apart from those with a usual replacement."""
        return "".join(dict.fromkeys(c for c in text if c not in _INSTEAD and _codes(c) is None and not c.isspace()))

    def match(self, text: str) -> Match:
        if _SIGNATURE.match(text):
            return Match.SIGNATURE
        return Match.PATTERN if _LINE.search(text) else Match.NONE

    def read(self, text: str, report: Report) -> list[Draft]:
        from ttconv.scc import reader

        text = text if _SIGNATURE.match(text) else f"{_HEADER}\n\n{text}"
        logging.getLogger("ttconv").setLevel(logging.ERROR)
        try:
            document = reader.to_model(text)
        except Exception as error:  # noqa: BLE001 - the parser may raise anything on a broken file
            raise Unreadable(f"its SCC cannot be parsed: {error}") from None
        return drafts_of(document, report)


def _frame(time_s: float) -> int:
    return round(time_s * _RATE_FPS)


def _line(frame: int, words: Sequence[int]) -> str:
    return timecode.smpte(frame, _NOMINAL_FPS, drop=True) + "\t" + " ".join(f"{_with_parity(word):04x}" for word in words)


def _with_parity(word: int) -> int:
    """Both bytes with an odd number of ones."""
    high, low = word >> 8, word & 0xFF
    return (high | (0x80 if high.bit_count() % 2 == 0 else 0)) << 8 | (low | (0x80 if low.bit_count() % 2 == 0 else 0))


def _with_erasure(words: list[int], at: int) -> list[int]:
    """The words with the erasure of what is shown after `at` of them, not between the halves of a doubled code."""
    at = min(max(0, at), len(words) - 2)
    while at and words[at - 1] == words[at] and words[at] < 0x2000:
        at -= 1
    return [*words[:at], _ERASE_SHOWN, _ERASE_SHOWN, *words[at:]]


def _caption(rows: Sequence[Sequence[Run]], cue: Cue) -> Iterator[int]:
    yield from [_ERASE_LOADED] * 2 + [_LOAD] * 2
    first = (_ROWS - len(rows), (_ROWS - len(rows)) // 2, 0)[cue.place.row]
    for number, row in enumerate(rows):
        width = sum(len(run.text) for run in row)
        column = max(0, (0, (_COLUMNS - width) // 2, _COLUMNS - width)[cue.place.column])
        yield from _row(row, min(_ROWS - 1, first + number), column)
    yield from [_SHOW] * 2


def _row(row: Sequence[Run], number: int, column: int) -> Iterator[int]:
    """Words of a row. A change of look takes the place of the space before it."""
    starts_plain = row[0].look == Look()
    column = column if starts_plain else max(0, column - 1)
    yield from [_ROW_CODES[number] + 0x10 + 2 * (column // 4)] * 2
    if column % 4:
        yield from [0x1720 + column % 4] * 2
    pending: list[int] = []
    before = Look()
    for run in row:
        text = run.text
        if run.look != before:
            if pending and pending[-1] == 0x20:
                pending.pop()
            elif text.startswith(" "):
                text = text[1:]
            yield from _flushed(pending)
            yield from [_mid_row(run.look)] * 2
            before = run.look
        for character in text:
            yield from _character(character, pending)
    yield from _flushed(pending)


def _mid_row(look: Look) -> int:
    kind = _ITALIC if look.italic else _nearest(look.colour)
    return _MID_ROW + 2 * kind + look.underline


def _nearest(colour: str) -> int:
    if not colour:
        return 0
    wanted = [int(colour[k : k + 2], 16) for k in (1, 3, 5)]

    def distance(other: str) -> int:
        return sum((int(other[k : k + 2], 16) - value) ** 2 for k, value in zip((1, 3, 5), wanted, strict=True))

    return _COLOURS[min(_COLOURS, key=distance)]


def _character(character: str, pending: list[int]) -> Iterator[int]:
    """Words that are complete after a character; bytes that wait for a second one are left in `pending`."""
    code = _codes(character)
    if code is None:
        code = 0x3F  # a question mark
    if code < 0x100:
        pending.append(code)
        if len(pending) == 2:
            yield pending[0] << 8 | pending[1]
            pending.clear()
        return
    if code >= 0x1220:  # an extended character replaces the one before it, which old receivers show
        base = unicodedata.normalize("NFKD", character)[0]
        yield from _character(base if (_codes(base) or _MID_ROW) < 0x100 else " ", pending)
    yield from _flushed(pending)
    yield from [code] * 2


def _flushed(pending: list[int]) -> Iterator[int]:
    if pending:
        yield pending[0] << 8 | 0x00
        pending.clear()


@functools.lru_cache(maxsize=1024)
def _codes(character: str) -> int | None:
    """A byte, or a word of two bytes; None for a character that there is not."""
    return _table().get(character)


@functools.cache
def _table() -> dict[str, int]:
    from ttconv.scc.codes.extended_characters import SccExtendedCharacter
    from ttconv.scc.codes.special_characters import SccSpecialCharacter
    from ttconv.scc.codes.standard_characters import SCC_STANDARD_CHARACTERS_MAPPING

    table = {character: code for code, character in SCC_STANDARD_CHARACTERS_MAPPING.items() if code >= 0x20}
    for kind in (SccSpecialCharacter, SccExtendedCharacter):
        for member in kind:
            table.setdefault(member.get_unicode_value(), member.value[0])
    return table


def _rows(cue: Cue, labels: str) -> list[list[Run]]:
    """The lines of a cue as rows of at most 32 columns."""
    return [row for line in labelled_runs(cue, labels) for row in _wrapped(_encodable(line))]


def _encodable(line: Sequence[Run]) -> list[Run]:
    runs = []
    for run in line:
        text = run.text.translate(CONTROL) + (f"({run.ruby})" if run.ruby else "")
        runs.append(Run("".join(_INSTEAD.get(c, c) if _codes(c) is None or c == "\xa0" else c for c in text), run.look))
    return runs


def _wrapped(line: Sequence[Run]) -> list[list[Run]]:
    rows: list[list[Run]] = [[]]
    width = 0
    for run in line:
        for word in re.findall(r"\s*\S+|\s+", run.text):
            while word:
                if width + len(word) <= _COLUMNS:
                    rows[-1].append(Run(word, run.look))
                    width += len(word)
                    break
                if width and len(word.strip()) <= _COLUMNS:
                    rows.append([])
                    width, word = 0, word.lstrip()
                    continue
                rows[-1].append(Run(word[: _COLUMNS - width], run.look))
                word = word[_COLUMNS - width :]
                rows.append([])
                width = 0
    return [_joined(row) for row in rows if "".join(run.text for run in row).strip()]


def _joined(row: Sequence[Run]) -> list[Run]:
    out: list[Run] = []
    for run in row:
        if out and out[-1].look == run.look:
            out[-1] = Run(out[-1].text + run.text, run.look)
        else:
            out.append(run)
    return out
