"""From bytes to text: byte order marks first, then UTF-8, then UTF-16 without a mark, then a guess among old code pages."""

from __future__ import annotations

import codecs

from video_pipeline.subtitles.formats.base import Report, Unreadable
from video_pipeline.subtitles.read.code_pages import FEW, Guess, guesses, is_clean, widest
from video_pipeline.subtitles.read.frequent import is_common

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_OTHER_ORDER = {"utf-16-le": "utf-16-be", "utf-16-be": "utf-16-le"}
_WESTERN = frozenset("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÖØÙÚÛÜßàáâãäåæçèéêëìíîïñòóôöøùúûüÿœŒ€“”„‘’‚–—…«»‹›¿¡°·£©®ªº½\xa0")
"""Characters of western European texts beyond ASCII. A text with only these is Windows-1252, whatever statistics say."""
_SURE = 0.2
"""chardet's confidence from which its guess of a single-byte encoding is preferred to Windows-1252."""
_MULTIBYTE = ("gb", "big5", "cp932", "shift", "euc", "cp949", "iso-2022", "johab", "utf", "hz")
"""Starts of names of multi-byte encodings. Their structure gives them away, so confidence does not matter."""
_SAMPLE_BYTES = 200_000
"""Most bytes that are given to chardet, which takes long over long texts."""
_ASCII_SHARE = 1 / 8
"""Characters of ASCII per byte from which bytes with zeros are UTF-16: the digits of times alone are more."""


_SHORT_BYTES = 400
"""Up to so many bytes beyond ASCII, the letters of languages tell more than statistics of pairs."""
_CERTAIN_COST = 1.25
"""Cost of a code page with one byte a character from which it is preferred to one with two bytes that fits too."""
_FAIR_COST = 1.0
"""Cost of a code page with one byte a character from which a few frequent characters of two bytes are likelier."""
_ALONE_SHARE = 0.5
"""From this share of bytes between ASCII on, a text is in Latin letters with one byte each."""
_WIDE_SHARE = 0.8
"""Share of usual characters from which a code page with two bytes a character fits."""
_MOSTLY = 0.9
"""Share of lines in UTF-8 from which the others may be in a code page with two bytes a character: its lines can look like it."""
_DOUBT = 0.35
"""Difference in cost between two code pages from which the cheaper one is certain."""


def decode(content: bytes, report: Report, stated: str = "", tag: str = "") -> tuple[str, str]:
    """The text with lines ending in `\\n`, and the name of its encoding. Undecodable bytes become U+FFFD.

    Args:
        stated: the encoding, if somebody says; empty to find it out.
        tag: BCP 47 tag of the language, which tells old code pages apart; empty if unknown.

    Raises:
        Unreadable: `stated` names no encoding.
    """
    text, encoding = _stated(content, stated) if stated else _decode(content, report, tag)
    if "\ufffd" in text:
        report.add("unreadable characters", _line_of(text, "\ufffd"), f"{text.count(chr(0xFFFD))} in {encoding}")
    if "\ufeff" in text:
        report.add("byte order mark inside", _line_of(text, "\ufeff"))
        text = text.replace("\ufeff", "")
    return _with_plain_line_ends(text, report), encoding


def _stated(content: bytes, encoding: str) -> tuple[str, str]:
    try:
        name = codecs.lookup(encoding).name
        return content.decode(name, "replace").removeprefix("\ufeff"), name
    except (LookupError, UnicodeError, AttributeError, TypeError):
        raise Unreadable(f"there is no encoding {encoding!r}") from None


def _decode(content: bytes, report: Report, tag: str) -> tuple[str, str]:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _after_mark(content[len(mark) :], encoding, report)
    if b"\0" in content:
        return _without_mark(content, report, tag)
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        broken = len(content) - error.start < 4 and error.reason == "unexpected end of data"
        if broken and any(byte > 127 for byte in content[: error.start]):
            return content.decode("utf-8", "replace"), "utf-8"  # the file ends in the middle of a character
    return _mixed(content, report, tag) or _guessed(content, report, tag)


def _mixed(content: bytes, report: Report, tag: str) -> tuple[str, str] | None:
    """A text put together from files in UTF-8 and in an old code page: each line as it was; None if it is none.

    At least half of the lines beyond ASCII have to be UTF-8: lines of a code page with one byte a character hardly ever are.
    """
    lines = content.splitlines(keepends=True)
    old = [number for number, line in enumerate(lines) if not _is_utf8(line)]
    kept = sum(not line.isascii() for line in lines) - len(old)
    if kept < len(old):
        return None
    encoding = _guessed(b"".join(lines[number] for number in old), Report(), tag)[1]
    if encoding.startswith(_MULTIBYTE) and kept < _MOSTLY * (kept + len(old)):
        return None
    report.add("mixed encodings", old[0] + 1, f"{len(old)} lines in {encoding}, the others in utf-8")
    for number in old:
        lines[number] = lines[number].decode(encoding, "replace").encode()
    return b"".join(lines).decode(), "utf-8"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _after_mark(content: bytes, encoding: str, report: Report) -> tuple[str, str]:
    if encoding in _OTHER_ORDER:
        other = _OTHER_ORDER[encoding]
        if _ascii_count(content, other) > 2 * _ascii_count(content, encoding) + 2:
            report.add("byte order", 0, f"the mark says {encoding}, the text is {other}")
            encoding = other
        if len(content) % 2:
            report.add("half a character at the end", 0)
            content = content[:-1]
    return content.decode(encoding, "replace"), encoding


