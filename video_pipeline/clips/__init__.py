"""Make files from chosen clips. `EXPORTS` is the table; `base.py` holds the contract and how to add one."""

from video_pipeline.core.registry import Registry

EXPORTS = Registry(
    "clip export",
    {
        "video": "video_pipeline.clips.video:VideoExport",
        "audiogram": "video_pipeline.clips.audiogram:AudiogramExport",
        "thumbnails": "video_pipeline.clips.thumbnails:ThumbnailsExport",
        "tightened": "video_pipeline.clips.tighten.export:TightenedExport",
        "hooked": "video_pipeline.clips.hook.export:HookedExport",
        "timelines": "video_pipeline.clips.timelines.export:TimelinesExport",
        "sheet": "video_pipeline.clips.sheet:SheetExport",
        "preview": "video_pipeline.clips.preview:PreviewExport",
        "reel": "video_pipeline.clips.reel:ReelExport",
        "posts": "video_pipeline.clips.posts:PostsExport",
        "chapters": "video_pipeline.clips.chapters:ChaptersExport",
        "gallery": "video_pipeline.clips.gallery:GalleryExport",
    },
    group="video_pipeline.exports",
)
