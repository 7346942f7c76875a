"""`subtitles --from`: tracks inside videos, scripts, moves in time, languages of tracks, what is kept and what is named."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pysrt
import pytest

from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import EngineIdentity, MediaIdentity, Segment, Token, Transcript
from video_pipeline.media.ffmpeg import find_ffmpeg
from video_pipeline.media.probe import probe

ENGLISH = "1\n00:00:01,000 --> 00:00:03,000\n<i>Hello</i> there\n\n2\n00:00:04,000 --> 00:00:06,000\nGoodbye then\n"
FRENCH = "1\n00:00:01,000 --> 00:00:03,000\nBonjour\n"


@pytest.fixture
def movie(tmp_path: Path) -> Path:
    """A video with an English and a French track, the French one marked as default."""
    (tmp_path / "en.srt").write_text(ENGLISH, "utf-8")
    (tmp_path / "fr.srt").write_text(FRENCH, "utf-8")
    target = tmp_path / "movie.mkv"
    sources = ["-f", "lavfi", "-i", "color=gray:s=64x48:r=25:d=8", "-i", tmp_path / "en.srt", "-i", tmp_path / "fr.srt"]
    tags = ["-metadata:s:s:0", "language=eng", "-metadata:s:s:1", "language=fre", "-disposition:s:1", "default"]
    maps = ["-map", "0", "-map", "1", "-map", "2", "-c:v", "libx264", "-preset", "ultrafast", "-c:s", "srt"]
    subprocess.run([find_ffmpeg(), "-v", "error", "-y", *sources, *maps, *tags, target], check=True)
    return target


def written(out: Path, name: str, suffix: str = "srt") -> list[tuple[int, int, str]]:
    return [(item.start.ordinal, item.end.ordinal, item.text) for item in pysrt.open(str(out / name / f"{name}.{suffix}"))]


def told(out: Path, name: str) -> list[tuple[str, str]]:
    return [(r["what"], r["detail"]) for r in json.loads((out / name / "repairs.json").read_bytes())["repairs"]]


def test_the_track_inside_a_video(cli: Callable[..., Any], movie: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = cli("subtitles", "--from", movie, "--out", out)
    assert ran.code == 0, ran.err
    assert "subtitle track 1 (fre, subrip, default), of 0 (eng, subrip)" in ran.err
    assert written(out, "movie.fr") == [(1000, 3000, "Bonjour")]
    for choice in (("--subtitle-track", "0"), ("--subtitle-track", "en"), ("--language", "eng")):
        assert cli("subtitles", "--from", movie, "--out", out, *choice).code == 0
        assert written(out, "movie.en")[0] == (1000, 3000, "<i>Hello</i> there")
    missing = cli("subtitles", "--from", movie, "--out", out, "--subtitle-track", "de")
    assert missing.code != 0
    assert "it has 0 (eng, subrip); 1 (fre, subrip, default)" in missing.err
    assert cli("qc", movie, "--subtitle-track", "en").code == 0


def test_a_video_without_such_a_track_is_one_clear_error(cli: Callable[..., Any], media: Any, tmp_path: Path) -> None:
    ran = cli("subtitles", "--from", media("colours"), "--out", tmp_path / "out")
    assert ran.code != 0
    assert "has no subtitle track" in ran.err


def test_times_are_moved(cli: Callable[..., Any], movie: Path, tmp_path: Path) -> None:
    out, source = tmp_path / "out", tmp_path / "en.srt"
    assert cli("subtitles", "--from", source, "--out", out, "--shift", "1.5s").code == 0
    assert written(out, "en")[0][:2] == (2500, 4500)
    assert cli("subtitles", "--from", source, "--out", out, "--shift", "-2s").code == 0
    assert [times[:2] for times in written(out, "en")] == [(0, 1000), (2000, 4000)]
    assert cli("subtitles", "--from", source, "--out", out, "--fps", "25:23.976").code == 0
    assert written(out, "en")[1][:2] == (4171, 6256)
    for wrong in (("--shift", "soon"), ("--fps", "0"), ("--fps", "25:x"), ("--overlaps", "mix"), ("--encoding", "no-such")):
        assert cli("subtitles", "--from", source, "--out", out, *wrong).code == 2
    assert cli("subtitles", "--shift", "1s", movie).code == 2


def test_subtitles_are_moved_onto_others(cli: Callable[..., Any], tmp_path: Path) -> None:
    starts = [3, 8, 11, 19, 23, 31, 38, 40.5, 47, 55, 58, 66, 71, 79, 82, 90, 97, 99.5, 108, 113]
    lengths = [2, 1.5, 3, 2.5, 1, 4, 2, 1.2, 3.3, 2, 4, 1.5, 2.2, 1, 3, 2, 1.4, 3, 2.6, 2]

    def file(name: str, scale: float, shift_s: float) -> Path:
        rows = []
        for k, (start_s, length_s) in enumerate(zip(starts, lengths, strict=True), 1):
            a, b = (round(1000 * (time_s * scale + shift_s)) for time_s in (start_s, start_s + length_s))
            times = " --> ".join(str(pysrt.SubRipTime(milliseconds=ms)) for ms in (a, b))
            rows.append(f"{k}\n{times}\nLine number {k}\n")
        path = tmp_path / name
        path.write_text("\n".join(rows), "utf-8")
        return path

    good, late = file("good.srt", 1, 0), file("late.srt", 1, 7.3)
    ran = cli("subtitles", "--from", late, "--sync-with", good, "--out", tmp_path / "out")
    assert ran.code == 0, ran.err
    assert "synchronised: moved by -7.3" in ran.err
    assert all(abs(a[0] - 1000 * b) < 30 for a, b in zip(written(tmp_path / "out", "late"), starts, strict=True))
    fast = file("fast.srt", 23.976 / 25, 2)
    assert cli("subtitles", "--from", fast, "--sync-with", good, "--out", tmp_path / "out").code == 0
    assert all(abs(a[0] - 1000 * b) < 80 for a, b in zip(written(tmp_path / "out", "fast"), starts, strict=True))
    assert cli("subtitles", "--from", late, "--sync", "--out", tmp_path / "out").code == 2


def transcript(*sentences: str) -> Transcript:
    segments, at_s = [], 1.0
    for sentence in sentences:
        tokens = []
        for k, word in enumerate(sentence.split()):
            tokens.append(Token(at_s, at_s + 0.4, f" {word}" if k else word))
            at_s += 0.4
        segments.append(Segment(tokens[0].start_s, at_s, sentence, tokens=tuple(tokens), language=Language.EN))
        at_s += 1.0
    return Transcript(MediaIdentity("talk.mp4", at_s), EngineIdentity("test"), tuple(segments), ())


def test_for_a_script_the_video_is_listened_to_once(
    cli: Callable[..., Any], sample: Path, sample_transcript: Path, tmp_path: Path
) -> None:
    """Other files keep the times that they have, and need no words."""
    said = json.loads(sample_transcript.read_bytes())["segments"]
    script, timed = tmp_path / "script.txt", tmp_path / "timed.srt"
    script.write_text("\n".join(segment["text"] for segment in said), encoding="utf-8")
    timed.write_text("1\n00:00:01,000 --> 00:00:03,000\nGood evening.\n", encoding="utf-8")
    words = (sample, "--engine", "draft", "--language", "en", "--out", tmp_path / "out", "--from")
    kept = cli("subtitles", *words, timed)
    assert "keeps its own times" in kept.err and "draft" not in kept.err
    first = cli("subtitles", *words, script, "--formats", "srt")
    assert first.code == 0, first.err
    assert "engine: draft" in first.err and "timed by the transcript" in first.err
    starts_s = [cue.start.ordinal / 1000 for cue in pysrt.open(str(tmp_path / "out" / "script" / "script.srt"))]
    assert abs(starts_s[0] - said[0]["start_s"]) < 0.5 and abs(starts_s[-1] - said[-1]["start_s"]) < 5.0
    again = cli("subtitles", *words, script, "--formats", "srt")
    assert again.code == 0 and "engine: draft" not in again.err


@pytest.mark.parametrize("suffix", ["txt", "docx"])
def test_a_script_is_timed_by_the_transcript(suffix: str, cli: Callable[..., Any], tmp_path: Path) -> None:
    stored = tmp_path / "stored.json"
    stored.write_bytes(
        msgspec.json.encode(transcript("good morning everybody", "where have you been all of this time", "at home"))
    )
    lines = ["# The talk", "ANN: Good morning, everybody!", "(She sits down.)", "BOB: Where have you been?", "ANN: At home."]
    script = tmp_path / f"script.{suffix}"
    if suffix == "docx":
        docx = pytest.importorskip("docx")
        document = docx.Document()
        for line in lines:
            document.add_paragraph(line)
        document.save(str(script))
    else:
        script.write_text("\n".join(lines), "utf-8")
    out = tmp_path / "out"
    ran = cli("subtitles", "--from", script, "--transcript", stored, "--out", out, "--formats", "srt,json")
    assert ran.code == 0, ran.err
    cues = json.loads((out / "script" / "script.json").read_bytes())["cues"]
    assert [(cue["speaker"], " ".join(cue["lines"])) for cue in cues] == [
        ("ANN", "Good morning, everybody!"),
        ("BOB", "Where have you been?"),
        ("ANN", "At home."),
    ]
    assert abs(cues[1]["start_ms"] - 3200) < 60
    assert ("direction left out", "(She sits down.)") in told(out, "script")
    ((what, detail),) = [one for one in told(out, "script") if "said" in one[0]]
    assert what == "said but not written"
    assert "all of this time" in detail
    alone = cli("subtitles", "--from", script, "--out", out)
    assert alone.code == 2
    assert "a script has no times" in alone.err


@pytest.mark.parametrize(
    ("name", "text", "code", "title", "deaf"),
    [
        ("talk.zh-TW.srt", "今天天氣很好，我們去公園玩吧。", "chi", "繁體中文", False),
        ("talk.fr.srt", "Bonjour à tous.", "fre", "Français", False),
        ("talk.pt-BR.srt", "Bom dia.", "por", "Português (Brasil)", False),
        ("talk.de.sdh.srt", "Guten Tag.", "ger", "Deutsch (SDH)", True),
        ("talk.fr.srt", "[rires] Bonjour à tous.", "fre", "Français (SDH)", True),
        ("talk.srt", "佢哋喺度做咩呀？唔好嘅。", "yue", "粵語", False),
    ],
)
def test_tracks_are_marked_by_the_name_and_by_what_is_told(  # noqa: PLR0913
    name: str, text: str, code: str, title: str, deaf: bool, cli: Callable[..., Any], movie: Path, tmp_path: Path
) -> None:
    source, out = tmp_path / name, tmp_path / "out"
    source.write_text(f"1\n00:00:01,000 --> 00:00:03,000\n{text}\n", "utf-8")
    assert cli("subtitles", movie, "--from", source, "--mux", "--out", out).code == 0
    stem = name.removesuffix(".srt")
    streams = probe(out / stem / f"{stem}.subtitled.mkv").streams
    assert streams[-1].language == code
    assert ("hearing impaired" in streams[-1].detail) == deaf
    raw = (out / stem / f"{stem}.subtitled.mkv").read_bytes()
    assert title.encode() in raw


def test_plain_drops_markup_and_formats_name_what_they_lose(cli: Callable[..., Any], movie: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert cli("subtitles", "--from", tmp_path / "en.srt", "--out", out, "--formats", "srt,lrc").code == 0
    assert told(out, "en") == [("italic left out", "lrc: 1 cue")]
    assert cli("subtitles", "--from", tmp_path / "en.srt", "--out", out, "--plain").code == 0
    assert written(out, "en")[0][2] == "Hello there"
    assert told(out, "en") == []


def test_frames_are_counted_at_the_rate_of_the_video(cli: Callable[..., Any], movie: Path, tmp_path: Path) -> None:
    source, out = tmp_path / "old.sub", tmp_path / "out"
    source.write_text("{25}{75}First line|second line\n{100000}{100050}Deep in the film\n", "utf-8")
    assert cli("subtitles", movie, "--from", source, "--out", out).code == 0
    assert [times[:2] for times in written(out, "old")] == [(1000, 3000), (4_000_000, 4_002_000)]
    assert cli("subtitles", "--from", source, "--out", out, "--fps", "50").code == 0
    assert written(out, "old")[0][:2] == (500, 1500)
