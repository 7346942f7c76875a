"""Damaged, thin and distorted sound: no crash, no false events, and real ones are found."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.overlap import iou
from video_pipeline.core.labels import Sound
from video_pipeline.core.posterior import Posterior
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import AudioEvent
from video_pipeline.events import DETECTORS
from video_pipeline.events.base import HOP_S
from video_pipeline.events.find import events_of
from video_pipeline.events.hysteresis import EventOptions
from video_pipeline.events.store import Hearing
from video_pipeline.events.traits import Traits, TraitStream
from video_pipeline.media.decode import audio_blocks
from video_pipeline.media.ffmpeg import find_ffmpeg

SAMPLE = Path(__file__).parents[2] / "examples" / "sample.mp4"
LAUGH = Span(17.47, 20.0)
"""In the sample; before it there is only talk."""
DAMAGE: dict[str, tuple[str, ...]] = {
    "clipped": ("-af", "volume=15dB", "-c:a", "pcm_s16le"),
    "clipped to squares": ("-af", "volume=30dB", "-c:a", "pcm_s16le"),
    "telephone": ("-af", "highpass=300,lowpass=3400", "-ar", "8000", "-c:a", "pcm_mulaw"),
    "left only": ("-af", "pan=stereo|c0=c0|c1=0*c0"),
    "right only": ("-af", "pan=stereo|c0=0*c0|c1=c0"),
    "constant offset": ("-af", "dcshift=0.4", "-c:a", "pcm_f32le"),
    "8 bits": ("-c:a", "pcm_u8"),
}


def made(path: Path, *words: str) -> Path:
    subprocess.run([find_ffmpeg(), "-v", "error", "-nostdin", "-y", *words, "-vn", str(path)], check=True, timeout=60)
    return path


def heard(path: Path, options: EventOptions | None = None) -> tuple[AudioEvent, ...]:
    detector, traits, end_s = DETECTORS.load("compact")(), TraitStream(), 0.0
    for block in audio_blocks(path):
        detector.hear(block)
        traits.hear(block)
        end_s = block.end_s
    posterior = detector.finish(end_s)
    assert np.isfinite(posterior.values).all()
    return events_of(Hearing({"compact": posterior}, traits.finish(end_s), end_s), options or EventOptions())


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_talk_gives_no_events(tmp_path: Path, damage: str) -> None:
    talk = made(tmp_path / "talk.wav", "-t", "16", "-i", str(SAMPLE), *DAMAGE[damage])
    assert heard(talk) == ()


def test_a_laugh_clipped_to_square_waves_gives_no_other_sound(tmp_path: Path) -> None:
    laugh = made(tmp_path / "laugh.wav", "-t", "22", "-i", str(SAMPLE), *DAMAGE["clipped to squares"])
    assert {event.label for event in heard(laugh, EventOptions().with_threshold(Sound.LAUGHTER, 0.5))} <= {Sound.LAUGHTER}


@pytest.mark.parametrize("damage", [name for name in DAMAGE if name != "clipped to squares"])
def test_a_damaged_laugh_is_found(tmp_path: Path, damage: str) -> None:
    less_sure = EventOptions().with_threshold(Sound.LAUGHTER, 0.5)
    (laugh,) = heard(made(tmp_path / "laugh.wav", "-t", "22", "-i", str(SAMPLE), *DAMAGE[damage]), less_sure)
    assert laugh.label is Sound.LAUGHTER
    assert iou(laugh, LAUGH) > 0.8


@pytest.mark.parametrize(
    "source",
    [
        "anullsrc=r=16000:cl=mono:d=10",
        "sine=440:r=16000:d=0.2",
        "sine=440:r=8000:d=5",
        "aevalsrc=0.5:s=16000:d=5",
        "aevalsrc=1:s=44100:d=0.2",
        "aevalsrc='0.6*sgn(sin(2*PI*120*t))':s=16000:d=6",
    ],
)
def test_almost_silent_files_give_no_reactions(tmp_path: Path, source: str) -> None:
    found = heard(made(tmp_path / "sound.wav", "-f", "lavfi", "-i", source))
    assert [event for event in found if event.label is not Sound.MUSIC] == []  # a clipped tone may pass for a note


def test_an_event_in_the_last_part_of_a_hop_ends_with_the_sound() -> None:
    """Otherwise a laugh that the file cuts off would "go on after the clip"."""
    end_s = 18.688
    frames = int(np.ceil(end_s / HOP_S))
    values = np.zeros((frames, 2), np.float32)
    values[round(15.0 / HOP_S) :, 0] = 0.95
    traits = Traits(np.full(frames, -20, np.float32), np.arange(frames).astype(np.uint16))
    laughs = Posterior(values, (Sound.LAUGHTER, "speech"), HOP_S)
    (laugh,) = events_of(Hearing({"compact": laughs}, traits, end_s), EventOptions())
    assert (laugh.start_s, laugh.end_s) == (pytest.approx(15.0, abs=HOP_S), end_s)


@pytest.mark.parametrize("samples", [1, 160, 3_200])
def test_very_short_files(tmp_path: Path, samples: int) -> None:
    (tmp_path / "noise.raw").write_bytes((0.3 * np.random.default_rng(1).standard_normal(samples)).astype("<f4").tobytes())
    sound = made(tmp_path / "noise.wav", "-f", "f32le", "-ar", "16000", "-i", str(tmp_path / "noise.raw"), "-c:a", "pcm_f32le")
    assert heard(sound) == ()
