"""How much sound windows keep beside speech, by the engine that hears them."""

from __future__ import annotations

import dataclasses

from video_pipeline.speech import ENGINES
from video_pipeline.speech.base import NeedsMargin, SpeechEngine
from video_pipeline.speech.windows import WindowOptions


def with_margins(options: WindowOptions, engine: SpeechEngine) -> WindowOptions:
    """The options with as much sound beside speech as the engine needs, where pauses leave room for it.

    Asked of the factory, since an engine may be another process's.
    """
    name = engine.identity.name
    factory = ENGINES.load(name) if name in ENGINES else None
    if not isinstance(factory, NeedsMargin):
        return options
    room_s = min(options.join_gap_s / 2, options.longest_s / 4)
    return dataclasses.replace(options, pad_s=max(options.pad_s, min(factory.pad_s, room_s)))
