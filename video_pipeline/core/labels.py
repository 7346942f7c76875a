"""The closed vocabularies: what a language, an emotion and a sound event may be called, everywhere in the project."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """Languages with subtitle rules of their own. `UNKNOWN` follows the rules of English."""

    ZH = "zh"
    EN = "en"
    YUE = "yue"
    JA = "ja"
    KO = "ko"
    UNKNOWN = "und"


class Emotion(StrEnum):
    """What SenseVoice tells apart. `OTHER` is an emotion that has no name here."""

    HAPPY = "happy"
    SAD = "sad"
    ANGRY = "angry"
    FEARFUL = "fearful"
    DISGUSTED = "disgusted"
    SURPRISED = "surprised"
    NEUTRAL = "neutral"
    OTHER = "other"


class Sound(StrEnum):
    """Events of `events.json`; other programs read these names."""

    LAUGHTER = "laughter"
    APPLAUSE = "applause"
    CHEER = "cheer"
    MUSIC = "music"
    CRY = "cry"
    COUGH = "cough"
    SNEEZE = "sneeze"
    BREATH = "breath"


SHOWN_EMOTIONS = tuple(e for e in Emotion if e not in (Emotion.NEUTRAL, Emotion.OTHER))
"""The emotions that are written on screen; neutral speech carries no label."""
