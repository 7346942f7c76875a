"""The whole of SenseVoice, from video to words, on the demo video: every word, emotion and sound of it is known.

The demo model understands only the synthesised voices that it was trained on (other sentences of theirs), so what is tested here
is that nothing on the way loses or distorts what a model knows: decoding, speech detection, features, the packed forward, tags,
times.
"""

from __future__ import annotations

import itertools
import json
import re
import statistics
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pysrt
import pytest

from tests.conftest import EXAMPLES
from tests.edits import edits
from video_pipeline.core.labels import Sound
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Segment, Transcript
from video_pipeline.core.waveform import RATE_HZ, Waveform
from video_pipeline.events.hysteresis import EventOptions, find_events
from video_pipeline.media.decode import audio_blocks
from video_pipeline.options import load_options
from video_pipeline.speech.base import SpeechOptions
from video_pipeline.speech.choose import choose
from video_pipeline.speech.sensevoice.engine import FACTORY, SenseVoiceEngine
from video_pipeline.video.process import process

DEMO = EXAMPLES / "demo.mp4"
TRUTH = json.loads((EXAMPLES / "demo.truth.json").read_text(encoding="utf-8"))
SAID: list[dict[str, Any]] = TRUTH["segments"]
OPTIONS = {"speech.engine": "sensevoice", "speech.model": "demo", "speech.device": "cpu"}
"""What `make subtitles` says where no video was named."""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return process(DEMO, ("subtitles",), load_options("default", OPTIONS), tmp_path_factory.mktemp("demo")).folder


@pytest.fixture(scope="module")
def segments(results: Path) -> tuple[Segment, ...]:
    return msgspec.json.decode((results / "transcript.json").read_bytes(), type=Transcript).segments


@pytest.fixture(scope="module")
def engine() -> SenseVoiceEngine:
    return FACTORY.open(SpeechOptions(engine="sensevoice", model="demo", device="cpu"))


def units(text: str) -> list[str]:
    """Words of English, characters of Chinese, without marks and capitals."""
    return re.findall(r"[a-z']+|[\u4e00-\u9fff]", text.lower())


def overlapping(segments: tuple[Segment, ...], said: dict[str, Any]) -> Segment:
    return max(segments, key=lambda s: min(s.end_s, said["end_s"]) - max(s.start_s, said["start_s"]))


def test_the_words_are_those_that_were_said(segments: tuple[Segment, ...]) -> None:
    said = units(" ".join(line["text"] for line in SAID))
    heard = units(" ".join(segment.text for segment in segments))
    assert edits(said, heard) <= 0.05 * len(said), " ".join(heard)


def test_every_line_has_its_language(segments: tuple[Segment, ...]) -> None:
    assert [overlapping(segments, line).language for line in SAID] == [line["language"] for line in SAID]


def test_nine_lines_in_ten_have_their_emotion(segments: tuple[Segment, ...]) -> None:
    right = [overlapping(segments, line).emotion == line["emotion"] for line in SAID]
    assert sum(right) >= 0.9 * len(SAID), right
    assert len({line["emotion"] for line in SAID}) == 4


def test_words_stand_where_they_were_said(segments: tuple[Segment, ...]) -> None:
    true = [(unit, word["start_s"]) for line in SAID for word in line["words"] for unit in units(word["text"])]
    heard = [(unit, token.start_s) for segment in segments for token in segment.tokens for unit in units(token.text)]
    off_s = [
        min(abs(start_s - at_s) for unit, at_s in heard if unit == name)
        for name, start_s in true
        if any(unit == name for unit, _ in heard)
    ]
    assert len(off_s) >= 0.9 * len(true)
    assert statistics.median(off_s) <= 0.15


@pytest.mark.parametrize(("window_s", "hop_s"), [(2.0, 0.5), (1.0, 0.25)])
def test_sliding_windows_place_laughter_and_applause(engine: SenseVoiceEngine, window_s: float, hop_s: float) -> None:
    samples = np.concatenate([block.samples for block in audio_blocks(DEMO)])
    posterior = engine.event_posterior(Waveform(samples, RATE_HZ, 0.0), window_s, hop_s)
    found = find_events(posterior, EventOptions())
    for label in (Sound.LAUGHTER, Sound.APPLAUSE):
        true = [Span(e["start_s"], e["end_s"]) for e in TRUTH["events"] if e["label"] == label]
        got = [Span(e.start_s, e.end_s) for e in found if e.label == label]
        hits = sum(any(iou(a, b) >= 0.5 for b in got) for a in true)
        assert 2 * hits / (len(true) + len(got)) >= 0.9, (label, got)


def iou(one: Span, other: Span) -> float:
    inter_s = min(one.end_s, other.end_s) - max(one.start_s, other.start_s)
    return max(0.0, inter_s) / (max(one.end_s, other.end_s) - min(one.start_s, other.start_s))


def test_the_subtitles_read_back_say_what_was_said(results: Path) -> None:
    text = " ".join(item.text for item in pysrt.open(str(results / "demo.srt"), encoding="utf-8"))
    spoken = re.sub(r"[\[(（♪].*?[\])）♪]", " ", text)
    said = units(" ".join(line["text"] for line in SAID))
    assert edits(said, units(spoken)) <= 0.05 * len(said), spoken


def test_both_numerals_and_plain_text_are_known(engine: SenseVoiceEngine) -> None:
    samples = np.concatenate([block.samples for block in audio_blocks(DEMO)])
    first = SAID[0]
    piece = samples[int((first["start_s"] - 0.1) * RATE_HZ) : int((first["end_s"] + 0.1) * RATE_HZ)]
    marked, plain = (
        "".join(p for p, _ in itertools.groupby(engine.listener.vocabulary.pieces[n] for n in answer.ids[4:]) if p != "<unk>")
        for numerals in (True, False)
        for answer in engine.listener.answers([piece], "auto", numerals)
        if answer is not None
    )
    assert marked.endswith(".") and marked.lstrip("▁")[0].isupper()
    assert "." not in plain and plain == plain.lower()
    assert units(marked.replace("▁", " ")) == units(plain.replace("▁", " "))


def test_the_demo_model_is_used_only_when_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    for name in ("MODELSCOPE_CACHE", "HF_HOME", "HF_HUB_CACHE"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.delenv("VIDEO_PIPELINE_SENSEVOICE", raising=False)
    assert choose(SpeechOptions()).name == "draft"


def test_it_says_that_it_is_a_demo(engine: SenseVoiceEngine) -> None:
    assert engine.lacks and "demo" in engine.lacks[0]
    assert engine.identity.model == "demo"
