"""From a transcript and events to cues and files. `FORMATS` is the table; `base.py` holds the contract and how to add one."""

from video_pipeline.core.registry import Registry

FORMATS = Registry(
    "subtitle format",
    {
        "srt": "video_pipeline.subtitles.srt:SrtFormat",
        "ass": "video_pipeline.subtitles.ass:AssFormat",
        "vtt": "video_pipeline.subtitles.vtt:VttFormat",
        "ttml": "video_pipeline.subtitles.ttml:TtmlFormat",
        "lrc": "video_pipeline.subtitles.lrc:LrcFormat",
        "txt": "video_pipeline.subtitles.txt:TxtFormat",
        "json": "video_pipeline.subtitles.json_cues:JsonFormat",
        "tsv": "video_pipeline.subtitles.tsv:TsvFormat",
    },
    group="video_pipeline.formats",
)
