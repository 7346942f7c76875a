"""`--tighten`: the whole video without silences, and its subtitles at the same words."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pysubs2
import pytest

from tests.video.conftest import SAMPLE, replayed
from video_pipeline import process
from video_pipeline.media.decode import audio_blocks
from video_pipeline.media.probe import probe
from video_pipeline.options import changed_values, load_options

FRAME_MS = 40


def sound(path: Path) -> np.ndarray:
    return np.concatenate([block.samples for block in audio_blocks(path)])


def test_subtitles_of_the_tightened_copy_stand_at_their_words(tmp_path: Path) -> None:
    more = {
        "video.tighten": True,
        "clips.tighten.silence_s": 0.25,
        "clips.tighten.margin_s": 0.05,
        "clips.cut.speed": "ultrafast",
    }
    options = load_options("default", {**changed_values(replayed()), **more})
    folder = process(SAMPLE, ["subtitles"], options, tmp_path).folder
    stem = folder.name
    target = folder / f"{stem}.tightened.mp4"
    before, after = probe(SAMPLE).duration_s, probe(target).duration_s
    assert before is not None and after is not None and after < before - 0.3
    whole, own = sound(SAMPLE), sound(target)
    old, new = (pysubs2.load(str(folder / f"{stem}{kind}.srt")) for kind in ("", ".tightened"))
    assert [event.text for event in old] == [event.text for event in new]
    inside = [(cue, moved) for cue, moved in zip(old, new, strict=True) if (cue.start - moved.start) % FRAME_MS == 0]
    assert len(inside) >= len(old) - 3  # the others begin in what was taken out, and now at the cut
    for cue, moved in inside:  # the same sound is heard when a cue begins
        at, due = (round(event.start * 16) for event in (moved, cue))
        one, other = own[at : at + 4000], whole[due : due + 4000]
        found = np.fft.irfft(np.fft.rfft(one, 16_384) * np.conj(np.fft.rfft(other, 16_384)))
        best = int(np.abs(found).argmax())
        assert min(best, 16_384 - best) <= 0.005 * 16_000
    names = {path.name for path in (folder / "tightened").iterdir()}
    assert {"highlights.fcpxml", "highlights.edl", "markers.csv"} <= names


def test_existing_subtitles_have_no_sound_to_be_tightened_by(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from video_pipeline.cli.app import app

    (tmp_path / "a.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nHello.\n", encoding="utf-8")
    told = CliRunner().invoke(app, ["subtitles", "--from", str(tmp_path / "a.srt"), "--tighten", "-o", str(tmp_path)])
    assert told.exit_code != 0
    with pytest.raises(FileNotFoundError):
        next(iter((tmp_path / "a").iterdir()))
