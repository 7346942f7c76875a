"""Greedy paths made by hand to words, times and labels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from video_pipeline.core.labels import OWN_RULES, Emotion, Language, Sound
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Segment
from video_pipeline.speech.base import EmotionOptions
from video_pipeline.speech.sensevoice import decoding
from video_pipeline.speech.sensevoice.forward import Answer
from video_pipeline.speech.sensevoice.vocabulary import EMOTION_PIECES, EVENT_PIECES, LANGUAGE_PIECES, Choices, Vocabulary

TAGS = ("<|en|>", "<|NEUTRAL|>", "<|Speech|>", "<|withitn|>")
WINDOW = Span(100.0, 130.0)


def one_hot(names: list[str], winner: str, p: float = 0.9) -> np.ndarray:
    rest = (1 - p) / (len(names) - 1)
    return np.array([p if name == winner else rest for name in names], np.float32)


def made(
    path: list[str], language: str = "<|en|>", emotion: str = "<|HAPPY|>", event: str = "<|Speech|>"
) -> tuple[Answer, Vocabulary]:
    """An answer whose speech frames are `path`; "" is a blank."""
    frames = [*TAGS, *path]
    tables = (LANGUAGE_PIECES, EMOTION_PIECES, EVENT_PIECES)
    special = [name for table in tables for name in table]
    pieces = tuple(dict.fromkeys(["<unk>", "<s>", "</s>", *special, "<|withitn|>", *filter(None, path)]))
    choices = [Choices(tuple(pieces.index(name) for name in table), tuple(table.values())) for table in tables]
    ids = np.array([pieces.index(piece) if piece else 0 for piece in frames])
    ps = np.linspace(0.5, 1.0, len(ids), dtype=np.float32)
    chosen = [one_hot(list(table), winner) for table, winner in zip(tables, (language, emotion, event), strict=True)]
    return Answer(ids, ps, *chosen), Vocabulary(pieces, *choices)


def said(path: list[str], language: str = "<|en|>") -> Segment:
    answer, vocabulary = made(path, language)
    segment = decoding.segment(answer, WINDOW, vocabulary)
    assert segment is not None
    assert "".join(token.text for token in segment.tokens).strip() == segment.text
    assert all(WINDOW.start_s <= segment.start_s <= t.start_s <= t.end_s <= segment.end_s <= WINDOW.end_s for t in segment.tokens)
    return segment


def texts(path: list[str]) -> list[str]:
    return [token.text for token in said(path).tokens]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (["▁hello", "", "▁world"], ["hello", " world"]),
        (["▁hel", "lo", "", "▁wor", "ld", "."], ["hello", " world."]),
        (["▁The", "."], ["The."]),
        (["▁I", "'", "m", "▁3", ".", "5", "%"], ["I'm", " 3.5%"]),
        (["▁well", "-", "known"], ["well-known"]),
        (["▁hello", "▁,", "▁world"], ["hello ,", " world"]),
        (["▁say", "▁“", "yes", "”", "▁now"], ["say", " “yes”", " now"]),
        (["▁see", "▁(", "you", ")"], ["see", " (you)"]),
        (["你", "好", "，", "世", "界", "。"], ["你", "好，", "世", "界。"]),
        (["▁", "你", "好"], ["你", "好"]),
        (["你好世界"], ["你", "好", "世", "界"]),
        (["《", "你", "好", "》"], ["《你", "好》"]),
        (["我", "们", "ok", "好"], ["我", "们", "ok", "好"]),
        (["好", "，", "ok", "，", "yes"], ["好，", "ok，", "yes"]),
        (["我", "▁use", "▁py", "thon", "的"], ["我", " use", " python", "的"]),
        (["で", "す", "か", "？"], ["で", "す", "か？"]),
        (["▁안녕", "하세요", "▁네", "."], ["안녕하세요", " 네."]),
        (["▁a", "", "▁", "b"], ["a", " b"]),
    ],
)
def test_words(path: list[str], expected: list[str]) -> None:
    assert texts(path) == expected


def test_repeats_are_one_piece_and_a_blank_between_makes_two() -> None:
    assert texts(["▁ha", "▁ha", "▁ha"]) == ["ha"]
    assert texts(["▁ha", "", "▁ha"]) == ["ha", " ha"]


def test_special_pieces_are_never_text() -> None:
    assert said(["<|en|>", "▁yes", "<|HAPPY|>", "<|Laughter|>", "</s>", "▁no"]).text == "yes no"


def test_times_are_those_of_the_frames_moved_by_30_ms() -> None:
    first, second = said(["", "▁he", "llo", "llo", "", "", "▁you", "."]).tokens
    assert (first.start_s, first.end_s) == pytest.approx((100.030, 100.210))
    assert (second.start_s, second.end_s) == pytest.approx((100.330, 100.390)), "a full stop has no sound"


def test_the_first_frame_starts_at_the_window_and_the_last_ends_inside() -> None:
    answer, vocabulary = made(["▁a", "▁b"])
    tokens = list(decoding.words(decoding.pieces(answer, vocabulary.pieces), 2, Span(5.0, 5.085)))
    assert (tokens[0].start_s, tokens[0].end_s) == pytest.approx((5.0, 5.030))
    assert tokens[1].end_s == 5.085


def test_characters_of_one_piece_share_its_time() -> None:
    tokens = said(["", "你好", "你好"]).tokens
    assert [(t.start_s, t.end_s) for t in tokens] == [pytest.approx((100.030, 100.090)), pytest.approx((100.090, 100.150))]


def test_confidence_is_the_mean_over_pieces_of_their_best_frame() -> None:
    answer, vocabulary = made(["▁hel", "▁hel", "lo", "."])
    answer = replace(answer, probabilities=np.array([1, 1, 1, 1, 0.2, 0.6, 0.8, 0.1], np.float32))
    (token,) = decoding.words(decoding.pieces(answer, vocabulary.pieces), 4, WINDOW)
    assert token.confidence == pytest.approx(0.7)


@pytest.mark.parametrize("path", [[], ["", ""], ["."], ["▁", "。"], ["<|en|>"]])
def test_nothing_said_is_no_segment(path: list[str]) -> None:
    answer, vocabulary = made(path)
    assert decoding.segment(answer, WINDOW, vocabulary) is None


def test_nospeech_is_no_segment_even_with_text_but_sounds_stay() -> None:
    answer, vocabulary = made(["▁the"], language="<|nospeech|>", event="<|Laughter|>")
    assert decoding.segment(answer, WINDOW, vocabulary) is None
    assert decoding.sounds(answer, vocabulary)[Sound.LAUGHTER] == pytest.approx(0.9)


@pytest.mark.parametrize("language", OWN_RULES)
def test_languages(language: Language) -> None:
    assert said(["▁a"], f"<|{language}|>").language is language


def test_a_pinned_language_is_the_segments() -> None:
    answer, vocabulary = made(["▁a"], "<|en|>")
    segment = decoding.segment(answer, WINDOW, vocabulary, "ko")
    assert segment is not None and segment.language is Language.KO


@pytest.mark.parametrize("emotion", list(Emotion))
def test_emotions(emotion: Emotion) -> None:
    answer, vocabulary = made(["▁a"], emotion=f"<|{emotion.name}|>")
    assert decoding.strongest_emotion(answer, vocabulary) == (emotion, pytest.approx(0.9 / (0.9 + 7 * 0.0125), abs=1e-5))


def test_an_unknown_that_wins_narrowly_is_left_out_and_the_named_ones_are_scaled() -> None:
    answer, vocabulary = made(["▁a"])
    names = list(EMOTION_PIECES)
    ps = np.zeros(len(names), np.float32)
    ps[[names.index("<|EMO_UNKNOWN|>"), names.index("<|SAD|>"), names.index("<|HAPPY|>")]] = 0.8, 0.15, 0.05
    assert decoding.strongest_emotion(replace(answer, emotions=ps), vocabulary) == (Emotion.SAD, pytest.approx(0.75))
    ps[names.index("<|HAPPY|>")] = ps[names.index("<|ANGRY|>")] = 0.14
    assert decoding.strongest_emotion(replace(answer, emotions=ps), vocabulary) == (None, 0.0)
    assert decoding.strongest_emotion(replace(answer, emotions=one_hot(names, "<|EMO_UNKNOWN|>", 1.0)), vocabulary) == (None, 0.0)


def test_an_unknown_that_wins_clearly_is_no_emotion() -> None:
    answer, vocabulary = made(["▁a"])
    names = list(EMOTION_PIECES)
    ps = np.zeros(len(names), np.float32)
    ps[[names.index("<|EMO_UNKNOWN|>"), names.index("<|SAD|>")]] = 0.93, 0.07
    answer = replace(answer, emotions=ps)
    assert decoding.strongest_emotion(answer, vocabulary) == (None, 0.0)
    assert decoding.strongest_emotion(answer, vocabulary, EmotionOptions(unknown=0.95)) == (Emotion.SAD, pytest.approx(1.0))
    assert decoding.strongest_emotion(answer, vocabulary, EmotionOptions(unknown=1.0))[0] is Emotion.SAD


def test_a_temperature_makes_the_model_less_sure() -> None:
    answer, vocabulary = made(["▁a"])
    names = list(EMOTION_PIECES)
    ps = np.full(len(names), 1e-6, np.float32)
    ps[[names.index("<|HAPPY|>"), names.index("<|SAD|>")]] = 0.8, 0.2
    answer = replace(answer, emotions=ps)
    assert decoding.strongest_emotion(answer, vocabulary) == (Emotion.HAPPY, pytest.approx(0.8, abs=1e-3))
    emotion, p = decoding.strongest_emotion(answer, vocabulary, EmotionOptions(temperature=2.0))
    assert (emotion, p) == (Emotion.HAPPY, pytest.approx(2 / 3, abs=0.01))
    assert decoding.strongest_emotion(answer, vocabulary, EmotionOptions(temperature=2.0, least=0.7)) == (None, 0.0)


@pytest.mark.parametrize(
    ("piece", "sound"),
    [
        ("<|BGM|>", Sound.MUSIC), ("<|Sing|>", Sound.MUSIC), ("<|Laughter|>", Sound.LAUGHTER),
        ("<|Applause|>", Sound.APPLAUSE), ("<|Cry|>", Sound.CRY), ("<|Sneeze|>", Sound.SNEEZE),
        ("<|Breath|>", Sound.BREATH), ("<|Breathe|>", Sound.BREATH), ("<|Cough|>", Sound.COUGH),
    ],
)  # fmt: skip
def test_sounds(piece: str, sound: Sound) -> None:
    answer, vocabulary = made([], event=piece)
    heard = decoding.sounds(answer, vocabulary)
    assert max(heard, key=lambda label: heard[label]) is sound
    assert heard[sound] > 0.89
    assert sum(heard.values()) < 1, "speech and noise have a share too"


@pytest.mark.parametrize("piece", ["<|Speech|>", "<|GBG|>", "<|Speech_Noise|>", "<|Event_UNK|>"])
def test_what_has_no_name_is_no_sound(piece: str) -> None:
    answer, vocabulary = made([], event=piece)
    assert sum(decoding.sounds(answer, vocabulary).values()) < 0.1
