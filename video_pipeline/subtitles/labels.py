"""Labels for sounds, emotions and speakers in the language of the cue, and their place in it."""

from __future__ import annotations

import functools

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import SHOWN_EMOTIONS, Emotion, Language, Sound

LABELS = ("text", "emoji", "none", "text+en", "text+zh", "text+yue", "text+ja", "text+ko")
"""How sounds and emotions are written: in words, as emoji, not at all, or in the language of the cue and another one."""
_BRACKETS = {Language.JA: ("（", "）")}
"""What surrounds a label. Other languages use `[` and `]`."""
_SPEAKERS = {Language.JA: ("（", "）"), Language.ZH: ("", "："), Language.YUE: ("", "：")}
"""What surrounds a speaker's name that is not in brackets. Other languages use a colon."""
_SOUND_ORDER = tuple(Sound)
_SOUNDS: dict[Language, tuple[str, ...]] = {
    Language.EN: ("laughter", "applause", "cheering", "♪", "sobbing", "coughs", "sneezes", "breathes heavily"),
    Language.ZH: ("笑声", "掌声", "欢呼声", "♪", "哭声", "咳嗽", "打喷嚏", "喘气"),
    Language.YUE: ("笑聲", "掌聲", "歡呼聲", "♪", "哭聲", "咳嗽", "打噴嚏", "喘氣"),
    Language.JA: ("笑い声", "拍手", "歓声", "♪〜", "泣き声", "せき", "くしゃみ", "息遣い"),
    Language.KO: ("웃음", "박수", "환호", "♪", "울음", "기침", "재채기", "숨소리"),
    Language.DE: ("Gelächter", "Applaus", "Jubel", "♪", "Schluchzen", "Husten", "Niesen", "schweres Atmen"),
    Language.ES: ("risas", "aplausos", "vítores", "♪", "sollozos", "tos", "estornudo", "respiración agitada"),
    Language.FR: ("rires", "applaudissements", "acclamations", "♪", "sanglots", "toux", "éternuement", "respiration bruyante"),
    Language.IT: ("risate", "applausi", "grida di gioia", "♪", "singhiozzi", "tosse", "starnuto", "respiro affannoso"),
    Language.PT: ("risos", "aplausos", "gritos de alegria", "♪", "soluços", "tosse", "espirro", "respiração ofegante"),
}
LABELLED = tuple(_SOUNDS)
"""Languages with labels of their own; others have those of English."""
_EMOTIONS: dict[Language, tuple[str, ...]] = {
    Language.EN: ("happy", "sad", "angry", "fearful", "disgusted", "surprised"),
    Language.ZH: ("开心", "悲伤", "生气", "害怕", "厌恶", "惊讶"),
    Language.YUE: ("開心", "悲傷", "生氣", "害怕", "厭惡", "驚訝"),
    Language.JA: ("喜び", "悲しみ", "怒り", "恐れ", "嫌悪", "驚き"),
    Language.KO: ("기쁨", "슬픔", "분노", "두려움", "혐오", "놀람"),
    Language.DE: ("fröhlich", "traurig", "wütend", "ängstlich", "angewidert", "überrascht"),
    Language.ES: ("alegría", "tristeza", "enfado", "miedo", "asco", "sorpresa"),
    Language.FR: ("joie", "tristesse", "colère", "peur", "dégoût", "surprise"),
    Language.IT: ("gioia", "tristezza", "rabbia", "paura", "disgusto", "sorpresa"),
    Language.PT: ("alegria", "tristeza", "raiva", "medo", "nojo", "surpresa"),
}
_SOUND_EMOJI = dict(zip(_SOUND_ORDER, "😂👏🎉🎵😭😷🤧😮", strict=True))
_EMOTION_EMOJI = dict(zip(SHOWN_EMOTIONS, "😊😢😠😨🤢😲", strict=True))


@functools.cache
def sound_label(sound: Sound, language: Language, labels: str) -> str:
    """Such as `[laughter]`, `（笑い声）`, `[笑声 laughter]` or an emoji. Music is a note without brackets."""
    if labels == "none":
        return ""
    if labels == "emoji":
        return _SOUND_EMOJI[sound]
    place = _SOUND_ORDER.index(sound)
    if sound is Sound.MUSIC:
        return _words(_SOUNDS, language)[place]
    return _bracketed([_words(_SOUNDS, one)[place] for one in _languages(language, labels)], language)


@functools.cache
def emotion_label(emotion: Emotion, language: Language, labels: str) -> str:
    """Such as `[happy]` or an emoji. Empty for neutral speech, for emotions without a name and for `labels="none"`."""
    if labels == "none" or emotion not in SHOWN_EMOTIONS:
        return ""
    if labels == "emoji":
        return _EMOTION_EMOJI[emotion]
    place = SHOWN_EMOTIONS.index(emotion)
    return _bracketed([_words(_EMOTIONS, one)[place] for one in _languages(language, labels)], language)


def speaker_label(speaker: str, language: Language, *, brackets: bool = False) -> str:
    """Such as `ANN:`, `安：` or `（安）`; with `brackets` `[Ann]`, `[安]` or `（安）`, as Netflix asks for in SDH."""
    name = " ".join(speaker.split())
    if brackets:
        return _bracketed([name], language)
    left, right = _SPEAKERS.get(language, ("", ":"))
    return left + name.upper() + right


def prefix(cue: Cue, labels: str) -> str:
    """What precedes the first line of a cue: its sound, and its speaker and emotion if they start here. Ends with a space."""
    language = cue.labels_language or cue.language
    sound = sound_label(cue.sound, language, labels) if cue.sound else ""
    emotion = emotion_label(cue.emotion, language, labels) if cue.emotion and cue.starts_emotion else ""
    words = " ".join(word for word in (sound, cue.speaker_label, emotion) if word)
    return words + " " if words and cue.lines else words


def labelled_lines(cue: Cue, labels: str) -> tuple[str, ...]:
    """The lines of a cue as they are shown, with labels and without empty lines."""
    first, *rest = cue.lines or ("",)
    return tuple(line for line in (prefix(cue, labels) + first, *rest) if line.strip())


def _languages(language: Language, labels: str) -> list[Language]:
    """The language of the cue, and the one that `labels` asks for besides."""
    other = labels.partition("+")[2]
    return [language, Language(other)] if other else [language]


def _words(table: dict[Language, tuple[str, ...]], language: Language) -> tuple[str, ...]:
    return table.get(language, table[Language.EN])


def _bracketed(words: list[str], language: Language) -> str:
    left, right = _BRACKETS.get(language, ("[", "]"))
    return left + " ".join(dict.fromkeys(words)) + right
