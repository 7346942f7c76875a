"""Lyrics: a stamp before each cue, an empty one where a silence begins; stamps before words where they are asked for."""

from __future__ import annotations

from collections.abc import Sequence

from video_pipeline.core import timecode
from video_pipeline.core.cue import Cue
from video_pipeline.subtitles.base import CONTROL, Appearance, one_line
from video_pipeline.subtitles.labels import labelled_lines, prefix
from video_pipeline.subtitles.words import shown_words

_GAP_S = 0.5  # a shorter one is for the eye, no silence
_SAFE = CONTROL | str.maketrans({"[": "(", "]": ")", "<": "＜", ">": "＞"})
"""Players read a tag out of these."""


class LrcFormat:
    """A cue is one line, its own lines joined by a blank."""

    def render(self, cues: Sequence[Cue], appearance: Appearance) -> str:
        shown = [cue for cue in cues if labelled_lines(cue, appearance.labels)]
        out = [f"[ti:{one_line(appearance.title).translate(_SAFE)}]"] if appearance.title.strip() else []
        for cue, after in zip(shown, [*shown[1:], None], strict=False):
            out.append(f"[{timecode.lrc(cue.start_s)}]{_text(cue, appearance)}")
            if after is None or after.start_s - cue.end_s >= _GAP_S:
                out.append(f"[{timecode.lrc(cue.end_s)}]")
        return appearance.mark + "".join(f"{line}\n" for line in out)


def _text(cue: Cue, appearance: Appearance) -> str:
    if appearance.style.words == "plain" or not cue.lines:
        return one_line(" ".join(labelled_lines(cue, appearance.labels))).translate(_SAFE)
    words = [
        f"<{timecode.lrc(word.start_s)}>{one_line(word.text).translate(_SAFE)}" for line in shown_words(cue) for word in line
    ]
    return prefix(cue, appearance.labels).translate(_SAFE) + " ".join(words)
