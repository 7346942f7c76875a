"""From chosen clips to files. `EXPORTS` is the table; `base.py` holds the contract and how to add one."""

from video_pipeline.core.registry import Registry

EXPORTS = Registry(
    "clip export",
    {
        "video": "video_pipeline.clips.video:VideoExport",
        "reel": "video_pipeline.clips.reel:ReelExport",
    },
)
