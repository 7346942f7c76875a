"""One short evening with a laugh in it, as the viewer is given it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from video_pipeline.core.clip import Clip, Reason
from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.core.posterior import Curve, Posterior
from video_pipeline.core.transcript import AudioEvent, EngineIdentity, MediaIdentity, Segment, Token, Transcript
from video_pipeline.media.probe import VideoTrack
from video_pipeline.report.viewer import ShownCue, View

TEXTS = ("Good evening.", "My robot told a joke </script><b>", "Nobody laughed & nobody <!-- left -->")


@pytest.fixture(scope="session")
def evening() -> View:
    """40 s: three sentences of 2 s, the second happy; a laugh from 25 s to 27 s; one clip."""
    said = [_segment(text, 10.0 * k, Emotion.HAPPY if k == 1 else Emotion.NEUTRAL) for k, text in enumerate(TEXTS)]
    transcript = Transcript(MediaIdentity("an evening.mp4", 40.0), EngineIdentity("replay"), tuple(said))
    heard = np.zeros((800, 1), np.float32)
    heard[500:540] = 1.0
    reasons = (Reason("laughter", 2.0, 1.0, 30.0), Reason("loudness", 1.0, 0.4, 16.0), Reason("silence", 2.0, -0.3, -6.0))
    return View(
        transcript=transcript,
        video=VideoTrack("h264", 160, 120, 25.0),
        events=[AudioEvent(25.0, 27.0, Sound.LAUGHTER, 0.97)],
        posterior=Posterior(heard, ("laughter",), 0.05),
        cues=[ShownCue(s.start_s, s.end_s, [[(t.start_s, t.text) for t in s.tokens]], "", s.emotion) for s in said],
        clips=[Clip(9.0, 28.0, 40.0, "A joke", reasons=reasons, why="1 laugh of 2.0 s")],
        explanation="1 of 1 moments",
        level=Curve(np.full(800, -30.0, np.float32), 0.05),
        findings=[{"cue": 2, "rule": "speed_cps", "limit": 20.0, "value": 24.0, "hard": False}],
        style={"labels": "text", "words": "plain", "backdrop": "outline", "size": 0.0},
        media=["long.mp4"],
    )


def _segment(text: str, start_s: float, emotion: Emotion) -> Segment:
    words = text.split()
    step_s = 2.0 / len(words)
    tokens = [Token(start_s + k * step_s, start_s + (k + 1) * step_s, " " * bool(k) + word) for k, word in enumerate(words)]
    return Segment(start_s, start_s + 2.0, text, tokens=tuple(tokens), language=Language.EN, emotion=emotion, emotion_p=0.9)


@pytest.fixture(scope="session")
def unfeeling() -> Callable[[View], View]:
    """The same where emotions are switched off."""

    def without(view: View) -> View:
        segments = tuple(segment.without_emotion() for segment in view.transcript.segments)
        cues = [replace(cue, emotion=None) for cue in view.cues]
        return replace(view, transcript=replace(view.transcript, segments=segments), cues=cues)

    return without
