"""Tightened clips lose silences and filler words, keep reactions whole, and stay in sync at every cut."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.media.counted import RATE_FPS, RATE_HZ, numbers, pictures, run, shown
from video_pipeline.clips.base import ClipJob, ClipOptions, SourceVideo
from video_pipeline.clips.tighten.export import TightenedExport, moment, retimed
from video_pipeline.clips.tighten.fillers import fillers
from video_pipeline.clips.tighten.keep import kept, without
from video_pipeline.clips.tighten.options import TightenOptions
from video_pipeline.core.clip import Clip
from video_pipeline.core.labels import Language, Sound
from video_pipeline.core.span import Span, merged
from video_pipeline.core.transcript import AudioEvent, Segment, Token
from video_pipeline.media.cut import CutOptions
from video_pipeline.media.decode import audio_blocks
from video_pipeline.media.probe import probe

OPTIONS = ClipOptions(cut=CutOptions(speed="ultrafast", encoder="libx264"), timelines=("csv",))
LOUD = (Span(0.2, 0.9), Span(2.1, 2.7), Span(3.5, 4.0))
"""Where somebody speaks in the video; else there is the noise of a room."""


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tighten")
    rng = np.random.default_rng(5)
    samples = 0.0005 * rng.standard_normal(4 * RATE_HZ)
    for span in LOUD:
        place = slice(round(span.start_s * RATE_HZ), round(span.end_s * RATE_HZ))
        samples[place] += 0.2 * rng.standard_normal(place.stop - place.start)
    (folder / "sound.f32").write_bytes(samples.astype(np.float32).tobytes())
    (folder / "picture.raw").write_bytes(pictures().tobytes())
    picture = ("-f", "rawvideo", "-pix_fmt", "gray", "-s", "320x180", "-r", RATE_FPS, "-i", folder / "picture.raw")
    sound = ("-f", "f32le", "-ar", RATE_HZ, "-ac", 1, "-i", folder / "sound.f32")
    run(*picture, *sound, "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", folder / "talk.mp4")
    return folder / "talk.mp4"


def tokens(*words: tuple[str, float, float]) -> tuple[Token, ...]:
    return tuple(Token(start_s, end_s, text) for text, start_s, end_s in words)


def said(language: Language, *words: tuple[str, float, float]) -> Segment:
    text = "".join(word[0] for word in words)
    return Segment(words[0][1], words[-1][2], text, tokens=tokens(*words), language=language)


def source(video: Path, **more: Any) -> SourceVideo:
    return SourceVideo(info=probe(video), **more)


def test_silences_go_and_their_margins_stay(video: Path) -> None:
    stretches = kept(source(video), Span(0.0, 4.0), TightenOptions(silence_s=0.5, margin_s=0.1))
    due = [(0.0, 1.0), (2.0, 2.8), (3.4, 4.0)]
    assert [(one.start_s, one.end_s) for one in stretches] == [pytest.approx(pair, abs=0.03) for pair in due]


def test_nothing_goes_inside_a_reaction(video: Path) -> None:
    laugh = AudioEvent(0.95, 1.9, Sound.LAUGHTER, 0.9)
    stretches = kept(source(video, events=(laugh,)), Span(0.0, 4.0), TightenOptions(margin_s=0.1))
    assert any(one.start_s <= laugh.start_s and one.end_s >= laugh.end_s for one in stretches)


@pytest.mark.parametrize("pause", [0.0, 0.3])
def test_filler_words_by_language(pause: float) -> None:
    english = said(Language.EN, (" So", 0.0, 0.3), (" um,", 0.3, 0.6), (" um", 0.7, 0.8), ("brella", 0.8, 1.0))
    assert list(fillers([english])) == [Span(0.3, 0.6)]
    chinese = said(
        Language.ZH, ("那", 0.0 + pause, 0.2 + pause), ("个", 0.2 + pause, 0.4 + pause), ("人", 0.4 + 2 * pause, 0.9 + pause)
    )
    assert list(fillers([chinese])) == ([Span(0.3, 0.7)] if pause else [])
    japanese = said(Language.JA, ("え", 0.0, 0.1), ("ー", 0.1, 0.2), ("と", 0.2, 0.4), ("今日", 0.5, 0.9))
    assert list(fillers([japanese])) == [Span(0.0, 0.4)]
    assert list(fillers([dataclasses.replace(english, language=Language.KO)])) == []


def test_a_tightened_clip_is_in_sync_at_every_cut(video: Path, tmp_path: Path) -> None:
    told: list[str] = []
    job = ClipJob(
        source=source(video),
        clips=(Clip(0.0, 4.0, 50.0, "one"),),
        folder=tmp_path,
        options=OPTIONS,
        captions=lambda number, size_px: "Dialogue: 0,0:00:02.10,0:00:02.70,Default,,0,0,0,,second\n",
        notice=told.append,
    )
    files = TightenedExport().export(job, {}).files
    assert [path.name for path in files] == ["01_one_50.mp4", "01_one_50.ass", "markers.csv"]
    held = numbers(shown(files[0]))
    jumps = [place for place in range(1, len(held)) if held[place] != held[place - 1] + 1]
    assert len(jumps) == 2 and held == sorted(set(held))
    own, whole = (np.concatenate([block.samples for block in audio_blocks(path)]) for path in (files[0], video))
    for place in (*jumps, len(held)):  # what is heard just before each cut belongs to the frame that is shown there
        at, due = (round((number - 6) * 16_000 / RATE_FPS) for number in (place, held[place - 1] + 1))
        parts = [samples[start : start + 2400] for samples, start in ((own, at), (whole, due))]
        spectra = [np.fft.rfft(part, 8192) for part in parts]
        best = int(np.abs(np.fft.irfft(spectra[0] * np.conj(spectra[1]))).argmax())
        assert min(best, 8192 - best) <= 0.005 * 16_000
    assert "0:00:01.20" <= files[1].read_text().split(",")[1] <= "0:00:01.40"
    assert told[0].startswith("clip 1: ") and "of 4.0 s were taken out" in told[0]


def test_captions_follow_what_is_kept() -> None:
    stretches = [Span(0.0, 1.0), Span(2.0, 3.0)]
    inside = "Dialogue: 0,0:00:00.50,0:00:02.50,Default,,0,0,0,,both\n"
    gone = "Dialogue: 0,0:00:01.10,0:00:01.90,Default,,0,0,0,,gone\n"
    assert retimed(f"[Events]\n{inside}{gone}{inside}", stretches).count("Dialogue: 0,0:00:00.50,0:00:01.50,") == 2
    assert "gone" not in retimed(gone, stretches)


spans = st.lists(st.tuples(st.floats(0, 50), st.floats(0.01, 5)), max_size=8)


@given(spans)
def test_what_is_left_and_what_is_taken_out_make_the_whole(pairs: list[tuple[float, float]]) -> None:
    clip = Span(0.0, 40.0)
    removed = merged(Span(start_s, start_s + length_s) for start_s, length_s in pairs)
    left = without([clip], removed)
    taken_s = sum(one.overlap_s(clip) for one in removed)
    assert sum(one.duration_s for one in left) == pytest.approx(40.0 - taken_s, abs=1e-6)
    assert all(a.end_s <= b.start_s for a, b in pairwise(left))
    if left:
        assert moment(clip.end_s, left) == pytest.approx(sum(one.duration_s for one in left))
