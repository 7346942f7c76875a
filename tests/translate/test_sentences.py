"""Where sentences begin and end, by marks, letters, pauses and laughs; and their translations on the pauses of what was said."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from video_pipeline.core.labels import Language, Sound
from video_pipeline.core.transcript import AudioEvent, Segment, Token
from video_pipeline.subtitles.target import timed
from video_pipeline.translate.sentences import sentences_of

SLOW = [
    (6.8, 9.3, "I am sitting in a room"),
    (11.7, 14.7, "different from the one you are in now."),
    (17.8, 21.5, "I regard this"),
    (22.6, 24.0, "as a test"),
    (24.4, 26.0, "of what we can"),
    (30.1, 32.0, "do with it"),
    (33.0, 34.0, "Not so much"),
    (34.5, 36.0, "for the fun"),
]
"""A slow speaker, whose pauses an engine takes for ends: hardly any full stop."""


def texts(parts: list[tuple[float, float, str]], *events: AudioEvent) -> list[str]:
    segments = [Segment(start_s, end_s, text, language=Language.EN) for start_s, end_s, text in parts]
    return [sentence.text for sentence in sentences_of(segments, events)]


def test_small_letters_go_on_with_a_sentence_over_pauses() -> None:
    few = [*SLOW[2:4], (24.4, 26.0, "because of the thing"), *SLOW[6:]]
    assert texts([*SLOW[:2], *few]) == [
        "I am sitting in a room different from the one you are in now.",
        "I regard this as a test because of the thing",
        "Not so much for the fun",
    ]


def test_a_long_pause_ends_a_sentence_whatever_its_letters() -> None:
    assert "I regard this as a test of what we can" in texts(SLOW)


def test_a_laugh_in_the_pause_ends_a_sentence() -> None:
    laugh = AudioEvent(9.5, 11.5, label=Sound.LAUGHTER, score=0.9)
    assert texts(SLOW, laugh)[:2] == ["I am sitting in a room", "different from the one you are in now."]


@pytest.mark.parametrize("change", [str.lower, lambda text: text.lower().replace("i ", "I ")])
def test_small_letters_say_nothing_where_an_engine_writes_no_others(change: Callable[[str], str]) -> None:
    parts = [(start_s, end_s, change(text).strip(".")) for start_s, end_s, text in SLOW]
    assert texts(parts) == [text for _, _, text in parts]


def test_words_of_a_translation_do_not_stretch_over_pauses() -> None:
    said = (
        *(Token(6.8 + k * 0.4, 7.2 + k * 0.4, word) for k, word in enumerate(["I", " am", " sitting", " in", " a", " room"])),
        *(Token(11.7 + k * 0.5, 12.2 + k * 0.5, word) for k, word in enumerate([" different", " from", " the", " one"])),
    )
    words = timed("Estou sentado em uma sala diferente da sua", said, Language.PT)
    assert not any(word.start_s < 9.2 and word.end_s > 11.7 for word in words)
    first = "".join(word.text for word in words if word.end_s <= 9.2 + 1e-6)
    assert first == "Estou sentado em uma sala"  # not after the article, which is nearer
    again = timed("I am sitting in a room different from the one", said, Language.EN)
    for word, token in zip(again, said, strict=True):
        assert (word.start_s, word.end_s) == pytest.approx((token.start_s, token.end_s))
