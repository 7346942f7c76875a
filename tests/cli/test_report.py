"""`report`: a conversation as page, table and numbers, and a check list for CI."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any


def numbers(tmp_path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((tmp_path / "out/sample/conversation.json").read_text(encoding="utf-8"))
    return found


def test_a_stored_transcript_with_speakers_is_reported_on(
    cli: Any, sample: Path, sample_transcript: Path, tmp_path: Path
) -> None:
    asked = ["report", sample, "--out", tmp_path / "out", "--transcript", sample_transcript, "--set", "speakers.find=false"]
    ran = cli(*asked, "--kind", "podcast")
    assert ran.code == 0, ran.err
    found = numbers(tmp_path)
    assert [side["name"] for side in found["sides"]] == ["Tom", "Ann", "Ian"]
    assert sum(side["talk_share"] for side in found["sides"]) > 0.999
    assert found["tells_emotion"] and found["sides"][0]["felt"]
    page = (tmp_path / "out/sample/conversation.html").read_text(encoding="utf-8")
    assert "Tom" in page and "sample.mp4" in page and "http" not in page.replace("http://www.w3.org", "")
    assert "Tom" in ran.out

    ran = cli(*asked, "--kind", "call", "--require", "greeting,apology")
    assert ran.code == 12
    assert "apology" in ran.err and "greeting" not in ran.err
    text = (tmp_path / "out/sample/conversation.json").read_text(encoding="utf-8")
    assert "felt" not in text and "angry" not in text
    assert numbers(tmp_path)["checks"] == {"greeting": True, "apology": False}
    assert cli(*asked, "--kind", "call", "--emotion", "--quiet").code == 0
    assert numbers(tmp_path)["sides"][0]["felt"]


def test_a_kind_that_is_none_is_refused(cli: Any, sample: Path, tmp_path: Path) -> None:
    ran = cli("report", sample, "--out", tmp_path / "out", "--kind", "meeting")
    assert ran.code == 2
    assert "lesson" in ran.err


def test_a_library_is_reported_on_from_what_a_run_left(cli: Any, sample: Path, sample_transcript: Path, tmp_path: Path) -> None:
    videos, out = tmp_path / "calls", tmp_path / "out"
    videos.mkdir()
    shutil.copy(sample, videos / "2026-03-01 call.mp4")
    played = ["--set", "speech.engine=replay", "--set", f"speech.transcript={sample_transcript}"]
    ran = cli("library", "run", videos, "--out", out, *played, "--set", "clips.exports=[]", "--executor", "inline")
    assert ran.code == 0, ran.err
    ran = cli("library", "report", "--out", out, "--kind", "call")
    assert ran.code == 0, ran.err
    found = json.loads((out / "conversations.json").read_bytes())
    assert [(one["day"], one["agent"]) for one in found["calls"]] == [("2026-03-01", "Tom")]
    assert "conversation.html" in (out / "conversations.html").read_text(encoding="utf-8")
    assert (out / "conversations.csv").is_file() and found["left_out"] == {}
    assert cli("library", "report", "--out", out, "--kind", "meeting").code == 2
    assert cli("library", "report", "--out", out, "--kind", "call", "--by", "year").code == 2
