"""Tab-separated values for tables and scripts: times in milliseconds, one cue a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import SHOWN_EMOTIONS
from video_pipeline.core.timecode import to_ms
from video_pipeline.subtitles.base import CONTROL, Appearance
from video_pipeline.subtitles.labels import labelled_lines

_SAFE = CONTROL | str.maketrans({"\\": "\\\\", "\n": "\\n"})
_OPTIONAL: dict[str, Callable[[Cue], str]] = {
    "speaker": lambda cue: cue.speaker or "",
    "emotion": lambda cue: cue.emotion.value if cue.emotion in SHOWN_EMOTIONS else "",
    "sound": lambda cue: cue.sound.value if cue.sound else "",
}


class TsvFormat:
    """Columns `start`, `end`, `text`, `language`, then those of which any cue has something to say."""

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str:
        shown = [cue for cue in cues if labelled_lines(cue, appearance.labels)]
        more = {name: value for name, value in _OPTIONAL.items() if any(map(value, shown))}
        rows = [["start", "end", "text", "language", *more]]
        for cue in shown:
            text = "\n".join(labelled_lines(cue, appearance.labels))
            rows.append(
                [str(to_ms(cue.start_s)), str(to_ms(cue.end_s)), text, cue.language, *(value(cue) for value in more.values())]
            )
        return appearance.mark + "".join("\t".join(cell.translate(_SAFE) for cell in row) + "\n" for row in rows)
