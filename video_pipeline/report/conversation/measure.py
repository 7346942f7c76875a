"""Measures a conversation from who speaks when, what is said and which sounds are heard. Definitions: `docs/conversations.md`."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from video_pipeline.core.labels import SHOWN_EMOTIONS, Emotion, Sound
from video_pipeline.core.span import Span, covered_s
from video_pipeline.core.transcript import AudioEvent, Segment, Transcript
from video_pipeline.report.conversation.chapters import chapters_of
from video_pipeline.report.conversation.floor import (
    Interruption,
    Stretch,
    answers,
    at_once,
    floors,
    interruptions,
    listening,
    outside,
    pauses,
    speech_of,
)
from video_pipeline.report.conversation.options import ConversationOptions
from video_pipeline.report.conversation.record import LEAD, OTHER, Conversation, Laugh, Moment, Peak, Side, Waits
from video_pipeline.report.conversation.wording import PhraseTable, questions_in, words_in

_HOLD = 0.5
"""A pause with music for more than this share of it is a hold."""
_AFTER_S = 1.0
"""A laugh that begins this long after a turn still belongs to it."""
_FREE = 0.5
"""Share of a laugh without words, for it to be known whose it is."""
_OWN = 0.6
"""Share of that time in which one voice is heard, whose laugh it then is."""
_MOSTLY_ONE = 1.3
"""All voices in it together are heard less than so many times as long as that one."""
_ANGRY_P = 0.6
_ANGRY_S = 2.0
"""Probability and length from which an angry line is a peak."""
_BEFORE_S = 30.0
_GOES_ON_S = 1.0
"""Who speaks on for longer than this after a question waits for no answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What a conversation is measured from."""

    transcript: Transcript
    """Its segments name their speakers."""
    stretches: Sequence[Stretch]
    """Who speaks when; may overlap."""
    events: Sequence[AudioEvent]
    emotion: bool
    """Whether emotions may be told at all."""


def measure(material: Material, options: ConversationOptions, table: PhraseTable) -> Conversation:
    """All numbers of one conversation; one in which nobody speaks is a conversation of silence."""
    found = _Measuring(material, options, table)
    media = material.transcript.media
    return Conversation(
        kind=options.kind,
        name=media.name,
        duration_s=_s(media.duration_s),
        language=str(material.transcript.language),
        sides=tuple(found.side(name) for name in found.speech),
        tells_emotion=found.tells,
        peaks=tuple(found.peaks()) if found.tells else (),
        waits=found.waits() if options.kind == "lesson" else None,
        chapters=tuple(chapters_of(material.transcript.segments, media.duration_s)) if options.kind == "lesson" else (),
        **found.times(),
        **found.floor(),
        **found.words(),
    )


class _Measuring:
    """What several numbers are made from, once."""

    def __init__(self, material: Material, options: ConversationOptions, table: PhraseTable) -> None:
        self._material, self._options, self._table = material, options, table
        self._duration_s = material.transcript.media.duration_s
        self.tells = options.tells_emotion(material.emotion)
        self._talk = talk_of(material)
        self.speech = speech_of(self._talk)
        self._heard = listening(self._talk, options.backchannel_s)
        self._turns = floors(self._talk, options.silence_s, options.backchannel_s)
        self._breaks = interruptions(self._turns, options.interruption_s)
        self._lines = [line for line in material.transcript.segments if line.speaker]
        self._questions = [self._moment(line, "question", asked) for line in self._lines for asked in questions_in(line)]
        self._laughs = laughs_of(material, speech_of(material.stretches))
        self._lead = options.lead or self._guessed_lead()

    def times(self) -> dict[str, Any]:
        """Speech, silence, holds and overlaps."""
        every = pauses(self._talk, self._duration_s)
        long = [pause for pause in every if pause.duration_s >= self._options.silence_s]
        music = [event for event in self._material.events if event.label is Sound.MUSIC]
        holds = [pause for pause in long if covered_s(music, pause) > _HOLD * pause.duration_s]
        overlaps = at_once(self._talk)
        still = [span for span in outside(self._material.events, every) if not any(hold.overlaps(span) for hold in holds)]
        silence_s, hold_s = _sum_s(still), _sum_s(holds)
        return {
            "speech_s": _s(self._duration_s - _sum_s(every)),
            "silence_s": _s(silence_s),
            "silence_share": _share(silence_s, self._duration_s),
            "silences": tuple(_rounded(span) for span in still if span.duration_s >= self._options.silence_s),
            "silence_least_s": self._options.silence_s,
            "laughs": tuple(Laugh(_s(one.start_s), _s(one.end_s), one.by) for one in self._laughs),
            "sounds_s": _s(_sum_s(every) - silence_s - hold_s),
            "hold_s": _s(hold_s),
            "holds": tuple(_rounded(span) for span in holds),
            "overlap_s": _s(_sum_s(overlaps)),
            "overlap_share": _share(_sum_s(overlaps), self._duration_s),
            "overlaps": tuple(_rounded(span) for span in overlaps),
            "laughter_s": _s(_sum_s(e for e in self._material.events if e.label is Sound.LAUGHTER)),
            "applause_s": _s(_sum_s(e for e in self._material.events if e.label is Sound.APPLAUSE)),
        }

    def floor(self) -> dict[str, Any]:
        """Turns and how they follow each other."""
        switches = sum(1 for _ in answers(self._turns))
        return {
            "switches": switches,
            "switches_per_min": round(60 * switches / self._duration_s, 2) if self._duration_s else 0.0,
            "turns": tuple(Stretch(_s(turn.start_s), _s(turn.end_s), turn.speaker) for turn in self._turns),
            "interruptions": tuple(Interruption(_s(b.start_s), _s(b.end_s), b.by, b.of) for b in self._breaks),
        }

    def words(self) -> dict[str, Any]:
        """Questions, key moments and the check list."""
        moments = [self._moment(line, name, line.text) for line in self._lines for name, _ in self._table.found(line)]
        there = {moment.name for moment in moments}
        return {
            "questions": tuple(self._questions),
            "moments": tuple(moments),
            "checks": {name: name in there for name in self._options.required},
        }

    def side(self, name: str) -> Side:
        spans, turns = self.speech[name], [turn for turn in self._turns if turn.speaker == name]
        lines = [line for line in self._lines if line.speaker == name]
        longest = max(turns, key=lambda turn: turn.duration_s, default=None)
        gaps_s = sorted(after.start_s - before.end_s for before, after in answers(self._turns) if after.speaker == name)
        words, talk_s = sum(map(words_in, lines)), _sum_s(spans)
        kinds = LEAD if name == self._lead else OTHER
        return Side(
            name=name,
            role=kinds.get(self._options.kind, ""),
            talk_s=_s(talk_s),
            talk_share=_share(talk_s, sum(_sum_s(one) for one in self.speech.values())),
            time_share=_share(talk_s, self._duration_s),
            turns=len(turns),
            longest_s=_s(longest.duration_s) if longest else 0.0,
            longest_at_s=_s(longest.start_s) if longest else 0.0,
            words=words,
            words_per_min=round(60 * words / talk_s, 1) if words and talk_s else None,
            interrupts=sum(one.by == name for one in self._breaks),
            interrupted=sum(one.of == name for one in self._breaks),
            listens=sum(one.speaker == name for one in self._heard),
            response_s=_s(statistics.median(gaps_s)) if gaps_s else None,
            slow_response_s=_s(gaps_s[-(-9 * len(gaps_s) // 10) - 1]) if gaps_s else None,
            questions=sum(one.speaker == name for one in self._questions),
            laughs=self._laughs_after(turns),
            own_laughs=sum(laugh.by == name for laugh in self._laughs),
            felt=_felt(lines) if self.tells else {},
        )

    def waits(self) -> Waits:
        """How long a teacher waits for answers, and after them."""
        asked = [one for one in self._questions if one.speaker == self._lead]
        after_s = [self._wait_s(one) for one in asked]
        known_s = [wait_s for wait_s in after_s if wait_s is not None]
        back_s = [
            after.start_s - before.end_s
            for before, after in answers(self._turns)
            if before.speaker != self._lead and after.speaker == self._lead
        ]
        return Waits(
            after_question_s=_s(statistics.median(known_s)) if known_s else None,
            after_answer_s=_s(statistics.median(back_s)) if back_s else None,
            questions=len(asked),
            answered=len(known_s),
        )

    def peaks(self) -> Iterator[Peak]:
        """Lines of anger, with what was said before them."""
        for line in self._lines:
            if line.emotion is Emotion.ANGRY and line.emotion_p >= _ANGRY_P and line.duration_s >= _ANGRY_S:
                near = [one for one in self._lines if line.start_s - _BEFORE_S <= one.start_s < line.start_s]
                before = tuple(f"{one.speaker}: {one.text}" for one in near)
                yield Peak(_s(line.start_s), _s(line.end_s), line.speaker or "", line.text, round(line.emotion_p, 3), before)

    def _moment(self, line: Segment, name: str, words: str) -> Moment:
        return Moment(_s(line.start_s), _s(line.end_s), name, line.speaker or "", words)

    def _guessed_lead(self) -> str:
        """Who speaks first in a call; who speaks longest in a lesson."""
        if self._options.kind == "call":
            return self._turns[0].speaker if self._turns else ""
        return max(self.speech, key=lambda name: _sum_s(self.speech[name]), default="")

    def _wait_s(self, asked: Span) -> float | None:
        """Seconds from the end of the teacher's turn to the next one; None where that is the teacher's own, or none."""
        number = next((k for k, turn in enumerate(self._turns) if turn.speaker == self._lead and turn.overlaps(asked)), None)
        if number is None or number + 1 == len(self._turns):
            return None
        turn, following = self._turns[number : number + 2]
        waits = turn.end_s - asked.end_s < _GOES_ON_S and following.speaker != self._lead
        return following.start_s - turn.end_s if waits else None

    def _laughs_after(self, turns: Sequence[Stretch]) -> int:
        laughs = [event for event in self._material.events if event.label is Sound.LAUGHTER]
        return sum(any(turn.start_s <= laugh.start_s <= turn.end_s + _AFTER_S for turn in turns) for laugh in laughs)


def talk_of(material: Material) -> list[Stretch]:
    """Who talks when: the voices without their laughs, in which a stranger is taken for whose voice is most like theirs."""
    laughs = [event for event in material.events if event.label is Sound.LAUGHTER]
    wordless = outside(_words(material), laughs)
    return [
        replace(one, start_s=part.start_s, end_s=part.end_s)
        for one in material.stretches
        for part in outside(_near(wordless, one), [one])
    ]


def _words(material: Material) -> list[Span]:
    return [Span(token.start_s, token.end_s) for line in material.transcript.segments for token in line.tokens or (line,)]


def laughs_of(material: Material, speech: Mapping[str, Sequence[Span]]) -> list[Laugh]:
    """Each laugh with the one whose voice is heard in it. Who talks on while others laugh does not laugh."""
    words = _words(material)
    found = []
    for event in material.events:
        if event.label is Sound.LAUGHTER:
            free = outside(_near(words, event), [Span(event.start_s, event.end_s)])
            heard = {name: sum(covered_s(spans, part) for part in free) for name, spans in speech.items()}
            loudest = max(heard, key=heard.__getitem__, default="")
            alone = sum(heard.values()) < _MOSTLY_ONE * heard.get(loudest, 0.0)
            sure = _sum_s(free) >= _FREE * event.duration_s and heard.get(loudest, 0.0) >= _OWN * _sum_s(free)
            found.append(Laugh(event.start_s, event.end_s, loudest if alone and sure else ""))
    return found


def _near(spans: Sequence[Span], place: Span) -> list[Span]:
    return [span for span in spans if span.overlaps(place)]


def _felt(lines: Sequence[Segment]) -> dict[str, float]:
    whole_s = _sum_s(lines)
    felt_s = {str(emotion): _sum_s(line for line in lines if line.emotion is emotion) for emotion in SHOWN_EMOTIONS}
    return {emotion: _share(length_s, whole_s) for emotion, length_s in felt_s.items() if length_s}


def _sum_s(spans: Iterable[Span]) -> float:
    return sum(span.duration_s for span in spans)


def _share(part_s: float, whole_s: float) -> float:
    return round(part_s / whole_s, 4) if whole_s else 0.0


def _s(seconds: float) -> float:
    return round(seconds, 3)


def _rounded(span: Span) -> Span:
    return Span(_s(span.start_s), _s(span.end_s))
