"""`translations.json`, what a person changed in it, and the cues that are made of it."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import Emotion, Language
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import AudioEvent, Segment, Token
from video_pipeline.subtitles.labelling import with_labels
from video_pipeline.subtitles.layout import make_cues
from video_pipeline.subtitles.qc import Finding, check
from video_pipeline.subtitles.read.languages import language_of_tag
from video_pipeline.subtitles.rules import SubtitleOptions
from video_pipeline.subtitles.target import TargetSentence, as_segments, in_cues
from video_pipeline.translate.base import Sentence, Usage
from video_pipeline.video.workspace import EDITS_FILE, Workspace

UNTRANSLATED = "untranslated"
"""Rule that a cue breaks whose sentence is still in its own language."""
_SPARE = 0.97
"""Of what can be read in the time: breaks seldom come out even."""
_LEAST_CHARACTERS = 6


@dataclass(frozen=True, slots=True)
class SpokenSentence(Span):
    """A sentence as it was said."""

    text: str
    _: KW_ONLY
    language: Language = Language.UNKNOWN
    speaker: str | None = None
    emotion: Emotion | None = None
    emotion_p: float = 0.0
    tokens: tuple[Token, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InOneLanguage:
    """All sentences in one target language."""

    texts: tuple[str, ...]
    """In the order of the sentences, each exactly one."""
    faults: Mapping[int, str] = field(default_factory=dict)
    """Why a sentence is still in its own language, by its number from 0."""
    usage: Usage = field(default_factory=Usage)
    """What the last run cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslationsFile:
    """`translations.json`."""

    language: Language
    """That most of it is in."""
    translator: str
    sentences: tuple[SpokenSentence, ...]
    languages: Mapping[str, InOneLanguage]
    """By tag."""
    schema_version: int = 1

    def with_text(self, tag: str, number: int, text: str) -> TranslationsFile:
        """With another translation of one sentence."""
        own = self.languages[tag]
        texts = (*own.texts[:number], text, *own.texts[number + 1 :])
        faults = {k: fault for k, fault in own.faults.items() if k != number}
        return dataclasses.replace(self, languages={**self.languages, tag: dataclasses.replace(own, texts=texts, faults=faults)})


@dataclass(frozen=True, slots=True)
class Edit:
    """A translation by a person."""

    source: str
    nth: int
    """How often the same sentence stands before it."""
    text: str


@dataclass(frozen=True, slots=True)
class EditsFile:
    """`translation_edits.json`: a person's, which no run overwrites. An edit counts as long as its sentence is the same."""

    edits: Mapping[str, tuple[Edit, ...]] = field(default_factory=dict)
    """By tag of the target language."""
    schema_version: int = 1

    def of(self, tag: str, sources: Sequence[str]) -> dict[int, str]:
        """Texts by the number of the sentence."""
        known = {(edit.source, edit.nth): edit.text for edit in self.edits.get(tag, ())}
        return {k: known[place] for k, place in enumerate(_places(sources)) if place in known}

    def with_edit(self, tag: str, sources: Sequence[str], number: int, text: str) -> EditsFile:
        """With another one; an empty text takes an earlier one back."""
        place = list(_places(sources))[number]
        kept = tuple(edit for edit in self.edits.get(tag, ()) if (edit.source, edit.nth) != place)
        return dataclasses.replace(self, edits={**self.edits, tag: (*kept, Edit(*place, text)) if text else kept})


def edits_in(space: Workspace) -> EditsFile:
    """Raises BadRecord."""
    path = space.path(EDITS_FILE)
    return space.read_json(path, EditsFile) if path.is_file() else EditsFile()


def _places(sources: Iterable[str]) -> Iterable[tuple[str, int]]:
    seen: Counter[str] = Counter()
    for text in sources:
        yield text, seen[text]
        seen[text] += 1


