"""The closed vocabularies of the whole project: names of languages, emotions and sounds."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """Languages that an engine can tell, by their codes. The first five have subtitle rules and labels of their own; all others,
    and `UNKNOWN`, follow the rules of their script, with labels in English. `core/languages.py` has their names.
    """

    ZH = "zh"
    EN = "en"
    YUE = "yue"
    JA = "ja"
    KO = "ko"
    UNKNOWN = "und"
    AF = "af"
    AM = "am"
    AR = "ar"
    AS = "as"
    AZ = "az"
    BA = "ba"
    BE = "be"
    BG = "bg"
    BN = "bn"
    BO = "bo"
    BR = "br"
    BS = "bs"
    CA = "ca"
    CS = "cs"
    CY = "cy"
    DA = "da"
    DE = "de"
    EL = "el"
    ES = "es"
    ET = "et"
    EU = "eu"
    FA = "fa"
    FI = "fi"
    FO = "fo"
    FR = "fr"
    GL = "gl"
    GU = "gu"
    HA = "ha"
    HAW = "haw"
    HE = "he"
    HI = "hi"
    HR = "hr"
    HT = "ht"
    HU = "hu"
    HY = "hy"
    ID = "id"
    IS = "is"
    IT = "it"
    JV = "jv"
    KA = "ka"
    KK = "kk"
    KM = "km"
    KN = "kn"
    LA = "la"
    LB = "lb"
    LN = "ln"
    LO = "lo"
    LT = "lt"
    LV = "lv"
    MG = "mg"
    MI = "mi"
    MK = "mk"
    ML = "ml"
    MN = "mn"
    MR = "mr"
    MS = "ms"
    MT = "mt"
    MY = "my"
    NE = "ne"
    NL = "nl"
    NN = "nn"
    NO = "no"
    OC = "oc"
    PA = "pa"
    PL = "pl"
    PS = "ps"
    PT = "pt"
    RO = "ro"
    RU = "ru"
    SA = "sa"
    SD = "sd"
    SI = "si"
    SK = "sk"
    SL = "sl"
    SN = "sn"
    SO = "so"
    SQ = "sq"
    SR = "sr"
    SU = "su"
    SV = "sv"
    SW = "sw"
    TA = "ta"
    TE = "te"
    TG = "tg"
    TH = "th"
    TK = "tk"
    TL = "tl"
    TR = "tr"
    TT = "tt"
    UK = "uk"
    UR = "ur"
    UZ = "uz"
    VI = "vi"
    YI = "yi"
    YO = "yo"


OWN_RULES = (Language.ZH, Language.EN, Language.YUE, Language.JA, Language.KO)
"""Languages with rules, labels and phrases of their own."""


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
