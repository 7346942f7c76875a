"""Puts a person's edits into an engine's words at once, and into the files that hold them when these are written."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path

from video_pipeline.core.transcript import Segment, Transcript
from video_pipeline.video.base import Given
from video_pipeline.video.corrections import CorrectionsFile, corrected, edited
from video_pipeline.video.edit_log import Edit, forget, log, logged
from video_pipeline.video.engine import Engine
from video_pipeline.video.goals import by_speaker
from video_pipeline.video.naming import NamedSpeaker, without_name
from video_pipeline.video.opening import WRITING, engine_on
from video_pipeline.video.records import EMOTION_KEYS
from video_pipeline.video.stages.clip_words import ClipWords, save_clip_words
from video_pipeline.video.stages.corrections import Corrections
from video_pipeline.video.stages.events import Events, FusedPosterior
from video_pipeline.video.stages.identify import Identify
from video_pipeline.video.stages.listen import Listen, save_transcript
from video_pipeline.video.stages.words import ShownWords
from video_pipeline.video.workspace import CORRECTIONS_FILE

Lines = Sequence[Segment]


def with_edits(engine: Engine, edits: Sequence[tuple[Lines, Lines]], speakers: tuple[NamedSpeaker, ...] | None = None) -> Engine:
    """An engine that reads the same folder with other lines in its words; they are logged there. Raises CannotWrite.

    `speakers`: all names from now on; these are not logged, so `written` has to follow.
    """
    record = engine.of(Corrections)
    timed = [
        Edit(tuple(was), record.timed(lines, was), record.version + number) for number, (was, lines) in enumerate(edits, start=1)
    ]
    log(engine.space.folder, timed)
    shown: Sequence[Segment] = edited(engine.of(ShownWords).segments, timed)
    changed = record.with_edits(timed)
    if speakers is not None:
        shown = without_name(shown, [one for one in record.speakers if one not in speakers])
        changed = changed.with_speakers(speakers)
        shown = changed.named(shown)
    return _reading(engine, changed, tuple(shown))


def with_logged(engine: Engine) -> Engine:
    """An engine whose words have the edits that are only logged; the given one where there are none."""
    edits = logged(engine.space.folder)
    if not edits:
        return engine
    return _reading(engine, engine.of(Corrections), edited(_words(engine).segments, edits))


def written(engine: Engine, *, always: bool = False) -> Engine:
    """Write the words that an engine has with logged edits into their files. Gives one that has them from there.

    `always`: also where none is logged.
    """
    space = engine.space
    if not always and not logged(space.folder):
        return engine
    record = engine.of(Corrections)
    name, save = _kept(engine)
    words = _words(engine)
    engine.amend(name, lambda given: save(words, given))
    space.write_json(space.path(CORRECTIONS_FILE), record, leave_out=() if engine.options.emotion else EMOTION_KEYS)
    for stage in by_speaker(engine.options):
        engine_on(engine.video, engine.options, space, engine.of(Identify), mode=WRITING).bring(stage)
    forget(space.folder)
    return engine_on(engine.video, engine.options, space, engine.of(Identify))


def _reading(engine: Engine, record: CorrectionsFile, segments: tuple[Segment, ...]) -> Engine:
    """What hears, and so does not change with the words, is taken over."""
    name, _ = _kept(engine)
    words = dataclasses.replace(_words(engine), segments=segments)
    if engine.options.speakers.find:  # what is shown is divided by speaker, what was heard is not
        words = corrected(_words(engine), record, emotion=engine.options.emotion)
    value: object = words if name == ClipWords.name else dataclasses.replace(engine.of(Listen), transcript=words)
    out = engine_on(engine.video, engine.options, engine.space, engine.of(Identify))
    out.put(name, value, [engine.bring(name), record.version])
    out.put(Corrections.name, record, record.version)
    for heard in (Events.name, FusedPosterior.name):
        out.put(heard, engine.value(heard), engine.bring(heard))
    return out


def _words(engine: Engine) -> Transcript:
    """As they are kept."""
    return engine.of(ClipWords) if engine.options.speech.clips_only else engine.of(Listen).transcript


def _kept(engine: Engine) -> tuple[str, Callable[[Transcript, Given], Sequence[Path]]]:
    """The name of the stage that keeps the words, and what writes them."""
    return (ClipWords.name, save_clip_words) if engine.options.speech.clips_only else (Listen.name, save_transcript)
