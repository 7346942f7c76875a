"""Words that a folder already holds are used by a run that could do without any."""

from __future__ import annotations

from dataclasses import fields, replace

from video_pipeline.core.errors import PipelineError
from video_pipeline.options import Options, restored
from video_pipeline.speech.base import SpeechOptions
from video_pipeline.speech.spans import NONE
from video_pipeline.video.engine import Engine, Mode
from video_pipeline.video.stages.identify import Identify
from video_pipeline.video.stages.listen import Listen
from video_pipeline.video.stages.recogniser import Recogniser, chosen_engine


def keeping_words(engine: Engine, mode: Mode) -> Engine:
    """An engine of this mode under whose options the words of the folder are kept; the given one where there is nothing to keep.

    Call where words may be left out (`SpeechOptions.may_lack_words`): without this, a run for highlights would replace a
    transcript that took hours by one without words.
    """
    options = _options_keeping_words(engine)
    return engine if options is engine.options else _beside(engine, options, mode)


def _beside(engine: Engine, options: Options, mode: Mode) -> Engine:
    """An engine of the same video and folder under other options."""
    space, source = engine.space, engine.of(Identify)
    other = Engine(engine.video, options, lambda _: space, engine.progress, mode)
    other.put(Identify.name, source, source.digest)
    return other


def _options_keeping_words(engine: Engine) -> Options:
    options, space = engine.options, engine.space
    if space.record(Listen.name) is None:
        return options
    known = restored(space.options).speech
    if not _agree(options.speech, known):
        return options
    kept = replace(options, speech=known)
    try:
        identity = chosen_engine(known).identity
    except PipelineError:  # that engine cannot run any more
        return options
    looking = _beside(engine, kept, Mode(saves=False))
    looking.put(Recogniser.name, None, identity)
    return kept if looking.is_fresh(Listen.name) else options


def _agree(asked: SpeechOptions, known: SpeechOptions) -> bool:
    """Whether all that is asked of the words, beside that they may be left out, held for the known ones too."""
    engine = NONE if asked.engine == NONE else "auto"
    usual = SpeechOptions(engine=engine, fallback=asked.fallback, clips_only=asked.clips_only)
    return all(
        getattr(asked, field.name) in (getattr(usual, field.name), getattr(known, field.name)) for field in fields(SpeechOptions)
    )
