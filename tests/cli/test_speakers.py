"""`--speakers`: who says it, in the files of every format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def folder_of(tmp_path: Path) -> Path:
    return tmp_path / "out/sample"


def test_names_stand_where_the_speaker_changes(cli: Any, sample: Path, sample_transcript: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain.json"  # the stored transcript knows its speakers: here they are to be found by voice
    stored = json.loads(sample_transcript.read_text(encoding="utf-8"))
    for segment in stored["segments"]:
        segment["speaker"] = None
    plain.write_text(json.dumps(stored), encoding="utf-8")
    asked = ["subtitles", sample, "--out", tmp_path / "out", "--transcript", plain, "--set", "subtitles.formats=srt,vtt,ass"]
    ran = cli(*asked, "--speakers", "auto", "--speaker-names", "Tom,Ian")
    assert ran.code == 0, ran.err
    folder = folder_of(tmp_path)
    text = (folder / "sample.srt").read_text(encoding="utf-8")
    assert "TOM: [happy] Good evening," in text
    assert "IAN: " in text
    assert "<v Ian>" in (folder / "sample.vtt").read_text(encoding="utf-8")
    assert ",Ian," in (folder / "sample.ass").read_text(encoding="utf-8")
    turns = json.loads((folder / "speakers.json").read_text(encoding="utf-8"))["turns"]
    assert {"1", "2"} <= {turn["speaker"] for turn in turns}

    ran = cli(*asked, "--speakers", "auto", "--speaker-names", "Host,Guest", "--json")
    lines = [json.loads(line) for line in ran.out.splitlines()]
    fresh = {line["stage"]: line["fresh"] for line in lines if line["event"] == "done"}
    assert fresh["listen"] is fresh["speakers"] is True
    assert "HOST: [happy] Good evening," in (folder / "sample.srt").read_text(encoding="utf-8")


def test_a_number_that_is_none_is_refused(cli: Any, sample: Path, tmp_path: Path) -> None:
    ran = cli("subtitles", sample, "--out", tmp_path / "out", "--speakers", "many")
    assert ran.code != 0
    assert "speakers.count" in ran.err
    assert "2-4" in ran.err


def test_nobody_is_told_apart_unless_asked(cli: Any, sample: Path, sample_transcript: Path, tmp_path: Path) -> None:
    asked = ["subtitles", sample, "--out", tmp_path / "out", "--transcript", sample_transcript]
    assert cli(*asked).code == 0
    assert not (folder_of(tmp_path) / "speakers.json").exists()


def test_speakers_are_listed_renamed_and_merged_in_every_file(
    cli: Any, sample: Path, sample_transcript: Path, tmp_path: Path
) -> None:
    out = ["--out", tmp_path / "out"]
    made = cli("subtitles", sample, *out, "--transcript", sample_transcript, "--set", "subtitles.style.speakers=true")
    assert made.code == 0, made.err
    listed = cli("speakers", sample, *out)
    assert "Tom" in listed.out and "Ian" in listed.out
    ran = cli("speakers", sample, *out, "--rename", "Tom=Ann Lee", "--json")
    assert ran.code == 0, ran.err
    rows = json.loads(ran.out.splitlines()[-1])["speakers"]
    assert "Ann Lee" in [row["name"] for row in rows]
    assert "ANN LEE:" in (folder_of(tmp_path) / "sample.srt").read_text(encoding="utf-8")
    assert cli("speakers", folder_of(tmp_path), "--merge", "Ian=Ann Lee", "--quiet").code == 0
    assert "IAN" not in (folder_of(tmp_path) / "sample.srt").read_text(encoding="utf-8")
    assert cli("speakers", sample, *out, "--separate", "Ian", "--assign", "0:00-0:04=Host").code == 0
    text = (folder_of(tmp_path) / "sample.srt").read_text(encoding="utf-8")
    assert "IAN:" in text and "HOST:" in text


def test_what_cannot_be_changed_says_why(cli: Any, sample: Path, sample_transcript: Path, tmp_path: Path) -> None:
    out = ["--out", tmp_path / "out"]
    assert cli("speakers", sample, *out).code == 3
    cli("subtitles", sample, *out, "--transcript", sample_transcript)
    for wrong in (("--rename", "Tmo=Zoe"), ("--rename", "Tom"), ("--assign", "x-y=Zoe"), ("--rename", "Tom=Ian")):
        ran = cli("speakers", sample, *out, *wrong)
        assert ran.code == 2, wrong
    assert "merge" in ran.err


def test_a_known_voice_is_named_in_another_video_until_it_is_forgotten(
    cli: Any, sample: Path, sample_transcript: Path, tmp_path: Path
) -> None:
    file, out = tmp_path / "voices.json", ["--out", tmp_path / "out"]
    asked = ["subtitles", sample, *out, "--transcript", sample_transcript]
    assert cli(*asked).code == 0
    assert cli("voices", "remember", sample, "Ian", "Tom", *out, "--voices", file).code == 0
    assert "Ian" in cli("voices", "list", "--voices", file).out
    assert cli("voices", "remember", sample, "Nobody", *out, "--voices", file).code == 2

    other = ["subtitles", sample, "--out", tmp_path / "other", "--transcript", sample_transcript, "--voices", file]
    assert cli(*other).code == 0
    folder = tmp_path / "other/sample"
    text = (folder / "sample.srt").read_text(encoding="utf-8")
    assert "TOM:" in text and "IAN:" in text
    kept = (folder / "known_voices.json").read_text(encoding="utf-8")
    assert "Ian" in kept and "vector" not in kept
    assert cli("voices", "forget", "Ian", "Tom", "--voices", file).code == 0
    assert not file.exists()
    assert cli(*other).code == 0
    assert "TOM:" not in (folder / "sample.srt").read_text(encoding="utf-8")


def test_the_transcript_names_who_says_each_line(cli: Any, sample: Path, sample_transcript: Path, tmp_path: Path) -> None:
    """Programs read speakers in `transcript.json`; the words as heard stay, so that another number divides them anew."""
    plain = tmp_path / "plain.json"
    stored = json.loads(sample_transcript.read_text(encoding="utf-8"))
    for segment in stored["segments"]:
        segment["speaker"] = None
    plain.write_text(json.dumps(stored), encoding="utf-8")
    asked = ["transcribe", sample, "--out", tmp_path / "out", "--transcript", plain]
    file = folder_of(tmp_path) / "transcript.json"
    three = {"Speaker 1", "Speaker 2", "Speaker 3"}  # Tom, Ann and Ian, by the sample's truth

    def speakers() -> set[str | None]:
        return {segment["speaker"] for segment in json.loads(file.read_text(encoding="utf-8"))["segments"]}

    assert cli(*asked).code == 0
    assert speakers() == {None}
    heard = file.read_bytes()
    assert cli(*asked, "--speakers", "auto").code == 0
    assert speakers() == three
    assert cli("speakers", sample, "--out", tmp_path / "out", "--rename", "Speaker 1=Ann").code == 0
    assert speakers() == {"Ann", "Speaker 2", "Speaker 3"}
    assert cli("speakers", sample, "--out", tmp_path / "out", "--separate", "Speaker 1").code == 0
    assert cli(*asked, "--speakers", "1").code == 0
    assert speakers() == {"Speaker 1"}
    ran = cli(*asked, "--speakers", "auto", "--json")
    done = [json.loads(line) for line in ran.out.splitlines()]
    assert {line["stage"]: line["fresh"] for line in done if line["event"] == "done"}["listen"]
    assert speakers() == three
    assert (file.parent / ".heard.json").read_bytes() == heard
    assert cli(*asked, "--speakers", "auto", "--no-emotion").code == 0
    assert speakers() == three
    assert b"emotion" not in (file.parent / ".heard.json").read_bytes() + file.read_bytes()
    assert not list(file.parent.glob("*.edited-*"))


def test_a_library_is_searched_by_speaker(cli: Any, sample: Path, sample_transcript: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain.json"
    stored = json.loads(sample_transcript.read_text(encoding="utf-8"))
    for segment in stored["segments"]:
        segment["speaker"] = None
    plain.write_text(json.dumps(stored), encoding="utf-8")
    options = [f"speech.transcript={plain}", "speech.engine=replay", "speakers.find=true", "speakers.names=Tom,Ian"]
    sets = [part for option in options for part in ("--set", option)]
    ran = cli("library", "run", sample, "--out", tmp_path / "library", *sets)
    assert ran.code == 0, ran.err
    found = cli("library", "search", "--out", tmp_path / "library", "--speaker", "Tom", "--json")
    assert found.code == 0, found.err
    assert "Good evening" in found.out
