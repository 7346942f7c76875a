"""From sound to events: laughter, applause, music. `DETECTORS` is the table; `base.py` holds the contract and how to add one."""

from video_pipeline.core.registry import Registry

DETECTORS = Registry(
    "event detector",
    {
        "compact": "video_pipeline.events.compact.detector:CompactDetector",
        "sliding": "video_pipeline.events.sliding:SlidingDetector",
        "tags": "video_pipeline.events.tags:TagDetector",
    },
    group="video_pipeline.detectors",
)
