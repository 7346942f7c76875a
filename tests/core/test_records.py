"""Everything that is stored comes back the same."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.core.posterior import Posterior, joined
from video_pipeline.core.transcript import AudioEvent, EngineIdentity, MediaIdentity, Segment, Token, Transcript
from video_pipeline.core.waveform import Waveform

times = st.floats(0, 1e5, allow_nan=False)
words = st.text(max_size=20)


@st.composite
def spans(draw: st.DrawFn) -> tuple[float, float]:
    start_s, end_s = sorted((draw(times), draw(times)))
    return start_s, end_s


@st.composite
def segments(draw: st.DrawFn) -> Segment:
    tokens = tuple(Token(*draw(spans()), draw(words), draw(st.floats(0, 1))) for _ in range(draw(st.integers(0, 3))))
    return Segment(
        *draw(spans()),
        draw(words),
        tokens=tokens,
        language=draw(st.sampled_from(Language)),
        emotion=draw(st.sampled_from([None, *Emotion])),
        emotion_p=draw(st.floats(0, 1)),
    )


@given(st.lists(segments(), max_size=4), words)
def test_a_transcript_survives_json(found: list[Segment], name: str) -> None:
    ordered = tuple(sorted(found, key=lambda s: s.start_s))
    events = (AudioEvent(1, 2, Sound.LAUGHTER, 0.5),)
    transcript = Transcript(MediaIdentity(name, 12.5, "abc", 1), EngineIdentity("draft"), ordered, events)
    assert msgspec.json.decode(msgspec.json.encode(transcript), type=Transcript) == transcript


def test_a_transcript_must_be_in_order() -> None:
    late, early = Segment(5, 6, "late"), Segment(1, 2, "early")
    with pytest.raises(ValueError, match="ordered by start"):
        Transcript(MediaIdentity("x", 9), EngineIdentity("draft"), (late, early))


def test_a_posterior_finds_its_frames_on_another_grid() -> None:
    coarse = Posterior(np.array([[0.1], [0.9]], np.float32), ("laughter",), hop_s=0.5, start_s=1.0)
    fine = coarse.resampled(0.25, 2.5)
    assert fine.curve("laughter").values.tolist() == pytest.approx([0, 0, 0, 0, 0.1, 0.1, 0.9, 0.9, 0, 0])
    with pytest.raises(KeyError):
        fine.curve("applause")


def test_posteriors_join_end_to_end() -> None:
    parts = [Posterior(np.full((2, 1), k, np.float32), ("a",), 0.1, 0.2 * k) for k in range(3)]
    assert joined(parts).values[:, 0].tolist() == [0, 0, 1, 1, 2, 2]
    assert joined(parts).end_s == pytest.approx(0.6)


def test_a_waveform_knows_where_it_is() -> None:
    assert Waveform(np.zeros(8000, np.float32), 16_000, 2.0).end_s == 2.5
