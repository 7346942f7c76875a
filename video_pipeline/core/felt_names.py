"""What the pages call emotions. They are data, not part of the pages' code, so that without emotions a page names none."""

from __future__ import annotations

from video_pipeline.core.labels import Emotion

_LANGUAGES = ("en", "zh-Hans", "zh-Hant", "ja", "ko")
"""The interface's."""
_NAMES = {
    "felt": ("emotion", "情绪", "情緒", "感情", "감정"),
    "emotion": ("emotion", "情绪", "情緒", "感情", "감정"),
    Emotion.HAPPY: ("happy", "开心", "開心", "喜び", "기쁨"),
    Emotion.SAD: ("sad", "悲伤", "悲傷", "悲しみ", "슬픔"),
    Emotion.ANGRY: ("angry", "生气", "生氣", "怒り", "화남"),
    Emotion.FEARFUL: ("fearful", "害怕", "害怕", "恐れ", "두려움"),
    Emotion.DISGUSTED: ("disgusted", "厌恶", "厭惡", "嫌悪", "혐오"),
    Emotion.SURPRISED: ("surprised", "惊讶", "驚訝", "驚き", "놀람"),
}


def felt_names() -> dict[str, dict[str, str]]:
    """By the languages of the interface."""
    return {tag: {str(name): words[number] for name, words in _NAMES.items()} for number, tag in enumerate(_LANGUAGES)}
