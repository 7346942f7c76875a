"""Of several audio tracks the main sound is listened to, in the language that is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.media.counted import run
from video_pipeline.media.errors import NoSuchTrack
from video_pipeline.media.probe import probe
from video_pipeline.media.sound_choice import chosen_track

TONE, SILENCE = "sine=440:d=1", "anullsrc=r=16000:cl=mono:d=1"


def film(path: Path, *tracks: tuple[str, str, str], sounds: tuple[str, ...] = ()) -> Path:
    """A file with tracks of a language, dispositions and a title each."""
    inputs = [word for sound in sounds or [TONE] * len(tracks) for word in ("-f", "lavfi", "-i", sound)]
    told: list[str] = []
    for number, (language, marks, title) in enumerate(tracks):
        told += ["-map", str(number), f"-disposition:a:{number}", marks or "0", f"-metadata:s:a:{number}", f"language={language}"]
        told += [f"-metadata:s:a:{number}", f"title={title}"]
    run(*inputs, *told, "-c:a", "aac", path)
    return path


@pytest.mark.parametrize("suffix", ["mkv", "mp4", "mka"])
@pytest.mark.parametrize(
    ("tracks", "language", "due"),
    [
        ([("eng", "comment+default", ""), ("eng", "", "")], "auto", 1),
        ([("eng", "default", "Director's Commentary"), ("eng", "", "Stereo")], "auto", 1),
        ([("ger", "default", "Hörfilmfassung"), ("ger", "", "")], "auto", 1),
        ([("eng", "visual_impaired+default", ""), ("fre", "", "")], "en", 1),
        ([("fre", "default", ""), ("eng", "", ""), ("eng", "comment", "")], "en", 1),
        ([("jpn", "", ""), ("eng", "default", "")], "ja", 0),
        ([("jpn", "", ""), ("ger", "", "")], "en", 0),
        ([("eng", "comment", ""), ("eng", "comment", "")], "auto", 0),
    ],
)
def test_the_main_sound_in_the_language_asked_for(
    tracks: list[tuple[str, str, str]], language: str, due: int, suffix: str, tmp_path: Path
) -> None:
    info = probe(film(tmp_path / f"film.{suffix}", *tracks))
    assert chosen_track(info, language=language).number == due
    assert chosen_track(info, 0, language).number == 0
    with pytest.raises(NoSuchTrack):
        chosen_track(info, 7)


def test_the_files_own_mark_and_an_empty_track(tmp_path: Path) -> None:
    marked = film(tmp_path / "two.mkv", ("eng", "", "Music and effects"), ("eng", "default", ""))
    assert chosen_track(probe(marked)).number == 1
    recorder = film(tmp_path / "four.mkv", *[("und", "", "")] * 3, sounds=(SILENCE, SILENCE, TONE))
    assert chosen_track(probe(recorder)).number == 2


def test_titles_that_programs_write_are_none(tmp_path: Path) -> None:
    path = film(tmp_path / "one.mp4", ("eng", "default", ""))
    assert probe(path).audio[0].title == ""
    assert str(probe(film(tmp_path / "two.mkv", ("eng", "comment", "By the crew"))).audio[0]).endswith('comment, "By the crew")')
