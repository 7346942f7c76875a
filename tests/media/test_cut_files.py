"""Clips that any player opens: complete sample entries, nothing of the source's chapters, whole frames, the right white."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.media.conftest import described
from tests.media.counted import made, numbers, run, shown
from video_pipeline.core.span import Span
from video_pipeline.media.cut import cut
from video_pipeline.media.cutting import encoders
from video_pipeline.media.cutting.base import CutOptions, CutReport, Look, Piece
from video_pipeline.media.cutting.hevc_ids import renumbered
from video_pipeline.media.cutting.parameter_sets import are_distinct
from video_pipeline.media.cutting.plan import constant_rate
from video_pipeline.media.drawing import Typeset
from video_pipeline.media.ffmpeg import find_ffmpeg
from video_pipeline.media.probe import probe

X264 = ("-c:v", "libx264", "-preset", "veryfast", "-g", 25, "-bf", 2, "-c:a", "aac")
X265 = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "keyint=25:open-gop=0:log-level=error", "-c:a", "aac")
SPAN = Span(0.93, 3.07)


def taken(path: Path, target: Path, way: str, span: Span = SPAN) -> CutReport:
    return cut(Piece(probe(path), 0, span), target, CutOptions(way=way, speed="ultrafast", encoder=encoders.SOFTWARE))


def tag(path: Path) -> str:
    line = next(row for row in described(path).splitlines() if "Video:" in row)
    return line.partition(" / 0x")[0].rpartition("(")[2]


def grey(path: Path, at_s: float) -> Any:
    line = [find_ffmpeg(), "-v", "error", "-ss", str(at_s), "-i", str(path), "-frames:v", "1", "-vf", "format=gray"]
    raw = subprocess.run([*line, "-f", "rawvideo", "-"], capture_output=True, check=True).stdout
    return np.frombuffer(raw, np.uint8).astype(int)


@pytest.mark.parametrize("more", [(), ("-pix_fmt", "yuv420p10le"), ("-profile:v", "main")], ids=["8 bits", "10 bits", "main"])
def test_a_smart_cut_decodes_from_its_sample_entry_alone(tmp_path: Path, more: tuple[str, ...]) -> None:
    source, target, bare = made(tmp_path / "source.mp4", *X264, *more), tmp_path / "out.mp4", tmp_path / "bare.mp4"
    assert taken(source, target, "smart").way == "smart"
    run("-i", target, "-map", "0:v", "-c", "copy", "-bsf:v", "filter_units=remove_types=7-8", bare)
    assert tag(target) == "avc1"
    assert numbers(shown(bare)) == list(range(23, 77))


@pytest.mark.parametrize(("way", "suffix"), [("copy", "mp4"), ("copy", "mkv")])
def test_copied_hevc_is_of_the_form_that_every_player_opens(tmp_path: Path, way: str, suffix: str) -> None:
    source, target = made(tmp_path / f"source.{suffix}", *X265), tmp_path / "out.mp4"
    assert taken(source, target, way, Span(1.0, 3.0)).way == way
    assert tag(target) == "hvc1"
    bare = tmp_path / "bare.mp4"
    run("-i", target, "-map", "0:v", "-c", "copy", "-bsf:v", "filter_units=remove_types=32-34", "-tag:v", "hvc1", bare)
    assert numbers(shown(bare)) == numbers(shown(target)) != []


@pytest.mark.parametrize("more", [(), ("-pix_fmt", "yuv420p10le")], ids=["8 bits", "10 bits"])
def test_a_smart_cut_of_hevc_decodes_from_its_sample_entry_alone(tmp_path: Path, more: tuple[str, ...]) -> None:
    source, target, bare = made(tmp_path / "source.mp4", *X265, *more), tmp_path / "out.mp4", tmp_path / "bare.mp4"
    report = taken(source, target, "smart")
    assert (report.way, tag(target), report.notes) == ("smart", "hvc1", ())
    run("-i", target, "-map", "0:v", "-c", "copy", "-bsf:v", "filter_units=remove_types=32-34", "-tag:v", "hvc1", bare)
    assert numbers(shown(bare)) == numbers(shown(target)) == list(range(23, 77))


def test_hevc_whose_sets_change_is_named_so(tmp_path: Path) -> None:
    """The sets of this source have just the numbers that those of the edges get."""
    in_order = [word.replace("keyint", "bframes=0:keyint") if isinstance(word, str) else word for word in X265]
    plain, source, target = made(tmp_path / "plain.mp4", *in_order), tmp_path / "source.mp4", tmp_path / "out.mp4"
    run("-i", plain, "-map", "0:v", "-c", "copy", "-bsf:v", "hevc_mp4toannexb", tmp_path / "plain.hevc")
    (tmp_path / "other.hevc").write_bytes(renumbered((tmp_path / "plain.hevc").read_bytes()))
    run("-r", 25, "-i", tmp_path / "other.hevc", "-i", plain, "-map", "0:v", "-map", "1:a", "-c", "copy", source)
    assert numbers(shown(source)) == numbers(shown(plain))
    report = taken(source, target, "smart")
    assert (report.way, tag(target)) == ("smart", "hev1")
    assert "inside the stream" in report.notes[0]
    assert numbers(shown(target)) == list(range(23, 77))


def test_sets_of_one_number_cannot_be_told_apart() -> None:
    sps, other, pps = b"\x67\x64\x00\x1e\xac", b"\x67\x64\x00\x28\xac", b"\x68\xeb\xe3\xcb"
    assert are_distinct([sps, pps], "h264")
    assert not are_distinct([sps, other, pps], "h264")
    assert are_distinct([sps, b"\x67\x64\x00\x1e\x08\x80", pps], "h264")


@pytest.mark.parametrize("way", ["exact", "smart", "copy"])
def test_no_chapter_of_the_source_is_left(tmp_path: Path, way: str) -> None:
    plain, chapters = made(tmp_path / "plain.mp4", *X264), tmp_path / "chapters.txt"
    rows = "".join(f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={k}000\nEND={k + 1}000\ntitle=No. {k}\n" for k in range(4))
    chapters.write_text(f";FFMETADATA1\n{rows}")
    run("-i", plain, "-i", chapters, "-map_chapters", 1, "-c", "copy", tmp_path / "source.mp4")
    assert probe(tmp_path / "source.mp4").chapters == 4
    assert taken(tmp_path / "source.mp4", tmp_path / "out.mp4", way).way == way
    assert probe(tmp_path / "out.mp4").chapters == 0


def test_two_fields_become_one_whole_frame(tmp_path: Path) -> None:
    """Lines of one field move against those of the other: neighbouring lines differ far more than lines two apart."""
    source, target = tmp_path / "source.mp4", tmp_path / "out.mp4"
    moving = "testsrc2=s=320x180:r=50:d=3,scroll=h=0.02,tinterlace=interleave_top,fieldorder=tff"
    tone = ("-f", "lavfi", "-i", "sine=440:d=3")
    run(
        "-f", "lavfi", "-i", moving, *tone, "-flags", "+ildct+ilme", "-x264-params", "tff=1", *X264, "-pix_fmt", "yuv420p", source
    )

    def comb(path: Path, at_s: float) -> float:
        lines = grey(path, at_s).reshape(-1, 320)
        return float(np.abs(lines[1:-1] * 2 - lines[:-2] - lines[2:]).mean() / np.abs(lines[2:] - lines[:-2]).mean())

    assert "top first" in described(source)
    taken(source, target, "exact", Span(1.0, 2.0))
    assert comb(source, 1.48) > 1.6
    assert comb(target, 0.48) < 0.75 * comb(source, 1.48)


@pytest.mark.parametrize("transfer", ["arib-std-b67", "smpte2084"])
def test_white_paper_of_hdr_is_the_white_of_sdr(tmp_path: Path, transfer: str) -> None:
    """A grey ramp, as a camera's SDR and HDR show it: white is 203 cd/m2 (ITU-R BT.2408)."""
    sdr, hdr = tmp_path / "sdr.mkv", tmp_path / "hdr.mkv"
    ramp = "color=gray:s=256x64:r=10:d=1,format=yuv420p,geq=lum='16+floor(X/32)*31.28':cb=128:cr=128"
    tags = ("-color_range", "tv", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709")
    run("-f", "lavfi", "-i", ramp, "-c:v", "ffv1", *tags, sdr)
    convert = f"zscale=pin=bt709:tin=bt709:min=bt709:p=bt2020:t={transfer}:m=bt2020nc:npl=203,format=yuv420p10le"
    run("-i", sdr, "-vf", convert, "-c:v", "ffv1", "-color_trc", transfer, "-colorspace", "bt2020nc", hdr)
    taken(hdr, tmp_path / "out.mp4", "exact", Span(0.0, 1.0))
    due, held = (grey(path, 0.5).reshape(64, 256)[32, 16::32] for path in (sdr, tmp_path / "out.mp4"))
    assert held[-1] == pytest.approx(due[-1], rel=0.03)
    assert np.abs(held - due).max() < 8


def test_rates_are_told_from_rounded_times() -> None:
    ms = [round(number / 30, 3) for number in range(90)]
    assert constant_rate(ms, 30.0, 0.001) == 30
    assert constant_rate([number * 1001 / 30000 for number in range(90)], 29.97, 1 / 90000) == pytest.approx(30000 / 1001)
    assert constant_rate([number * 1001 / 24000 for number in range(90)], 23.98, 1 / 24000) == pytest.approx(24000 / 1001)
    assert constant_rate([number / 12.5 for number in range(20)], 12.5, 0.001) == 12.5
    assert constant_rate([*ms[:40], *ms[41:]], 30.0, 0.001) is None
    assert constant_rate([time_s + 0.004 * np.sin(time_s * 50) for time_s in ms], 30.0, 0.001) is None
    assert constant_rate([1.0], 30.0, 0.001) is None


@pytest.mark.parametrize("transfer", ["arib-std-b67", "smpte2084"])
def test_hdr_is_kept_where_it_is_asked_for(tmp_path: Path, transfer: str) -> None:
    colours = ("-vf", f"setparams=color_primaries=bt2020:color_trc={transfer}:colorspace=bt2020nc", "-pix_fmt", "yuv420p10le")
    source, target = made(tmp_path / "source.mp4", *X265, *colours), tmp_path / "out.mp4"
    options = CutOptions(speed="ultrafast", encoder=encoders.SOFTWARE, crf=8, hdr=True)
    report = cut(Piece(probe(source), 0, SPAN), target, options)
    assert (report.way, report.encoder, tag(target), report.notes) == ("exact", "libx265", "hvc1", ())
    told = next(row for row in described(target).splitlines() if "Video:" in row)
    assert "yuv420p10le" in told and "bt2020nc/bt2020/" + transfer in told
    before, after = (deep(path, at_s) for path, at_s in ((source, 2.0), (target, 2.0 - report.span.start_s)))
    assert np.abs(before - after).mean() < 3  # of 1023
    text = Typeset("[Script Info]\nPlayResX: 320\nPlayResY: 180\n[V4+ Styles]\n[Events]\n")
    drawn = cut(Piece(probe(source), 0, SPAN, look=Look(captions=text)), target, options)
    assert "its HDR became the colours of a usual screen" in drawn.notes[0]
    assert tag(target) == "avc1"


def deep(path: Path, at_s: float) -> Any:
    """The brightness of a frame as stored, in 10 bits."""
    line = [find_ffmpeg(), "-v", "error", "-ss", f"{at_s:.6f}", "-i", str(path), "-frames:v", "1", "-pix_fmt", "yuv420p10le"]
    raw = subprocess.run([*line, "-f", "rawvideo", "-"], capture_output=True, check=True).stdout
    return np.frombuffer(raw, "<u2").astype(int)
