"""Many videos. `EXECUTORS` is the table of ways to run them; `base.py` holds the contract and how to add one."""

from video_pipeline.core.registry import Registry

EXECUTORS = Registry(
    "executor",
    {
        "inline": "video_pipeline.library.inline:InlineExecutor",
        "processes": "video_pipeline.library.processes:ProcessExecutor",
        "ray": "video_pipeline.library.ray_pool:RayExecutor",
    },
    group="video_pipeline.executors",
)
