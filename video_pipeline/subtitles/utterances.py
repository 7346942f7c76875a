"""Utterances: speech that may share cues. A long pause ends one, and so does another speaker, emotion or language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import SHOWN_EMOTIONS, Emotion, Language
from video_pipeline.core.sentences import ends_sentence
from video_pipeline.core.transcript import Segment
from video_pipeline.subtitles.atoms import FORCED, Atom, atoms_of
from video_pipeline.subtitles.breaks import CLAUSE_END, HELD, PHRASE, SENTENCE_END, penalties
from video_pipeline.subtitles.labels import prefix, speaker_label
from video_pipeline.subtitles.rules import SPACELESS, ReadingRules, SubtitleOptions, width
from video_pipeline.subtitles.tokens import layout_tokens

LONGEST_PAUSE_S = 1.0
"""No cue spans a longer pause."""
_OPENING_SHARE = 0.5
"""Labels that take more than this share of a line are left out; colours still show the emotion."""
_LAST_TOKENS = 8
"""Tokens that decide whether a sentence ends after them."""
_DIVIDED = 6.0
"""The most that a pause costs inside a phrase of a language without spaces: where phrases end is a guess, the pause is not."""
_BOUND_SHARE = 0.5
"""Of a pause before a word that needs the one before it, such as a Japanese particle: what it counts for a break there."""
_NEXT_TOKENS = 4
"""Tokens that decide how closely the first of them belongs to the one before."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks, how and in which language."""

    language: Language
    emotion: Emotion | None
    speaker: str | None


@dataclass(frozen=True, slots=True)
class Opening:
    """The labels before the first words of an utterance."""

    starts_emotion: bool = False
    speaker_label: str = ""
    room: float = 0.0
    """Width of the labels with the space after them, in characters."""


@dataclass(slots=True)
class Utterance:
    """Atoms that may share cues."""

    voice: Voice
    reading: ReadingRules
    opening: Opening
    atoms: list[Atom] = field(default_factory=list)

    def reaches(self, atom: Atom) -> bool:
        """Whether an atom follows without a long pause."""
        return 0 <= atom.start_s - self.atoms[-1].end_s <= LONGEST_PAUSE_S


def utterances_of(segments: Iterable[Segment], options: SubtitleOptions) -> Iterator[Utterance]:
    """All segments as utterances, in order."""
    last: Utterance | None = None
    for segment in segments:
        emotion = segment.emotion if options.emotions and segment.emotion in SHOWN_EMOTIONS else None
        voice, reading = Voice(segment.language, emotion, segment.speaker), options.reading(segment.language)
        opening = _opening(voice, last.voice if last else None, options)
        line_width = reading.line_width - opening.room
        for number, atom in enumerate(atoms_of(layout_tokens(segment, line_width), segment.language, line_width)):
            if last and last.reaches(atom) and (number or last.voice == voice):
                last.atoms.append(atom if number else _continuing(last.atoms[-1], atom, segment.language))
                continue
            if last:
                yield last
            last = Utterance(voice, reading, Opening() if number else opening, [atom])
    if last:
        yield last


def _opening(voice: Voice, before: Voice | None, options: SubtitleOptions) -> Opening:
    """The label of an emotion that starts here, and of a speaker who did not speak before, if the line has room for them."""
    starts = voice.emotion is not None and voice.emotion != (before and before.emotion)
    name = ""
    if options.style.speakers and voice.speaker and voice.speaker != (before and before.speaker):
        name = speaker_label(voice.speaker, voice.language, brackets=options.style.speaker_brackets)
    most = options.reading(voice.language).line_width * _OPENING_SHARE
    for starts_emotion, label in ((starts, name), (starts, ""), (False, name)):
        room = _room(voice, starts_emotion, label, options.labels) if starts_emotion or label else 0.0
        if room <= most:
            return Opening(starts_emotion, label, room)
    return Opening()


def _room(voice: Voice, starts_emotion: bool, label: str, labels: str) -> float:
    cue = Cue(
        0.0, 0.0, ("-",), language=voice.language, emotion=voice.emotion, starts_emotion=starts_emotion, speaker_label=label
    )
    return width(prefix(cue, labels), voice.language)


def _continuing(before: Atom, atom: Atom, language: Language) -> Atom:
    """The first atom of a segment that continues the one before. A space stands for the short pause between them.

    Recognisers divide speech at pauses, which may be anywhere. Between two words, the longer the pause the better the place; in
    Chinese and Japanese, which many recognisers write without marks, a pause between two phrases ends a clause.
    """
    texts = [token.text for token in before.source[max(0, before.last - _LAST_TOKENS) : before.last]]
    following = [token.text for token in atom.source[:_NEXT_TOKENS]]
    if ends_sentence("".join(texts)):
        said = SENTENCE_END
    else:
        gap = "" if language in SPACELESS else " "
        said = penalties([*texts, gap + following[0].lstrip(), *following[1:]], language)[len(texts)]
    spaced = said < (HELD if language in SPACELESS else PHRASE)  # a particle takes no space before it
    if language in SPACELESS:
        said = min(said, CLAUSE_END if spaced else _DIVIDED)
    pause_s = max(0.0, atom.start_s - before.end_s) * (1.0 if spaced else _BOUND_SHARE)
    atom.before = max(min(said, CLAUSE_END), min(said, FORCED) * (1 - pause_s / LONGEST_PAUSE_S))
    atom.lead = " " if spaced and not before.tail.isspace() else ""
    return atom
