"""From a transcript and events to cues and files. `FORMATS` is the table; `base.py` holds the contract and how to add one."""

from video_pipeline.core.registry import Registry

FORMATS = Registry(
    "subtitle format",
    {
        "srt": "video_pipeline.subtitles.srt:SrtFormat",
        "ass": "video_pipeline.subtitles.ass:AssFormat",
    },
)
