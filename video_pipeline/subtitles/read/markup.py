"""Text with markup: tags and entities of SRT, WebVTT and their kin, and control characters, which belong in no text."""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from video_pipeline.core.cue import BOTTOM, Look, Place, Run
from video_pipeline.core.labels import Emotion
from video_pipeline.subtitles.read.overrides import Overrides

_TAG = re.compile(
    r"<(/?)(i|b|u|s|em|strong|strike|font|span|p|c|v|lang|ruby|rt|rp|rb|br)((?:\.[^\s<>]*)?(?:\s+[^<>&]*)?)\s*/?>", re.IGNORECASE
)
_SPACED_TAG = re.compile(r"<\s*(/?)\s*([ibusIBUS])\s*(/?)>")
"""`< i >`, which people write by hand."""
_BRACE = re.compile(r"\{\s*(/?)([ibusIBUS])\s*\}")
_OVERRIDE = re.compile(r"\{(\\[^{}]*)\}")
_MICRODVD = re.compile(r"\{([YyCcFfSsPpH]):([^{}]*)\}")
_BREAK = re.compile(r"\\N|<br\s*/?>|\[br\]", re.IGNORECASE)
_HARD_SPACE = re.compile(r"(?<![:\\/\w.]\\)(?<!:)\\h")
"""`\\h` is a blank of ASS, unless it stands in a path such as `C:\\home`."""
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|amp|lt|gt|nbsp|quot|apos|lrm|rlm|shy|hellip|mdash|ndash);")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u2028\u2029\ufffe\uffff]")
_INVISIBLE = "\u200b\u200e\u200f\u2060 \t\xa0\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""A line of these characters shows nothing."""
_SPEAKER = re.compile(r"^(?:>>+|»)\s*(?:([^:\n]{1,40}):\s+)?")
_PIECE = re.compile(
    "|".join(f"(?P<{name}>{one.pattern})" for name, one in (("br", _BREAK), ("over", _OVERRIDE), ("brace", _BRACE)))
    + r"|(?P<dvd>\{[YyCcFfSsPpH]:[^{}]*\})|(?P<tag><[^<>]*>)",
    re.IGNORECASE,
)
_FLAG_OF = {
    "i": "italic",
    "em": "italic",
    "b": "bold",
    "strong": "bold",
    "u": "underline",
    "s": "strike",
    "strike": "strike",
}
_COLOUR = re.compile(r"\bcolor\s*[=:]\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>;]+))", re.IGNORECASE)
_OTHER_ATTRIBUTE = re.compile(r"\b(face|size)\s*=", re.IGNORECASE)
VTT_COLOURS = {
    "white": "#ffffff",
    "lime": "#00ff00",
    "cyan": "#00ffff",
    "red": "#ff0000",
    "yellow": "#ffff00",
    "magenta": "#ff00ff",
    "blue": "#0000ff",
    "black": "#000000",
}
"""Classes with a colour of their own (WebVTT, section 5.1)."""


@dataclass(slots=True)
class Marked:
    """A text whose markup was understood."""

    runs: list[Run] = field(default_factory=list)
    place: Place = BOTTOM
    left_out: list[str] = field(default_factory=list)
    """Markup that means something that is not kept."""
    escaped: bool = False
    """It contained entities."""

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


def marked_text(text: str) -> Marked:
    """The runs of a text with tags, overrides and entities as SRT files contain them. `a < b` and `{x}` are text."""
    reader = _Reader()
    at = 0
    for piece in _PIECE.finditer(text):
        reader.add(text[at : piece.start()])
        reader.take(piece)
        at = piece.end()
    reader.add(text[at:])
    return reader.marked()


