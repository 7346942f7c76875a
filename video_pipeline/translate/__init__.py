"""Subtitles in other languages. `TRANSLATORS` is the table; `base.py` holds the contract and how to add one."""

from video_pipeline.core.registry import Registry

TRANSLATORS = Registry(
    "translator",
    {
        "openai": "video_pipeline.translate.openai:OpenAiTranslator",
        "local": "video_pipeline.translate.local:LocalTranslator",
    },
    group="video_pipeline.translators",
)
