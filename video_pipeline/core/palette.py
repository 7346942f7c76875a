"""Colours with a meaning, the same in subtitles, pictures and pages."""

from __future__ import annotations

from video_pipeline.core.labels import Emotion, Sound

EMOTION_COLOURS: dict[Emotion, str] = {
    Emotion.HAPPY: "#FFD60D",
    Emotion.SAD: "#4C8FFF",
    Emotion.ANGRY: "#FA5A2A",
    Emotion.FEARFUL: "#E05AAC",
    Emotion.DISGUSTED: "#A1DE7A",
    Emotion.SURPRISED: "#00DBFF",
}
"""Found by search: each at least 6 to 1 on black, and all, with white, as far apart as can be in the eyes of people who see no
red, no green or no blue (CIE 1976 distance of 25 or more after the simulation of Machado et al. 2009)."""
PLAIN_COLOUR, SOUND_COLOUR = "#FFFFFF", "#D8D8D8"
SPOKEN_COLOUR = "#FFD60D"
"""The word that is being said, where its emotion has no colour of its own."""
BACKDROP_COLOUR = "#000000"
"""What letters stand on: their outline, or the box behind them."""

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
