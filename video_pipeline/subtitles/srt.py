"""SubRip, by pysrt."""

from __future__ import annotations

from collections.abc import Sequence

from video_pipeline.core.cue import Cue
from video_pipeline.core.timecode import to_ms
from video_pipeline.subtitles.base import CONTROL, Appearance
from video_pipeline.subtitles.labels import labelled_lines

_SAFE = CONTROL | str.maketrans({"<": "＜", ">": "＞", "{": "｛", "}": "｝", "\\": "＼"})
"""Players read markup out of these: FFmpeg drops `<laugh>`, hides `{x}` and breaks the line at a backslash and N."""


class SrtFormat:
    """Plain text with labels; times in whole milliseconds."""

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str:
        import pysrt

        items: list[pysrt.SubRipItem] = []
        for cue in cues:
            text = "\n".join(line.translate(_SAFE) for line in labelled_lines(cue, appearance.labels))
            if text:
                start, end = (pysrt.SubRipTime(milliseconds=to_ms(t)) for t in (cue.start_s, cue.end_s))
                items.append(pysrt.SubRipItem(len(items) + 1, start, end, text))
        return appearance.mark + "\n".join(str(item) for item in items)
