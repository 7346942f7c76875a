"""The text of a WebVTT cue: its tags, and the style sheets that give classes and voices a look."""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from video_pipeline.core.cue import PLAIN, Look, Run
from video_pipeline.core.labels import Emotion
from video_pipeline.core.transcript import Token
from video_pipeline.subtitles.formats.base import Draft, Report
from video_pipeline.subtitles.read.markup import VTT_COLOURS, css_colour, emotion_named, with_flag
from video_pipeline.subtitles.read.stamps import seconds

_TAG = re.compile(r"<([^<>]*)(?:>|$)|<(?:c|i|b|u|v|lang|ruby|rt)[.\s][^<>]*(?=<)")
"""The last form is a tag whose end is missing, before another one."""
_STAMP = re.compile(r"(?:(\d{2,}):)?(\d{2}):(\d{2})\.(\d{3})")
_RULE = re.compile(r"::cue\s*(?:\(([^()]*(?:\([^()]*\))?[^()]*)\))?\s*\{([^{}]*)\}")
_CLASS = re.compile(r"(?:c|i|b|u|v)?\.([\w-]+)")
_VOICE = re.compile(r"v\[\s*voice\s*=\s*[\"']?([^\"'\]]+)[\"']?\s*\]")
_OWN = "sound"
"""Class that this package's writer gives to labels of sounds; its look is that of the label."""
_UNKNOWN_S = -1.0
"""Start of the words before the first stamp: that of the cue."""
_FLAGS = {"i": "italic", "b": "bold", "u": "underline", "s": "strike"}
_OVERRIDE = re.compile(r"\{\\[^{}]*\}")
_BRACE = re.compile(r"</?\s*(?:font|s)\b[^<>]*>", re.IGNORECASE)


@functools.lru_cache(maxsize=16)
def rules_of(sheet: str) -> Mapping[str, Look]:
    """The look of each class (`.name`) and voice (`v:NAME`) of a style sheet."""
    found: dict[str, Look] = {f".{name}": Look(colour=colour) for name, colour in VTT_COLOURS.items()}
    for selectors, body in _RULE.findall(sheet):
        for selector in (selectors or "").split(","):
            if name := _CLASS.fullmatch(selector.strip()):
                key = f".{name.group(1)}"
            elif voice := _VOICE.fullmatch(selector.strip()):
                key = f"v:{voice.group(1).strip()}"
            else:
                continue
            if emotion_named(key[1:]) is None and key != f".{_OWN}":
                found[key] = _look(body, found.get(key, PLAIN))
    return found


def _look(body: str, look: Look) -> Look:
    for line in body.split(";"):
        name, _, value = line.partition(":")
        name, value = name.strip().lower(), value.strip().lower()
        if name == "color":
            look = replace(look, colour=css_colour(value) or look.colour)
        elif name == "font-style" and value in ("italic", "oblique"):
            look = with_flag(look, "italic")
        elif name == "font-weight" and (value == "bold" or (value.isdigit() and int(value) >= 600)):
            look = with_flag(look, "bold")
        elif name == "text-decoration" and "underline" in value:
            look = with_flag(look, "underline")
        elif name == "text-decoration" and "line-through" in value:
            look = with_flag(look, "strike")
    return look


@dataclass(slots=True)
class _State:
    look: Look = PLAIN
    open: list[tuple[str, Look]] = field(default_factory=list)
    emotion: Emotion | None = None
    voices: list[str] = field(default_factory=list)
    ruby: int | None = None
    reading: list[str] | None = None


def cue_text(raw: str, rules: Mapping[str, Look], line: int, report: Report) -> Draft:
    """The text of a cue, without times. One voice is the speaker of the cue; of several each keeps its own words."""
    state, runs, stamps, done = _State(), list[Run](), list[tuple[int, float]](), 0
    if _OVERRIDE.search(raw) or _BRACE.search(raw):
        raw = _foreign(raw, line, report)
    for tag in _TAG.finditer(raw):
        _add(raw[done : tag.start()], state, runs)
        done = tag.end()
        if not tag.group().endswith(">"):
            report.add("unclosed tag", line, tag.group()[:40])
            _add(_words_of_unclosed(tag.group()), state, runs)
        elif stamp := _STAMP.fullmatch(tag.group(1)):
            stamps.append((len(runs), seconds(*stamp.groups())))
        else:
            _take(tag.group(1).replace("\n", " "), state, rules, runs)
    _add(raw[done:], state, runs)
    _end_reading(state, runs)
    text = "".join(run.text for run in runs)
    draft = Draft(0.0, None, text, line=line, emotion=state.emotion, tokens=_tokens(runs, stamps))
    if len(state.voices) == 1:
        draft.speaker = state.voices[0]
        runs = [replace(run, look=replace(run.look, voice="")) for run in runs]
    draft.runs = runs
    return draft


