"""Phrases that announce something important. Off by default (weight 0): words alone mislead."""

from __future__ import annotations

from video_pipeline.core.labels import Language
from video_pipeline.core.posterior import Curve
from video_pipeline.highlights.base import Evidence
from video_pipeline.highlights.curves import painted
from video_pipeline.highlights.sentences import Sentence, sentences

_ENGLISH = (
    "the point is",
    "the secret",
    "the truth is",
    "believe it or not",
    "guess what",
    "you won't believe",
    "most important",
    "never forget",
    "turns out",
    "the best part",
    "incredible",
    "unbelievable",
    "amazing",
)
_CHINESE = (
    "重点",
    "關鍵",
    "关键",
    "秘密",
    "其实",
    "其實",
    "没想到",
    "沒想到",
    "最重要",
    "不可思议",
    "不可思議",
    "太厉害",
    "太厲害",
)
CUES: dict[Language, tuple[str, ...]] = {
    Language.EN: _ENGLISH,
    Language.UNKNOWN: _ENGLISH,
    Language.ZH: _CHINESE,
    Language.YUE: (*_CHINESE, "原來", "好犀利", "估唔到", "真係"),
    Language.JA: ("実は", "大事", "重要", "ポイント", "秘密", "すごい", "信じられない", "まさか", "なんと"),
    Language.KO: ("사실은", "중요한", "핵심", "비밀", "대박", "놀라운", "믿을 수 없", "알고 보니"),
}
_ANNOUNCED = 1.0
"""Strength of a sentence with a cue."""
_EXCLAIMED = 0.4
"""Strength of a sentence without a cue that ends with an exclamation mark."""


class TextCues:
    opening_s = None

    def curve(self, evidence: Evidence) -> Curve:
        return painted(evidence.frames(), [(sentence, _strength(sentence)) for sentence in sentences(evidence.segments)])


def _strength(sentence: Sentence) -> float:
    text = sentence.text.lower()
    if any(cue in text for cue in CUES.get(sentence.language, ())):
        return _ANNOUNCED
    return _EXCLAIMED if text.endswith(("!", "！")) else 0.0
