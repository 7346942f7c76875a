"""Who speaks when. `DIARIZERS` is the table; `base.py` holds the contract and how to add one."""

from video_pipeline.core.registry import Registry

DIARIZERS = Registry(
    "diarizer",
    {
        "own": "video_pipeline.speech.speakers.own.diarizer:OwnDiarizer",
        "pyannote": "video_pipeline.speech.speakers.pyannote:PyannoteDiarizer",
    },
    group="video_pipeline.diarizers",
)
