"""How moved the speaker sounds: adds to a clip that a reaction earned."""

from __future__ import annotations

from video_pipeline.core.labels import Emotion
from video_pipeline.core.posterior import Curve
from video_pipeline.highlights.base import Evidence, painted

AROUSAL = {
    Emotion.HAPPY: 0.8,
    Emotion.SURPRISED: 1.0,
    Emotion.ANGRY: 0.9,
    Emotion.FEARFUL: 0.7,
    Emotion.DISGUSTED: 0.5,
    Emotion.SAD: 0.3,
}
"""How far each emotion lies from calm on the arousal axis of the circumplex model (Russell 1980), rounded; calm is 0."""


class EmotionSignal:
    earns = False

    def curve(self, evidence: Evidence) -> Curve:
        spans = [(s, s.emotion_p * AROUSAL.get(s.emotion, 0.0)) for s in evidence.segments if s.emotion is not None]
        return painted(evidence.frames(), spans)
