"""`report`: a conversation as page, table and numbers, and a check list for CI."""

from __future__ import annotations

import json
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
