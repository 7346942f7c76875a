"""The viewer: one element, `<video-moments>`, in plain JavaScript. A page stands alone (`report.html`) or has a server behind it.

`data.py` says what it is given; `page.py` joins its modules into one file. No build step, nothing loaded from anywhere.
"""

from video_pipeline.report.viewer.data import ShownCue, View, clip_rows, view_data
from video_pipeline.report.viewer.page import render_page

__all__ = ["ShownCue", "View", "clip_rows", "render_page", "view_data"]
