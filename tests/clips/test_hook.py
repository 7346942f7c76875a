"""A clip with its strongest second first: which one, the frames and the sound of it, and its captions."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.media.counted import FRAMES, RATE_FPS, RATE_HZ, numbers, pictures, run, shown
from video_pipeline.clips.base import ClipJob, ClipOptions, SourceVideo
from video_pipeline.clips.dialogue import clipped, joined
from video_pipeline.clips.hook.export import HookedExport
from video_pipeline.clips.hook.options import HookOptions
from video_pipeline.clips.hook.strongest import in_whole_words, strongest
from video_pipeline.core.clip import Clip
from video_pipeline.core.labels import Language, Sound
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import AudioEvent, Segment, Token
from video_pipeline.media.cut import CutOptions
from video_pipeline.media.decode import audio_blocks
from video_pipeline.media.probe import probe
from video_pipeline.options import Options
from video_pipeline.video.stages.clips import parts

LENGTH_S = FRAMES / RATE_FPS
LAUGH = AudioEvent(3.3, 3.9, Sound.LAUGHTER, 0.9)
OPTIONS = ClipOptions(cut=CutOptions(speed="ultrafast", encoder="libx264"), hook=HookOptions(length_s=0.5))
SET_UP = "Dialogue: 0,0:00:00.20,0:00:01.20,Default,,0,0,0,,set-up\n"
PUNCH = "Dialogue: 0,0:00:02.80,0:00:03.80,Default,,0,0,0,,punch\n"
DOCUMENT = f"[Events]\n{SET_UP}{PUNCH}"


def made(folder: Path, suffix: str = ".mp4") -> Path:
    """Four seconds, louder and louder, every frame numbered; by far loudest at 1 s, where nobody laughs."""
    level = np.interp(np.arange(int(LENGTH_S * RATE_HZ)) / RATE_HZ, [0, 0.9, 1.0, 1.2, 1.3, 4], [0.02, 0.02, 0.5, 0.5, 0.02, 0.2])
    sound = level * np.random.default_rng(3).standard_normal(len(level))
    (folder / "sound.f32").write_bytes(sound.astype(np.float32).tobytes())
    (folder / "picture.raw").write_bytes(pictures().tobytes())
    picture = ("-f", "rawvideo", "-pix_fmt", "gray", "-s", "320x180", "-r", RATE_FPS, "-i", folder / "picture.raw")
    heard = ("-f", "f32le", "-ar", RATE_HZ, "-ac", 1, "-i", folder / "sound.f32")
    target = folder / f"talk{suffix}"
    run(*picture, *heard, "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", target)
    return target


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("hook"))


def said(*words: tuple[str, float, float]) -> Segment:
    tokens = tuple(Token(start_s, end_s, text) for text, start_s, end_s in words)
    return Segment(words[0][1], words[-1][2], "".join(word[0] for word in words), tokens=tokens, language=Language.EN)


def source(path: Path, *segments: Segment, events: tuple[AudioEvent, ...] = (LAUGH,)) -> SourceVideo:
    return SourceVideo(info=probe(path), segments=segments, events=events)


def job(path: Path, folder: Path, *segments: Segment, **more: Any) -> ClipJob:
    captions = more.pop("captions", lambda number, size_px: DOCUMENT)
    clip = Clip(0.0, LENGTH_S, 50.0, "one")
    return ClipJob(
        source=source(path, *segments, **more),
        clips=(clip,),
        folder=folder,
        options=OPTIONS,
        captions=captions,
        notice=lambda _: None,
    )


def test_the_strongest_second_is_in_a_reaction_and_in_whole_words(video: Path) -> None:
    clip = Span(0.0, LENGTH_S)
    plain = strongest(source(video), clip, 0.5)
    assert plain and LAUGH.start_s - 0.25 <= plain.start_s and plain.end_s <= LENGTH_S
    spoken = strongest(source(video, said((" pun", 3.2, 3.5), ("ch", 3.5, plain.start_s + 0.2))), clip, 0.5)
    assert spoken and spoken.start_s == 3.2 and spoken.end_s == plain.end_s
    endless = strongest(source(video, said((" aaah", 0.0, 3.6))), clip, 0.5)
    assert endless and endless.duration_s <= 2.5 * 0.5
    assert strongest(source(video), Span(0.0, 0.9), 0.5) is None


@given(st.lists(st.floats(0.05, 0.4), min_size=12, max_size=40), st.floats(0.5, 1.0), st.floats(0, 3))
def test_no_word_that_has_room_is_cut(lengths_s: list[float], length_s: float, start_s: float) -> None:
    edges = [0.0, *(float(edge) for edge in np.cumsum(lengths_s))]
    words = [Span(a, b) for a, b in pairwise(edges)]
    found = in_whole_words(Span(start_s, start_s + length_s), Span(0.0, LENGTH_S), words)
    assert not any(word.start_s < edge < min(word.end_s, LENGTH_S) for word in words for edge in (found.start_s, found.end_s))


@pytest.mark.parametrize("suffix", [".mp4", ".ts"])
def test_it_is_shown_first_to_the_frame_and_in_sync(suffix: str, tmp_path: Path) -> None:
    path = made(tmp_path, suffix)
    files = HookedExport().export(job(path, tmp_path), {}).files
    assert [file.name for file in files] == ["01_one_50.mp4", "01_one_50.ass"]
    held = numbers(shown(files[0]))
    jump = next(place for place in range(1, len(held)) if held[place] != held[place - 1] + 1)
    assert held[jump:] == list(range(len(held) - jump)) and len(held) - jump >= FRAMES - 1
    assert held[:jump] == list(range(held[0], held[0] + jump))
    assert 0.5 * RATE_FPS - 1 < jump <= 0.5 * RATE_FPS + 1
    own, whole = (np.concatenate([block.samples for block in audio_blocks(file)]) for file in (files[0], path))
    lags = []
    for at, due in ((0.1, held[0] / RATE_FPS + 0.1), (jump / RATE_FPS + 1.0, 1.0), (jump / RATE_FPS + 3.3, 3.3)):
        heard = [samples[round(time_s * 16_000) :][:3200] for samples, time_s in ((own, at), (whole, due))]
        spectra = [np.fft.rfft(part, 8192) for part in heard]
        best = int(np.abs(np.fft.irfft(spectra[0] * np.conj(spectra[1]))).argmax())
        lags.append(min(best, 8192 - best) / 16_000)
    # The sound of a transport stream begins a frame of its codec before the picture.
    assert max(lags) - min(lags) <= 0.005 and max(lags) <= (0.005 if suffix == ".mp4" else 0.03)
    lines = [line.split(",") for line in files[1].read_text().splitlines() if line.startswith("Dialogue:")]
    assert [line[-1] for line in lines] == ["punch", "set-up", "punch"]
    assert lines[0][1] == "0:00:00.00" and lines[1][1] == f"0:00:00.{20 + round(100 * jump / RATE_FPS):02d}"


def test_the_sound_of_the_part_dies_away_unless_a_word_ends_there(video: Path, tmp_path: Path) -> None:
    """The laugh goes on in the video; stopped at full level it sounds like a fault."""

    def levels(*segments: Segment) -> tuple[float, float]:
        """Of the middle of the part and of its last 40 ms."""
        folder = tmp_path / str(len(segments))
        folder.mkdir()
        file = HookedExport().export(job(video, folder, *segments), {}).files[0]
        samples = np.concatenate([block.samples for block in audio_blocks(file)])
        held = numbers(shown(file))
        end = round(next(place for place in range(1, len(held)) if held[place] != held[place - 1] + 1) / RATE_FPS * 16_000)
        return float(samples[end - 4800 : end - 3200].std()), float(samples[end - 640 : end].std())

    middle, last = levels()
    assert last < 0.3 * middle
    middle, last = levels(said((" everybody", 3.2, 3.95)))
    assert last > 0.5 * middle


def test_a_clip_without_picture_or_words_has_its_second_first_too(video: Path, tmp_path: Path) -> None:
    sound = tmp_path / "talk.m4a"
    run("-i", video, "-vn", "-c:a", "copy", sound)
    (file,) = HookedExport().export(job(sound, tmp_path, captions=None), {}).files
    assert probe(file).duration_s == pytest.approx(LENGTH_S + 0.5, abs=0.06)


def test_captions_are_drawn_in_the_part_and_in_the_clip(video: Path, tmp_path: Path) -> None:
    style = "Style: Default,Noto Sans,60,&H00FFFFFF,&H00FFFFFF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,0,0,5,0,0,0,1"
    head = f"[Script Info]\nPlayResX: 320\nPlayResY: 180\n\n[V4+ Styles]\n{style}\n\n"
    events = "[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    between_frames = PUNCH.replace("2.80", "2.82").replace("3.80", "3.82").replace("punch", "MMMMM")
    one = job(video, tmp_path, captions=lambda number, size_px: head + events + between_frames)
    (file,) = HookedExport().export(dataclasses.replace(one, options=dataclasses.replace(OPTIONS, captions="burned")), {}).files
    bright = (shown(file)[:, 60:120] > 225).mean(axis=(1, 2)) > 0.02
    held = numbers(shown(file))
    first, last = 2.82 * RATE_FPS, 3.82 * RATE_FPS
    assert [bool(one) for one in bright] == [first <= number < last for number in held]


def test_captions_of_the_part_and_of_the_clip_follow_each_other() -> None:
    part = clipped(DOCUMENT, Span(3.0, 4.0))
    assert "set-up" not in part and "0:00:00.00,0:00:00.80,Default,,0,0,0,,punch" in part
    both = joined(part, DOCUMENT, 1.0)
    assert both.startswith("[Events]\n") and both.count("Dialogue:") == 3
    assert both.index("0:00:00.00,0:00:00.80") < both.index("0:00:01.20,0:00:02.20") < both.index("0:00:03.80,0:00:04.80")
    assert joined("", DOCUMENT, 0.0) == DOCUMENT and joined("", "[Events]\n", 2.0) == "[Events]\n"


def test_the_flag_adds_the_export() -> None:
    assert "clips.hooked" not in [stage.name for stage in parts(Options())]
    asked = dataclasses.replace(Options(), clips=ClipOptions(exports=("video",), hook=HookOptions(on=True)))
    assert [stage.name for stage in parts(asked)] == ["clips.video", "clips.captions", "clips.hooked"]
