"""What pysubs2 reads well: Advanced SubStation Alpha and its elder, and MicroDVD. Lines it chokes on are left out and told."""

from __future__ import annotations

import re
import warnings
from typing import Any

from video_pipeline.core.transcript import Token
from video_pipeline.subtitles.read.base import Draft, Report, Unreadable
from video_pipeline.subtitles.read.markup import emotion_named

_ASS = re.compile(r"^\s*\[(?:Script Info|V4\+? Styles|Events)\]|^Dialogue:\s*\S", re.MULTILINE | re.IGNORECASE)
_DIALOGUE = re.compile(r"^\s*Dialogue:", re.IGNORECASE)
_ASS_HEAD = "[Script Info]\nScriptType: v4.00+\n\n[Events]"
_ASS_TIME = re.compile(r"\d+:\d{1,2}:\d{1,2}[.:,]\d{1,3}")
_OVERRIDE = re.compile(r"\{[^}]*\}")
_KARAOKE = re.compile(r"\\[kK][fo]?(\d+)")
_MICRODVD = re.compile(r"^\s*\{\d+\}\{\d+\}", re.MULTILINE)
_MICRODVD_FPS = 23.976  # where the file does not say


class AssReader:
    """ASS and SSA. Comments and drawings are no text; a style named after an emotion is one; `\\k` times make tokens."""

    def owns(self, text: str) -> bool:
        return _ASS.search(text) is not None

    def read(self, text: str, report: Report) -> list[Draft]:
        if "[events]" not in text.lower():
            report.add("missing section", 0, "[Events]")
        kept = []
        for number, line in enumerate(text.split("\n"), 1):
            if not _DIALOGUE.match(line):
                continue
            if len(_ASS_TIME.findall(line)) < 2:
                report.add("event without times", number, line[:60])
            else:
                kept.append(line.strip())
        return _events("\n".join([_ASS_HEAD, *kept]), "ass", report)


class MicroDvdReader:
    """`{25}{50}Text|second line`, in frames; the rate is in the first line, or 23.976 is taken and told."""

    def owns(self, text: str) -> bool:
        return _MICRODVD.search(text) is not None

    def read(self, text: str, report: Report) -> list[Draft]:
        first = _MICRODVD.sub("", text.strip().split("\n")[0]).strip()
        fps = None if re.fullmatch(r"\d+(\.\d+)?", first) else _MICRODVD_FPS
        if fps:
            report.add("frame rate not told", 1, f"{fps} frames a second taken")
        return _events(text, "microdvd", report, fps=fps)


def _events(text: str, kind: str, report: Report, **more: Any) -> list[Draft]:
    import pysubs2

    try:
        with warnings.catch_warnings(action="ignore"):  # about margins and layers, which are not text
            events = pysubs2.SSAFile.from_string(text, format_=kind, **more)
    except Exception as error:  # noqa: BLE001 - whatever a broken file makes of a parser
        raise Unreadable(f"its {kind} cannot be parsed: {error}") from None
    drafts = []
    for number, event in enumerate(events, 1):
        if event.is_comment or event.is_drawing:
            continue
        draft = Draft(event.start / 1000, event.end / 1000, event.plaintext, 0, event.name.strip() or None)
        draft.emotion, draft.tokens = emotion_named(event.style), _karaoke(event.text, event.start / 1000)
        if _OVERRIDE.sub("", event.text) != event.text and not draft.tokens:
            report.add("markup left out", 0, f"event {number}")
        drafts.append(draft)
    return drafts


def _karaoke(text: str, start_s: float) -> tuple[Token, ...]:
    """A token per syllable: each `\\k` lasts so many hundredths of a second from where the one before ended."""
    tokens, at_s = [], start_s
    pieces = re.split(r"(\{[^}]*\})", text)
    for block, words in zip(pieces[1::2], pieces[2::2], strict=True):
        lengths = [int(found) for found in _KARAOKE.findall(block)]
        if not lengths:
            return ()
        at_s += sum(lengths[:-1]) / 100
        end_s = at_s + lengths[-1] / 100
        if words.strip():
            tokens.append(Token(at_s, end_s, re.sub(r"\\[Nn]", " ", words).replace(r"\h", " ")))
        at_s = end_s
    return tuple(tokens) if tokens and not pieces[0].strip() else ()
