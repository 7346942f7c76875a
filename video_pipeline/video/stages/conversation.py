"""What the conversation was like: numbers, a table and a page."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType

from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Segment
from video_pipeline.options import Options
from video_pipeline.report.conversation.floor import Stretch
from video_pipeline.report.conversation.measure import Material, measure
from video_pipeline.report.conversation.page import conversation_page
from video_pipeline.report.conversation.record import Conversation
from video_pipeline.report.conversation.table import table
from video_pipeline.report.conversation.wording import PhraseTable, phrases_text
from video_pipeline.speech.speakers.base import Turn
from video_pipeline.video.base import BaseStage, Given, StageProgress
from video_pipeline.video.naming import by_speaker, mostly_in
from video_pipeline.video.stages.events import Events
from video_pipeline.video.stages.masked import IF_MASKED, source_of
from video_pipeline.video.stages.speakers import Speakers
from video_pipeline.video.stages.spoken import IF_FOUND
from video_pipeline.video.stages.words import ShownWords
from video_pipeline.video.view import addresses

JSON_FILE = "conversation.json"
TABLE_FILE = "conversation.csv"
PAGE_FILE = "conversation.html"
_FELT_KEYS = ("felt", "peaks", "tells_emotion")
"""Left out where the report does not tell emotions."""


class ConversationReport(BaseStage[Conversation]):
    """Measures who spoke, waited and interrupted, and writes it down."""

    name = "conversation"
    needs = ("identify", "words", "events")
    needs_if = MappingProxyType({**IF_FOUND, **IF_MASKED})
    revision = 4
    """3: laughs are no talk. 4: who talks over another keeps the own name."""

    def reads(self, options: Options) -> tuple[str, ...]:
        return ("conversation", "emotion", "speakers.find")

    def depends_on(self, given: Given) -> object:
        """What is in the file of phrases; that there is none is said when it is read."""
        path = given.options.conversation.phrases
        return [phrases_text(path)] if path and Path(path).is_file() else None

    def make(self, given: Given, progress: StageProgress) -> Conversation:
        options, transcript = given.options.conversation, given.of(ShownWords)
        turns = given.of(Speakers) if given.needs(Speakers) else ()
        if not by_speaker(transcript.segments):
            progress.notice("no speaker is known, so there is no conversation to report on; run it with --speakers auto")
        material = Material(
            transcript=transcript,
            stretches=stretches_of(turns, transcript.segments),
            events=given.of(Events),
            emotion=given.options.emotion,
        )
        return measure(material, options, PhraseTable.of(options.phrases))

    def save(self, value: Conversation, given: Given) -> Sequence[Path]:
        space = given.space
        paths = [space.path(name) for name in (JSON_FILE, TABLE_FILE, PAGE_FILE)]
        space.write_json(paths[0], value, leave_out=() if value.tells_emotion else _FELT_KEYS)
        space.write(paths[1], table(value).encode("utf-8-sig"))
        space.write(paths[2], conversation_page(value, addresses(source_of(given).info, space.folder)).encode())
        return paths

    def load(self, given: Given) -> Conversation:
        return given.space.read_json(given.space.path(JSON_FILE), Conversation)


def stretches_of(turns: Sequence[Turn], segments: Sequence[Segment]) -> list[Stretch]:
    """Who speaks when, under the names of the transcript: as the voices were found, but where a person gave a line to another.

    Without turns, as the transcript's lines say. A voice that says no word is left out.
    """
    lines = [line for line in segments if line.speaker]
    if not turns:
        return [Stretch(line.start_s, line.end_s, line.speaker or "") for line in lines]
    names = _names(turns, lines)
    found = [Stretch(turn.start_s, turn.end_s, names[turn.speaker]) for turn in turns if turn.speaker in names]
    own = {name: [one for one in found if one.speaker == name] for name in names.values()}
    for line in lines:
        name = line.speaker or ""
        if not mostly_in(line, own.get(name, [])) and line.duration_s:
            found = [part for one in found for part in _without(one, line)]
            found.append(Stretch(line.start_s, line.end_s, name))
    return sorted(found, key=lambda one: (one.start_s, one.end_s))


def _names(turns: Sequence[Turn], lines: Sequence[Segment]) -> dict[str, str]:
    """The name of each voice: that of the lines which it speaks longest.

    A line counts by the share of it that the voice speaks, so that who talks over a whole long line does not get its name.
    """
    shared: dict[tuple[str, int], float] = {}
    first = 0
    for turn in sorted(turns, key=lambda turn: turn.start_s):
        while first < len(lines) and lines[first].end_s < turn.start_s - _LONGEST_LINE_S:
            first += 1
        for number in range(first, len(lines)):
            if lines[number].start_s >= turn.end_s:
                break
            if both_s := turn.overlap_s(lines[number]):
                shared[turn.speaker, number] = shared.get((turn.speaker, number), 0.0) + both_s
    weights: dict[str, dict[str, float]] = {}
    for (voice, number), both_s in shared.items():
        names, name = weights.setdefault(voice, {}), lines[number].speaker or ""
        names[name] = names.get(name, 0.0) + both_s**2 / lines[number].duration_s
    return {voice: max(names, key=names.__getitem__) for voice, names in weights.items()}


_LONGEST_LINE_S = 60.0


def _without(one: Stretch, gone: Span) -> list[Stretch]:
    parts = [(one.start_s, min(one.end_s, gone.start_s)), (max(one.start_s, gone.end_s), one.end_s)]
    return [dataclasses.replace(one, start_s=start_s, end_s=end_s) for start_s, end_s in parts if end_s > start_s]
