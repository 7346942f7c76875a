"""TTML and its profiles (`.ttml`, `.dfxp`, `.itt`): emotions are styles, speakers are agents."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from video_pipeline.core import timecode
from video_pipeline.core.cue import Cue, Place, Run
from video_pipeline.core.labels import SHOWN_EMOTIONS, Language
from video_pipeline.core.palette import BACKDROP_COLOUR, PLAIN_COLOUR, SOUND_COLOUR
from video_pipeline.core.transcript import main_language
from video_pipeline.subtitles.formats.base import CONTROL, Appearance, Draft, Match, Report, one_line
from video_pipeline.subtitles.formats.tagged import labelled_runs
from video_pipeline.subtitles.formats.ttml_look import OWN_STYLES
from video_pipeline.subtitles.formats.ttml_reading import drafts_of
from video_pipeline.subtitles.labels import labelled_lines
from video_pipeline.subtitles.read.markup import emotion_named

_NAME = re.compile(r"[A-Za-z_][\w.-]*")
"""Names that XML identifiers can have."""
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


class TtmlFormat:
    """Writes the text profile of IMSC 1.1, which broadcasters and streaming services accept.

    Times are on the media clock and lengths are shares of the picture, so one file fits every size.

    Reads one cue for each timed leaf: a `p`, or each `span` in it that has times of its own; a timed `p` whose spans are its
    words is one cue with the times of its words. Times may be nested and may be counted in frames or ticks.
    """

    suffixes = ("ttml", "xml", "dfxp", "itt")
    resolution_ms = 1
    holds = frozenset(("italic", "bold", "underline", "strike", "colour", "ruby", "voice", "place", "style", "overlap"))

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str:
        shown = [cue for cue in cues if labelled_lines(cue, appearance.labels)]
        main = _main_tag(shown)
        speakers = _speakers(shown)
        regions = _regions(shown)
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<tt {_NAMESPACES} ttp:contentProfiles="{_PROFILE}" ttp:timeBase="media" xml:lang="{main}">',
            "  <head>",
            *_metadata(appearance, speakers),
            "    <styling>",
            *_styles(shown, appearance),
            "    </styling>",
            "    <layout>",
            _region(appearance),
            *(_region_of(place, name) for place, name in regions.items()),
            "    </layout>",
            "  </head>",
            '  <body region="bottom" style="plain">',
            "    <div>",
            *(_paragraph(cue, _Names(main, speakers, regions), appearance.labels) for cue in shown),
            "    </div>",
            "  </body>",
            "</tt>",
        ]
        return appearance.mark + "\n".join(lines) + "\n"

    def match(self, text: str) -> Match:
        return Match.SIGNATURE if _ROOT.search(text[:_HEAD_CHARACTERS]) else Match.NONE

    def read(self, text: str, report: Report) -> list[Draft]:
        return drafts_of(text, report)


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
    styles += [f'<style xml:id="{name}"/>' for name in sorted({_style(cue) for cue in cues} - {""})]
    if any(not cue.lines for cue in cues):
        styles.append(f'<style xml:id="sound" tts:color="{SOUND_COLOUR}" tts:fontStyle="italic"/>')
    return ["      " + style for style in styles]


def _region(appearance: Appearance) -> str:
    zone = appearance.safe_zone
    origin = f"{100 * zone.left:.2f}% {100 * zone.top:.2f}%"
    extent = f"{100 * (1 - zone.left - zone.right):.2f}% {100 * (1 - zone.top - zone.bottom):.2f}%"
    return f'      <region xml:id="bottom" tts:origin="{origin}" tts:extent="{extent}" tts:displayAlign="after"/>'


@dataclass(frozen=True, slots=True)
class _Names:
    """What paragraphs refer to."""

    main_tag: str
    speakers: list[str]
    regions: dict[Place, str]


def _region_of(place: Place, name: str) -> str:
    """A region for cues that stand elsewhere."""
    attributes = {"xml:id": name}
    if place.x is not None or place.y is not None:
        left, top, width, height = _box(place)
        attributes |= {"tts:origin": f"{_percent(left)} {_percent(top)}", "tts:extent": f"{_percent(width)} {_percent(height)}"}
    attributes["tts:displayAlign"] = ("after", "center", "before")[place.row]
    attributes["tts:textAlign"] = ("left", "center", "right")[place.column]
    if place.vertical:
        attributes["tts:writingMode"] = "tblr" if place.vertical == "lr" else "tbrl"
    return "      <region " + " ".join(f'{key}="{html.escape(value)}"' for key, value in attributes.items()) + "/>"


def _box(place: Place) -> tuple[float, float, float, float]:
    """Left, top, width and height of the box that a place means: its own, or as large as the picture allows."""
    x = place.x if place.x is not None else (0.05, 0.5, 0.95)[place.column]
    y = place.y if place.y is not None else (0.95, 0.5, 0.05)[place.row]
    width = place.width or (1 - x, 2 * min(x, 1 - x), x)[place.column]
    height = place.height or (y, 2 * min(y, 1 - y), 1 - y)[place.row]
    return x - width * place.column / 2, y - height * (1.0, 0.5, 0.0)[place.row], width, height


def _percent(share: float) -> str:
    return f"{100 * share:.3f}".rstrip("0").rstrip(".") + "%"


def _regions(cues: Sequence[Cue]) -> dict[Place, str]:
    """A name for each place that is not the usual one: that of the source, if it has one to itself."""
    names: dict[Place, str] = {}
    for place in dict.fromkeys(cue.place for cue in cues if not cue.place.is_usual or cue.place.region):
        free = _NAME.fullmatch(place.region) and place.region not in ("bottom", *names.values())
        names[place] = place.region if free else f"place{len(names) + 1}"
    return names


def _speakers(cues: Sequence[Cue]) -> list[str]:
    voices = (run.look.voice for cue in cues for line in cue.runs for run in line)
    return [name for name in dict.fromkeys(map(one_line, (*(cue.speaker or "" for cue in cues), *voices))) if name]


def _style(cue: Cue) -> str:
    """The name of its style in the source, if XML can have such a name."""
    taken = cue.style in OWN_STYLES or cue.emotion in SHOWN_EMOTIONS or not cue.lines or emotion_named(cue.style) is not None
    return cue.style if _NAME.fullmatch(cue.style) and not taken else ""


def _paragraph(cue: Cue, names: _Names, labels: str) -> str:
    attributes = {"begin": timecode.vtt(cue.start_s), "end": timecode.vtt(cue.end_s)}
    if not cue.lines:
        attributes["style"] = "sound"
    elif cue.emotion in SHOWN_EMOTIONS:
        attributes["style"] = cue.emotion.value
    elif style := _style(cue):
        attributes["style"] = style
    if region := names.regions.get(cue.place):
        attributes["region"] = region
    if (tag := cue.tag or _tag(cue.language)) != names.main_tag:
        attributes["xml:lang"] = tag
    if name := one_line(cue.speaker or ""):
        attributes["ttm:agent"] = _agent_id(name, names)
    written = " ".join(f'{key}="{html.escape(value)}"' for key, value in attributes.items())
    text = "<br/>".join("".join(_run(run, names) for run in line) for line in labelled_runs(cue, labels))
    return f'      <p {written}><span style="words">{text}</span></p>'


def _run(run: Run, names: _Names) -> str:
    """A run, in a span if it has a look of its own."""
    look, attributes = run.look, {}
    if look.italic:
        attributes["tts:fontStyle"] = "italic"
    if look.bold:
        attributes["tts:fontWeight"] = "bold"
    if lines := " ".join(name for name, on in (("underline", look.underline), ("lineThrough", look.strike)) if on):
        attributes["tts:textDecoration"] = lines
    if look.colour:
        attributes["tts:color"] = look.colour
    if voice := one_line(look.voice):
        attributes["ttm:agent"] = _agent_id(voice, names)
    text = _plain(run.text)
    if run.ruby:
        reading = f'<span tts:ruby="base">{text}</span><span tts:ruby="text">{_plain(run.ruby)}</span>'
        text = f'<span tts:ruby="container">{reading}</span>'
    written = " ".join(f'{key}="{html.escape(value)}"' for key, value in attributes.items())
    return f"<span {written}>{text}</span>" if attributes else text


def _agent_id(name: str, names: _Names) -> str:
    return f"speaker{names.speakers.index(name) + 1}"


def _main_tag(cues: Sequence[Cue]) -> str:
    """The tag of most of the cues."""
    language = main_language(cues)
    tags = Counter(cue.tag for cue in cues if cue.tag and cue.language is language)
    return tags.most_common(1)[0][0] if tags else _tag(language)


def _tag(language: Language) -> str:
    return _TAGS.get(language, language.value)


def _plain(text: str) -> str:
    return html.escape(text.translate(CONTROL), quote=False)
