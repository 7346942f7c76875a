"""Colours with a meaning, the same in subtitles, pictures and pages."""

from __future__ import annotations

from video_pipeline.core.labels import Emotion, Sound

EMOTION_COLOURS: dict[Emotion, str] = {
    Emotion.HAPPY: "#F0E442",
    Emotion.SAD: "#56B4E9",
    Emotion.ANGRY: "#FF7A45",
    Emotion.FEARFUL: "#E79AC8",
    Emotion.DISGUSTED: "#2FCB9A",
    Emotion.SURPRISED: "#F5B52E",
}
"""Okabe and Ito's colour-blind-safe colours, the darker three lightened until each has a contrast of 7 to 1 on black."""
PLAIN_COLOUR, SOUND_COLOUR = "#FFFFFF", "#D8D8D8"

SOUND_COLOURS: dict[Sound, str] = {
    Sound.LAUGHTER: "#F5B52E",
    Sound.APPLAUSE: "#56B4E9",
    Sound.CHEER: "#2FCB9A",
    Sound.MUSIC: "#E79AC8",
    Sound.CRY: "#8FA6FF",
    Sound.COUGH: "#B8A48C",
    Sound.SNEEZE: "#C3C7A0",
    Sound.BREATH: "#9AA3AD",
}
