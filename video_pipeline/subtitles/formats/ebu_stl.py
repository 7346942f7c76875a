"""EBU STL (`.stl`, EBU Tech 3264): subtitles of European broadcasters, a binary format.

ttconv has the table of letters. Its own reader takes a space beside a change of italics for none and glues the words.
"""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from video_pipeline.core.cue import Cue, Look, Place, Run
from video_pipeline.subtitles.formats.base import CONTROL, Appearance, Draft, Match, Report, Unreadable, one_line
from video_pipeline.subtitles.formats.tagged import labelled_runs

_GSI_BYTES = 1024
_TTI_BYTES = 128
_TEXT_BYTES = 112
_UNUSED = 0x8F
_NEW_LINE = 0x8A
_ON_OFF = (("italic", 0x80, 0x81), ("underline", 0x82, 0x83))
_SWITCHES = {code: (name, on) for name, *codes in _ON_OFF for code, on in zip(codes, (True, False), strict=True)}
_COLOURS = dict(enumerate(("#000000", "#ff0000", "#00ff00", "#ffff00", "#0000ff", "#ff00ff", "#00ffff", "")))
"""Teletext's codes of colours; white is the usual one."""
_NO_TEXT = (0xFE,)
"""Numbers of extension blocks that hold data of the user."""
_LAST_BLOCK = 0xFF
_SIGNATURE = re.compile(rb"...STL(?:25|30)\.01", re.DOTALL)
_ROWS = 23
"""Rows of the picture, as teletext has them."""
_COLUMNS = 40
_TABLES = {"00": "iso6937", "01": "iso8859_5", "02": "iso8859_6", "03": "iso8859_7", "04": "iso8859_8"}
"""Codes of character tables (CCT) and their encodings, in the order in which they are tried."""
_INSTEAD = {"–": "-", "…": "...", "\xa0": " ", "„": '"', "♫": "♪", "‟": '"', "‐": "-"}


class EbuStlFormat:
    """Writes open subtitles at 25 frames per second, or 30 for a picture of 29.97 or 30, in the first table
    that has all letters.

    Reads files of any of the tables. Times count from the start of the programme that the file states.
    """

    suffixes = ("stl",)
    resolution_ms = 40  # one frame
    holds = frozenset(("italic", "underline", "overlap"))

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> bytes:
        shown = [(cue, lines) for cue in cues if (lines := labelled_runs(cue, appearance.labels))]
        table = _table("".join(run.text for _, lines in shown for line in lines for run in line))
        fps = 30 if appearance.rate_fps and 29 < appearance.rate_fps < 31 else 25
        blocks = [block for number, (cue, lines) in enumerate(shown) for block in _tti(number, cue, lines, (table, fps))]
        return _gsi(len(shown), len(blocks), appearance, (table, fps)) + b"".join(blocks)

    def cannot_write(self, text: str) -> str:
        table = _table(text)
        return "".join(dict.fromkeys(c for c in text if c not in _INSTEAD and not c.isspace() and _encoded(c, table) is None))

    def match_bytes(self, content: bytes) -> Match:
        return Match.SIGNATURE if _SIGNATURE.match(content[:16]) else Match.NONE

    def read_bytes(self, content: bytes, report: Report) -> list[Draft]:
        rate_fps = 30 if content[8:10] == b"30" else 25
        table = content[12:14].decode("ascii", "replace")
        start_s = _programme_start_s(content[256:264], rate_fps)
        if start_s:
            report.add("programme start", 0, f"times count from {start_s:g} s")
        drafts: list[Draft] = []
        parts: list[bytes] = []
        for at in range(_GSI_BYTES, len(content) - _TTI_BYTES + 1, _TTI_BYTES):
            block = content[at : at + _TTI_BYTES]
            if block[15] or block[3] in _NO_TEXT:  # a comment, or data of the user
                continue
            parts.append(block[16:].split(bytes([_UNUSED]))[0])
            if block[3] == _LAST_BLOCK:
                drafts.append(_draft(block, b"".join(parts), (table, rate_fps), start_s))
                parts = []
        if len(content) > _GSI_BYTES and (len(content) - _GSI_BYTES) % _TTI_BYTES:
            report.add("half a block at the end", 0)
        if not drafts:
            raise Unreadable("it has no subtitle after its header")
        return drafts


def _programme_start_s(code: bytes, rate_fps: int) -> float:
    """Seconds at which the programme starts, from which times count."""
    if not re.fullmatch(rb"\d{8}", code):
        return 0.0
    hours, minutes, seconds, frames = (int(code[k : k + 2]) for k in (0, 2, 4, 6))
    return hours * 3600 + minutes * 60 + seconds + frames / rate_fps


def _draft(block: bytes, text: bytes, form: tuple[str, int], start_s: float) -> Draft:
    table, rate_fps = form
    times = [(c[0] * 3600 + c[1] * 60 + c[2] + c[3] / rate_fps) - start_s for c in (block[5:9], block[9:13])]
    runs = _runs(text, table)
    row = 2 if block[13] < _ROWS / 3 else 0 if block[13] > _ROWS / 2 else 1
    column = {1: 0, 3: 2}.get(block[14], 1)
    words = "".join(run.text for run in runs)
    return Draft(times[0], times[1], words, runs=runs, place=Place(align=3 * row + column + 1))


