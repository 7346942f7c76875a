"""Subtitles that exist already: any encoding, any of the usual formats, whole or broken.

`READERS` is the table; `base.py` holds the contract and how to add one; `reading.read_cues` is the way in.
"""

from video_pipeline.core.registry import Registry

READERS = Registry(
    "subtitle format that can be read",
    {
        "json": "video_pipeline.subtitles.read.json_cues:JsonReader",
        "ttml": "video_pipeline.subtitles.read.ttml:TtmlReader",
        "sami": "video_pipeline.subtitles.read.sami:SamiReader",
        "ass": "video_pipeline.subtitles.read.styled:AssReader",
        "microdvd": "video_pipeline.subtitles.read.styled:MicroDvdReader",
        "vtt": "video_pipeline.subtitles.read.vtt:VttReader",
        "srt": "video_pipeline.subtitles.read.srt:SrtReader",
        "sbv": "video_pipeline.subtitles.read.sbv:SbvReader",
        "tsv": "video_pipeline.subtitles.read.tsv:TsvReader",
        "lrc": "video_pipeline.subtitles.read.lrc:LrcReader",
    },
    group="video_pipeline.readers",
)
"""In the order in which they are asked whether a file is theirs, the most certain first."""
