"""From sound to timed words. `ENGINES` is the table; `base.py` holds the contract and how to add one."""

from video_pipeline.core.registry import Registry

ENGINES = Registry(
    "speech engine",
    {
        "sensevoice": "video_pipeline.speech.sensevoice.engine:SenseVoiceEngine",
        "draft": "video_pipeline.speech.draft:DraftEngine",
        "replay": "video_pipeline.speech.replay:ReplayEngine",
    },
    group="video_pipeline.engines",
)
