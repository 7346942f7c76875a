"""From a transcript and events to clips worth showing. `SIGNALS` is the table; `base.py` holds the contract and its recipe."""

from video_pipeline.core.registry import Registry

SIGNALS = Registry(
    "highlight signal",
    {
        "laughter": "video_pipeline.highlights.reactions:Laughter",
        "applause": "video_pipeline.highlights.reactions:Applause",
        "cheer": "video_pipeline.highlights.reactions:Cheer",
        "emotion": "video_pipeline.highlights.emotion:EmotionSignal",
    },
)
