"""The closed vocabularies of the whole project: names of languages, emotions and sounds."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """Languages with their own subtitle rules. `UNKNOWN` follows the rules of English."""

    ZH = "zh"
    EN = "en"
    YUE = "yue"
    JA = "ja"
    KO = "ko"
    UNKNOWN = "und"


class Emotion(StrEnum):
    """Emotions that SenseVoice distinguishes. `OTHER` is an emotion without a name here."""

    HAPPY = "happy"
    SAD = "sad"
    ANGRY = "angry"
    FEARFUL = "fearful"
    DISGUSTED = "disgusted"
    SURPRISED = "surprised"
    NEUTRAL = "neutral"
    OTHER = "other"


class Sound(StrEnum):
    """Labels in `events.json`; other programs read these names."""

    LAUGHTER = "laughter"
    APPLAUSE = "applause"
    CHEER = "cheer"
    MUSIC = "music"
    CRY = "cry"
    COUGH = "cough"
    SNEEZE = "sneeze"
    BREATH = "breath"


REACTIONS = (Sound.LAUGHTER, Sound.APPLAUSE, Sound.CHEER)
"""Sounds by which an audience reacts."""

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
"""Emotions that are shown as labels; neutral speech has none."""