def stored(sentence: Sentence) -> SpokenSentence:
    return SpokenSentence(
        round(sentence.start_s, 3),
        round(sentence.end_s, 3),
        sentence.text,
        language=sentence.language,
        speaker=sentence.speaker,
        emotion=sentence.emotion,
        emotion_p=sentence.emotion_p,
        tokens=sentence.tokens,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What cues of any language are laid out in."""

    options: SubtitleOptions
    events: Sequence[AudioEvent] = ()
    rate_fps: float | None = None
    cuts_s: Sequence[float] = ()
    media_end_s: float = math.inf
    """Where the video ends."""
    fixed: Sequence[Cue] = ()
    """Cues whose times stay: those of a file, or of another language that is shown together with this one. Empty: laid out."""

    def cues(self, sentences: Sequence[Span], texts: Sequence[str], tag: str) -> list[Cue]:
        """The cues of all sentences in one language."""
        own = language_of_tag(tag) or Language.UNKNOWN
        targets = [_target(one, text, own) for one, text in zip(sentences, texts, strict=True) if text.strip()]
        more = "" if tag == own else tag
        if self.fixed:
            cues = in_cues(self.fixed, targets, self.options)
        else:
            cues = make_cues(
                as_segments(targets),
                self.events,
                self.options,
                rate_fps=self.rate_fps,
                cuts_s=self.cuts_s,
                media_end_s=self.media_end_s,
            )
        return [dataclasses.replace(cue, tag=more) for cue in with_labels(cues, self.options)]

    def findings(self, cues: Sequence[Cue]) -> list[Finding]:
        """The rules that cues break."""
        events = None if self.fixed else self.events
        return check(cues, self.options, self.rate_fps, cuts_s=self.cuts_s, events=events)


def _target(sentence: Span, text: str, language: Language) -> TargetSentence:
    assert isinstance(sentence, SpokenSentence | Sentence)
    like = Segment(
        0.0, 0.0, "", language=language, emotion=sentence.emotion, emotion_p=sentence.emotion_p, speaker=sentence.speaker
    )
    return TargetSentence(start_s=sentence.start_s, end_s=sentence.end_s, text=text, said=sentence.tokens, like=like)


def too_long(sentences: Sequence[Span], texts: Sequence[str], tag: str, frame: Frame) -> dict[int, int]:
    """The sentences that cannot be read in their time or do not fit into their lines, with the characters that can."""
    cues = frame.cues(sentences, texts, tag)
    budgets: dict[int, int] = {}
    for finding in frame.findings(cues):
        if finding.rule not in ("speed_cps", "lines", "line_width"):
            continue
        cue = cues[finding.cue - 1]
        for k in sentences_in(cue, sentences):
            budget = max(_LEAST_CHARACTERS, int(len(texts[k]) * finding.limit / finding.value * _SPARE))
            budgets[k] = min(budget, budgets.get(k, budget))
    return budgets


def sentences_in(cue: Cue, sentences: Sequence[Span]) -> list[int]:
    """Numbers of the sentences of which a cue shows some words."""
    if cue.tokens:
        times = [token.middle_s for token in cue.tokens]
        return [k for k in _near(cue, sentences) if any(sentences[k].holds(time_s) for time_s in times)]
    return [k for k in _near(cue, sentences) if sentences[k].overlap_s(cue) > 0]


def _near(cue: Cue, sentences: Sequence[Span]) -> Iterable[int]:
    from bisect import bisect_left

    first = bisect_left(sentences, cue.start_s - 60.0, key=lambda one: one.start_s)
    for k in range(first, len(sentences)):
        if sentences[k].start_s >= cue.end_s:
            return
        yield k


def budgets_of(sentences: Sequence[Sentence], tag: str, options: SubtitleOptions) -> dict[int, int]:
    """The characters that can be read from the start of each sentence to that of the next."""
    reading = options.reading(language_of_tag(tag) or Language.UNKNOWN)
    nexts = [*(one.start_s for one in sentences[1:]), float("inf")]
    found = {}
    for k, (one, next_s) in enumerate(zip(sentences, nexts, strict=True)):
        shown_s = max(options.least_s, min(next_s - one.start_s, one.duration_s + options.linger_s + options.longest_s / 2))
        found[k] = max(_LEAST_CHARACTERS, int(shown_s * reading.speed_cps))
    return found


def untranslated(cues: Sequence[Cue], sentences: Sequence[Span], faults: Iterable[int]) -> list[Finding]:
    """A finding for each cue with a sentence that is still in its own language."""
    kept = set(faults)
    found = ((number, cue) for number, cue in enumerate(cues, 1) if cue.lines)
    return [Finding(number, UNTRANSLATED, 0, 1, False) for number, cue in found if kept & set(sentences_in(cue, sentences))]
