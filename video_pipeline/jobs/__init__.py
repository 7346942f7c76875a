"""Work handed to workers. `EXECUTORS` is the table of ways to run it; `base.py` holds the contract and how to add one."""

from video_pipeline.core.registry import Registry

EXECUTORS = Registry(
    "executor",
    {
        "inline": "video_pipeline.jobs.inline:InlineExecutor",
        "processes": "video_pipeline.jobs.processes:ProcessExecutor",
        "ray": "video_pipeline.jobs.ray_pool:RayExecutor",
    },
    group="video_pipeline.executors",
)
