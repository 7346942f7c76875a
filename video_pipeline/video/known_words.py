"""Words that a folder already holds are used by a run that could do without any."""

from __future__ import annotations

from dataclasses import fields, replace

from video_pipeline.core.errors import PipelineError
from video_pipeline.core.progress import Silent
from video_pipeline.options import Options
from video_pipeline.speech.base import SpeechOptions
from video_pipeline.speech.spans import NONE
from video_pipeline.video.engine import Engine, Mode
from video_pipeline.video.option_values import restored
from video_pipeline.video.stages.identify import Identify
from video_pipeline.video.stages.listen import Listen
from video_pipeline.video.stages.recogniser import Recogniser, chosen_engine


def keeping_words(engine: Engine) -> Options:
    """The options of a run; where it may leave words out and the folder holds some, those under which these are kept.

    Without this a run for highlights would replace a transcript that took hours by one without words.
    """
    options, space = engine.options, engine.space
    if NONE not in (options.speech.engine, options.speech.fallback) or space.record(Listen.name) is None:
        return options
    known = restored(space.options).speech
    if not _agree(options.speech, known):
        return options
    kept = replace(options, speech=known)
    try:
        identity = chosen_engine(known).identity
    except PipelineError:  # that engine cannot run any more
        return options
    looking = Engine(engine.video, kept, lambda _: space, Silent(), Mode(saves=False))
    source = engine.of(Identify)
    looking.put(Identify.name, source, source.digest)
    looking.put(Recogniser.name, None, identity)
    return kept if looking.is_fresh(Listen.name) else options


def _agree(asked: SpeechOptions, known: SpeechOptions) -> bool:
    """Whether all that is asked of the words, beside that they may be left out, held for the known ones too."""
    usual = SpeechOptions(engine=NONE if asked.engine == NONE else "auto", fallback=asked.fallback)
    return all(
        getattr(asked, field.name) in (getattr(usual, field.name), getattr(known, field.name)) for field in fields(SpeechOptions)
    )
