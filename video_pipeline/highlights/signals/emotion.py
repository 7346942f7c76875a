"""How excited the speaker sounds, and when that changes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from video_pipeline.core.labels import Emotion
from video_pipeline.core.posterior import Curve
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Segment
from video_pipeline.highlights.base import Evidence
from video_pipeline.highlights.curves import painted

AROUSAL = {
    Emotion.HAPPY: 0.8,
    Emotion.SURPRISED: 1.0,
    Emotion.ANGRY: 0.9,
    Emotion.FEARFUL: 0.7,
    Emotion.DISGUSTED: 0.5,
    Emotion.SAD: 0.3,
}
"""Distance from calm (0) on the arousal axis of the circumplex model (Russell 1980), rounded."""
_CHANGE_S = 3.0
"""How long a change of emotion counts: about one sentence."""
_TOGETHER_S = 10.0
"""After a longer pause an emotion is not compared with the one before: another scene may have begun."""


class EmotionSignal:
    opening_s = None

    def curve(self, evidence: Evidence) -> Curve:
        emotional = sorted((s for s in evidence.segments if s.emotion is not None), key=lambda s: (s.start_s, s.end_s))
        return painted(evidence.frames(), [*((s, _arousal(s)) for s in emotional), *_changes(emotional)])


def _arousal(segment: Segment) -> float:
    return segment.emotion_p * AROUSAL.get(segment.emotion, 0.0) if segment.emotion else 0.0


def _changes(emotional: Sequence[Segment]) -> list[tuple[Span, float]]:
    """The start of each segment with another emotion than the one before; as strong as the two are apart."""
    return [
        (Span(after.start_s, min(after.end_s, after.start_s + _CHANGE_S)), abs(_arousal(after) - _arousal(before)))
        for before, after in pairwise(emotional)
        if after.emotion is not before.emotion and after.start_s - before.end_s < _TOGETHER_S
    ]
