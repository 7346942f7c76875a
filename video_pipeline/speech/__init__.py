"""From sound to timed words. `ENGINES` is the table of their factories; `base.py` holds the contract and how to add one."""

from video_pipeline.core.registry import Registry

ENGINES = Registry(
    "speech engine",
    {
        "sensevoice": "video_pipeline.speech.sensevoice.engine:FACTORY",
        "whisper": "video_pipeline.speech.whisper.engine:FACTORY",
        "draft": "video_pipeline.speech.draft.engine:FACTORY",
        "replay": "video_pipeline.speech.replay:FACTORY",
        "none": "video_pipeline.speech.spans:FACTORY",
    },
    group="video_pipeline.engines",
)
