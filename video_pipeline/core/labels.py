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


REACTIONS = (Sound.LAUGHTER, Sound.APPLAUSE, Sound.CHEER)
"""The sounds with which an audience answers; the others happen by themselves."""

_COUNTED: dict[Sound, tuple[str, str]] = {
    Sound.LAUGHTER: ("laugh", "laughs"),
    Sound.APPLAUSE: ("round of applause", "rounds of applause"),
    Sound.CHEER: ("cheer", "cheers"),
    Sound.MUSIC: ("stretch of music", "stretches of music"),
    Sound.CRY: ("cry", "cries"),
    Sound.COUGH: ("cough", "coughs"),
    Sound.SNEEZE: ("sneeze", "sneezes"),
    Sound.BREATH: ("heavy breath", "heavy breaths"),
}


def counted(count: int, sound: Sound) -> str:
    """For instance "1 laugh", "3 rounds of applause"."""
    return f"{count} {_COUNTED[sound][count != 1]}"


SHOWN_EMOTIONS = tuple(e for e in Emotion if e not in (Emotion.NEUTRAL, Emotion.OTHER))
"""The emotions that are written on screen; neutral speech carries no label."""
