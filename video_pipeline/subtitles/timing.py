"""When each cue appears and goes: on its first word, long enough to read, never over the next, with the least gap between."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from video_pipeline.core.cue import Cue
from video_pipeline.subtitles.labels import labelled_lines
from video_pipeline.subtitles.rules import SubtitleOptions, width

_USUAL_FPS = 25.0


def frame_gap_s(options: SubtitleOptions, rate_fps: float | None) -> float:
    """The least time between two cues; sound without a picture counts at 25 frames a second."""
    return options.gap_frames / (rate_fps or _USUAL_FPS)


def settle(cues: Sequence[Cue], options: SubtitleOptions, rate_fps: float | None) -> list[Cue]:
    """Cues with their final times, in order. Hard rules hold whatever comes in: no overlap, the gap, least and longest time.

    Where words come faster than cues may, a cue starts late rather than too short: the delay ends at the next pause.
    """
    gap_s = frame_gap_s(options, rate_fps)
    out: list[Cue] = []
    for k, cue in enumerate(cues):
        start_s = max(cue.start_s, out[-1].end_s + gap_s) if out else max(0.0, cue.start_s)
        next_s = cues[k + 1].start_s if k + 1 < len(cues) else float("inf")
        end_s = _end_s(cue, start_s, next_s - gap_s, options)
        if 0 < next_s - end_s < options.close_gap_s and next_s - gap_s - start_s <= options.longest_s:
            end_s = max(end_s, next_s - gap_s)
        out.append(dataclasses.replace(cue, start_s=start_s, end_s=end_s))
    return out


def _end_s(cue: Cue, start_s: float, latest_s: float, options: SubtitleOptions) -> float:
    """The end of the sound, or as long as reading takes, or a little longer; within the limits, the hard ones last."""
    characters = sum(width(line, cue.language) for line in labelled_lines(cue, options.labels))
    reading_s = characters / options.reading(cue.language).speed_cps
    lingering_s = 0.0 if cue.sound and not cue.lines else options.linger_s
    wanted_s = max(cue.end_s + min(lingering_s, max(0.0, latest_s - cue.end_s)), start_s + reading_s)
    wanted_s = min(wanted_s, latest_s)
    return min(max(wanted_s, start_s + options.least_s), start_s + options.longest_s)
