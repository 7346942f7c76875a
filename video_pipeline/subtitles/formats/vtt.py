"""WebVTT (`.vtt`): speakers are voices, emotions are classes with a style sheet, words may have times."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from video_pipeline.core import timecode
from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import SHOWN_EMOTIONS
from video_pipeline.core.palette import BACKDROP_COLOUR, PLAIN_COLOUR, SOUND_COLOUR
from video_pipeline.core.transcript import Token
from video_pipeline.subtitles.formats.base import CONTROL, Appearance, Draft, Match, Report, one_line
from video_pipeline.subtitles.labels import labelled_lines, prefix
from video_pipeline.subtitles.read.languages import language_of_tag
from video_pipeline.subtitles.read.markup import emotion_named
from video_pipeline.subtitles.read.stamps import Timing, seconds, timing_of
from video_pipeline.subtitles.style import StyleOptions
from video_pipeline.subtitles.word_times import shown_words

_SAFE = CONTROL | str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
"""`>` is escaped too, so that no text can contain an arrow."""
_LINE_SHARE = 0.1
"""Bottom margin, as a share of the picture's height, up to which players' own position for cues is low enough."""
_HEADER = re.compile(r"^\s*WEBVTT(?=$|\s)")
_LANGUAGE = re.compile(r"^Language:\s*(\S+)", re.MULTILINE)
_COMMENT = re.compile(r"^(?:NOTE|STYLE|REGION)(?=$|\s)|^Region:|^::cue")
_TAG = re.compile(r"<([^<>]*)(?:>|$)")
_STAMP = re.compile(r"(?:(\d{2,}):)?(\d{2}):(\d{2})\.(\d{3})")


class VttFormat:
    """Writes word times as stamps within the text if the style asks for them.

    Reads speakers, emotions (classes as this writer names them) and word times. Players drop text in a block without a
    timing line; this reader adds it to the cue before and reports it.
    """

    suffixes = ("vtt",)
    resolution_ms = 1

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str:
        shown = [cue for cue in cues if labelled_lines(cue, appearance.labels)]
        blocks = [
            "WEBVTT",
            *_notes(appearance.note),
            *_sheets(shown, appearance.style),
            *(_block(cue, appearance) for cue in shown),
        ]
        return appearance.mark + "\n\n".join(blocks) + "\n"

    def match(self, text: str) -> Match:
        if _HEADER.match(text):
            return Match.SIGNATURE
        return Match.PATTERN if any(timing_of(line, vtt=True) for line in text.split("\n")) else Match.NONE

    def read(self, text: str, report: Report) -> list[Draft]:
        if not (header := _HEADER.match(text)):
            report.add("missing header", 1, "WEBVTT")
        elif header.group() != "WEBVTT":
            report.add("spaces before the header", 1)
        head = text.split("\n\n", 1)[0]
        if found := _LANGUAGE.search(head):
            report.language = language_of_tag(found.group(1))
        lines = text.split("\n")
        drafts: list[Draft] = []
        for start, end in _blocks(lines, 1 if header else 0):
            if not _COMMENT.match(lines[start]) and not (header and start == 1 and ":" in lines[1] and "-->" not in lines[1]):
                _read_block(lines, start, end, drafts, report)
        return drafts


def _notes(note: str) -> list[str]:
    return [f"NOTE {_plain(one_line(note))}"] if note else []


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
            if last_ms < ms < timecode.to_ms(cue.end_s):  # stamps must increase within the cue
                out += f"<{timecode.vtt(word.start_s)}>"
                last_ms = ms
            out += _plain(word.text)
        lines.append(out)
    return label + "\n".join(lines)


def _plain(text: str) -> str:
    return text.translate(_SAFE)


def _blocks(lines: list[str], start: int) -> list[tuple[int, int]]:
    """Blocks of lines that are not empty, as `(first, end)`."""
    blocks: list[tuple[int, int]] = []
    for k in range(start, len(lines)):
        if not lines[k].strip():
            continue
        if blocks and blocks[-1][1] == k:
            blocks[-1] = (blocks[-1][0], k + 1)
        else:
            blocks.append((k, k + 1))
    return blocks


def _read_block(lines: list[str], start: int, end: int, drafts: list[Draft], report: Report) -> None:
    timings = [(k, timing) for k in range(start, end) if (timing := timing_of(lines[k], vtt=True))]
    before = timings[0][0] if timings else end
    if not timings:
        _orphan("\n".join(lines[start:end]), start, drafts, report)
        return
    if before > start + 1:
        report.add("text before a timing line", start + 1, lines[start][:40])
    ends = [k for k, _ in timings[1:]] + [end]
    for (at, timing), stop in zip(timings, ends, strict=True):
        if at != timings[0][0]:
            report.add("missing empty line", at + 1)
        if timing.oddity:
            report.add(timing.oddity, at + 1, lines[at].strip()[:60])
        drafts.append(_draft(timing, at, "\n".join(lines[at + 1 : stop]), report))


def _orphan(text: str, start: int, drafts: list[Draft], report: Report) -> None:
    if "-->" in text:
        report.add("unreadable timing line", start + 1, text.split("\n")[0][:60])
    elif drafts:
        report.add("empty line inside a cue", start + 1)
        drafts[-1].text += "\n" + _draft(Timing(0, 0), start, text, report).text
    else:
        report.add("text before the first cue", start + 1, text.split("\n")[0][:40])


def _draft(timing: Timing, at: int, raw: str, report: Report) -> Draft:
    """The first voice is the speaker of the cue; a class named after an emotion is its emotion."""
    pieces: list[tuple[float, str]] = [(timing.start_s, "")]
    draft = Draft(timing.start_s, timing.end_s, "", line=at + 1)
    done = 0
    for tag in _TAG.finditer(raw):
        before = raw[done : tag.start()]
        done = tag.end()
        if not tag.group().endswith(">"):
            report.add("unclosed tag", at + 1, tag.group()[:40])
            before += _words_of_unclosed(tag.group())
        pieces[-1] = (pieces[-1][0], pieces[-1][1] + before)
        if stamp := _STAMP.fullmatch(tag.group(1)):
            pieces.append((seconds(*stamp.groups()), ""))
        elif tag.group().endswith(">"):
            _take_tag(tag.group(1).replace("\n", " "), draft)
    pieces[-1] = (pieces[-1][0], pieces[-1][1] + raw[done:])
    plain = [(time_s, html.unescape(text)) for time_s, text in pieces]
    draft.text = "".join(text for _, text in plain)
    draft.tokens = _tokens(plain, timing)
    return draft


def _take_tag(tag: str, draft: Draft) -> None:
    name, _, annotation = tag.partition(" ")
    kind, *classes = name.split(".")
    if kind == "v" and draft.speaker is None:
        draft.speaker = html.unescape(annotation.strip()) or None
    draft.emotion = draft.emotion or next((found for one in classes if (found := emotion_named(one))), None)


def _words_of_unclosed(tag: str) -> str:
    """The text after an unclosed `<`: all of it if no tag name follows, otherwise what follows the name."""
    if not re.match(r"</?(?:[a-z]|\d\d:)", tag, re.IGNORECASE):
        return tag
    return re.split(r"\s", tag, maxsplit=1)[1] if re.search(r"\s", tag) else ""


def _tokens(pieces: list[tuple[float, str]], timing: Timing) -> tuple[Token, ...]:
    """A token from each stamp to the next, if the cue has stamps, in order and within its own time."""
    starts = [*(time_s for time_s, _ in pieces), timing.end_s]
    if len(pieces) < 2 or starts != sorted(starts):
        return ()
    spans = zip(starts, starts[1:], (text for _, text in pieces), strict=False)
    return tuple(Token(a, b, text.replace("\n", " ")) for a, b, text in spans if text.strip())
