"""TTML in the text profile of IMSC 1.1, which broadcasters and streaming services take: emotions are styles, speakers agents."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from video_pipeline.core import timecode
from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import SHOWN_EMOTIONS, Language
from video_pipeline.core.palette import BACKDROP_COLOUR, PLAIN_COLOUR, SOUND_COLOUR
from video_pipeline.core.transcript import main_language
from video_pipeline.subtitles.base import CONTROL, Appearance, one_line
from video_pipeline.subtitles.labels import labelled_lines

_TAGS = {Language.ZH: "zh-Hans", Language.UNKNOWN: "und"}
_PROFILE = "http://www.w3.org/ns/ttml/profile/imsc1.1/text"
_NAMES = (
    'xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata" '
    'xmlns:ttp="http://www.w3.org/ns/ttml#parameter" xmlns:tts="http://www.w3.org/ns/ttml#styling"'
)


class TtmlFormat:
    """Times are of the media; lengths are shares of the picture, so one file fits every size."""

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str:
        shown = [cue for cue in cues if labelled_lines(cue, appearance.labels)]
        language = main_language(shown)
        speakers = list(dict.fromkeys(name for cue in shown if (name := one_line(cue.speaker or ""))))
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<tt {_NAMES} ttp:contentProfiles="{_PROFILE}" ttp:timeBase="media" xml:lang="{_tag(language)}">',
            "  <head>",
            *_metadata(appearance.title, speakers),
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


def _metadata(title: str, speakers: list[str]) -> list[str]:
    agents = [
        f'      <ttm:agent type="person" xml:id="speaker{k}"><ttm:name type="full">{_plain(name)}</ttm:name></ttm:agent>'
        for k, name in enumerate(speakers, 1)
    ]
    head = [f"      <ttm:title>{_plain(one_line(title))}</ttm:title>"] if title.strip() else []
    return ["    <metadata>", *head, *agents, "    </metadata>"] if head or agents else []


def _styles(cues: Sequence[Cue], appearance: Appearance) -> list[str]:
    used = {cue.emotion for cue in cues}
    tall = appearance.height_px > appearance.width_px
    size = 100 * (appearance.style.size or (0.04 if tall else 0.05))
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
    written = " ".join(f"{key}={quoteattr(value)}" for key, value in attributes.items())
    text = "<br/>".join(_plain(line) for line in labelled_lines(cue, labels))
    return f'      <p {written}><span style="words">{text}</span></p>'


def _tag(language: Language) -> str:
    return _TAGS.get(language, language.value)


def _plain(text: str) -> str:
    return escape(text.translate(CONTROL))