class _Reader:
    """Reads pieces in order and keeps the state of open tags."""

    def __init__(self) -> None:
        self._out = Marked()
        self._open: list[tuple[str, Look]] = []
        self._state = Overrides()
        self._ruby: int | None = None
        self._reading: list[str] | None = None
        self._parenthesis = False

    def add(self, text: str) -> None:
        if not text:
            return
        plain = _ENTITY.sub(lambda found: html.unescape(found.group()).replace("\xa0", " "), _HARD_SPACE.sub(" ", text))
        self._out.escaped = self._out.escaped or _ENTITY.search(text) is not None
        if self._parenthesis or self._state.drawing:
            return
        if self._reading is not None:
            self._reading.append(plain)
        else:
            self._out.runs.append(Run(plain, self._state.look))

    def take(self, piece: re.Match[str]) -> None:
        found = piece.group()
        if piece.group("br"):
            self.add("\n")
        elif piece.group("over"):
            self._state.take(found[1:-1])
        elif piece.group("brace"):
            brace = _BRACE.fullmatch(found)
            assert brace is not None
            self._flag(brace.group(2).lower(), closing=bool(brace.group(1)))
        elif piece.group("dvd"):
            self._microdvd(found)
        elif tag := _TAG.fullmatch(found) or _SPACED_TAG.fullmatch(found):
            self._tag(tag.group(2).lower(), tag.group(3) or "", closing=bool(tag.group(1)))
        else:
            self.add(found)

    def marked(self) -> Marked:
        self._end_reading()
        self._out.place = self._state.place
        self._out.left_out += self._state.left_out
        return self._out

    def _flag(self, name: str, *, closing: bool) -> None:
        if closing:
            self._close(name)
        else:
            self._open.append((name, self._state.look))
            self._state.look = with_flag(self._state.look, _FLAG_OF[name])

    def _tag(self, name: str, rest: str, *, closing: bool) -> None:
        if name in _FLAG_OF:
            self._flag(name, closing=closing)
        elif name in ("font", "span"):
            self._font(name, rest, closing=closing)
        elif name in ("ruby", "rt", "rp", "rb"):
            self._ruby_tag(name, closing=closing)
        elif name == "c" and not closing:
            self._open.append((name, self._state.look))
            classes = rest.lower().split()[0].split(".") if rest.strip() else []
            colour = next((VTT_COLOURS[one] for one in classes if one in VTT_COLOURS), "")
            self._state.look = replace(self._state.look, colour=colour or self._state.look.colour)
        elif name == "c":
            self._close(name)

    def _font(self, name: str, rest: str, *, closing: bool) -> None:
        if closing:
            self._close(name)
            return
        self._open.append((name, self._state.look))
        colour = _COLOUR.search(rest)
        if colour and (value := css_colour(next(filter(None, colour.groups()), ""))):
            self._state.look = replace(self._state.look, colour=value)
        self._out.left_out += [f"font {other.lower()}" for other in _OTHER_ATTRIBUTE.findall(rest)]

    def _close(self, name: str) -> None:
        """The look before the last tag of that name; later tags that are still open are closed too."""
        for k in range(len(self._open) - 1, -1, -1):
            if self._open[k][0] == name:
                self._state.look = self._open[k][1]
                del self._open[k:]
                return

    def _ruby_tag(self, name: str, *, closing: bool) -> None:
        if name == "rp":
            self._parenthesis = not closing
        elif name == "rt" and not closing and self._ruby is not None:
            self._reading = []
        elif name == "rt" or (name == "ruby" and closing):
            self._end_reading()
            self._ruby = len(self._out.runs) if name == "rt" and self._ruby is not None else None
        elif name == "ruby":
            self._ruby = len(self._out.runs)

    def _end_reading(self) -> None:
        if self._reading is None:
            return
        base = self._out.runs[self._ruby :] if self._ruby is not None else []
        reading, self._reading = "".join(self._reading).strip(), None
        if base and reading:
            joined = Run("".join(run.text for run in base), base[0].look, reading)
            self._out.runs[len(self._out.runs) - len(base) :] = [joined]
        elif reading:
            self._out.runs.append(Run(reading, self._state.look))

    def _microdvd(self, found: str) -> None:
        code, value = found[1], found[3:-1]
        if code in "Yy":
            for letter in value.lower():
                if letter in "ibus":
                    self._state.look = with_flag(self._state.look, _FLAG_OF[letter])
        elif code in "Cc" and re.fullmatch(r"\$[0-9A-Fa-f]{6}", value):
            self._state.look = replace(self._state.look, colour=f"#{value[5:7]}{value[3:5]}{value[1:3]}".lower())
        elif code in "Pp" and value.strip() == "0":
            self._state.place = Place(align=8)
        else:
            self._out.left_out.append(found)


