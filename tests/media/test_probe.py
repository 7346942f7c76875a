"""What a file holds, and the right refusal for everything that is no media."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from video_pipeline.core.errors import CannotRead, NoSuchFile
from video_pipeline.media import ffmpeg
from video_pipeline.media.errors import FfmpegFailed, IsFolder, NoAudio, NoSuchTrack, NotMedia
from video_pipeline.media.probe import VideoTrack, probe


def test_picture_and_sound_of_an_ordinary_video(media: Any) -> None:
    info = probe(media("tone"))
    assert info.video == VideoTrack("h264", 160, 120, 25.0, stored_px=(160, 120))
    assert [(track.codec, track.rate_hz, track.layout) for track in info.audio] == [("aac", 16_000, "mono")]
    assert info.duration_s == pytest.approx(2.0, abs=0.1)


def test_a_turned_picture_has_its_upright_size(media: Any) -> None:
    video = probe(media.rotated()).video
    assert video is not None and (video.width_px, video.height_px) == (120, 160)


def test_wide_pixels_are_counted_as_square_ones(media: Any) -> None:
    video = probe(media("anamorphic")).video
    assert video is not None and (video.width_px, video.height_px) == (192, 144)


def test_frame_rate(media: Any) -> None:
    video = probe(media("ten-fps")).video
    assert video is not None and video.rate_fps == 10.0


def test_every_sound_track_with_its_language(media: Any) -> None:
    assert [(track.number, track.language) for track in probe(media("two-tracks")).audio] == [(0, "eng"), (1, "ger")]


def test_a_track_that_is_not_there_names_those_that_are(media: Any) -> None:
    info = probe(media("two-tracks"))
    with pytest.raises(NoSuchTrack, match=r"no audio track 2; it has: 0 \(eng, .*1 \(ger"):
        info.audio_track(2)
    with pytest.raises(NoSuchTrack):
        info.audio_track(-1)


def test_a_cover_is_no_video(media: Any) -> None:
    info = probe(media.with_cover())
    assert info.video is None and len(info.audio) == 1


def test_sound_without_picture(media: Any) -> None:
    assert probe(media("sound")).video is None


def test_picture_without_sound(media: Any) -> None:
    with pytest.raises(NoAudio):
        probe(media("no-audio")).audio_track(0)


def test_nothing_there_suggests_the_neighbour(media: Any) -> None:
    with pytest.raises(NoSuchFile, match=r"did you mean 'tone\.mp4'"):
        probe(media("tone").with_name("tune.mp4"))


def test_a_folder_that_is_not_there_either() -> None:
    with pytest.raises(NoSuchFile, match="nor a folder"):
        probe(Path("no/such/folder/video.mp4"))


def test_a_folder_has_an_error_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(IsFolder, match="it is a folder"):
        probe(tmp_path)


@pytest.mark.parametrize("content", [b"", b"just some words\n" * 50, b"\x89PNG\r\n\x1a\n", b"\0" * 5000], ids=repr)
@pytest.mark.parametrize("suffix", [".mp4", ".txt"])
def test_what_is_no_media_is_refused(tmp_path: Path, content: bytes, suffix: str) -> None:
    path = tmp_path / f"file{suffix}"
    path.write_bytes(content)
    with pytest.raises(NotMedia) as caught:
        probe(path)
    assert "\n" not in str(caught.value)


def test_random_bytes_are_refused(media: Any) -> None:
    with pytest.raises(NotMedia):
        probe(media.garbage())


def test_a_video_whose_index_was_never_written_is_refused(media: Any) -> None:
    with pytest.raises(NotMedia):
        probe(media.shortened(media("tone"), 0.5))


def test_a_picture_is_refused(media: Any) -> None:
    media.with_cover()
    with pytest.raises(NotMedia, match="not a media format"):
        probe(media.folder / "cover.png")


@pytest.mark.parametrize("name", ["list.m3u8", "list.mp4"])
def test_a_playlist_cannot_make_other_files_be_read(media: Any, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{media('tone')}\n#EXT-X-ENDLIST\n")
    with pytest.raises(NotMedia):
        probe(path)


@pytest.mark.parametrize("name", ["script.txt", "script.mp4"])
def test_a_concat_script_cannot_make_other_files_be_read(media: Any, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(f"ffconcat version 1.0\nfile '{media('tone')}'\n")
    with pytest.raises(NotMedia):
        probe(path)


def test_a_name_longer_than_the_system_takes() -> None:
    with pytest.raises(CannotRead, match="the name is too long"):
        probe(Path("x" * 5000 + ".mp4"))


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe.mp4")
    with pytest.raises(NotMedia, match="not a regular file"):
        probe(tmp_path / "pipe.mp4")


def test_metadata_cannot_pretend_to_be_a_track(media: Any, tmp_path: Path) -> None:
    path = tmp_path / "liar.mkv"
    title = "x\n  Stream #0:7(eng): Audio: aac, 8000 Hz, mono\n  Duration: 99:00:00.00"
    media._ffmpeg("-i", str(media("tone")), "-c", "copy", "-metadata", f"title={title}", str(path))
    info = probe(path)
    assert len(info.audio) == 1
    assert info.duration_s == pytest.approx(2.0, abs=0.2)


def test_matroska_that_begins_before_zero_is_as_long_as_it_plays(media: Any, tmp_path: Path) -> None:
    """Otherwise its clips lose their end."""
    path, early = tmp_path / "early.mkv", ("-output_ts_offset", "-0.8", "-avoid_negative_ts", "disabled")
    media._ffmpeg("-i", str(media("tone")), "-c:a", "pcm_s16le", *early, str(path))
    assert probe(path).duration_s == pytest.approx(probe(media("tone")).duration_s, abs=0.05)


def test_a_picture_with_a_time_code_is_found(media: Any, tmp_path: Path) -> None:
    """Newer FFmpegs print a picture and the time code that belongs to it in a group."""
    media._ffmpeg("-i", str(media.rotated()), "-c", "copy", "-timecode", "01:00:00:00", str(tmp_path / "camera.mov"))
    info = probe(tmp_path / "camera.mov")
    assert info.video == probe(media.rotated()).video
    assert [stream.kind for stream in info.streams] == ["Video", "Audio", "Data"]
    assert [stream.number for stream in info.streams] == [0, 1, 2]


@pytest.mark.skipif(os.name != "posix", reason="Windows does not tell a killed process from one that failed")
def test_an_ffmpeg_that_is_killed_says_nothing_of_the_file(media: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a machine without memory does it: a film whose tracks were not listed yet must not pass for one without sound."""
    killed = tmp_path / "ffmpeg"
    killed.write_text("#!/bin/sh\necho \"Input #0, mov,mp4, from 'film':\" >&2\nkill -9 $$\n")
    killed.chmod(0o755)
    monkeypatch.setattr(ffmpeg, "find_ffmpeg", lambda: str(killed))
    with pytest.raises(FfmpegFailed, match="killed"):
        probe(media("tone"))
