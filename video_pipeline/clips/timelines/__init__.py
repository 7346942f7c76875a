"""Timelines of the chosen clips for editing programs. `TIMELINES` is the table; `base.py` holds the contract."""

from video_pipeline.core.registry import Registry

TIMELINES = Registry(
    "timeline format",
    {
        "otio": "video_pipeline.clips.timelines.otio_file:OtioFile",
        "fcpxml": "video_pipeline.clips.timelines.fcpxml:Fcpxml",
        "premiere": "video_pipeline.clips.timelines.premiere:PremiereXml",
        "edl": "video_pipeline.clips.timelines.edl:CmxEdl",
        "markers": "video_pipeline.clips.timelines.markers:MarkerEdl",
        "csv": "video_pipeline.clips.timelines.table:MarkerTable",
    },
    group="video_pipeline.timelines",
)
