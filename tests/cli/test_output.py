"""What a run says and writes: for people, for programs, in silence, with and without labels."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pysubs2
import pytest

from video_pipeline.core.labels import Emotion
from video_pipeline.core.transcript import Transcript
from video_pipeline.subtitles import WRITERS

TAGS = ["--set", "events.detectors=['tags']", "--set", "clips.cut.speed=ultrafast"]
EVERY_FORMAT = ["--set", f"subtitles.formats={list(WRITERS)}"]
FEELINGS = re.compile("emotion|" + "|".join(set(Emotion) - {Emotion.OTHER}), re.IGNORECASE)
EMBEDDED = re.compile("base64,[A-Za-z0-9+/=]+|sha256-[A-Za-z0-9+/=]+")  # files, and hashes of scripts


def texts(folder: Path) -> dict[str, str]:
    """Every file but pictures and sound, as text."""
    kinds = {
        ".srt",
        ".ass",
        ".vtt",
        ".ttml",
        ".lrc",
        ".txt",
        ".json",
        ".html",
        ".svg",
        ".csv",
        ".edl",
        ".xml",
        ".fcpxml",
        ".otio",
        "",
    }
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix in kinds]
    return {path.relative_to(folder).as_posix(): EMBEDDED.sub("", path.read_text(encoding="utf-8")) for path in files}


def feelings(folder: Path) -> dict[str, list[str]]:
    """The emotions, and the word itself, in the files that name one."""
    found = {name: FEELINGS.findall(text) for name, text in texts(folder).items()}
    assert found
    return {name: words for name, words in found.items() if words}


def test_everything_that_is_promised_is_written(cli: Any, replayed: list[Any], tmp_path: Path) -> None:
    ran = cli("process", *replayed, *TAGS)
    assert ran.code == 0, ran.err
    out = tmp_path / "out" / "long"
    names = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert {"transcript.json", "events.json", "highlights.json", "qc.json", "report.html", "overview.svg"} < names
    assert {"long.srt", "long.ass"} < names
    clips = list((out / "clips").glob("*.mp4"))
    assert len(clips) == 1 and clips[0].with_suffix(".srt").is_file()
    for name in ("long.srt", "long.ass"):
        assert len(pysubs2.load(str(out / name))) >= 5
        assert name in ran.out


def test_the_record_is_the_transcript(cli: Any, replayed: list[Any], transcript: Path, tmp_path: Path) -> None:
    assert cli("transcribe", *replayed).code == 0
    stored = msgspec.json.decode(transcript.read_bytes(), type=Transcript)
    made = msgspec.json.decode((tmp_path / "out/long/transcript.json").read_bytes(), type=Transcript)
    assert made.segments == stored.segments
    assert made.media.duration_s == pytest.approx(40, abs=0.2)


def test_highlights_explain_themselves(cli: Any, replayed: list[Any], tmp_path: Path) -> None:
    assert cli("highlights", *replayed, *TAGS).code == 0
    record = json.loads((tmp_path / "out/long/highlights.json").read_text())
    (clip,) = record["clips"]
    assert clip["start_s"] <= 17.0 and clip["end_s"] >= 26.0
    assert sum(reason["contribution"] for reason in clip["reasons"]) == pytest.approx(clip["score"], abs=0.5)


def test_json_is_nothing_but_lines_of_json(cli: Any, replayed: list[Any]) -> None:
    ran = cli("process", *replayed, "--json")
    events = [json.loads(line) for line in ran.out.splitlines()]
    assert events[-1]["event"] == "result"
    assert {"stage", "done", "progress", "notice"} <= {event["event"] for event in events}
    assert ran.err == ""


def test_json_tells_errors_too(cli: Any, media: Any, tmp_path: Path) -> None:
    ran = cli("process", media("no-audio"), "-o", tmp_path / "out", "--json")
    (event,) = [json.loads(line) for line in ran.out.splitlines() if '"error"' in line]
    assert (event["type"], event["exit_code"]) == ("NoAudio", 5)


def test_json_tells_a_wrong_option_too(cli: Any, media: Any, tmp_path: Path) -> None:
    ran = cli("process", media("tone"), "-o", tmp_path / "out", "--json", "--set", "subtitles.lins=1")
    (event,) = [json.loads(line) for line in ran.out.splitlines()]
    assert (event["type"], event["exit_code"]) == ("UnknownKey", 2)


def test_quiet_says_nothing(cli: Any, replayed: list[Any]) -> None:
    ran = cli("process", *replayed, "--quiet")
    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_quiet_still_tells_errors(cli: Any, media: Any, tmp_path: Path) -> None:
    ran = cli("process", media("no-audio"), "-o", tmp_path / "out", "--quiet")
    assert ran.code == 5 and ran.out == "" and ran.err.startswith("error: ")


def test_no_bar_and_no_colour_where_nobody_watches(replayed: list[Any]) -> None:
    program = [sys.executable, "-c", "from video_pipeline.cli import main; main()"]
    ran = subprocess.run([*program, "process", *map(str, replayed)], capture_output=True, text=True, check=True, timeout=60)
    assert "\x1b" not in ran.stdout + ran.stderr
    assert "Listening" not in ran.stderr and "%" not in ran.stderr
    assert all(line.startswith("note: ") for line in ran.stderr.splitlines())


def test_a_reader_that_goes_away_is_no_traceback(replayed: list[Any]) -> None:
    program = [sys.executable, "-c", "from video_pipeline.cli import main; main()"]
    run = subprocess.Popen(
        [*program, "subtitles", *map(str, replayed), "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert run.stdout is not None and run.stderr is not None
    run.stdout.close()
    err = run.stderr.read()
    run.wait(timeout=30)
    run.stderr.close()
    assert "Traceback" not in err and "defect" not in err


def test_switched_off_no_file_names_a_feeling(cli: Any, replayed: list[Any], tmp_path: Path) -> None:
    ran = cli("process", *replayed, *TAGS, *EVERY_FORMAT, "--no-emotion")
    assert ran.code == 0, ran.err
    assert feelings(tmp_path / "out") == {}
    assert not FEELINGS.search(ran.out + ran.err)
    with np.load(tmp_path / "out/long/signals.npz") as signals:
        assert "laughter" in signals.files and not FEELINGS.search(" ".join(signals.files))


def test_not_switched_off_files_name_feelings(cli: Any, replayed: list[Any], tmp_path: Path) -> None:
    assert cli("process", *replayed, *TAGS, *EVERY_FORMAT).code == 0
    assert {"long/transcript.json", "long/long.srt", "long/long.ass"} <= set(feelings(tmp_path / "out"))


def test_switched_off_later_cleans_what_was_written(cli: Any, replayed: list[Any], tmp_path: Path) -> None:
    assert cli("process", *replayed, *TAGS, *EVERY_FORMAT).code == 0
    assert cli("process", *replayed, *TAGS, "--no-emotion").code == 0
    assert feelings(tmp_path / "out") == {}


@pytest.mark.parametrize(("labels", "shown"), [("text", "[laughter]"), ("emoji", "😂"), ("none", None)])
def test_how_sounds_are_written(cli: Any, replayed: list[Any], tmp_path: Path, labels: str, shown: str | None) -> None:
    assert cli("subtitles", *replayed, *TAGS, "--labels", labels).code == 0
    text = (tmp_path / "out/long/long.srt").read_text(encoding="utf-8")
    assert "parrot" in text
    if shown:
        assert shown in text.lower()
    else:
        assert not re.search(r"[\[(😂👏😊]", text)


def test_a_flag_beats_a_setting_beats_a_preset(cli: Any, replayed: list[Any], tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('[subtitles]\nlabels = "none"\nformats = ["ass"]\n')
    words = ["--preset", tmp_path / "mine.toml", "--set", "subtitles.labels=text", "--labels", "emoji"]
    assert cli("subtitles", *replayed, *TAGS, *words).code == 0
    assert not (tmp_path / "out/long/long.srt").exists()
    assert "😂" in (tmp_path / "out/long/long.ass").read_text(encoding="utf-8")


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["process", "--help"], ["presets"], ["presets", "default"]])
def test_what_needs_no_video_is_quick_and_loads_nothing_heavy(words: list[str]) -> None:
    heavy = "{'torch', 'funasr', 'sklearn', 'moviepy', 'ray', 'gradio', 'pocketsphinx', 'onnxruntime'}"
    code = (
        "import sys, atexit\nfrom video_pipeline.cli import main\n"
        f"atexit.register(lambda: print('HEAVY', sorted({heavy} & set(sys.modules)), file=sys.stderr))\nmain()"
    )
    ran = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True, timeout=20)
    assert ran.stderr.strip() == "HEAVY []"
    assert ran.stdout.strip()


@pytest.mark.parametrize("name", ["call-center", "default", "lecture", "podcast", "short-form", "talk-show"])
def test_a_printed_preset_can_be_used_as_one(cli: Any, tmp_path: Path, name: str) -> None:
    from video_pipeline.options import load_options

    (tmp_path / "copy.toml").write_text(cli("presets", name).out)
    assert load_options(str(tmp_path / "copy.toml")) == load_options(name)


def test_the_doctor_tells_programs_too(cli: Any) -> None:
    findings = json.loads(cli("doctor", "--json").out)
    assert {"python", "ffmpeg", "disk"} <= {finding["what"] for finding in findings}
