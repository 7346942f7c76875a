"""Lyrics (`.lrc`): `[mm:ss.xx]` before a line, `<mm:ss.xx>` before a word; a stamp without text starts a silence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from video_pipeline.core import timecode
from video_pipeline.core.cue import Cue
from video_pipeline.core.transcript import Token
from video_pipeline.subtitles.formats.base import CONTROL, Appearance, Draft, Match, Report, one_line
from video_pipeline.subtitles.labels import labelled_lines, prefix
from video_pipeline.subtitles.read.stamps import seconds
from video_pipeline.subtitles.word_times import shown_words

_GAP_S = 0.5
"""Shortest gap between cues that is written as a silence. Shorter gaps only separate cues for the eye."""
_SAFE = CONTROL | str.maketrans({"[": "(", "]": ")", "<": "＜", ">": "＞"})
"""Players interpret brackets as stamps and tags."""
_CLOCK = r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.:](\d{1,3}))?"
_STAMPS = re.compile(rf"^\s*((?:\[{_CLOCK}\]\s*)+)(.*)$")
_STAMP = re.compile(rf"\[{_CLOCK}\]")
_WORD_STAMP = re.compile(rf"<{_CLOCK}>")
_TAG = re.compile(r"^\s*\[([a-z#]+):(.*)\]\s*$", re.IGNORECASE)
_LAST_S = 5.0
"""Duration given to the last line, because nothing in the file ends it."""


class LrcFormat:
    """Writes each cue as one line, its own lines joined by a space.

    Reads a line as lasting until the next stamp. A line with several stamps is repeated at each of them, and
    `[offset:+500]` shows all lines half a second earlier.
    """

    suffixes = ("lrc",)
    holds = frozenset[str]()
    resolution_ms = 10

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str:
        shown = [cue for cue in cues if labelled_lines(cue, appearance.labels)]
        out = [f"[ti:{one_line(appearance.title).translate(_SAFE)}]"] if appearance.title.strip() else []
        out += [f"[#:{one_line(appearance.note).translate(_SAFE)}]"] if appearance.note else []
        for cue, after in zip(shown, [*shown[1:], None], strict=False):
            out.append(f"[{timecode.lrc(cue.start_s)}]{_text(cue, appearance)}")
            if after is None or after.start_s - cue.end_s >= _GAP_S:
                out.append(f"[{timecode.lrc(cue.end_s)}]")
        return appearance.mark + "".join(f"{line}\n" for line in out)

    def match(self, text: str) -> Match:
        return Match.PATTERN if any(_STAMPS.match(line) for line in text.split("\n")) else Match.NONE

    def read(self, text: str, report: Report) -> list[Draft]:
        offset_s, found = 0.0, []
        for number, line in enumerate(text.split("\n"), 1):
            if stamps := _STAMPS.match(line):
                words = stamps.groups()[-1]
                found += [(seconds(*stamp.groups()), words, number) for stamp in _STAMP.finditer(stamps.group(1))]
            elif tag := _TAG.match(line):
                if tag.group(1).lower() == "offset" and re.fullmatch(r"\s*[+-]?\d+\s*", tag.group(2)):
                    offset_s = int(tag.group(2)) / 1000
            elif line.strip():
                report.add("text without a time", number, line.strip()[:40])
        found.sort(key=lambda one: one[0])
        drafts = []
        for k, (start_s, words, number) in enumerate(found):
            later = (time_s for time_s, _, _ in found[k + 1 :] if time_s > start_s)
            end_s = next(later, start_s + _LAST_S)
            if words.strip():
                drafts.append(_draft(words, start_s - offset_s, end_s - offset_s, offset_s, number))
        return drafts


def _text(cue: Cue, appearance: Appearance) -> str:
    if appearance.style.words == "plain" or not cue.lines:
        return one_line(" ".join(labelled_lines(cue, appearance.labels))).translate(_SAFE)
    words = [
        f"<{timecode.lrc(word.start_s)}>{one_line(word.text).translate(_SAFE)}" for line in shown_words(cue) for word in line
    ]
    return prefix(cue, appearance.labels).translate(_SAFE) + " ".join(words)


def _draft(words: str, start_s: float, end_s: float, offset_s: float, number: int) -> Draft:
    stamps = [(seconds(*stamp.groups()) - offset_s, stamp) for stamp in _WORD_STAMP.finditer(words)]
    plain = _WORD_STAMP.sub("", words)
    tokens = []
    for k, (time_s, stamp) in enumerate(stamps):
        next_s, stop = (stamps[k + 1][0], stamps[k + 1][1].start()) if k + 1 < len(stamps) else (end_s, len(words))
        if (text := words[stamp.end() : stop]).strip() and next_s >= time_s:
            tokens.append(Token(time_s, next_s, text))
    whole = "".join(token.text for token in tokens).split() == plain.split()
    return Draft(start_s, end_s, plain, line=number, tokens=tuple(tokens) if whole else ())
