"""`mask`: nothing of what is masked is left in any file of the folder, and a tone stands over it in clips and copies."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import msgspec
import numpy as np
import pytest

from tests.video.conftest import FAST, SAMPLE, SAMPLE_TRANSCRIPT, Steps
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Segment, Token, Transcript
from video_pipeline.media.decode import audio_blocks
from video_pipeline.media.probe import probe
from video_pipeline.options import load_options
from video_pipeline.speech.masking import bleeps
from video_pipeline.video.process import process
from video_pipeline.video.video import Video

SECRETS = (b"4111222", b"3333444", b"bob.smith", b"example.org", b"five five", b"8888777")
"""Long enough not to stand in a picture by chance."""
GOALS = ("transcript", "subtitles", "highlights", "clips", "conversation", "report")
EVERYTHING = {
    **FAST,
    "video.mux": True,
    "clips.exports": ["video", "timelines", "posts", "gallery"],
    "highlights.top": 1,
    "subtitles.formats": ["srt", "ass", "vtt", "json", "txt"],
}


def with_secrets(transcript: Transcript) -> Transcript:
    """A card, an address and a spoken number at the ends of the first lines, which become longer by no second."""
    ends = (" 4111222 3333444", " bob.smith@example.org", " five five double five", "8888777")
    lines = [_ending(line, end) for line, end in zip(transcript.segments, ends, strict=False)]
    return dataclasses.replace(transcript, segments=(*lines, *transcript.segments[len(lines) :]))


def _ending(line: Segment, end: str) -> Segment:
    last = line.tokens[-1]
    words = end.split()
    step_s = last.duration_s / 2 / len(words)
    first_s = last.end_s - len(words) * step_s
    more = [Token(first_s + k * step_s, first_s + (k + 1) * step_s, " " + word) for k, word in enumerate(words)]
    tokens = (*line.tokens[:-1], dataclasses.replace(last, end_s=first_s), *more)
    return dataclasses.replace(line, tokens=tokens, text="".join(token.text for token in tokens).strip())


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("spoken") / "spoken.json"
    path.write_bytes(msgspec.json.encode(with_secrets(msgspec.json.decode(SAMPLE_TRANSCRIPT.read_bytes(), type=Transcript))))
    return path


@pytest.fixture(scope="module")
def masked(spoken: Path, tmp_path_factory: pytest.TempPathFactory) -> Video:
    """With everything that can be made, after a run that masked nothing."""
    out = tmp_path_factory.mktemp("masked")
    options = {**EVERYTHING, "speech.engine": "replay", "speech.transcript": str(spoken)}
    open_ = process(SAMPLE, ["subtitles"], load_options("default", options), out)
    assert leaks(open_.folder)
    return process(SAMPLE, GOALS, load_options("default", {**options, "mask": True}), out)


def leaks(folder: Path) -> list[tuple[str, bytes]]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [(path.name, secret) for path in files for secret in SECRETS if secret in path.read_bytes()]


def test_nothing_masked_is_left_in_any_file(masked: Video) -> None:
    assert leaks(masked.folder) == []
    assert (masked.folder / "sample.srt").read_text(encoding="utf-8").count("###") >= 3
    assert masked.clip_files()


def test_a_tone_stands_over_the_words_and_over_no_others(masked: Video) -> None:
    copy = masked.folder / "sample.masked.mp4"
    was, now = sound(SAMPLE), sound(copy)
    spans = bleeps(masked.transcript.segments)
    assert len(spans) >= 3
    for span in spans:
        inner = part(now, Span(span.start_s + 0.02, span.end_s - 0.02))
        spectrum = np.abs(np.fft.rfft(inner * np.hanning(len(inner))))
        tone_hz = float(np.fft.rfftfreq(len(inner), 1 / 16_000)[spectrum.argmax()])
        assert abs(tone_hz - 1000) < 30
        near = np.abs(np.fft.rfftfreq(len(inner), 1 / 16_000) - 1000) < 60
        assert (spectrum[near] ** 2).sum() > 0.98 * (spectrum**2).sum()
    quiet = np.ones(len(was), bool)
    for span in spans:
        quiet[int((span.start_s - 0.1) * 16_000) : int((span.end_s + 0.1) * 16_000)] = False
    length = min(len(was), len(now))
    kept = quiet[:length]
    assert np.corrcoef(was[:length][kept], now[:length][kept])[0, 1] > 0.98


def test_copies_clips_and_pages_are_made_of_the_masked_copy(masked: Video) -> None:
    assert probe(masked.folder / "sample.masked.mp4").video == probe(SAMPLE).video
    first = next(span for span in bleeps(masked.transcript.segments))
    for copy in masked.folder.glob("sample.subtitled.*"):
        inner = part(sound(copy), first)
        assert np.abs(np.fft.rfft(inner)).argmax() * 16_000 / len(inner) == pytest.approx(1000, abs=30)
    for name in ("report.html", "conversation.html"):
        page = (masked.folder / name).read_text(encoding="utf-8")
        assert "sample.masked.mp4" in page and "/sample.mp4" not in page


def test_no_copy_is_made_where_nothing_is_masked(tmp_path: Path) -> None:
    steps = Steps()
    replay = {"speech.engine": "replay", "speech.transcript": str(SAMPLE_TRANSCRIPT), "mask": True}
    show = process(SAMPLE, ["subtitles"], load_options("default", replay), tmp_path, on_progress=steps)
    assert not list(show.folder.glob("*.masked.*"))
    assert any("nothing was masked" in notice for notice in steps.notices)
    again = Steps()
    process(SAMPLE, ["subtitles"], load_options("default", replay), tmp_path, on_progress=again)
    assert again.worked == ["identify"]


def sound(path: Path) -> np.ndarray:
    return np.concatenate([block.samples for block in audio_blocks(path)])


def part(samples: np.ndarray, span: Span) -> np.ndarray:
    return samples[round(span.start_s * 16_000) : round(span.end_s * 16_000)]
