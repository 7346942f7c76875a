"""Words that a sound explains better are left out; people who talk over a laugh keep theirs."""

from __future__ import annotations

import dataclasses

import pytest

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import Language, Sound
from video_pipeline.core.transcript import AudioEvent, Segment, Token
from video_pipeline.subtitles.qc import check
from video_pipeline.subtitles.rules import SubtitleOptions
from video_pipeline.subtitles.spoken import spoken

LAUGH = AudioEvent(10.0, 13.0, Sound.LAUGHTER, 0.9)


def said(text: str, start_s: float, confidence: float = 0.9, step_s: float = 0.4) -> Segment:
    words = text.split(" ") if " " in text else list(text) if not text.isascii() else [text]
    space = " " if " " in text else ""
    tokens = tuple(
        Token(start_s + k * step_s, start_s + (k + 1) * step_s, (space if k else "") + word, confidence)
        for k, word in enumerate(words)
    )
    return Segment(start_s, tokens[-1].end_s, text, tokens=tokens, language=Language.EN)


def following(text: str, start_s: float, confidence: float = 0.9) -> Segment:
    """The same after other words."""
    alone = said(text, start_s, confidence)
    first = dataclasses.replace(alone.tokens[0], text=" " + alone.tokens[0].text)
    return dataclasses.replace(alone, text=" " + text, tokens=(first, *alone.tokens[1:]))


@pytest.mark.parametrize("text", ["Ha ha ha!", "Hahaha.", "哈哈哈", "ははは", "하하하", "ㅋㅋㅋ", "hehehe", "Haha, haha"])
def test_a_written_laugh_inside_a_laugh_is_no_speech(text: str) -> None:
    assert spoken([said(text, 10.5)], [LAUGH]) == []


@pytest.mark.parametrize("text", ["He has", "Hi!", "Have a heart", "好的", "はい", "하나"])
def test_sure_words_over_a_laugh_stay(text: str) -> None:
    segment = said(text, 10.5)
    assert spoken([segment], [LAUGH]) == [segment]


def test_a_guess_inside_a_certain_sound_goes_and_the_words_before_it_stay() -> None:
    before, guess = said("So I told him", 8.2), following("what is that", 10.1, confidence=0.2)
    both = Segment(8.2, 11.3, before.text + guess.text, tokens=(*before.tokens, *guess.tokens), language=Language.EN)
    (kept,) = spoken([both], [LAUGH])
    assert (kept.text, kept.end_s) == ("So I told him", before.end_s)
    unsure = AudioEvent(10.0, 13.0, Sound.LAUGHTER, 0.3)
    assert spoken([both], [unsure]) == [both]


def test_the_first_word_that_stays_has_no_space() -> None:
    guess, after = said("uh well", 12.2, confidence=0.1, step_s=0.3), following("And then we left", 13.0)
    (kept,) = spoken([Segment(12.2, 14.6, guess.text + after.text, tokens=(*guess.tokens, *after.tokens))], [LAUGH])
    assert kept.text == "And then we left"
    assert "".join(token.text for token in kept.tokens) == kept.text


def test_a_word_alone_beside_a_sound_is_reported() -> None:
    cues = [
        Cue(1.0, 2.0, ("He",), language=Language.EN),
        Cue(2.1, 4.0, (), language=Language.EN, sound=Sound.LAUGHTER),
        Cue(4.1, 6.0, ("was not an ill-disposed young man.",), language=Language.EN),
    ]
    found = [finding for finding in check(cues, SubtitleOptions(), None) if finding.rule == "stray_word"]
    assert [(finding.cue, finding.hard) for finding in found] == [(1, False)]
    said_yes = [Cue(1.0, 2.0, ("Yes.",), language=Language.EN), *cues[1:]]
    assert not [finding for finding in check(said_yes, SubtitleOptions(), None) if finding.rule == "stray_word"]
