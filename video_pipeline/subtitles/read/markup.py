"""Text without markup: tags and entities of SRT, WebVTT and SBV, and control characters, which belong in no text."""

from __future__ import annotations

import html
import re

from video_pipeline.core.labels import Emotion

_KNOWN_TAG = re.compile(r"</?(?:i|b|u|s|em|strong|font|span|p|c|v|lang|ruby|rt|br)(?:[\s.][^<>]*)?/?>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>|\[br\]", re.IGNORECASE)
_OVERRIDE = re.compile(r"\{(?:\\|[Yy]:)[^{}]*\}")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|amp|lt|gt|nbsp|quot|apos|lrm|rlm|shy|hellip|mdash|ndash);")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u2028\u2029\ufffe\uffff]")
_INVISIBLE = "\u200b\u200e\u200f\u2060 \t"
"""A line of these characters shows nothing."""
_SPEAKER = re.compile(r"^(?:>>+|»)\s*(?:([^:\n]{1,40}):\s+)?")


def without_tags(text: str) -> tuple[str, bool, bool]:
    """The text without tags and overrides, whether it had any, and whether it had entities. `a < b` and `{x}` are text."""
    plain = _KNOWN_TAG.sub("", _OVERRIDE.sub("", _BREAK.sub("\n", text.replace("\\N", "\n"))))
    unescaped = _ENTITY.sub(lambda found: html.unescape(found.group()), plain)
    return unescaped, plain != text, unescaped != plain


def without_control_characters(text: str) -> str:
    return _CONTROL.sub("", text)


def tidy_lines(text: str) -> tuple[str, ...]:
    """The lines that show something, without spaces at their ends and with single spaces between words."""
    lines = (" ".join(line.replace("\xa0", " ").split(" ")).strip() for line in text.splitlines())
    return tuple(re.sub(r"[ \t]+", " ", line) for line in lines if line.strip(_INVISIBLE))


def split_speaker(text: str) -> tuple[str | None, str]:
    """The speaker and the words of `>> NAME: words`, which is how broadcasters mark a new speaker."""
    found = _SPEAKER.match(text)
    return (found.group(1), text[found.end() :]) if found else (None, text)


def emotion_named(name: str) -> Emotion | None:
    """The emotion after which a style or a class is named, as in the files that video_pipeline writes."""
    name = name.strip().lower()
    return Emotion(name) if name in set(Emotion) else None