def _without_mark(content: bytes, report: Report, tag: str) -> tuple[str, str]:
    """In UTF-16 every other byte of ASCII text is zero. Other zeros are noise, removed later with the control characters."""
    for encoding in _OTHER_ORDER:
        if _ascii_count(content, encoding) > len(content) * _ASCII_SHARE:
            report.add("byte order mark missing", 0, encoding)
            return content[: len(content) // 2 * 2].decode(encoding, "replace"), encoding
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _guessed(content, report, tag)


def _ascii_count(content: bytes, encoding: str) -> int:
    """Number of ASCII characters if the bytes are decoded like this."""
    return sum(character.isascii() and character != "\0" for character in content.decode(encoding, "ignore"))


def _guessed(content: bytes, report: Report, tag: str) -> tuple[str, str]:
    """A guess from the lines that differ between encodings: ASCII is the same in all of them.

    Short texts are judged by the letters of languages, longer ones by chardet.
    """
    distinctive = b"\n".join(line for line in content.splitlines() if any(byte > 127 for byte in line) or b"\x1b" in line)
    if wide := _few_common(distinctive, tag):
        report.add("encoding guessed", 0, wide)
        return content.decode(wide, "replace"), wide
    if best := _by_letters(distinctive, tag, content[:_SAMPLE_BYTES].decode("latin-1")):
        try:
            text = content.decode(best[0].encoding)
        except UnicodeDecodeError:
            pass  # a later line has a byte that the code page lacks
        else:
            if len(best) > 1 and not tag:
                report.add("encoding in doubt", 0, _question(best[0], best[1]))
            report.add("encoding guessed", 0, best[0].encoding)
            return text, best[0].encoding
    return _by_statistics(content, distinctive, report)


def _few_common(distinctive: bytes, tag: str) -> str:
    """The code page in which a few bytes are frequent characters of two bytes each; empty if there is none."""
    if tag or sum(byte > 127 for byte in distinctive) > 2 * FEW or _alone(distinctive) >= _ALONE_SHARE:
        return ""
    page, share = widest(distinctive)
    found = guesses(distinctive)
    sure = not found or found[0].cost > _FAIR_COST or is_common(distinctive.decode(page, "replace"), least=1.0)
    return page if share >= _WIDE_SHARE and sure else ""


def _by_letters(distinctive: bytes, tag: str, around: str) -> list[Guess]:
    """The code pages that make a text in a language of the bytes, likely ones only, the likeliest first.

    Empty if none does, if the bytes are many and no tag helps, or if they are an encoding with two bytes a character.
    """
    import chardet

    high = sum(byte > 127 for byte in distinctive)
    if b"\x1b" in distinctive or (high > _SHORT_BYTES and not tag):
        return []
    found = guesses(distinctive[:_SAMPLE_BYTES], tag, around)
    if not found or not is_clean(found[0]):
        return []
    unsure = found[0].cost > _CERTAIN_COST and not tag and _alone(distinctive) < _ALONE_SHARE
    if unsure and widest(distinctive)[1] >= _WIDE_SHARE:
        name = str(chardet.detect(distinctive[:_SAMPLE_BYTES])["encoding"] or "").lower()
        if name.startswith(_MULTIBYTE):
            return []
    return [guess for guess in found if guess.cost - found[0].cost < _DOUBT]


def _alone(content: bytes) -> float:
    """Share of the bytes beyond ASCII that stand between bytes of ASCII, as accented letters do."""
    high = [byte > 127 for byte in content]
    alone = sum(
        own and not before and not after for before, own, after in zip([False, *high], high, [*high[1:], False], strict=False)
    )
    return alone / max(1, sum(high))


def _question(best: Guess, rival: Guess) -> str:
    a, b = next(((x, y) for x, y in zip(best.text.split(), rival.text.split(), strict=False) if x != y), (best.text, rival.text))
    return f"{best.encoding} reads {a[:40]!r}, {rival.encoding} {b[:40]!r}"


def _by_statistics(content: bytes, distinctive: bytes, report: Report) -> tuple[str, str]:
    import chardet

    found = chardet.detect((distinctive or content)[:_SAMPLE_BYTES])
    name, sure = str(found["encoding"] or "cp1252").lower(), float(found["confidence"] or 0)
    if not name.startswith(_MULTIBYTE) and sure < _SURE and _is_western(distinctive):
        name = "cp1252"
    for encoding in (name, "cp1252"):
        try:
            text = content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        report.add("encoding guessed", 0, encoding)
        return text, encoding
    report.add("encoding guessed", 0, name)
    return content.decode(name, "replace"), name


def _is_western(content: bytes) -> bool:
    try:
        return all(c.isascii() or c in _WESTERN for c in content.decode("cp1252"))
    except UnicodeDecodeError:
        return False


def _with_plain_line_ends(text: str, report: Report) -> str:
    windows, total = text.count("\r\n"), text.count("\n")
    lone = text.count("\r") - windows
    if lone and (windows or total):
        report.add("mixed line ends", 0)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _line_of(text: str, what: str) -> int:
    return text.count("\n", 0, text.index(what)) + 1
