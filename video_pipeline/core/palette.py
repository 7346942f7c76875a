"""Colours with a meaning, the same in subtitles, pictures and web pages."""

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
"""Found by search: each has a contrast of at least 6 to 1 on black, and all of them, and white, are as different as possible for
people with any colour blindness (CIE 1976 distance of 25 or more after the simulation of Machado et al. 2009)."""

SPEAKER_COLOURS = ("#FFFFFF", "#FFFF00", "#00FFFF", "#00FF00")
"""Of speakers, in order of their importance: white, yellow, cyan and green, as the BBC's subtitle guidelines have them."""

PLAIN_COLOUR = "#FFFFFF"
SOUND_COLOUR = "#D8D8D8"
"""Labels of sounds in subtitles."""
SPOKEN_COLOUR = "#FFD60D"
"""The word that is being spoken, if its emotion has no colour."""
BACKDROP_COLOUR = "#000000"
"""Outline of letters, or the box behind them."""

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
