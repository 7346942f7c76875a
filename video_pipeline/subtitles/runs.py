"""Runs of speech that may share cues: they end at a long pause, and at another speaker, emotion or language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import SHOWN_EMOTIONS, Emotion, Language
from video_pipeline.core.transcript import Segment
from video_pipeline.subtitles.atoms import Atom, atoms_of
from video_pipeline.subtitles.breaks import CLAUSE_END, SENTENCE_END
from video_pipeline.subtitles.labels import prefix
from video_pipeline.subtitles.rules import ReadingRules, SubtitleOptions, width
from video_pipeline.subtitles.tokens import layout_tokens

APART_S = 1.0
"""A pause that no cue bridges."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks, how and in which language."""

    language: Language
    emotion: Emotion | None
    speaker: str | None


@dataclass(frozen=True, slots=True)
class Opening:
    """What is written before a run's first words, and the width it takes with the space after it."""

    starts_emotion: bool = False
    names_speaker: bool = False
    room: float = 0.0


@dataclass(slots=True)
class Run:
    """Atoms that may share cues."""

    voice: Voice
    reading: ReadingRules
    opening: Opening
    atoms: list[Atom] = field(default_factory=list)

    def reaches(self, atom: Atom) -> bool:
        return 0 <= atom.start_s - self.atoms[-1].end_s <= APART_S


def runs_of(segments: Iterable[Segment], options: SubtitleOptions) -> Iterator[Run]:
    """All segments as runs, in order."""
    last: Run | None = None
    for segment in segments:
        emotion = segment.emotion if segment.emotion in SHOWN_EMOTIONS else None
        voice, reading = Voice(segment.language, emotion, segment.speaker), options.reading(segment.language)
        opening = _opening(voice, last.voice if last else None, options)
        line_width = reading.line_width - opening.room
        for number, atom in enumerate(atoms_of(layout_tokens(segment, line_width), segment.language, line_width)):
            if last and last.reaches(atom) and (number or last.voice == voice):
                last.atoms.append(atom if number else _continuing(last.atoms[-1], atom))
                continue
            if last:
                yield last
            last = Run(voice, reading, Opening() if number else opening, [atom])
    if last:
        yield last


def _opening(voice: Voice, before: Voice | None, options: SubtitleOptions) -> Opening:
    """The emotion that begins here, and the speaker's name where another spoke before.

    What leaves no room for words in the line is dropped: colours still say the emotion.
    """
    emotion = voice.emotion is not None and voice.emotion != (before and before.emotion)
    speaker = options.style.speakers and voice.speaker is not None and voice.speaker != (before and before.speaker)
    most = options.reading(voice.language).line_width / 2
    for starts, names in ((emotion, speaker), (emotion, False), (False, speaker)):
        room = _room(voice, starts, names, options.labels) if starts or names else 0.0
        if room <= most:
            return Opening(starts, names, room)
    return Opening()


def _room(voice: Voice, starts_emotion: bool, names_speaker: bool, labels: str) -> float:
    cue = Cue(0.0, 0.0, ("-",), voice.language, voice.emotion, starts_emotion, None, voice.speaker, (), names_speaker)
    return width(prefix(cue, labels), voice.language)


def _continuing(before: Atom, atom: Atom) -> Atom:
    """The first atom of a segment that goes on where the one before ended; a space stands for the breath between them."""
    ended = before.said[before.last - 1].text.rstrip()[-1] in ".!?。！？…"
    atom.before = SENTENCE_END if ended else CLAUSE_END
    atom.lead = "" if before.tail.isspace() else " "
    return atom