def _foreign(raw: str, line: int, report: Report) -> str:
    """Without the tags of SRT and ASS, which players of WebVTT show or drop."""
    plain = _OVERRIDE.sub("", _BRACE.sub("", raw))
    report.add("markup left out", line, "tags of another format")
    return plain


def _add(text: str, state: _State, runs: list[Run]) -> None:
    plain = html.unescape(text)
    if state.reading is not None:
        state.reading.append(plain)
    elif plain:
        runs.append(Run(plain, state.look))


def _take(tag: str, state: _State, rules: Mapping[str, Look], runs: list[Run]) -> None:
    if tag.startswith("/"):
        _close(tag[1:].strip().lower(), state, runs)
        return
    name, _, annotation = tag.partition(" ")
    kind, *classes = name.split(".")
    kind = kind.lower()
    if kind == "rt" and state.ruby is not None:
        state.reading = []
        return
    state.open.append((kind, state.look))
    if kind == "ruby":
        state.ruby = len(runs)
    elif kind in _FLAGS:
        state.look = with_flag(state.look, _FLAGS[kind])
    elif kind == "v" and (voice := html.unescape(annotation.strip())):
        if voice not in state.voices:
            state.voices.append(voice)
        state.look = replace(_over(state.look, rules.get(f"v:{voice}", PLAIN)), voice=voice)
    for one in classes:
        state.emotion = state.emotion or emotion_named(one)
        state.look = _over(state.look, rules.get(f".{one}", PLAIN))


def _over(look: Look, more: Look) -> Look:
    return replace(
        look,
        italic=look.italic or more.italic,
        bold=look.bold or more.bold,
        underline=look.underline or more.underline,
        strike=look.strike or more.strike,
        colour=more.colour or look.colour,
    )


def _close(kind: str, state: _State, runs: list[Run]) -> None:
    if kind in ("rt", "ruby"):
        _end_reading(state, runs)
        state.ruby = len(runs) if kind == "rt" and state.ruby is not None else None
    for k in range(len(state.open) - 1, -1, -1):
        if state.open[k][0] == kind:
            state.look = state.open[k][1]
            del state.open[k:]
            return


def _end_reading(state: _State, runs: list[Run]) -> None:
    if state.reading is None:
        return
    reading, state.reading = "".join(state.reading).strip(), None
    base = runs[state.ruby :] if state.ruby is not None else []
    if base and reading:
        runs[len(runs) - len(base) :] = [Run("".join(run.text for run in base), base[0].look, reading)]
    elif reading:
        runs.append(Run(reading, state.look))


def _words_of_unclosed(tag: str) -> str:
    """The text after an unclosed `<`: all of it if no tag name follows, otherwise what follows the name."""
    if not re.match(r"</?(?:[a-z]|\d\d:)", tag, re.IGNORECASE):
        return tag
    return re.split(r"\s", tag, maxsplit=1)[1] if re.search(r"\s", tag) else ""


def within(tokens: Sequence[Token], start_s: float, end_s: float | None) -> tuple[Token, ...]:
    """The tokens of `cue_text` in a cue with these times: none if they are not in order and inside it."""
    times = [start_s, *(token.start_s for token in tokens[1:]), end_s if end_s is not None else start_s - 1]
    if tokens[0].start_s != _UNKNOWN_S:
        times.insert(1, tokens[0].start_s)
    if times != sorted(times):
        return ()
    first_s = start_s if tokens[0].start_s == _UNKNOWN_S else tokens[0].start_s
    starts = [first_s, *(token.start_s for token in tokens[1:])]
    return tuple(Token(a, b, token.text) for a, b, token in zip(starts, [*starts[1:], times[-1]], tokens, strict=True))


def _tokens(runs: list[Run], stamps: list[tuple[int, float]]) -> tuple[Token, ...]:
    """A token from each stamp to the next. Their ends, and the start of a first one without a stamp, are unknown as yet."""
    if not stamps:
        return ()
    starts = [(0, _UNKNOWN_S), *stamps]
    ends = [*(at for at, _ in stamps), len(runs)]
    pieces = [("".join(run.text for run in runs[at:end]), time_s) for (at, time_s), end in zip(starts, ends, strict=True)]
    return tuple(Token(time_s, time_s, text.replace("\n", " ")) for text, time_s in pieces if text.strip())
