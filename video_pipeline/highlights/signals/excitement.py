"""A voice that is higher and louder than this speaker usually is: excitement, whatever the language and the words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from video_pipeline.core.posterior import Curve, Values
from video_pipeline.core.span import Span
from video_pipeline.highlights.base import HOP_S, Evidence
from video_pipeline.highlights.curves import smoothed

_FROM_SEMITONES = 2.0
"""Over the speaker's median pitch, where the strength leaves 0: the melody of calm talk, averaged over a second."""
_FULL_SEMITONES = 7.0
"""... and where it is 1: voices rise by half an octave in cheering commentary."""
_FROM_DB = 2.0
_FULL_DB = 9.0
"""The same for the level: raised voices are some 6 to 10 dB louder than conversation (ANSI S3.5 lists 6 for "raised", 12 for
"loud")."""
_SMOOTH_S = 1.0
_LEAST_FRAMES = round(15.0 / HOP_S)
"""With less of a speaker's voice there is no telling what is usual."""

_Mask = npt.NDArray[np.bool_]


class Excitement:
    opening_s = None

    def curve(self, evidence: Evidence) -> Curve:
        frames = evidence.frames()
        values = np.zeros(frames, np.float32)
        if evidence.pitch is not None and evidence.level is not None:
            pitch, level_db = (_on_grid(curve, frames) for curve in (evidence.pitch, evidence.level))
            for spoken in _speakers(evidence, frames):
                values[spoken] = _strength(pitch, level_db, spoken)[spoken]
        return Curve(values, HOP_S)


def _strength(pitch_hz: Values, level_db: Values, spoken: _Mask) -> Values:
    """[frames] how far a speaker is above their own median in both: one alone is a question, or a step to the microphone."""
    voiced = spoken & (pitch_hz > 0)
    if voiced.sum() < _LEAST_FRAMES:
        return np.zeros(len(pitch_hz), np.float32)
    usual_hz, usual_db = np.median(pitch_hz[voiced]), np.median(level_db[voiced])
    semitones = np.where(voiced, 12 * np.log2(np.maximum(pitch_hz, 1e-3) / usual_hz), 0.0)
    # An octave up is a mistake of the measurement more often than a voice.
    semitones = np.where(np.abs(semitones) > 11.0, 0.0, semitones)
    share = smoothed(voiced.astype(np.float32), _SMOOTH_S)
    higher = smoothed(semitones.astype(np.float32), _SMOOTH_S) / np.maximum(share, 0.3)
    louder = smoothed(np.where(voiced, level_db - usual_db, 0.0).astype(np.float32), _SMOOTH_S) / np.maximum(share, 0.3)
    raised = (higher - _FROM_SEMITONES) / (_FULL_SEMITONES - _FROM_SEMITONES)
    loud = (louder - _FROM_DB) / (_FULL_DB - _FROM_DB)
    return np.asarray(np.sqrt(np.clip(raised, 0, 1) * np.clip(loud, 0, 1)), np.float32)


def _speakers(evidence: Evidence, frames: int) -> Iterator[_Mask]:
    """[frames] where each speaker talks and nobody reacts; all as one where speakers are not told apart."""
    reacting = _during(evidence.reactions(), frames)
    for name in {segment.speaker for segment in evidence.segments}:
        yield _during([one for one in evidence.segments if one.speaker == name], frames) & ~reacting


def _during(spans: Sequence[Span], frames: int) -> _Mask:
    inside = np.zeros(frames, np.bool_)
    for span in spans:
        inside[max(0, round(span.start_s / HOP_S)) : max(0, round(span.end_s / HOP_S))] = True
    return inside


def _on_grid(curve: Curve, frames: int) -> Values:
    """[frames] every second value or so: both are slow."""
    at = np.minimum((np.arange(frames) * (HOP_S / curve.hop_s)).astype(int), len(curve.values) - 1)
    return curve.values[at] if len(curve.values) else np.zeros(frames, np.float32)
