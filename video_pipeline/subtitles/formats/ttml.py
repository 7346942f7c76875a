"""TTML and its profiles (`.ttml`, `.dfxp`, `.itt`): emotions are styles, speakers are agents."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from video_pipeline.core import timecode
from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import SHOWN_EMOTIONS, Emotion, Language
from video_pipeline.core.palette import BACKDROP_COLOUR, PLAIN_COLOUR, SOUND_COLOUR
from video_pipeline.core.transcript import main_language
from video_pipeline.subtitles.formats.base import CONTROL, Appearance, Draft, Match, Report, Unreadable, one_line
from video_pipeline.subtitles.labels import labelled_lines
from video_pipeline.subtitles.read.broken_xml import tree_of
from video_pipeline.subtitles.read.languages import language_of_tag
from video_pipeline.subtitles.read.markup import emotion_named
from video_pipeline.subtitles.read.stamps import seconds

_TAGS = {Language.ZH: "zh-Hans", Language.UNKNOWN: "und"}
"""BCP 47 tags that differ from the names of our languages."""
_PROFILE = "http://www.w3.org/ns/ttml/profile/imsc1.1/text"
_NAMESPACES = (
    'xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata" '
    'xmlns:ttp="http://www.w3.org/ns/ttml#parameter" xmlns:tts="http://www.w3.org/ns/ttml#styling"'
)
_WIDE_SHARE = 0.05
"""Usual height of a line as a share of the height of a wide picture."""
_TALL_SHARE = 0.04
"""The same for a picture that is taller than wide."""
_ROOT = re.compile(r"<(?:\w+:)?tt[\s>]")
_HEAD_CHARACTERS = 5000
"""Number of characters at the start of the file in which the root element is searched."""
_BARE_AMPERSAND = re.compile(r"&(?!(?:#\d+|#x[0-9a-fA-F]+|amp|lt|gt|quot|apos);)")
_CLOCK_TIME = re.compile(r"(\d+):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?")
_FRAME_TIME = re.compile(r"(\d+):(\d{1,2}):(\d{1,2}):(\d+)(?:\.\d+)?")
_OFFSET_TIME = re.compile(r"(\d+(?:\.\d+)?)(h|ms|m|s|f|t)")
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_FRAME_RATE_HZ = 30.0
"""Frame rate of documents that declare none (the default of `ttp:frameRate`)."""
_NO_END_S = 5.0
"""Duration given to a cue whose end nothing in the document says."""
_LINE_BREAK = "\x1f"
"""Stands for `br` while spaces are collapsed."""


class TtmlFormat:
    """Writes the text profile of IMSC 1.1, which broadcasters and streaming services accept.

    Times are on the media clock and lengths are shares of the picture, so one file fits every size.

    Reads one cue for each timed leaf: a `p`, or each `span` in it that has times of its own. Times may be nested and may be
    counted in frames or ticks.
    """

    suffixes = ("ttml", "xml", "dfxp", "itt")
    resolution_ms = 1

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str:
        shown = [cue for cue in cues if labelled_lines(cue, appearance.labels)]
        language = main_language(shown)
        speakers = list(dict.fromkeys(name for cue in shown if (name := one_line(cue.speaker or ""))))
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<tt {_NAMESPACES} ttp:contentProfiles="{_PROFILE}" ttp:timeBase="media" xml:lang="{_tag(language)}">',
            "  <head>",
            *_metadata(appearance, speakers),
            "    <styling>",
            *_styles(shown, appearance),
            "    </styling>",
            "    <layout>",
            _region(appearance),
            "    </layout>",
            "  </head>",
            '  <body region="bottom" style="plain">',
            "    <div>",
            *(_paragraph(cue, language, speakers, appearance.labels) for cue in shown),
            "    </div>",
            "  </body>",
            "</tt>",
        ]
        return appearance.mark + "\n".join(lines) + "\n"

    def match(self, text: str) -> Match:
        return Match.SIGNATURE if _ROOT.search(text[:_HEAD_CHARACTERS]) else Match.NONE

    def read(self, text: str, report: Report) -> list[Draft]:
        root = _parsed(text, report)
        rate_fps = _number(root, "frameRate", _FRAME_RATE_HZ) * _ratio(root)
        units = _TimeUnits(rate_fps, _number(root, "tickRate", rate_fps * _number(root, "subFrameRate", 1.0)))
        report.language = language_of_tag(root.get(_XML_LANG, ""))
        agents = {name: words for agent in root.iter() if _local(agent) == "agent" for name, words in _agent(agent)}
        body = next((element for element in root.iter() if _local(element) == "body"), None)
        return [] if body is None else _walk(body, _Place(), units, agents)[0]


def _metadata(appearance: Appearance, speakers: list[str]) -> list[str]:
    agents = [
        f'      <ttm:agent type="person" xml:id="speaker{k}"><ttm:name type="full">{_plain(name)}</ttm:name></ttm:agent>'
        for k, name in enumerate(speakers, 1)
    ]
    facts = {"title": one_line(appearance.title), "desc": one_line(appearance.note)}
    head = [f"      <ttm:{name}>{_plain(fact)}</ttm:{name}>" for name, fact in facts.items() if fact]
    return ["    <metadata>", *head, *agents, "    </metadata>"] if head or agents else []


def _styles(cues: Sequence[Cue], appearance: Appearance) -> list[str]:
    used = {cue.emotion for cue in cues}
    tall = appearance.height_px > appearance.width_px
    size = 100 * (appearance.style.size or (_TALL_SHARE if tall else _WIDE_SHARE))
    back = (
        f'tts:backgroundColor="{BACKDROP_COLOUR}"'
        if appearance.style.backdrop == "box"
        else f'tts:textOutline="{BACKDROP_COLOUR} 6%"'
    )
    plain = (
        f'tts:color="{PLAIN_COLOUR}" tts:fontFamily="proportionalSansSerif" tts:fontSize="{size:.1f}rh" tts:textAlign="center"'
    )
    styles = [f'<style xml:id="plain" {plain}/>', f'<style xml:id="words" {back}/>']
    styles += [f'<style xml:id="{e.value}" tts:color="{appearance.style.colour_of(e)}"/>' for e in SHOWN_EMOTIONS if e in used]
    if any(not cue.lines for cue in cues):
        styles.append(f'<style xml:id="sound" tts:color="{SOUND_COLOUR}" tts:fontStyle="italic"/>')
    return ["      " + style for style in styles]


def _region(appearance: Appearance) -> str:
    zone = appearance.safe_zone
    origin = f"{100 * zone.left:.2f}% {100 * zone.top:.2f}%"
    extent = f"{100 * (1 - zone.left - zone.right):.2f}% {100 * (1 - zone.top - zone.bottom):.2f}%"
    return f'      <region xml:id="bottom" tts:origin="{origin}" tts:extent="{extent}" tts:displayAlign="after"/>'


def _paragraph(cue: Cue, language: Language, speakers: list[str], labels: str) -> str:
    attributes = {"begin": timecode.vtt(cue.start_s), "end": timecode.vtt(cue.end_s)}
    if not cue.lines:
        attributes["style"] = "sound"
    elif cue.emotion in SHOWN_EMOTIONS:
        attributes["style"] = cue.emotion.value
    if cue.language is not language:
        attributes["xml:lang"] = _tag(cue.language)
    if name := one_line(cue.speaker or ""):
        attributes["ttm:agent"] = f"speaker{speakers.index(name) + 1}"
    written = " ".join(f'{key}="{html.escape(value)}"' for key, value in attributes.items())
    text = "<br/>".join(_plain(line) for line in labelled_lines(cue, labels))
    return f'      <p {written}><span style="words">{text}</span></p>'


def _tag(language: Language) -> str:
    return _TAGS.get(language, language.value)


def _plain(text: str) -> str:
    return html.escape(text.translate(CONTROL), quote=False)


@dataclass(frozen=True, slots=True)
class _TimeUnits:
    """What frames and ticks are worth in this document."""

    rate_fps: float
    tick_hz: float


@dataclass(frozen=True, slots=True)
class _Place:
    """What an element inherits from its parent."""

    start_s: float = 0.0
    """The time from which its own times count."""
    end_s: float | None = None
    """The time it cannot exceed."""
    sequence: bool = False
    """Its children follow each other instead of starting together."""
    emotion: Emotion | None = None
    language: str = ""


def _parsed(text: str, report: Report) -> Element:
    """The tree. Bare ampersands are escaped first; a document broken off is read up to the break."""
    text = text.lstrip()
    root, broken = tree_of(text)
    if broken is not None and _BARE_AMPERSAND.search(text):
        root, broken = tree_of(_BARE_AMPERSAND.sub("&amp;", text))
        report.add("bare ampersands")
    if root is None or (broken is not None and not any(_local(element) == "p" for element in root.iter())):
        raise Unreadable(f"its XML cannot be parsed: {broken or 'it has no root'}")
    if broken is not None:
        report.add("broken XML", broken.position[0], str(broken))
    return root


def _walk(element: Element, place: _Place, units: _TimeUnits, agents: dict[str, str]) -> tuple[list[Draft], float | None]:
    """The cues in an element, and its end if the document gives one."""
    start_s, end_s = _times(element, place, units)
    emotion = next(filter(None, map(emotion_named, element.get("style", "").split())), place.emotion)
    inner = _Place(start_s, end_s, element.get("timeContainer") == "seq", emotion, element.get(_XML_LANG) or place.language)
    if _local(element) in ("p", "span") and not any(_is_timed(child) for child in element.iter() if child is not element):
        text = _text(element)
        return ([_draft(element, text, inner, agents)] if text.strip() else []), end_s
    drafts: list[Draft] = []
    at_s = start_s
    for child in element:
        if _local(child) not in ("div", "p", "span", "body"):
            continue
        child_place = _Place(at_s if inner.sequence else start_s, end_s, False, inner.emotion, inner.language)
        found, child_end_s = _walk(child, child_place, units, agents)
        drafts += found
        at_s = child_end_s if child_end_s is not None else at_s
    return drafts, at_s if end_s is None and inner.sequence else end_s


def _times(element: Element, place: _Place, units: _TimeUnits) -> tuple[float, float | None]:
    begin, end, duration = (_seconds(_attribute(element, name), units) for name in ("begin", "end", "dur"))
    start_s = place.start_s + (begin or 0.0)
    ends = [place.start_s + end] if end is not None else []
    ends += [start_s + duration] if duration is not None else []
    ends += [place.end_s] if place.end_s is not None else []
    return start_s, min(ends) if ends else None


def _draft(element: Element, text: str, place: _Place, agents: dict[str, str]) -> Draft:
    speaker = agents.get((_attribute(element, "agent") or "").lstrip("#"))
    language = language_of_tag(place.language)
    end_s = place.end_s if place.end_s is not None else place.start_s + _NO_END_S
    return Draft(place.start_s, end_s, text, speaker=speaker, emotion=place.emotion, language=language)


def _text(element: Element) -> str:
    """The text of an element: spaces collapse as in XML, `br` breaks the line, metadata is left out."""
    lines = "".join(_pieces(element)).split(_LINE_BREAK)
    return "\n".join(" ".join(line.split()) for line in lines)


def _pieces(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if _local(child) == "br":
            yield _LINE_BREAK
        elif _local(child) == "span":
            yield from _pieces(child)
        yield child.tail or ""


def _seconds(text: str | None, units: _TimeUnits) -> float | None:
    text = (text or "").strip()
    if found := _FRAME_TIME.fullmatch(text):
        return seconds(found.group(1), found.group(2), found.group(3), None) + int(found.group(4)) / units.rate_fps
    if found := _CLOCK_TIME.fullmatch(text):
        return seconds(*found.groups())
    if found := _OFFSET_TIME.fullmatch(text):
        unit_s = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001, "f": 1 / units.rate_fps, "t": 1 / units.tick_hz}
        return float(found.group(1)) * unit_s[found.group(2)]
    return None


def _agent(agent: Element) -> Iterator[tuple[str, str]]:
    name = agent.get(_XML_ID)
    words = " ".join("".join(agent.itertext()).split())
    if name and words:
        yield name, words


def _number(root: Element, name: str, default: float) -> float:
    try:
        return float(_attribute(root, name) or default) or default
    except ValueError:
        return default


def _ratio(root: Element) -> float:
    found = re.fullmatch(r"(\d+)[ :](\d+)", (_attribute(root, "frameRateMultiplier") or "").strip())
    return int(found.group(1)) / int(found.group(2)) if found and int(found.group(2)) else 1.0


def _attribute(element: Element, name: str) -> str | None:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), None)


def _is_timed(element: Element) -> bool:
    return _local(element) in ("span", "p") and any(element.get(name) for name in ("begin", "end", "dur"))


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
