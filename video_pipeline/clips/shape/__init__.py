"""Choose the part of the picture that a clip of another shape shows. `STEERS` is the table; `base.py` holds the contract."""

from video_pipeline.core.registry import Registry

STEERS = Registry(
    "steer",
    {
        "faces": "video_pipeline.clips.shape.faces:Faces",
        "saliency": "video_pipeline.clips.shape.saliency:Saliency",
        "centre": "video_pipeline.clips.shape.centre:Centre",
    },
    group="video_pipeline.steers",
)
