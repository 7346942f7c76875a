"""What is shown in other languages: one alone, or two at once in cues at the same times."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import Language
from video_pipeline.subtitles.labels import prefix
from video_pipeline.subtitles.overlaps import joined
from video_pipeline.subtitles.qc import Finding
from video_pipeline.subtitles.rules import BY_LANGUAGE, SubtitleOptions, width
from video_pipeline.subtitles.style import BOTTOM_STYLE
from video_pipeline.video.stages.cues import Layout
from video_pipeline.video.translations import Frame, TranslationsFile

_WIDEST = 1.25
"""How much longer the lower line may be in letters: it is smaller in ASS and in pictures, but as large as the upper in SRT."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Subtitles in one language, or in two at once."""

    tag: str
    """`en`, or `zh-en` for two."""
    layout: Layout
    is_pair: bool = False
    """Each cue of the upper language is followed by that of the lower one at the same time."""

    def cues(self, format_name: str) -> Sequence[Cue]:
        """For a file: two languages are two cues only where a format gives each its own place and looks."""
        if not self.is_pair or format_name == "ass":
            return self.layout.cues
        return together(self.layout.cues)


def drawn_of(shown: Sequence[Shown]) -> Shown | None:
    """What is drawn into pictures: two languages at once, else the first; None where nothing was translated."""
    return next((one for one in shown if one.is_pair), next(iter(shown), None))


def paired(
    narrow: Frame, found: TranslationsFile, pair: Sequence[str], leading: int
) -> tuple[Sequence[Cue], tuple[Finding, ...]]:
    """The cues of two languages, the upper one before the lower one, and the rules that each of them breaks.

    Labels stand in the upper one, in its language.

    Args:
        narrow: of one line for each language.
        pair: tags, the upper one first.
        leading: which of them has its own times, which the other shares.
    """
    texts = [_texts(found, tag) for tag in pair]
    base = list(narrow.fixed) or narrow.cues(found.sentences, texts[leading], pair[leading])
    lower = dataclasses.replace(narrow, options=_of_lower_line(narrow.options))
    other = dataclasses.replace(lower if leading == 0 else narrow, fixed=[_without_labels(cue) for cue in base])
    beside = {(cue.start_s, bool(cue.lines)): cue for cue in other.cues(found.sentences, texts[1 - leading], pair[1 - leading])}
    cues: list[Cue] = []
    for cue in base:
        own = beside.get((cue.start_s, bool(cue.lines)))
        below: Cue | None = None
        if leading == 0 or own is None:
            upper, below = cue, own if cue.lines else None
        elif cue.lines:
            upper, below = labelled(own, cue, narrow.options)
        else:
            upper = own  # a sound alone
        cues += [upper, *([dataclasses.replace(below, style=BOTTOM_STYLE, emotion=None)] if below else [])]
    return cues, tuple(_pair_findings(cues, narrow, lower))


def labelled(upper: Cue, lower: Cue, options: SubtitleOptions) -> tuple[Cue, Cue]:
    """Both, with the labels of the lower one before the upper one, in its language; those without room there stay."""
    most = options.reading(upper.language).line_width
    for sound, starts in ((True, True), (True, False), (False, True)):
        moved = dataclasses.replace(upper, sound=lower.sound if sound else None, starts_emotion=lower.starts_emotion and starts)
        if width(prefix(moved, options.labels) + moved.lines[0], moved.language) <= most:
            return moved, dataclasses.replace(lower, sound=None if sound else lower.sound)
    return upper, lower


def _of_lower_line(options: SubtitleOptions) -> SubtitleOptions:
    """With the length of line that smaller letters leave room for."""
    usual = options.line_width or BY_LANGUAGE[Language.EN].line_width
    return dataclasses.replace(options, line_width=int(usual * min(_WIDEST, 1 / options.style.bottom_size)))


def _pair_findings(cues: Sequence[Cue], frame: Frame, lower_frame: Frame) -> Iterator[Finding]:
    """The rules that each of the two breaks: nobody reads both. Cues at the same time count as one."""
    upper = [cue for cue in cues if cue.style != BOTTOM_STYLE]
    numbers = {cue.start_s: number for number, cue in enumerate(upper, 1)}
    lower = [cue for cue in cues if cue.style == BOTTOM_STYLE]
    yield from frame.findings(upper)
    for finding in lower_frame.findings(lower):
        if finding.rule in ("speed_cps", "line_width", "lines", "kinsoku", "orphan"):
            yield dataclasses.replace(finding, cue=numbers.get(lower[finding.cue - 1].start_s, 1))


def _texts(found: TranslationsFile, tag: str) -> Sequence[str]:
    own = found.languages.get(tag)
    return own.texts if own is not None else [sentence.text for sentence in found.sentences]


def _without_labels(cue: Cue) -> Cue:
    return dataclasses.replace(cue, sound=None if cue.lines else cue.sound, starts_emotion=False, speaker_label="", marked=())


def together(cues: Sequence[Cue]) -> list[Cue]:
    """Cues in two languages as one cue each, the upper language first."""
    out: list[Cue] = []
    for cue in cues:
        if out and cue.style == BOTTOM_STYLE and out[-1].start_s == cue.start_s:
            out[-1] = dataclasses.replace(joined(out[-1], cue), language=out[-1].language, sound=out[-1].sound or cue.sound)
        else:
            out.append(dataclasses.replace(cue, style="") if cue.style == BOTTOM_STYLE else cue)
    return out
