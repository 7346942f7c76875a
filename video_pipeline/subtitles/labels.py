"""How a sound or an emotion is written in the cue's own language, and where in the cue it stands."""

from __future__ import annotations

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import SHOWN_EMOTIONS, Emotion, Language, Sound

_BRACKETS = {Language.JA: ("（", "）")}
_SOUND_ORDER = tuple(Sound)
_SOUNDS: dict[Language, tuple[str, ...]] = {
    Language.EN: ("laughter", "applause", "cheering", "♪", "sobbing", "coughs", "sneezes", "breathes heavily"),
    Language.ZH: ("笑声", "掌声", "欢呼声", "♪", "哭声", "咳嗽", "打喷嚏", "喘气"),
    Language.YUE: ("笑聲", "掌聲", "歡呼聲", "♪", "哭聲", "咳嗽", "打噴嚏", "喘氣"),
    Language.JA: ("笑い声", "拍手", "歓声", "♪〜", "泣き声", "せき", "くしゃみ", "息遣い"),
    Language.KO: ("웃음", "박수", "환호", "♪", "울음", "기침", "재채기", "숨소리"),
}
_EMOTIONS: dict[Language, tuple[str, ...]] = {
    Language.EN: ("happy", "sad", "angry", "fearful", "disgusted", "surprised"),
    Language.ZH: ("开心", "悲伤", "生气", "害怕", "厌恶", "惊讶"),
    Language.YUE: ("開心", "悲傷", "生氣", "害怕", "厭惡", "驚訝"),
    Language.JA: ("喜び", "悲しみ", "怒り", "恐れ", "嫌悪", "驚き"),
    Language.KO: ("기쁨", "슬픔", "분노", "두려움", "혐오", "놀람"),
}
_SOUND_EMOJI = dict(zip(_SOUND_ORDER, "😂👏🎉🎵😭😷🤧😮", strict=True))
_EMOTION_EMOJI = dict(zip(SHOWN_EMOTIONS, "😊😢😠😨🤢😲", strict=True))


def sound_label(sound: Sound, language: Language, labels: str) -> str:
    """For instance `[laughter]`, `（笑い声）` or an emoji; music is a note without brackets. Empty for `labels="none"`."""
    if labels == "none":
        return ""
    if labels == "emoji":
        return _SOUND_EMOJI[sound]
    word = _SOUNDS.get(language, _SOUNDS[Language.EN])[_SOUND_ORDER.index(sound)]
    return word if sound is Sound.MUSIC else _bracketed(word, language)


def emotion_label(emotion: Emotion, language: Language, labels: str) -> str:
    """For instance `[happy]` or an emoji; empty for neutral speech, emotions without a name and `labels="none"`."""
    if labels == "none" or emotion not in SHOWN_EMOTIONS:
        return ""
    if labels == "emoji":
        return _EMOTION_EMOJI[emotion]
    return _bracketed(_EMOTIONS.get(language, _EMOTIONS[Language.EN])[SHOWN_EMOTIONS.index(emotion)], language)


def prefix(cue: Cue, labels: str) -> str:
    """What is written before the cue's first line: its sound, and its emotion where that begins here; ends with a space."""
    sound = sound_label(cue.sound, cue.language, labels) if cue.sound else ""
    emotion = emotion_label(cue.emotion, cue.language, labels) if cue.emotion and cue.starts_emotion else ""
    words = " ".join(word for word in (sound, emotion) if word)
    return words + " " if words and cue.lines else words


def labelled_lines(cue: Cue, labels: str) -> tuple[str, ...]:
    """The cue as it is read, labels included; never an empty line."""
    first, *rest = cue.lines or ("",)
    return tuple(line for line in (prefix(cue, labels) + first, *rest) if line.strip())


def _bracketed(word: str, language: Language) -> str:
    left, right = _BRACKETS.get(language, ("[", "]"))
    return left + word + right
