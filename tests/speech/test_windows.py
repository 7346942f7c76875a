"""Speech is found anywhere, in pieces of bounded length, whatever the blocks."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from video_pipeline.core.transcript import EngineIdentity
from video_pipeline.core.waveform import RATE_HZ, Waveform
from video_pipeline.speech.margins import with_margins
from video_pipeline.speech.vad import FRAME_S, SileroVad
from video_pipeline.speech.windows import SpanFinder, WindowOptions, windows

OPTIONS = WindowOptions()


def spans_of(probabilities: list[float], options: WindowOptions = OPTIONS) -> list[tuple[float, float]]:
    finder = SpanFinder(options)
    found = [*finder.hear(np.array(probabilities, np.float32)), *finder.finish()]
    return [(span.start_s, span.end_s) for span in found]


def test_short_pauses_do_not_part_speech_and_long_ones_do() -> None:
    frames = [0.0] * 10 + [0.9] * 20 + [0.1] * 8 + [0.9] * 20 + [0.1] * 40 + [0.9] * 20 + [0.0] * 30
    assert spans_of(frames) == [
        (pytest.approx(10 * FRAME_S), pytest.approx(58 * FRAME_S)),
        (pytest.approx(98 * FRAME_S), pytest.approx(118 * FRAME_S)),
    ]


def test_clicks_are_no_speech() -> None:
    assert spans_of([0.0] * 10 + [0.9] * 3 + [0.0] * 40) == []


def test_endless_speech_is_cut_where_it_is_quietest() -> None:
    frames = [0.9] * 1000
    frames[500] = 0.55
    first = spans_of(frames)[0]
    assert first == (0.0, pytest.approx(500 * FRAME_S))


@given(st.lists(st.floats(0, 1), max_size=1500), st.floats(2, 25))
@settings(max_examples=60, deadline=None)
def test_spans_are_ordered_bounded_and_inside(frames: list[float], longest_s: float) -> None:
    found = spans_of(frames, WindowOptions(longest_s=longest_s))
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(found))
    assert all(end - start <= longest_s for start, end in found)
    assert not found or found[-1][1] <= len(frames) * FRAME_S + 1e-6


def noise_and_speech(sample_speech: np.ndarray) -> np.ndarray:
    quiet = np.zeros(2 * RATE_HZ, np.float32)
    return np.concatenate([quiet, sample_speech, quiet])


def test_windows_do_not_depend_on_the_blocks(speech: Waveform) -> None:
    sound = noise_and_speech(speech.samples)

    def run(block: int) -> list[tuple[float, int]]:
        blocks = (Waveform(sound[k : k + block], RATE_HZ, k / RATE_HZ) for k in range(0, len(sound), block))
        return [(round(w.start_s, 4), len(w.samples)) for w in windows(blocks, OPTIONS)]

    whole = run(len(sound))
    assert whole
    assert run(16_000) == whole == run(7_777)


def test_windows_hold_the_speech_and_never_overlap(speech: Waveform) -> None:
    sound = noise_and_speech(speech.samples)
    found = list(windows([Waveform(sound)], WindowOptions(longest_s=5.0)))
    assert all(w.duration_s <= 5.0 for w in found)
    assert all(a.end_s <= b.start_s + 2 * OPTIONS.pad_s for a, b in itertools.pairwise(found))
    assert found[0].start_s >= 1.5
    for window in found:
        first = round(window.start_s * RATE_HZ)
        assert np.array_equal(window.samples, sound[first : first + len(window.samples)])


def test_where_speech_is_cut_in_two_no_sound_is_given_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SileroVad, "_run", lambda self, frames: np.full(len(frames), 0.9, np.float32))
    sound = np.zeros(60 * RATE_HZ, np.float32)
    found = list(windows([Waveform(sound)], WindowOptions(longest_s=10.0)))
    assert len(found) >= 6
    assert all(a.end_s == pytest.approx(b.start_s) for a, b in itertools.pairwise(found))


@pytest.mark.parametrize("seconds", [0.0, 0.01, 3.0])
def test_silence_holds_no_speech(seconds: float) -> None:
    silence = Waveform(np.zeros(int(seconds * RATE_HZ), np.float32))
    assert list(windows([silence], OPTIONS)) == []


def test_the_vad_remembers_across_calls(speech: Waveform) -> None:
    whole = SileroVad()
    expected = np.concatenate([whole.hear(speech.samples), whole.finish()])
    pieces = SileroVad()
    parts = [pieces.hear(part) for part in np.array_split(speech.samples, 13)]
    assert np.allclose(np.concatenate([*parts, pieces.finish()]), expected, atol=1e-5)
    assert expected.max() > 0.9


@pytest.mark.parametrize(("engine", "join_gap_s", "pad_s"), [("whisper", 0.5, 0.25), ("whisper", 0.4, 0.2), ("draft", 0.5, 0.15)])
def test_windows_have_as_much_sound_beside_speech_as_their_engine_needs(engine: str, join_gap_s: float, pad_s: float) -> None:
    open_engine = SimpleNamespace(identity=EngineIdentity(engine))
    assert with_margins(WindowOptions(join_gap_s=join_gap_s), open_engine).pad_s == pad_s
