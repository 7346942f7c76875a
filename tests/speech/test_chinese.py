"""Chinese words in one script, token by token."""

from __future__ import annotations

import pytest

from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import Segment, Token
from video_pipeline.speech.base import SpeechOptions
from video_pipeline.speech.chinese import in_script


def segment(text: str, language: Language, size: int = 1) -> Segment:
    parts = [text[at : at + size] for at in range(0, len(text), size)]
    tokens = tuple(Token(float(k), k + 1.0, part, 0.5) for k, part in enumerate(parts))
    return Segment(0.0, float(len(parts)), text, tokens=tokens, language=language)


@pytest.mark.parametrize(
    ("text", "language", "script", "expected"),
    [
        ("左擊轉彎,请减速慢行", Language.ZH, "auto", "左击转弯,请减速慢行"),
        ("左击转弯", Language.ZH, "hant", "左擊轉彎"),
        ("佢哋喺后面", Language.YUE, "auto", "佢哋喺後面"),
        ("皇后的头发", Language.ZH, "hant", "皇后的頭髮"),
        ("出发", Language.ZH, "hant", "出發"),
        ("佢喺後面", Language.YUE, "hans", "佢喺后面"),
        ("学校の頭髮", Language.JA, "hant", "学校の頭髮"),
        ("Taipei 台灣 2024", Language.ZH, "hans", "Taipei 台湾 2024"),
    ],
)
@pytest.mark.parametrize("size", [1, 2])
def test_words_come_in_the_wanted_script_with_their_times(
    text: str, language: Language, script: str, expected: str, size: int
) -> None:
    before = segment(text, language, size)
    after = in_script(before, script)
    assert after is not None
    assert after.text == "".join(token.text for token in after.tokens) == expected
    assert [(token.start_s, token.end_s) for token in after.tokens] == [(token.start_s, token.end_s) for token in before.tokens]


def test_silence_has_no_script() -> None:
    assert in_script(None, SpeechOptions().script) is None
