"""Words beside silences start and end with the sound."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from video_pipeline.core.span import Span
from video_pipeline.core.transcript import EngineIdentity, MediaIdentity, Segment, Token, Transcript
from video_pipeline.core.waveform import RATE_HZ, Waveform
from video_pipeline.speech.base import Heard
from video_pipeline.speech.edges import held, transcribed
from video_pipeline.speech.replay import ReplayEngine
from video_pipeline.speech.vad import FRAME_S
from video_pipeline.speech.windows import SpanFinder, Speech, SpokenWindow, WindowOptions


def said(*times_s: tuple[float, float]) -> Segment:
    tokens = tuple(Token(start_s, end_s, f" w{k}") for k, (start_s, end_s) in enumerate(times_s))
    return Segment(tokens[0].start_s, tokens[-1].end_s, "".join(token.text for token in tokens), tokens=tokens)


def times(segment: Segment) -> list[tuple[float, float]]:
    return [(round(token.start_s, 3), round(token.end_s, 3)) for token in segment.tokens]


def test_the_first_word_starts_and_the_last_one_ends_with_the_sound() -> None:
    found = held(said((10.0, 10.4), (10.4, 10.9), (10.9, 11.2)), [Span(10.15, 11.5)])
    assert times(found) == [(10.15, 10.4), (10.4, 10.9), (10.9, 11.5)]
    assert (found.start_s, found.end_s) == pytest.approx((10.15, 11.5))


def test_a_late_first_word_is_brought_forward_unless_something_else_came_before_it() -> None:
    assert times(held(said((10.3, 10.6)), [Span(10.1, 10.6)])) == [(10.1, 10.6)]
    assert times(held(said((10.9, 11.2)), [Span(10.1, 11.2)])) == [(10.9, 11.2)]


def test_words_before_the_sound_start_with_it_one_after_the_other() -> None:
    found = held(said((10.0, 10.05), (10.05, 10.1), (10.1, 10.6)), [Span(10.2, 10.6)])
    starts = [token.start_s for token in found.tokens]
    assert starts == sorted(starts)
    assert starts[0] == pytest.approx(10.2)
    assert starts[-1] < 10.4


def test_a_pause_inside_a_window_divides_words_too() -> None:
    found = held(said((1.0, 1.5), (1.6, 2.4), (2.5, 3.0)), [Span(1.05, 1.6), Span(1.95, 3.1)])
    assert times(found) == [(1.05, 1.6), (1.95, 2.4), (2.5, 3.1)]


def test_nothing_is_held_where_a_window_was_cut() -> None:
    segment = said((5.0, 5.4), (5.4, 5.8))
    assert held(segment, [Span(5.1, 6.0)], starts=False, ends=False) == segment


def test_a_segment_without_words_or_a_window_without_speech_stays() -> None:
    bare = Segment(0.0, 1.0, "")
    assert held(bare, [Span(0.2, 0.8)]) is bare
    segment = said((0.0, 1.0))
    assert held(segment, []) is segment


spans = st.lists(st.floats(0, 20), min_size=2, max_size=12, unique=True).map(sorted)


@given(spans, st.lists(st.floats(0, 20), min_size=2, max_size=30))
@settings(max_examples=200, deadline=None)
def test_order_words_and_window_are_kept(edges: list[float], at_s: list[float]) -> None:
    at_s = sorted(at_s)
    segment = said(*[(a, b) for a, b in pairwise(at_s)])
    found = held(segment, [Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False)])
    assert [token.text for token in found.tokens] == [token.text for token in segment.tokens]
    assert all(a.start_s <= b.start_s for a, b in pairwise(found.tokens))
    assert found.start_s == found.tokens[0].start_s
    assert all(token.end_s <= found.end_s for token in found.tokens)
    assert found.start_s >= min(edges[0], at_s[0])
    assert found.end_s <= max(edges[-1], at_s[-1])


def test_the_detector_tells_pauses_inside_a_window() -> None:
    finder = SpanFinder(WindowOptions())
    loud, quiet = [0.9] * 20, [0.05] * 8
    (speech,) = [*finder.hear(np.array([*quiet, *loud, *quiet, *loud, *[0.05] * 20], np.float32)), *finder.finish()]
    assert [(round(s.start_s / FRAME_S), round(s.end_s / FRAME_S)) for s in speech.stretches] == [(8, 28), (36, 56)]
    assert (speech.start_s, speech.end_s) == pytest.approx((speech.stretches[0].start_s, speech.stretches[-1].end_s))


class Early:
    """An engine that puts its one word on the first frame of every window."""

    identity = EngineIdentity("early")
    lacks: tuple[str, ...] = ()
    concurrent = True

    def transcribe(self, windows: Iterable[Waveform], memory: dict[str, str] | None = None) -> Iterator[Heard]:
        for window in windows:
            word = Token(window.start_s, window.end_s, "Oh.")
            yield Heard(window.span, Segment(word.start_s, word.end_s, "Oh.", tokens=(word,)))


def test_every_engine_is_held_to_the_sound_and_a_played_transcript_is_not() -> None:
    sound = np.zeros(RATE_HZ, np.float32)
    window = SpokenWindow(sound, RATE_HZ, 5.0, Speech(5.15, 5.8, (Span(5.15, 5.8),)))
    (heard,) = transcribed(Early(), [window])
    assert heard.segment is not None
    assert (heard.segment.tokens[0].start_s, heard.segment.tokens[0].end_s) == (5.15, 5.8)
    segment = said((5.0, 6.0))
    played = ReplayEngine(
        Transcript(MediaIdentity("a.mp4", 9.0), EngineIdentity("test"), (segment,), ()), EngineIdentity("replay")
    )
    assert [answer.segment for answer in transcribed(played, [window])] == [segment]