def _runs(text: bytes, table: str) -> list[Run]:
    """Teletext's codes take the place of a character, those of open subtitles none."""
    runs: list[Run] = []
    look, buffer = Look(), bytearray()

    def flush() -> None:
        if buffer:
            runs.append(Run(_decoded(bytes(buffer), table), look))
            buffer.clear()

    for code in text:
        if code == _NEW_LINE:
            flush()
            runs.append(Run("\n", look))
        elif code in _COLOURS or code in _SWITCHES:
            flush()
            look = replace(look, colour=_COLOURS[code]) if code in _COLOURS else _switched(look, code)
            buffer += b" " if code < 0x20 else b""
        elif code < 0x20:
            buffer += b" "
        elif not 0x80 <= code <= 0x9F:
            buffer.append(code)
    flush()
    return runs


def _switched(look: Look, code: int) -> Look:
    name, on = _SWITCHES[code]
    return replace(look, italic=on) if name == "italic" else replace(look, underline=on)


def _decoded(text: bytes, table: str) -> str:
    if table in _TABLES and table != "00":
        return text.decode(_TABLES[table], "replace")
    from ttconv.stl import iso6937

    try:
        return str(iso6937.decode(text, "ignore")[0])
    except IndexError:  # it ends in an accent without its letter
        return str(iso6937.decode(text[:-1], "ignore")[0])


def _table(text: str) -> str:
    """The code of the first table that has all characters, or most of them."""
    characters = {c for c in text if not c.isspace() and c not in _INSTEAD}
    return max(_TABLES, key=lambda code: sum(_encoded(c, code) is not None for c in characters))


@functools.lru_cache(maxsize=4096)
def _encoded(character: str, table: str) -> bytes | None:
    if table == "00":
        return _iso_6937().get(character)
    try:
        code = character.encode(_TABLES[table])
    except UnicodeEncodeError:
        return None
    return code if len(code) == 1 and code[0] >= 0x20 and not 0x80 <= code[0] <= 0x9F else None


@functools.cache
def _iso_6937() -> dict[str, bytes]:
    """Each character of ISO 6937 with its one or two bytes, from ttconv's decoder."""
    from ttconv.stl import iso6937

    accents = range(0xC1, 0xD0)
    codes = [bytes([code]) for code in range(0x20, 0x100) if code not in accents and not 0x7F <= code <= 0x9F]
    codes += [bytes([accent, letter]) for accent in accents for letter in range(0x41, 0x7B)]
    table: dict[str, bytes] = {}
    for code in codes:
        try:
            text = iso6937.decode(code, "strict")[0]
        except (UnicodeDecodeError, LookupError, IndexError):
            continue
        if len(text) == 1:
            table.setdefault(text, code)
    return table


def _gsi(count: int, blocks: int, appearance: Appearance, form: tuple[str, int]) -> bytes:
    """The general subtitle information: fields of ASCII digits and text, by their length."""
    table, fps = form
    today = datetime.datetime.now(tz=datetime.UTC).strftime("%y%m%d")
    title = one_line(appearance.title).encode("cp850", "replace")[:32]
    fields = [b"850", f"STL{fps}.01".encode(), b"0", table.encode(), b"00", title.ljust(32), b" " * 32, title.ljust(32)]
    fields += [b" " * 32, b" " * 32, b" " * 32, b" " * 16, today.encode(), today.encode(), b"00", f"{blocks:05d}".encode()]
    fields += [f"{count:05d}".encode(), b"001", f"{_COLUMNS:02d}".encode(), f"{_ROWS:02d}".encode(), b"1", b"00000000"]
    fields += [b"00000000", b"1", b"1", b"   ", b" " * 32, b" " * 32, b" " * 32]
    return b"".join(fields).ljust(_GSI_BYTES, b" ")[:_GSI_BYTES]


def _tti(number: int, cue: Cue, lines: Sequence[Sequence[Run]], form: tuple[str, int]) -> Iterator[bytes]:
    """The blocks of one subtitle: the text goes on in extension blocks if it is long."""
    table, fps = form
    text = bytes([_NEW_LINE]).join(_line(line, table) for line in lines)
    parts = [text[k : k + _TEXT_BYTES] for k in range(0, len(text), _TEXT_BYTES)] or [b""]
    vertical = (max(1, _ROWS - 2 * len(lines) + 1), _ROWS // 2, 1)[cue.place.row]
    for k, part in enumerate(parts):
        block = _LAST_BLOCK if k == len(parts) - 1 else k
        head = bytes([0, number & 0xFF, number >> 8 & 0xFF, block, 0])
        times = _code(cue.start_s, fps) + _code(cue.end_s, fps)
        yield head + times + bytes([vertical, (1, 2, 3)[cue.place.column], 0]) + part.ljust(_TEXT_BYTES, bytes([_UNUSED]))


def _line(line: Sequence[Run], table: str) -> bytes:
    out, before = bytearray(), Look()
    for run in line:
        out += _change(before, run.look)
        text = run.text.translate(CONTROL) + (f"({run.ruby})" if run.ruby else "")
        for character in text:
            for one in _INSTEAD.get(character, character) if _encoded(character, table) is None else character:
                out += _encoded(one, table) or b"?"
        before = run.look
    return bytes(out + _change(before, Look()))


def _change(before: Look, after: Look) -> bytes:
    pairs = [(getattr(before, name), getattr(after, name), on, off) for name, on, off in _ON_OFF]
    return bytes(on if new else off for old, new, on, off in pairs if old != new)


def _code(time_s: float, fps: int) -> bytes:
    frames = round(time_s * fps)
    seconds, frame = divmod(frames, fps)
    return bytes([seconds // 3600 % 24, seconds // 60 % 60, seconds % 60, frame])