def with_flag(look: Look, name: str) -> Look:
    """The look with one of `italic`, `bold`, `underline` and `strike` set."""
    if name == "italic":
        return replace(look, italic=True)
    if name == "bold":
        return replace(look, bold=True)
    return replace(look, underline=True) if name == "underline" else replace(look, strike=True)


@functools.cache
def css_colour(text: str) -> str:
    """`#rrggbb` of a colour as HTML and CSS name it, also hexadecimal without `#`; empty if it is none."""
    from PIL import ImageColor

    text = text.strip().strip("\"'").lower()
    if re.fullmatch(r"[0-9a-f]{6}|[0-9a-f]{8}", text):
        text = f"#{text}"
    try:
        red, green, blue = ImageColor.getrgb(text)[:3]
    except ValueError:
        return ""
    return f"#{red:02x}{green:02x}{blue:02x}"


def without_control_characters(text: str) -> str:
    return _CONTROL.sub("", text)


def tidy_lines(text: str) -> tuple[str, ...]:
    """The lines that show something, without spaces at their ends and with single spaces between words."""
    return tuple("".join(run.text for run in line) for line in tidy_runs([Run(text)]))


def tidy_runs(runs: Iterable[Run]) -> tuple[tuple[Run, ...], ...]:
    """The runs of each line that shows something, likewise. Equal looks side by side become one run; NO-BREAK SPACE is kept."""
    return tuple(line for one in _lines(runs) if (line := _tidy(one)))


def _lines(runs: Iterable[Run]) -> list[list[Run]]:
    lines: list[list[Run]] = [[]]
    for run in runs:
        first, *more = re.split(r"\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", run.text)
        lines[-1].append(replace(run, text=first))
        lines += [[replace(run, text=part)] for part in more]
    return lines


def _tidy(line: Sequence[Run]) -> tuple[Run, ...]:
    out: list[Run] = []
    for run in line:
        text = re.sub(r"[ \t]+", " ", run.text)
        if (not out or out[-1].text.endswith(" ")) and text.startswith(" "):
            text = text[1:]
        if not text:
            continue
        if out and out[-1].look == run.look and not out[-1].ruby and not run.ruby:
            out[-1] = replace(out[-1], text=out[-1].text + text)
        else:
            out.append(replace(run, text=text))
    return _stripped(out) if "".join(run.text for run in out).strip(_INVISIBLE) else ()


def _stripped(line: list[Run]) -> tuple[Run, ...]:
    """Without white space at the ends; what then is empty goes."""
    while line and not (text := line[0].text.lstrip()):
        line.pop(0)
    if line:
        line[0] = replace(line[0], text=text)
    while line and not (text := line[-1].text.rstrip()):
        line.pop()
    if line:
        line[-1] = replace(line[-1], text=text)
    return tuple(line)


def split_speaker(text: str) -> tuple[str | None, str]:
    """The speaker and the words of `>> NAME: words`, which is how broadcasters mark a new speaker."""
    found = _SPEAKER.match(text)
    return (found.group(1), text[found.end() :]) if found else (None, text)


def without_first(runs: Sequence[Run], count: int) -> tuple[Run, ...]:
    """The runs without their first `count` characters."""
    out: list[Run] = []
    for run in runs:
        text = run.text[count:]
        count = max(0, count - len(run.text))
        if text:
            out.append(replace(run, text=text, ruby=run.ruby if text == run.text else ""))
    return tuple(out)


def emotion_named(name: str) -> Emotion | None:
    """The emotion after which a style or a class is named, as in the files that video_pipeline writes."""
    name = name.strip().lower()
    return Emotion(name) if name in set(Emotion) else None
