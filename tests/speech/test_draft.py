"""The draft engine: real confidences, and the check that what it hears is English."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest

from video_pipeline.core.waveform import RATE_HZ, Waveform
from video_pipeline.media.decode import audio_blocks
from video_pipeline.speech.base import SpeechOptions
from video_pipeline.speech.draft.engine import FACTORY
from video_pipeline.speech.draft.english import (
    AGAIN_S,
    BLOCK_S,
    COMMON,
    ENOUGH_S,
    PHONES,
    EnglishCheck,
    Evidence,
    Judge,
    measured,
    shipped_judge,
)
from video_pipeline.speech.errors import OtherLanguage

JUDGE = Judge(
    mean=(0,) * 4, scale=(1,) * 4, weights=(0, 0, 1, 0), bias=-0.5, threshold=0.0, slack=0.1, least_s=2.0, most_spread=1.3
)
"""English has words that are surer than 50 %; in 2.5 s of speech, than 40 %."""
WINDOW_S = 10.0
ROOT = Path(__file__).parents[2]


def heard(sure: float, speech_s: float = 8.0, common: int = 2, word: float = -40.0, fit: float = -4.5) -> Evidence:
    """Three words and twelve phones a second."""
    counts = tuple(common if phone in COMMON else 1 for phone in PHONES)
    frames = round(100 * speech_s)
    words = {"word_frames": frames, "sure_frames": sure * frames, "grammar": 3 * speech_s * word}
    return Evidence(counts=counts, frames=frames, fit=fit * frames, fit_frames=frames, **words)


ENGLISH, FOREIGN, FEW_WORDS = heard(0.7), heard(0.3), heard(0.3, speech_s=0.5)


def windows(count: int, start_s: float = 0.0) -> Iterator[Waveform]:
    samples = np.zeros(round(WINDOW_S * RATE_HZ), np.float32)
    return (Waveform(samples, RATE_HZ, start_s + k * WINDOW_S) for k in range(count))


def check(*evidence: Evidence) -> EnglishCheck:
    """One that finds these in the windows that it measures, the last one in all further ones."""
    found = itertools.chain(evidence, itertools.repeat(evidence[-1]))
    return EnglishCheck(lambda block: sum((next(found) for _ in block), Evidence()), JUDGE)


def test_english_passes_whole_and_in_order() -> None:
    passed = [window.start_s for window in check(ENGLISH).passing(windows(50), {})]
    assert passed == [k * WINDOW_S for k in range(50)]


def test_another_language_is_refused_after_one_block() -> None:
    drawn: list[Waveform] = []
    noted = (drawn.append(window) or window for window in windows(50))
    with pytest.raises(OtherLanguage) as refused:
        list(check(FOREIGN).passing(noted, {}))
    assert (refused.value.start_s, refused.value.end_s) == (0.0, BLOCK_S)
    assert len(drawn) == BLOCK_S / WINDOW_S


def test_too_few_words_decide_nothing_until_they_are_more() -> None:
    memory: dict[str, str] = {}
    assert len(list(check(FEW_WORDS).passing(windows(2), memory))) == 2
    with pytest.raises(OtherLanguage):
        list(check(FEW_WORDS, FEW_WORDS, FEW_WORDS).passing(windows(40, 20.0), memory))


def test_a_file_that_changes_language_is_refused_but_not_for_one_doubtful_block() -> None:
    later = round(AGAIN_S / WINDOW_S) + 10
    one_quotation = check(ENGLISH, ENGLISH, FOREIGN, FOREIGN, ENGLISH)
    assert len(list(one_quotation.passing(windows(later), {}))) == later
    with pytest.raises(OtherLanguage) as refused:
        list(check(ENGLISH, ENGLISH, FOREIGN).passing(windows(later), {}))
    assert refused.value.start_s > AGAIN_S


def test_words_of_a_file_with_too_little_speech_are_doubted() -> None:
    memory: dict[str, str] = {}
    list(check(FEW_WORDS).passing(windows(2, 30.0), memory))
    assert "from 0:30.0 to 0:50.0" in check(FEW_WORDS).doubt(memory)
    list(check(ENGLISH).passing(windows(2, 60.0), memory))
    assert not check(ENGLISH).doubt(memory)
    assert not check(ENGLISH).doubt({})
    silent: dict[str, str] = {}
    list(check(Evidence()).passing(windows(2), silent))
    assert not check(Evidence()).doubt(silent)


def test_what_was_heard_is_remembered_between_stretches() -> None:
    memory: dict[str, str] = {}
    assert list(check(ENGLISH).passing(windows(3), memory))
    judged: list[Waveform] = []
    counting = EnglishCheck(lambda block: judged.extend(block) or ENGLISH, JUDGE)
    assert len(list(counting.passing(windows(5, 300.0), memory))) == 5
    assert not judged


def test_little_speech_gets_a_lower_threshold() -> None:
    assert JUDGE.is_english(heard(0.45, ENOUGH_S)) is False
    assert JUDGE.is_english(heard(0.45, ENOUGH_S / 2)) is True
    assert JUDGE.is_english(heard(0.35, ENOUGH_S / 2)) is False


def test_a_little_speech_just_below_the_threshold_is_left_open() -> None:
    judge = msgspec.structs.replace(JUDGE, doubt=0.1)
    assert judge.is_english(heard(0.45, ENOUGH_S)) is None
    assert judge.is_english(heard(0.35, ENOUGH_S)) is False
    assert judge.is_english(heard(0.45, 2 * ENOUGH_S)) is False
    assert shipped_judge().doubt > 0


def test_words_stretched_over_noise_decide_nothing() -> None:
    stretched = dataclasses.replace(heard(0.7), word_frames=1100)
    assert JUDGE.is_english(heard(0.7)) is True
    assert JUDGE.is_english(stretched) is None


def test_sure_likely_words_of_common_phones_are_english() -> None:
    """Each figure that the shipped weights decide by pulls the way that its description says."""
    judge, usual = shipped_judge(), heard(0.5)
    assert judge.log_odds(heard(0.7)) > judge.log_odds(usual) > judge.log_odds(heard(0.3))
    assert judge.log_odds(heard(0.5, word=-30.0)) > judge.log_odds(usual) > judge.log_odds(heard(0.5, word=-60.0))
    assert judge.log_odds(heard(0.5, fit=-4.0)) > judge.log_odds(usual) > judge.log_odds(heard(0.5, fit=-5.0))
    assert judge.log_odds(heard(0.5, common=4)) > judge.log_odds(usual) > judge.log_odds(heard(0.5, common=1))
    assert judge.is_english(heard(0.7, word=-30.0)) and not judge.is_english(heard(0.3, word=-60.0))


def test_evidence_adds_up() -> None:
    whole = heard(0.7, 4.0) + heard(0.3, 4.0)
    assert whole.speech_s == 8.0
    assert whole.figures()[2:] == pytest.approx((0.5, -120.0))
    assert whole.figures()[0] == pytest.approx(-4.5)
    assert not any(Evidence().figures())


def test_the_same_speech_has_the_same_words_whatever_was_heard_before() -> None:
    """pocketsphinx's decoder carries over something from one sound to the next."""
    pytest.importorskip("pocketsphinx")
    engine = FACTORY.open(SpeechOptions(language="en"))
    blocks = [*audio_blocks(ROOT / "examples" / "demo.mp4", 0)]
    samples = np.concatenate([block.samples for block in blocks])
    first, other = (Waveform(samples[s * RATE_HZ : (s + 6) * RATE_HZ], RATE_HZ, 0.0) for s in (1, 20))
    before = [heard.segment for heard in engine.transcribe([first])]
    assert any(segment and segment.tokens for segment in before)
    evidence = measured([first])
    list(engine.transcribe([other]))
    measured([other])
    assert [heard.segment for heard in engine.transcribe([first])] == before
    assert measured([first]) == evidence
